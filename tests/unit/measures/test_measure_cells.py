"""Figures added up from cells are those of ``measure``, column by column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aanwezig.engines import open_engine, open_register_folder
from aanwezig.measures import MeasureParameters, measure
from aanwezig.measures.cells import KEYS, cells_of, figures, improvement
from aanwezig.simulate import simulate
from aanwezig.values import SchoolYear


@pytest.mark.parametrize(("seed", "on"), [(4, date(2026, 3, 20)), (5, date(2025, 9, 12))])
def test_figures_from_cells_are_those_of_measure(tmp_path: Path, seed: int, on: date) -> None:
    simulate(
        tmp_path / "made",
        pupils=60,
        seed=seed,
        schools=2,
        school_year=SchoolYear.parse("2024-2025"),
        years=2,
        until=on,
    )
    parameters = MeasureParameters(chronic_from=12)
    with open_register_folder(tmp_path / "made", open_engine("duckdb"), on=on) as register:
        cells = cells_of(register)
        for by in KEYS:
            for per in ("school_year", "week"):
                mine = figures(cells, by, per, parameters)  # type: ignore[arg-type]
                theirs = measure(register, by, per, parameters)  # type: ignore[arg-type]
                order = [
                    (name, "ascending")
                    for name in ("school_id", "unit_id", "period")
                    if name in mine.column_names
                ]
                theirs = theirs.sort_by(order)
                for name in theirs.column_names:
                    # Per week improvement is asked of `measure`.
                    if (name, per) != ("share_improved", "week"):
                        assert mine[name].to_pylist() == theirs[name].to_pylist(), (by, per, name)
        assert improvement(cells, parameters)


def test_months_are_not_made_of_weeks(tmp_path: Path) -> None:
    simulate(tmp_path / "made", pupils=10, seed=1, schools=1, until=date(2025, 9, 12))
    with open_register_folder(tmp_path / "made", open_engine("duckdb"), on=date(2025, 9, 12)) as register:
        cells = cells_of(register)
        with pytest.raises(ValueError, match="month"):
            figures(cells, "pupil", "month")
