"""Laws of measures on registers that Hypothesis makes: what is measured is what is plainly read, day by day."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

from measure_oracle import differences, pupils_of, setting_of
from measure_oracle import measure as plain_measure
from oracle_folder import write_folder

from aanwezig.engines import Engine, OpenRegister, open_engine, open_register_folder
from aanwezig.measures import absent_days, measure, spells
from aanwezig.rules.attendance import Attendance
from aanwezig.tables import REASONS

FIRST, ON = date(2025, 8, 25), date(2025, 9, 12)
SCHOOLS = ("25PL00", "03XY01")
Row = dict[str, Any]
some_days = st.integers(0, (ON - FIRST).days).map(lambda n: FIRST + timedelta(days=n))
# Few values, so that rows meet on one day, lesson and part.
absences = st.fixed_dictionaries(
    {
        "pupil_id": st.sampled_from(["p1", "p2"]),
        "school_id": st.sampled_from(SCHOOLS),
        "date": st.sampled_from([date(2025, 9, day) for day in (1, 2, 3, 4, 8)]),
        "reason": st.sampled_from(REASONS),
        "authorised": st.sampled_from([None, "yes", "no"]),
        "minutes": st.sampled_from([None, 1, 45, 60, 150, 200, 330]),
        "lesson": st.sampled_from([None, None, "1", "2"]),
        "part": st.sampled_from([None, None, "day", "morning", "afternoon"]),
        "start_time": st.sampled_from([None, None, "08:30"]),
        "recorded_at": st.sampled_from([None, "2025-09-09T08:00:00", "2025-09-09T09:00:00"]),
    }
).map(lambda row: row if row["lesson"] or row["part"] else {**row, "minutes": row["minutes"] or 45})


@st.composite
def periods(draw: st.DrawFn) -> Row:
    first = draw(st.one_of(st.just(date(2024, 8, 1)), some_days))
    last = draw(st.one_of(st.none(), some_days.filter(lambda day: day >= first)))
    return {"first_day": first, "last_day": last}


@st.composite
def registers(draw: st.DrawFn) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {
        "schools": [
            {"school_id": SCHOOLS[0], "name": "a", "sector": "po", "holiday_region": "noord"},
            {
                "school_id": SCHOOLS[1],
                "name": "b",
                "sector": "vo",
                "holiday_region": "noord",
                "lesson_minutes": draw(st.sampled_from([None, 45, 50])),
            },
        ],
        "timetable": [
            {"school_id": school, "group": group, "weekday": weekday, "minutes": minutes}
            for school in draw(st.sampled_from([(), SCHOOLS[:1], SCHOOLS]))
            for group, minutes in draw(st.sampled_from([((None, 301),), ((None, 300), ("a", 255))]))
            for weekday in range(1, 6)
        ],
        "pupils": [
            {"pupil_id": "p1", "birth_date": "2020-03-01", "municipality": "0363"},
            {"pupil_id": "p2", "birth_date": "2019-09-04", "municipality": None},
        ],
        "absences": draw(st.lists(absences, max_size=14)),
    }
    enrolments = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["p1", "p2"]),
                st.sampled_from(SCHOOLS),
                st.sampled_from(["a", "b", None]),
                periods(),
            ),
            min_size=1,
            max_size=5,
        )
    )
    tables["enrolments"] = [
        {"pupil_id": pupil, "school_id": school, "group": group, "level": group, **period}
        for pupil, school, group, period in {
            (pupil, school, period["first_day"]): (pupil, school, group, period)
            for pupil, school, group, period in enrolments
        }.values()
    ]
    grounds = st.sampled_from(["art5_a", "art15", "under6_5h", "under6_10h"])
    tables["exemptions"] = [
        {"pupil_id": pupil, "ground": ground, **period}
        for pupil, ground, period in draw(
            st.lists(st.tuples(st.sampled_from(["p1", "p2"]), grounds, periods()), max_size=2)
        )
    ]
    if draw(st.booleans()):
        tables["deliveries"] = [{"school_id": SCHOOLS[0], "last_day": draw(some_days)}]
    return {name: rows for name, rows in tables.items() if rows or name in ("absences", "enrolments")}


COLUMNS = {"absences": ["pupil_id", "school_id", "date", "minutes", "lesson", "part", "reason"]}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def opened(tables: dict[str, list[Row]], engine: Engine, folder: str) -> OpenRegister:
    path = write_folder(Path(folder), tables)
    for name, columns in COLUMNS.items():
        if not tables[name]:
            (path / f"{name}.csv").write_text(",".join(columns) + "\n", encoding="utf-8")
    return open_register_folder(path, engine, on=ON)


few = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(
    tables=registers(),
    by=st.sampled_from(["pupil", "group", "level", "school", "municipality"]),
    per=st.sampled_from(["school_year", "month", "week"]),
)
@few
def test_measures_are_what_is_plainly_read(
    engine: Engine, tables: dict[str, list[Row]], by: str, per: str
) -> None:
    with tempfile.TemporaryDirectory() as folder, opened(tables, engine, folder) as register:
        assert not differences(measure(register, by, per), plain_measure(register, by, per))


@given(tables=registers())
@few
def test_days_with_absence_and_spells_are_those_of_the_plain_form(
    engine: Engine, tables: dict[str, list[Row]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, opened(tables, engine, folder) as register:
        days = engine.to_arrow(absent_days(register)).to_pylist()
        found = {(row["pupil_id"], row["school_id"], row["date"]): row for row in days}
        runs = [
            (row["pupil_id"], row["first_day"], row["last_day"], row["school_days"])
            for row in spells(register).to_pylist()
        ]
        setting = setting_of(register)
        expected_runs = []
        for facts in pupils_of(register):
            attendance = Attendance(facts, setting)
            run: list[date] = []
            for pupil_day in attendance.days:
                for day in pupil_day.schools:
                    row = found.pop((facts.pupil_id, day.school_id, day.date), None)
                    if row is None:
                        assert day.absent == 0
                        continue
                    assert row["absent_minutes"] == day.absent
                    assert row["possible_minutes"] == day.possible
                    assert row["late_count"] == day.late_count
                if pupil_day.absent > 0:
                    run.append(pupil_day.date)
                elif run:
                    expected_runs.append((facts.pupil_id, run[0], run[-1], len(run)))
                    run = []
            if run:
                expected_runs.append((facts.pupil_id, run[0], run[-1], len(run)))
        assert not found
        assert sorted(runs) == sorted(expected_runs)


@given(tables=registers())
@few
def test_more_lessons_attended_never_lowers_the_rate(engine: Engine, tables: dict[str, list[Row]]) -> None:
    # Rows in minutes alone: of rows on one lesson a later one may say less than the one it replaces.
    slots = {"lesson": None, "part": None, "start_time": None}
    rows = [{**row, **slots, "minutes": row["minutes"] or 45} for row in tables["absences"]]
    fewer = {**tables, "absences": [row for row in rows if row["reason"] not in ("elsewhere", "exempt")]}
    more = {**fewer, "absences": fewer["absences"][: len(fewer["absences"]) // 2]}
    rates = []
    for one in (fewer, more):
        with tempfile.TemporaryDirectory() as folder, opened(one, engine, folder) as register:
            rates.append({row["unit_id"]: row["attendance_rate"] for row in measure(register).to_pylist()})
    for pupil, rate in rates[0].items():
        if rate is not None:
            assert rates[1][pupil] >= rate
