"""Spells, patterns, change, days, weeks and the grid of weekday and lesson, on one small register told by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from aanwezig.engines import OpenRegister, open_engine, open_register_folder
from aanwezig.measures import (
    catalogue,
    change,
    daily,
    hide_small,
    measure,
    patterns,
    spells,
    weekday_lesson_grid,
    weeks,
)
from factories.measured import Example, row

# Autumn holiday in noord: 18-26 October 2025. A study day on Wednesday 8 October.
SICK = "".join(
    row(day, "sick", minutes=300) for day in ("2025-10-03", "2025-10-06", "2025-10-07", "2025-10-09")
)
AROUND_HOLIDAY = row("2025-10-17", "sick", minutes=300) + row("2025-10-27", "sick", minutes=60)
FRIDAYS = "".join(
    row((date(2025, 9, 5) + timedelta(weeks=n)).isoformat(), "truant", "p2", part="afternoon")
    for n in range(10)
)
LESSONS = row("2025-09-01", "truant", "p3", "03XY01", lesson=1) + row(
    "2025-09-08", "truant", "p3", "03XY01", lesson=1
)
# Present for ten weeks, then away four days of a week.
AWAY = "".join(row(f"2025-11-{day:02d}", "sick", "p3", "03XY01", minutes=350) for day in (10, 11, 12, 13))
REGISTER = Example(
    "",
    SICK + AROUND_HOLIDAY + FRIDAYS + LESSONS + AWAY,
    {},
    on=date(2025, 11, 14),
    enrolments=("p1,25PL00,2024-08-01,,5a,5\np2,25PL00,2024-08-01,,5a,5\np3,03XY01,2024-08-01,,2a,2\n"),
    tables={"closures": "school_id,first_day,last_day,kind\n25PL00,2025-10-08,2025-10-08,study_day\n"},
)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenRegister]:
    folder = REGISTER.write(tmp_path_factory.mktemp("subjects"))
    with open_engine("duckdb") as engine, open_register_folder(folder, engine, on=REGISTER.on) as opened:
        yield opened


def of_pupil(rows: list[dict[str, Any]], pupil: str) -> list[dict[str, Any]]:
    return [one for one in rows if one["pupil_id"] == pupil]


def test_weekends_closures_and_holidays_do_not_break_a_spell(register: OpenRegister) -> None:
    found = [
        (one["first_day"].isoformat(), one["last_day"].isoformat(), one["school_days"])
        for one in of_pupil(spells(register, "sick").to_pylist(), "p1")
    ]
    assert found == [("2025-10-03", "2025-10-09", 4), ("2025-10-17", "2025-10-27", 2)]


def test_of_whole_days_only_days_missed_whole_count(register: OpenRegister) -> None:
    found = of_pupil(spells(register, "sick", whole_days=True).to_pylist(), "p1")
    assert [(one["first_day"].day, one["school_days"]) for one in found] == [(3, 4), (17, 1)]
    assert of_pupil(spells(register, "truant", whole_days=True).to_pylist(), "p2") == []


def test_a_kind_of_absence_that_does_not_exist_is_refused(register: OpenRegister) -> None:
    with pytest.raises(ValueError, match="known are"):
        spells(register, "elsewhere")


def test_ten_fridays_in_a_row_are_a_pattern_shown_with_its_counts(register: OpenRegister) -> None:
    (friday,) = [one for one in of_pupil(patterns(register).to_pylist(), "p2") if one["pattern"] == "weekday"]
    assert (friday["value"], friday["missed_here"], friday["missed_in_all"]) == ("5", 9, 9)
    assert friday["chance_corrected"] < 0.001


def test_what_is_as_likely_by_chance_is_not_shown(register: OpenRegister) -> None:
    assert of_pupil(patterns(register).to_pylist(), "p1") == []
    assert of_pupil(patterns(register, shown_only=False).to_pylist(), "p1")


def test_a_week_below_the_own_limit_is_a_change(register: OpenRegister) -> None:
    chart = of_pupil(change(register).to_pylist(), "p3")
    signals = {one["week"]: one["signal"] for one in chart}
    assert signals["2025-11-10"] == "beyond_limit"
    assert signals["2025-11-03"] is None
    (last,) = [one for one in chart if one["week"] == "2025-11-10"]
    assert last["attendance_rate"] == pytest.approx(0.2)
    assert last["lower_limit"] <= last["centre"] <= last["upper_limit"] <= 1


def test_with_too_few_weeks_there_are_no_limits(register: OpenRegister) -> None:
    from aanwezig.measures import ChangeParameters

    chart = change(register, ChangeParameters(needs_weeks=40)).to_pylist()
    assert chart
    assert all(one["centre"] is None and one["signal"] is None for one in chart)


def test_every_school_day_has_its_possible_and_absent_time(register: OpenRegister) -> None:
    rows = {(one["unit_id"], one["date"].isoformat()): one for one in daily(register).to_pylist()}
    assert ("25PL00", "2025-10-08") not in rows
    friday = rows["25PL00", "2025-10-03"]
    assert (friday["pupils"], friday["possible_minutes"], friday["absent_minutes"]) == (2, 600, 450)
    assert friday["attendance_rate"] == pytest.approx(0.25)
    assert rows["25PL00", "2025-09-01"]["attendance_rate"] == 1.0


def test_days_add_up_to_the_school_year(register: OpenRegister) -> None:
    days, (year,) = (
        daily(register, "group").to_pylist(),
        [one for one in measure(register, "group").to_pylist() if one["unit_id"] == "5a"],
    )
    own = [one for one in days if one["unit_id"] == "5a"]
    for name in ("possible_minutes", "absent_minutes"):
        assert sum(one[name] for one in own) == year[name]


def test_weeks_carry_the_goal(register: OpenRegister) -> None:
    rows = weeks(register).to_pylist()
    assert {one["goal"] for one in rows} == {0.95}
    assert "2025-10-20" not in {one["period"] for one in rows}


def test_the_grid_counts_lessons_by_weekday(register: OpenRegister) -> None:
    cells = {
        (one["unit_id"], one["weekday"], one["lesson"]): one
        for one in weekday_lesson_grid(register).to_pylist()
    }
    first = cells["03XY01", 1, "1"]
    assert (first["registrations"], first["pupils"], first["absent_minutes"]) == (2, 1, 100)
    # Noted for a part of the day or in minutes: no lesson hour. The autumn holiday had a Friday too.
    assert cells["25PL00", 5, None]["registrations"] == 2 + 9


def test_every_column_that_is_given_is_defined(register: OpenRegister) -> None:
    defined = {column for one in catalogue() for column in one.columns}
    names = {"unit", "unit_id", "school_id", "period", "pupils"}
    assert set(measure(register, "group").column_names) <= defined | names


def test_what_leaves_the_school_hides_small_groups(register: OpenRegister) -> None:
    hidden = hide_small(measure(register, "group"))
    assert hidden["attendance_rate"].null_count == hidden.num_rows == 2
    assert hidden["unit_id"].to_pylist() == ["2a", "5a"]
