"""The small parts of measures: periods, stretches, parameters, hiding, chance, the catalogue."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from aanwezig.measures import MeasureParameters, catalogue, hide_small
from aanwezig.measures.patterns import adjusted_per_pupil, chance_of_at_least
from aanwezig.measures.periods import periods
from aanwezig.measures.stretches import without
from aanwezig.values import Period


def test_the_school_year_is_compared_with_the_year_before_up_to_the_same_day() -> None:
    (year,) = periods(date(2025, 10, 1), "school_year")
    assert year.label == "2025-2026"
    assert year.now == Period(date(2025, 8, 1), date(2025, 10, 1))
    assert year.before == Period(date(2024, 8, 1), date(2024, 10, 1))


def test_a_school_year_on_a_leap_day_is_compared_up_to_28_february() -> None:
    (year,) = periods(date(2024, 2, 29), "school_year")
    assert year.before.last == date(2023, 2, 28)


def test_months_that_are_over_are_compared_whole_and_the_last_as_far_as_it_came() -> None:
    found = periods(date(2025, 10, 10), "month")
    assert [period.label for period in found] == ["2025-08", "2025-09", "2025-10"]
    assert found[1].before == Period(date(2025, 8, 1), date(2025, 8, 31))
    assert found[2].now.last == date(2025, 10, 10)
    assert found[2].before == Period(date(2025, 9, 1), date(2025, 9, 10))


def test_weeks_are_named_by_monday_and_stay_in_the_school_year() -> None:
    found = periods(date(2026, 1, 6), "week")
    assert (found[0].label, found[0].now.first) == ("2025-07-28", date(2025, 8, 1))
    assert [period.label for period in found[-2:]] == ["2025-12-29", "2026-01-05"]
    assert found[-1].now == Period(date(2026, 1, 5), date(2026, 1, 6))
    assert found[-1].before == Period(date(2025, 12, 29), date(2025, 12, 30))


def test_on_the_first_day_of_the_school_year_there_is_one_period() -> None:
    for per in ("school_year", "month", "week"):
        (only,) = periods(date(2025, 8, 1), per)
        assert only.now == Period(date(2025, 8, 1), date(2025, 8, 1))


runs = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: (min(pair), max(pair)))


@given(runs, st.lists(runs, max_size=5))
def test_what_is_taken_out_of_a_run_is_gone_and_the_rest_stays(
    run: tuple[int, int], others: list[tuple[int, int]]
) -> None:
    left = [day for first, last in without(run, others) for day in range(first, last + 1)]
    gone = {day for first, last in others for day in range(first, last + 1)}
    assert sorted(left) == [day for day in range(run[0], run[1] + 1) if day not in gone]


def test_boundaries_must_rise() -> None:
    with pytest.raises(ValueError, match="rise"):
        MeasureParameters(good_to=10, chronic_from=10)
    with pytest.raises(ValueError, match="negative"):
        MeasureParameters(minimum_rise=-1)
    assert MeasureParameters(good_to=Fraction(15, 2)).good_to == Fraction(15, 2)


def test_groups_below_five_are_hidden_whole() -> None:
    table = pa.table(
        {
            "unit_id": ["a", "b", "c"],
            "pupils": [5, 4, None],
            "attendance_rate": [0.9, 0.8, None],
            "band": ["x"] * 3,
        }
    )
    rows = hide_small(table).to_pylist()
    assert rows[0] == {"unit_id": "a", "pupils": 5, "attendance_rate": 0.9, "band": "x", "hidden": False}
    for row, name in zip(rows[1:], ("b", "c"), strict=True):
        assert row == {"unit_id": name, "pupils": None, "attendance_rate": None, "band": None, "hidden": True}
    assert not any(row["hidden"] for row in hide_small(table.slice(0, 2), minimum=4).to_pylist())


def test_without_the_number_of_pupils_nothing_can_be_hidden() -> None:
    with pytest.raises(ValueError, match="pupils"):
        hide_small(pa.table({"unit_id": ["a"]}))


def test_chance_is_that_of_drawing_without_putting_back() -> None:
    # Of 4 missed days out of 10, 3 of them among the 3 Fridays: 7 of the 210 ways.
    one = [np.array([number]) for number in (3, 3, 4, 10)]
    assert chance_of_at_least(*one)[0] == pytest.approx(7 / 210)
    # As many as expected is no pattern.
    even = [np.array([number]) for number in (2, 5, 4, 10)]
    assert chance_of_at_least(*even)[0] == 1.0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(1e-6, 1)), min_size=1, max_size=20))
def test_correction_is_benjamini_and_hochberg_for_each_pupil(drawn: list[tuple[str, float]]) -> None:
    pupils = np.array([pupil for pupil, _ in drawn], dtype=object)
    chances = np.array([chance for _, chance in drawn])
    found = adjusted_per_pupil(pupils, chances)
    for pupil in set(pupils):
        own = pupils == pupil
        assert found[own] == pytest.approx(false_discovery_control(chances[own], method="bh"))


def test_every_measure_is_defined_once_with_its_source() -> None:
    measures = catalogue()
    ids = [measure.id for measure in measures]
    assert len(set(ids)) == len(ids) >= 15
    for measure in measures:
        assert measure.source.cite and measure.columns and measure.unit
        texts = (measure.title, measure.meaning, measure.numerator, measure.denominator, measure.population)
        for text in texts:
            assert text.nl != text.en
