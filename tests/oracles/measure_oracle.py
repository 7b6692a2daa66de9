"""The measures once more, slowly, from the plain form of a pupil's days, for anybody to check by hand.

Reads a register through the door and goes through it day by day with ``aanwezig.rules.attendance``, in exact
fractions. Nothing of ``aanwezig.measures`` is imported but the boundaries' defaults. Source: docs/specification/register.md §5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import pyarrow as pa

from aanwezig.calendar import SchoolCalendar, region_of_municipality
from aanwezig.engines import OpenRegister, calendars_of
from aanwezig.rules.attendance import Attendance, SchoolDay
from aanwezig.rules.facts import Absence, Enrolment, Exemption, PupilFacts, ReducedProgramme, Setting
from aanwezig.tables import REASONS
from aanwezig.values import Period, SchoolYear, monday_of
from aanwezig.values.period import add_months

ONE_DAY = timedelta(days=1)
MARKS = {True: "authorised", False: "unauthorised", None: "mark_unknown"}
PARTS = [r for r in REASONS if r not in ("elsewhere", "exempt")] + list(MARKS.values())
Unit = tuple[str | None, str | None]


@dataclass
class Cell:
    """One pupil in one unit and period."""

    possible: Fraction = Fraction(0)
    absent: Fraction = Fraction(0)
    agreed: Fraction = Fraction(0)
    parts: dict[str, Fraction] = field(default_factory=dict)
    dates: list[tuple[str, date]] = field(default_factory=list)
    known: int = 0
    unknown: int = 0
    assumed: bool = False
    late: int = 0
    early: set[tuple[int, int]] = field(default_factory=set)

    @property
    def undelivered(self) -> bool:
        return self.known == 0 and self.unknown > 0


def setting_of(register: OpenRegister) -> Setting:
    delivered: dict[str, date] = {}
    for row in register.arrow("deliveries").to_pylist():
        delivered[row["school_id"]] = max(row["last_day"], delivered.get(row["school_id"], date.min))
    return Setting(register.on, calendars_of(register), delivered)


def rows_of(register: OpenRegister, table: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a table by pupil, in the order of the file."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in register.arrow(table).to_pylist():
        found.setdefault(row["pupil_id"], []).append(row)
    return found


def period_of(row: dict[str, Any]) -> Period:
    return Period(row["first_day"], row["last_day"])


def pupils_of(register: OpenRegister) -> Iterator[PupilFacts]:
    """The facts that measures rest on, of every pupil."""
    tables = {
        name: rows_of(register, name)
        for name in ("enrolments", "absences", "exemptions", "reduced_programmes")
    }
    truth = {"yes": True, "no": False, None: None}
    for pupil in register.arrow("pupils").to_pylist():
        own = {name: rows.get(pupil["pupil_id"], []) for name, rows in tables.items()}
        yield PupilFacts(
            pupil_id=pupil["pupil_id"],
            birth_date=pupil["birth_date"],
            municipality=pupil["municipality"],
            enrolments=tuple(
                Enrolment(str(row["_row"]), row["school_id"], period_of(row), row["group"], row["level"])
                for row in own["enrolments"]
            ),
            absences=tuple(
                Absence(
                    ref=str(row["_row"]),
                    school_id=row["school_id"],
                    date=row["date"],
                    reason=row["reason"],
                    authorised=truth[row["authorised"]],
                    minutes=row["minutes"],
                    lesson=row["lesson"],
                    part=row["part"],
                    start_time=row["start_time"],
                    recorded_at=row["recorded_at"],
                    row=row["_row"],
                )
                for row in own["absences"]
            ),
            exemptions=tuple(
                Exemption(str(row["_row"]), row["ground"], period_of(row)) for row in own["exemptions"]
            ),
            reduced_programmes=tuple(
                ReducedProgramme(
                    str(row["_row"]), row["school_id"], period_of(row), row["minutes_per_week"], row["ground"]
                )
                for row in own["reduced_programmes"]
            ),
        )


def band(absent: Fraction, possible: Fraction) -> str | None:
    if possible == 0:
        return None
    share = absent / possible
    if share <= Fraction(5, 100):
        return "good"
    if share < Fraction(10, 100):
        return "at_risk"
    return "chronic" if share < Fraction(20, 100) else "severe"


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def label(day: date, per: str) -> str:
    if per == "school_year":
        return str(SchoolYear.of(day))
    return f"{day:%Y-%m}" if per == "month" else monday_of(day).isoformat()


def the_periods(on: date, per: str) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for day in days_between(SchoolYear.of(on).first, on):
        found.setdefault(label(day, per), []).append(day)
    return found


def days_before(days: list[date], on: date, per: str) -> list[date]:
    """As many days of the period before: the year, month or week before, as far as this one has come."""
    if per == "week":
        return [day - timedelta(days=7) for day in days]
    months = -12 if per == "school_year" else -1
    first = add_months(days[0], months)
    runs_on = days[-1] == on and (on + ONE_DAY).day != 1
    last = add_months(on, months) if runs_on or per == "school_year" else days[0] - ONE_DAY
    return days_between(first, last)


def agreed_share(attendance: Attendance, setting: Setting, school_id: str, day: date) -> Fraction:
    """The part of a full week that was agreed for the pupil at the school on a day; 1 without agreement."""
    found = [p for p in attendance.facts.reduced_programmes if p.school_id == school_id and day in p.period]
    if not found:
        return Fraction(1)
    calendar = attendance.calendar(school_id, day)
    week = sum(calendar.timetabled_minutes(monday_of(day) + timedelta(days=n)) for n in range(7))
    return min(Fraction(1), Fraction(min(p.minutes_per_week for p in found), week))


def unit_of(by: str, attendance: Attendance, setting: Setting, school_id: str, day: date) -> Unit:
    school = setting.calendars.schools[school_id]
    enrolment = attendance.enrolment(school_id, day)
    assert enrolment is not None
    return {
        "pupil": (attendance.facts.pupil_id, None),
        "school": (school_id, None),
        "group": (enrolment.group, school_id),
        "level": (enrolment.level, None),
        "municipality": (attendance.facts.municipality, None),
        "partnership": (school.partnership, None),
        "region": (school.holiday_region or region_of_municipality(school.municipality), None),
    }[by]


@cache
def year_so_far(calendar: SchoolCalendar, on: date, last: date) -> tuple[int, int]:
    """The school days of the year that have passed on a day, and those of the whole year."""
    year = SchoolYear.of(on)
    return sum(1 for _ in calendar.school_days(year.first, last)), sum(
        1 for _ in calendar.school_days(year.first, year.last)
    )


def add_day(cell: Cell, attendance: Attendance, setting: Setting, school_id: str, day: date) -> None:
    """Count one day of enrolment at one school."""
    calendar = attendance.calendar(school_id, day)
    last = setting.last_day(school_id)
    cell.early.add(year_so_far(calendar, setting.on, last))
    if calendar.minutes(day) == 0:
        return
    if day > last:
        cell.unknown += 1
        return
    cell.known += 1
    if attendance.full_exemption(day) is not None:
        return
    (own,) = [s for s in attendance.by_date[day].schools if s.school_id == school_id]
    add_school_day(cell, own)
    cell.agreed += Fraction(own.possible) * agreed_share(attendance, setting, school_id, day)


def add_school_day(cell: Cell, day: SchoolDay) -> None:
    cell.possible += day.possible
    cell.absent += day.absent
    cell.assumed = cell.assumed or day.assumed
    cell.late += day.late_count
    if day.possible > 0:
        cell.dates.append((day.school_id, day.date))
    for mark in day.marks:
        if mark.is_absence:
            for name in (mark.absence.reason, MARKS[mark.absence.authorised]):
                cell.parts[name] = cell.parts.get(name, Fraction(0)) + mark.minutes


def cells(
    register: OpenRegister, setting: Setting, attendance: Attendance, by: str, days: list[date]
) -> dict[Unit, Cell]:
    found: dict[Unit, Cell] = {}
    for school_id in attendance.school_ids:
        for day in days:
            if day <= register.on and attendance.enrolment(school_id, day) is not None:
                unit = unit_of(by, attendance, setting, school_id, day)
                add_day(found.setdefault(unit, Cell()), attendance, setting, school_id, day)
    return found


def improved(
    register: OpenRegister,
    setting: Setting,
    attendance: Attendance,
    registered: set[str],
    days: list[date],
    per: str,
) -> bool | None:
    """Against the pupil's own period before, over all schools whose absence of then is in the register."""
    before = days_before(days, register.on, per)
    earlier_year = before[-1] < SchoolYear.of(register.on).first
    now = [0, 0], [0, 0]
    for which, chosen in enumerate((days, before)):
        for school_id in attendance.school_ids:
            if which == 1 and earlier_year and school_id not in registered:
                continue
            for cell in cells(register, setting, attendance, "school", chosen).items():
                if cell[0][0] == school_id:
                    now[which][0] += cell[1].absent  # type: ignore[assignment]
                    now[which][1] += cell[1].possible  # type: ignore[assignment]
    (absent, possible), (absent_before, possible_before) = now
    if not possible or not possible_before:
        return None
    return Fraction(absent) / possible < Fraction(absent_before) / possible_before


