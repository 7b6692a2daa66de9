"""Every example of ``factories.measured`` on DuckDB and plainly read, and bands and 'provisional' on their lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

from measure_oracle import differences
from measure_oracle import measure as plain_measure

from aanwezig.engines import Engine, open_engine, open_register_folder
from aanwezig.measures import MeasureParameters, measure
from factories.measured import EXAMPLES, MONDAY, Example, row


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def rows_of(
    example: Example, folder: Path, engine: Engine, parameters: MeasureParameters | None = None
) -> list[dict[str, Any]]:
    with open_register_folder(example.write(folder), engine, on=example.on) as register:
        return measure(register, example.by, example.per, parameters).to_pylist()


def the_row(
    example: Example, folder: Path, engine: Engine, parameters: MeasureParameters | None = None
) -> dict[str, Any]:
    rows = rows_of(example, folder, engine, parameters)
    (found,) = [r for r in rows if r["unit_id"] == example.unit_id and r["period"] == example.period]
    return found


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.told for example in EXAMPLES])
def test_measure(example: Example, tmp_path: Path, engine: Engine) -> None:
    with open_register_folder(example.write(tmp_path), engine, on=example.on) as register:
        table = measure(register, example.by, example.per)
        assert not differences(table, plain_measure(register, example.by, example.per))
    rows = table.to_pylist()
    (found,) = [r for r in rows if r["unit_id"] == example.unit_id and r["period"] == example.period]
    assert {name: found[name] for name in example.expected} == pytest.approx(dict(example.expected))


# A year so far of 20 school days of 300 minutes: 6,000 possible, so 1 % is 60 minutes.
LINES = [
    (0, "good"),
    (300, "good"),  # exactly 5 %
    (301, "at_risk"),
    (599, "at_risk"),
    (600, "chronic"),  # exactly 10 %
    (1199, "chronic"),
    (1200, "severe"),  # exactly 20 %
    (6000, "severe"),
]


@pytest.mark.parametrize(("minutes", "expected"), LINES)
def test_band_is_decided_exactly_on_the_line(
    minutes: int, expected: str, tmp_path: Path, engine: Engine
) -> None:
    days = [f"2025-09-{day:02d}" for day in range(1, 27) if date(2025, 9, day).weekday() < 5]
    absences = ""
    for day in days:
        taken = min(300, minutes)
        minutes -= taken
        absences += row(day, minutes=taken) if taken else ""
    example = Example("", absences, {}, per="month", period="2025-09", on=date(2025, 9, 26))
    found = the_row(example, tmp_path, engine)
    assert found["possible_minutes"] == 6000
    assert found["band"] == expected


def test_boundaries_are_parameters(tmp_path: Path, engine: Engine) -> None:
    example = Example("", row(MONDAY, minutes=30), {})
    assert the_row(example, tmp_path, engine)["band"] == "good"
    strict = MeasureParameters(good_to=1, chronic_from=2, severe_from=3)
    assert the_row(example, tmp_path, engine, strict)["band"] == "chronic"


def test_a_minimum_rise_asks_more_than_a_little(tmp_path: Path, engine: Engine) -> None:
    # 300 of 1,500 minutes absent in the week before, 285 in this one: one percentage point.
    example = Example(
        "",
        row("2025-09-01", minutes=300) + row(MONDAY, minutes=285),
        {},
        by="school",
        unit_id="25PL00",
    )
    shares = [
        the_row(example, tmp_path, engine, MeasureParameters(minimum_rise=rise))["share_improved"]
        for rise in (0, 1, 2)
    ]
    assert shares == [1.0, 1.0, 0.0]


PROVISIONAL = [
    # noord: lessons from 18 August; the tenth school day is Friday 29 August.
    (
        "the tenth possible day of a pupil, of a year of which less than a tenth has passed",
        date(2025, 8, 29),
        True,
    ),
    ("a tenth of the school days has passed", date(2025, 9, 30), False),
]


@pytest.mark.parametrize(("told", "on", "expected"), PROVISIONAL, ids=[told for told, _, _ in PROVISIONAL])
def test_a_band_is_provisional_early_in_the_year(
    told: str, on: date, expected: bool, tmp_path: Path, engine: Engine
) -> None:
    example = Example("", "", {}, per="school_year", period="2025-2026", on=on)
    assert the_row(example, tmp_path, engine)["provisional"] is expected


@pytest.mark.parametrize(("first_day", "expected"), [("2026-03-02", False), ("2026-03-03", True)])
def test_a_band_is_provisional_below_ten_possible_days(
    first_day: str, expected: bool, tmp_path: Path, engine: Engine
) -> None:
    # Two school weeks from Monday 2 March 2026 are ten days; from the Tuesday nine.
    example = Example(
        "",
        "",
        {},
        per="school_year",
        period="2025-2026",
        on=date(2026, 3, 13),
        enrolments=f"p1,25PL00,{first_day},,5a,5\n",
    )
    assert the_row(example, tmp_path, engine)["provisional"] is expected


def test_a_day_at_two_schools_is_one_possible_day(tmp_path: Path, engine: Engine) -> None:
    example = Example(
        "",
        "",
        {},
        per="school_year",
        period="2025-2026",
        on=date(2026, 3, 6),
        enrolments="p1,25PL00,2026-03-02,,5a,5\np1,03XY01,2026-03-02,,2a,2\n",
    )
    assert the_row(example, tmp_path, engine)["provisional"] is True


def test_groups_of_two_schools_that_bear_one_name_stay_apart(tmp_path: Path, engine: Engine) -> None:
    example = Example(
        "", "", {}, by="group", enrolments="p1,25PL00,2024-08-01,,1a,1\np3,03XY01,2024-08-01,,1a,1\n"
    )
    rows = [r for r in rows_of(example, tmp_path, engine) if r["period"] == MONDAY]
    assert [(r["unit_id"], r["school_id"], r["pupils"]) for r in rows] == [
        ("1a", "03XY01", 1),
        ("1a", "25PL00", 1),
    ]


def test_a_pupil_has_no_shares(tmp_path: Path, engine: Engine) -> None:
    found = the_row(Example("", "", {}), tmp_path, engine)
    shares = [name for name in found if name.startswith("share_")]
    assert len(shares) == 5
    assert all(found[name] is None for name in shares)


def test_holiday_weeks_have_no_row(tmp_path: Path, engine: Engine) -> None:
    periods = {r["period"] for r in rows_of(Example("", "", {}, on=date(2025, 11, 7)), tmp_path, engine)}
    assert "2025-10-13" in periods
    assert "2025-10-20" not in periods  # autumn holiday in noord


def test_an_empty_register_has_no_rows(tmp_path: Path, engine: Engine) -> None:
    assert rows_of(Example("", "", {}, enrolments=""), tmp_path, engine) == []


def test_unknown_units_and_periods_are_refused(tmp_path: Path, engine: Engine) -> None:
    for by, per in (("class", "week"), ("pupil", "day")):
        with pytest.raises(ValueError, match="known are"):
            rows_of(Example("", "", {}, by=by, per=per), tmp_path, engine)
