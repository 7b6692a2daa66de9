"""What the made-up tables hold: the contract's columns, real calendars, invented ids."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aanwezig.calendar import Calendars, Closure, SchoolInfo, TimetableRow
from aanwezig.engines import open_engine, open_register_folder
from aanwezig.simulate.days import NO_END
from aanwezig.simulate.drawing import Purpose, stream
from aanwezig.simulate.schools import invented_school_ids, make_schools
from aanwezig.tables import TABLES, Kind
from aanwezig.values import Period, SchoolYear
from factories.made_register import MadeRegister

YEAR = SchoolYear(2025)
DUO_ADDRESSES = Path(__file__).parents[4] / "shared/data/schools_nl/duo_schools_edugis_2024-11-22.csv"
WRITTEN = [
    "schools",
    "closures",
    "timetable",
    "pupils",
    "enrolments",
    "absences",
    "exemptions",
    "leave",
    "suspensions",
    "notifications",
    "deliveries",
    "reduced_programmes",
    "not_enrolled",
    "applications",
    "admissibility",
    "regions",
    "results",
    "incidents",
    "care",
    "observations",
    "test_weeks",
]


@pytest.mark.parametrize("name", WRITTEN)
def test_every_table_keeps_to_the_contract(made_register: MadeRegister, name: str) -> None:
    table = pq.read_table(made_register.folder / f"{name}.parquet")
    contract = {column.name: column for column in TABLES[name].all_columns()}
    assert set(table.column_names) <= set(contract)
    assert {n for n, c in contract.items() if not c.optional} <= set(table.column_names)
    for column_name in table.column_names:
        column, values = contract[column_name], table[column_name]
        if not column.may_be_empty:
            assert values.null_count == 0, column_name
        if column.kind is Kind.DATE:
            assert values.type == pa.date32()
        if column.kind is Kind.DATETIME:
            assert values.type == pa.timestamp("us", tz="UTC")
        if column.values:
            assert set(values.unique().to_pylist()) - {None} <= set(column.values), column_name


def test_the_engine_reads_the_register_without_a_fault(made_register: MadeRegister) -> None:
    register = open_register_folder(made_register.folder, open_engine("duckdb"), on=YEAR.last, known=None)
    for name in TABLES:
        if register.has(name):
            register.arrow(name)
    assert register.faults == []


def test_the_summary_counts_the_rows_that_are_there(made_register: MadeRegister) -> None:
    counted = {name: len(made_register.rows(name)) for name in WRITTEN}
    assert made_register.summary.rows == counted
    assert counted["pupils"] == made_register.summary.pupils == 2_000
    assert counted["schools"] == made_register.summary.schools


def calendars_of_tables(register: MadeRegister) -> Calendars:
    """The calendars as anybody makes them from the written tables."""
    return Calendars(
        [
            SchoolInfo(
                row["school_id"],
                row["sector"],
                municipality=row["municipality"],
                holiday_region=row["holiday_region"],
                lesson_minutes=row["lesson_minutes"],
            )
            for row in register.rows("schools")
        ],
        [
            (row["school_id"], Closure(Period(row["first_day"], row["last_day"]), row["kind"]))
            for row in register.rows("closures")
        ],
        [
            (
                row["school_id"],
                TimetableRow(row["minutes"], row["weekday"], row["date"], row["group"], row["lessons"]),
            )
            for row in register.rows("timetable")
        ],
    )


def test_absence_lies_on_school_days_of_the_own_calendar_but_for_planted_faults(
    make_register: Callable[..., MadeRegister],
) -> None:
    register = make_register(pupils=3_000, schools=14, seed=5)
    calendars = calendars_of_tables(register)
    faults = {row["absence_id"]: row["kind"] for row in register.truth("faults")}
    enrolled: dict[tuple[str, str], list[tuple[date, date | None, str]]] = {}
    for row in register.rows("enrolments"):
        if row["superseded_at"] is None:
            key = (row["pupil_id"], row["school_id"])
            enrolled.setdefault(key, []).append((row["first_day"], row["last_day"], row["group"]))
    missed: Counter[tuple[str, str, date]] = Counter()
    possible: dict[tuple[str, str, date], int] = {}
    for row in register.rows("absences"):
        kind = faults.get(row["absence_id"])
        stays = [
            group
            for first, last, group in enrolled.get((row["pupil_id"], row["school_id"]), [])
            if first <= row["date"] and (last is None or row["date"] <= last)
        ]
        assert bool(stays) == (kind != "absence_outside_enrolment")
        if not stays:
            continue
        minutes = calendars.of(row["school_id"], stays[0]).minutes(row["date"])
        assert (minutes > 0) == (kind != "absence_on_closed_day")
        if row["superseded_at"] is None and kind not in (
            "two_marks",
            "present_and_absent",
            "more_than_possible",
        ):
            key3 = (row["pupil_id"], row["school_id"], row["date"])
            possible[key3] = minutes
            length = calendars.schools[row["school_id"]].lesson_length
            whole = {"day": minutes, "morning": minutes // 2, "afternoon": minutes // 2}
            missed[key3] += row["minutes"] or (
                0 if row["reason"] == "late" else length if row["lesson"] else whole.get(row["part"], 0)
            )
    assert missed
    assert not [key for key, minutes in missed.items() if minutes > possible[key] > 0]


def test_the_arrays_of_days_are_the_calendar() -> None:
    schools = make_schools(20_000, 40, [YEAR], stream(3, Purpose.SCHOOLS))
    days = schools.days
    closures = [
        (schools.ids[n], Closure(Period(first, last), kind))
        for n in range(len(schools))
        for first, last, kind in schools.variants[int(schools.variant[n])].closures
    ]
    infos = [
        SchoolInfo(schools.ids[n], "po", municipality=schools.municipality[n]) for n in range(len(schools))
    ]
    calendars = Calendars(infos, closures)
    seen_closed = 0
    for n in range(0, len(schools), 3):
        calendar, row = calendars.of(schools.ids[n]), int(schools.calendar[n])
        lasts = days.window_last[row]
        for index in range(days.length):
            day = days.date_of(index)
            assert (days.minutes[row, index] > 0) == calendar.is_school_day(day), day
            if days.minutes[row, index] and lasts[index] < NO_END:
                assert days.date_of(int(lasts[index])) == calendar.window_end(day)
            seen_closed += days.minutes[row, index] == 0
        assert int(days.count[row, 0]) == sum(
            calendar.is_school_day(days.date_of(i)) for i in range(days.length)
        )
    assert seen_closed


def test_timetables_differ_and_some_schools_have_none() -> None:
    schools = make_schools(60_000, None, [YEAR], stream(2, Purpose.SCHOOLS))
    assert {pattern.assumed for pattern in schools.pattern} == {True, False}
    assert {45, 50, 60, 70} <= {minutes for minutes in schools.lesson_minutes if minutes}
    assert any(other is not None for other in schools.other_pattern)
    assert any(pattern.minutes[2] < pattern.minutes[0] for pattern in schools.pattern), "half Wednesdays"
    assert set(np.unique(schools.sector).tolist()) == set(range(7))


def test_the_number_of_schools_follows_the_national_means() -> None:
    schools = make_schools(100_000, None, [YEAR], stream(1, Purpose.SCHOOLS))
    primary, secondary = schools.size[schools.sector == 0], schools.size[schools.sector == 3]
    assert 220 < primary.mean() < 260
    assert 750 < secondary.mean() < 1050
    assert 0.50 < primary.sum() / 100_000 < 0.57
    assert schools.size.sum() == 100_000
    assert schools.size.min() >= 1


def test_school_ids_look_like_brin_and_have_a_number_that_is_never_given() -> None:
    ids = invented_school_ids(8_000)
    assert len(set(ids)) == 8_000
    assert ids == sorted(ids)
    assert all(re.fullmatch(r"9\d[A-Z]{2}\d{2}", school_id) for school_id in ids)


def test_no_school_of_the_country_has_an_invented_number() -> None:
    if not DUO_ADDRESSES.exists():
        pytest.skip("DUO's address file is not here (../shared/data/schools_nl)")
    with DUO_ADDRESSES.open(encoding="utf-8-sig", newline="") as lines:
        real = {row["vestigingscode"] for row in csv.DictReader(lines)}
    assert real
    assert not real & set(invented_school_ids(8_000))
    assert not [brin for brin in real if brin.startswith("9")]


def test_pupil_ids_are_in_the_order_of_the_file(made_register: MadeRegister) -> None:
    for table in ("pupils", "enrolments", "absences"):
        ids = [row["pupil_id"] for row in made_register.rows(table)]
        assert ids == sorted(ids)


def test_half_years_of_a_register_know_nothing_of_later(make_register: Callable[..., MadeRegister]) -> None:
    until = date(2026, 1, 16)
    register = make_register(pupils=1_500, until=until)
    facts = {"absences": "date", "not_enrolled": "since", "observations": "date", "notifications": "sent_on"}
    for table, column in facts.items():
        assert all(row[column] <= until for row in register.rows(table)), table
    for table in ("absences", "enrolments"):
        for row in register.rows(table):
            for column in ("recorded_at", "superseded_at"):
                assert row[column] is None or row[column].date() <= until
    assert {row["last_day"] for row in register.rows("deliveries")} == {until}
    assert all(row["last_day"] is None or row["last_day"] <= until for row in register.rows("enrolments"))
    assert any(row["date"] == until for row in register.rows("absences"))


def test_a_school_of_any_size_has_groups_of_its_levels(make_register: Callable[..., MadeRegister]) -> None:
    register = make_register(pupils=6_000, schools=1)
    groups = {(row["group"], row["level"]) for row in register.rows("enrolments")}
    assert len(groups) > 200
    assert all(re.fullmatch(rf"{level}[A-Z]\d*", group) for group, level in groups)
    assert len({group for group, _ in groups}) == len(groups)
