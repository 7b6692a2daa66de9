"""The exact test and the false-discovery rate are those of scipy."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from aanwezig.rules.signals.chance import adjusted, chance_of_at_least


@settings(deadline=None)
@given(st.data())
def test_the_chance_is_the_upper_tail_of_the_hypergeometric_distribution(data: st.DataObject) -> None:
    total = data.draw(st.integers(1, 400))
    marked, drawn = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
    hits = data.draw(st.integers(0, min(marked, drawn)))
    ours = chance_of_at_least(hits, marked, drawn, total)
    assert ours == pytest.approx(stats.hypergeom.sf(hits - 1, total, marked, drawn), rel=1e-6, abs=1e-12)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_correction_is_that_of_benjamini_and_hochberg(chances: list[float]) -> None:
    assert adjusted(chances) == pytest.approx(list(stats.false_discovery_control(chances)))


def test_a_lottery_by_hand() -> None:
    # Two of two drawn from ten of which two are marked: 1 in 45.
    assert chance_of_at_least(2, 2, 2, 10) == pytest.approx(1 / 45)
    assert chance_of_at_least(0, 2, 2, 10) == 1.0