def measure(register: OpenRegister, by: str, per: str) -> dict[tuple[Unit, str], dict[str, Any]]:
    """(unit, period) → the columns of ``aanwezig measure``, as exact fractions."""
    setting = setting_of(register)
    start = SchoolYear.of(register.on).first
    registered = {
        row["school_id"] for row in register.arrow("absences").to_pylist() if earlier(row["date"], start, per)
    }
    found: dict[tuple[Unit, str], list[tuple[Cell, bool | None]]] = {}
    for facts in pupils_of(register):
        attendance = Attendance(facts, setting)
        for name, days in the_periods(register.on, per).items():
            rose = improved(register, setting, attendance, registered, days, per)
            for unit, cell in cells(register, setting, attendance, by, days).items():
                if cell.known + cell.unknown > 0 or per == "school_year":
                    found.setdefault((unit, name), []).append((cell, rose))
    return {key: row_of(members, by) for key, members in found.items()}


def earlier(day: date, start: date, per: str) -> bool:
    """Whether a day lies in the part of an earlier school year that the first period is compared with."""
    first = {"school_year": add_months(start, -12), "month": add_months(start, -1)}
    return first.get(per, start - timedelta(days=7)) <= day < start


def row_of(members: list[tuple[Cell, bool | None]], by: str) -> dict[str, Any]:
    whole = Cell()
    for cell, _ in members:
        whole.possible += cell.possible
        whole.absent += cell.absent
        whole.agreed += cell.agreed
        whole.known += cell.known
        whole.unknown += cell.unknown
        whole.assumed = whole.assumed or cell.assumed
        whole.late += cell.late
        whole.early |= cell.early
        whole.dates += cell.dates
        for name, minutes in cell.parts.items():
            whole.parts[name] = whole.parts.get(name, Fraction(0)) + minutes
    row: dict[str, Any] = {"pupils": len(members), "assumed_timetable": whole.assumed}
    row["band"] = band(whole.absent, whole.possible)
    row["attendance_rate"] = 1 - whole.absent / whole.possible if whole.possible else None
    agreed = (whole.possible - whole.absent) / whole.agreed if whole.agreed else None
    row["attendance_rate_agreed"] = None if agreed is None else min(Fraction(1), agreed)
    minutes = {
        "possible_minutes": whole.possible,
        "absent_minutes": whole.absent,
        "agreed_minutes": whole.agreed,
    }
    minutes |= {f"absent_{name}": whole.parts.get(name, Fraction(0)) for name in PARTS}
    minutes["late_count"] = Fraction(whole.late)
    row |= {name: None if whole.undelivered else value for name, value in minutes.items()}
    few = by == "pupil" and len({day for _, day in whole.dates}) < 10
    early = {passed * 10 < total for passed, total in whole.early}
    row["provisional"] = None if row["band"] is None else few | early.pop() if len(early) == 1 else "either"
    bands = [band(cell.absent, cell.possible) for cell, _ in members]
    known = [one for one in bands if one is not None]
    rose = [one for _, one in members if one is not None]
    for name in ("good", "at_risk", "chronic", "severe"):
        share = Fraction(known.count(name), len(known)) if known and by != "pupil" else None
        row[f"share_{name}"] = share
    row["share_improved"] = Fraction(sum(rose), len(rose)) if rose and by != "pupil" else None
    return row


def differences(table: pa.Table, expected: dict[tuple[Unit, str], dict[str, Any]]) -> list[str]:
    """Where a table of measures says something else than the plain reading, in words; nothing when they agree."""
    rows = {((row["unit_id"], row.get("school_id")), row["period"]): row for row in table.to_pylist()}
    found = [f"{key}: only in the measures" for key in rows.keys() - expected.keys()]
    found += [f"{key}: only read plainly" for key in expected.keys() - rows.keys()]
    for key in sorted(rows.keys() & expected.keys(), key=str):
        for name, value in expected[key].items():
            got = rows[key][name]
            if value == "either":
                continue
            if isinstance(value, Fraction):
                # A cut of a day in proportion is kept in millionths of a minute.
                same = got is not None and abs(got - float(value)) <= max(1e-9, 1e-6 * abs(float(value)))
            else:
                same = got == value
            if not same:
                found.append(f"{key} {name}: measured {got}, read plainly {value}")
    return found
