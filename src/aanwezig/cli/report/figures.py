"""The figures of the report: rate, weeks, bands, reasons, weekday by lesson, from the measures of a register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from aanwezig.calendar import Calendars
from aanwezig.cli.report.worklist import Place
from aanwezig.engines import OpenRegister, calendars_of
from aanwezig.library import Register
from aanwezig.measures import daily
from aanwezig.pictures.bars import BANDS, BandRow, Grid, shaded
from aanwezig.pictures.weeks import Week, weeks_of_rows
from aanwezig.tables import REASONS
from aanwezig.values import AanwezigError, SchoolYear

# Lessons of more than this are no lesson hours of a day.
MOST_LESSONS = 12


@dataclass(frozen=True, slots=True)
class Totals:
    """Time over all units: None for the rate where nothing was possible."""

    pupils: int
    possible: float
    absent: float
    assumed: bool

    @property
    def rate(self) -> float | None:
        return 1 - self.absent / self.possible if self.possible else None


@dataclass(frozen=True, slots=True)
class Freshness:
    """Up to which day absence is complete, at most the reference date: per school, None where nobody stated it."""

    school: str
    complete_through: date | None


@dataclass(frozen=True)
class Figures:
    totals: Totals
    first_day: date
    last_day: date
    schools: tuple[str, ...]
    school_ids: tuple[str, ...]
    freshness: tuple[Freshness, ...]
    weeks: tuple[Week, ...]
    last_year: tuple[Week, ...]
    groups: tuple[BandRow, ...]
    reasons: tuple[tuple[str, float], ...]
    grid: Grid | None
    weekdays: tuple[float | None, ...]
    rates: Mapping[str, float]
    bands: Mapping[str, str]
    places: Mapping[str, Place]


def gather(register: Register) -> Figures:
    """All figures of the school year up to the reference date."""
    opened = register.opened()
    year = SchoolYear.of(opened.on)
    names = school_names(opened)
    per_school = list(register.measure(by="school", tiers=False).rows())
    pupils = [row for row in register.measure(by="pupil").rows() if row["period"] == str(year)]
    this_year = [row for row in per_school if row["period"] == str(year)]
    freshness = fresh(opened, names)
    calendars = calendars_of(opened)
    last_day = min([opened.on, *(f.complete_through for f in freshness if f.complete_through)])
    if any(f.complete_through is None for f in freshness):
        last_day = opened.on
    return Figures(
        totals=total(this_year, {row["unit_id"] for row in pupils}),
        first_day=first_school_day(calendars, year, last_day),
        last_day=last_day,
        schools=tuple(names[row["unit_id"]] for row in this_year if row["unit_id"] in names),
        school_ids=tuple(row["unit_id"] for row in this_year if row["unit_id"] in names),
        freshness=freshness,
        weeks=weeks_of_rows(register.measure(by="school", per="week", tiers=False).rows(), year),
        last_year=last_years_weeks(register, year),
        groups=band_rows(register.measure(by="group", tiers=False).rows(), year, names),
        reasons=reasons_of(this_year),
        grid=weekday_grid(opened, calendars, year, last_day),
        weekdays=missed_by_weekday(opened),
        rates={
            row["unit_id"]: row["attendance_rate"] for row in pupils if row["attendance_rate"] is not None
        },
        bands={row["unit_id"]: row["band"] for row in pupils if row["band"] and not row["provisional"]},
        places=places_of(opened, names),
    )


def school_names(opened: OpenRegister) -> dict[str, str]:
    """The name of each school; its id where it has none."""
    rows = opened.arrow("schools").select(["school_id", "name"]).to_pylist()
    return {row["school_id"]: row["name"] or row["school_id"] for row in rows}


def total(rows: Sequence[Mapping[str, Any]], pupils: set[str]) -> Totals:
    return Totals(
        pupils=len(pupils),
        possible=sum(row["possible_minutes"] or 0 for row in rows),
        absent=sum(row["absent_minutes"] or 0 for row in rows),
        assumed=any(row["assumed_timetable"] for row in rows),
    )


def fresh(opened: OpenRegister, names: Mapping[str, str]) -> tuple[Freshness, ...]:
    complete: dict[str, date] = {}
    if opened.has("deliveries"):
        for row in opened.arrow("deliveries").select(["school_id", "last_day"]).to_pylist():
            known = complete.get(row["school_id"])
            complete[row["school_id"]] = max(known, row["last_day"]) if known else row["last_day"]
    through = {school_id: min(day, opened.on) for school_id, day in complete.items()}
    return tuple(Freshness(name, through.get(school_id)) for school_id, name in sorted(names.items()))


def first_school_day(calendars: Calendars, year: SchoolYear, last: date) -> date:
    """The first day of the year on which any school has lessons."""
    found = []
    for school_id in calendars.schools:
        days = calendars.of(school_id).school_days(year.first, last)
        found.append(next(iter(days), year.first))
    return min(found, default=year.first)


def last_years_weeks(register: Register, year: SchoolYear) -> tuple[Week, ...]:
    """The weeks of the year before, where the register goes back so far."""
    before = SchoolYear(year.start_year - 1)
    try:
        rows = register.measure(by="school", per="week", on=before.last, tiers=False).rows()
    except AanwezigError:
        return ()
    weeks = weeks_of_rows(rows, before)
    # A year without any absence is a year that was not delivered, not one in which nobody was ill.
    return weeks if any(week.rate < 1 for week in weeks) else ()


def band_rows(
    rows: Iterable[Mapping[str, Any]], year: SchoolYear, names: Mapping[str, str]
) -> tuple[BandRow, ...]:
    """The groups with their bands, the one with least attendance first."""
    found = []
    for row in rows:
        if row["period"] != str(year) or row["attendance_rate"] is None:
            continue
        shares = tuple(row[f"share_{band}"] for band in BANDS)
        if any(share is not None for share in shares):
            name = group_name(row, names)
            found.append(BandRow(name, row["pupils"], row["attendance_rate"], shares))
    return tuple(sorted(found, key=lambda row: (row.rate if row.rate is not None else 2, row.name)))


def group_name(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A group by its own name; with its school where there are more."""
    name = "–" if row["unit_id"] is None else str(row["unit_id"])
    school = row.get("school_id")
    return name if len(names) < 2 or school is None else f"{names.get(school, school)} {name}"


def reasons_of(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, float], ...]:
    """Absent minutes by reason, most first."""
    sums: dict[str, float] = {}
    for row in rows:
        for reason in REASONS:
            sums[reason] = sums.get(reason, 0) + (row.get(f"absent_{reason}") or 0)
    return tuple(sorted(((r, m) for r, m in sums.items() if m), key=lambda item: -item[1]))


def places_of(opened: OpenRegister, names: Mapping[str, str]) -> dict[str, Place]:
    """Where each pupil is enrolled on the reference date, else where it was last."""
    columns = ["pupil_id", "school_id", "first_day", "last_day", "group"]
    rows = opened.arrow("enrolments").select(columns).to_pylist()
    rows.sort(key=lambda row: (row["last_day"] is None or row["last_day"] >= opened.on, row["first_day"]))
    return {
        row["pupil_id"]: Place(row["school_id"], names.get(row["school_id"], row["school_id"]), row["group"])
        for row in rows
    }


def weekday_grid(opened: OpenRegister, calendars: Calendars, year: SchoolYear, last: date) -> Grid | None:
    """The share of lessons missed by weekday and lesson hour; None where absence is not recorded by lesson.

    Missed: distinct pupil, day and lesson. Possible: each pupil enrolled, on each school day, for the lesson
    hours that the timetable gives that weekday, else up to the last one in which anything was recorded.
    """
    missed: dict[tuple[int, int], set[tuple[str, date]]] = {}
    columns = ["pupil_id", "date", "lesson", "reason"]
    for row in opened.arrow("absences").select(columns).to_pylist():
        lesson, day = row["lesson"], row["date"]
        if lesson is None or not lesson.isdecimal() or row["reason"] in ("elsewhere", "exempt"):
            continue
        if year.first <= day <= last and 0 < int(lesson) <= MOST_LESSONS and day.weekday() < 5:
            missed.setdefault((day.weekday(), int(lesson)), set()).add((row["pupil_id"], day))
    if not missed:
        return None
    lessons = tuple(range(1, max(lesson for _, lesson in missed) + 1))
    hours = lesson_hours(opened, len(lessons))
    possible = possible_lessons(opened, calendars, year, last, hours)
    shares = [
        [
            len(missed.get((weekday, lesson), ())) / possible[weekday, lesson]
            if possible.get((weekday, lesson))
            else None
            for lesson in lessons
        ]
        for weekday in range(5)
    ]
    return Grid(tuple(str(lesson) for lesson in lessons), tuple(range(5)), shaded(shares))


def missed_by_weekday(opened: OpenRegister) -> tuple[float | None, ...]:
    """The share of time missed on Monday to Friday; None for a day without lessons."""
    possible, absent = [0.0] * 7, [0.0] * 7
    for row in daily(opened).select(["date", "possible_minutes", "absent_minutes"]).to_pylist():
        weekday = row["date"].weekday()
        possible[weekday] += row["possible_minutes"] or 0
        absent[weekday] += row["absent_minutes"] or 0
    return tuple(absent[day] / possible[day] if possible[day] else None for day in range(5))


def lesson_hours(opened: OpenRegister, most: int) -> dict[tuple[str, str | None, int], int]:
    """Lesson hours by school, group and weekday (0 Monday) where the timetable gives them."""
    found: dict[tuple[str, str | None, int], int] = {}
    if opened.has("timetable"):
        columns = ["school_id", "group", "weekday", "lessons"]
        for row in opened.arrow("timetable").select(columns).to_pylist():
            if row["weekday"] is not None and row["lessons"]:
                found[row["school_id"], row["group"], row["weekday"] - 1] = min(row["lessons"], most)
    return found


def possible_lessons(
    opened: OpenRegister,
    calendars: Calendars,
    year: SchoolYear,
    last: date,
    hours: Mapping[tuple[str, str | None, int], int],
) -> dict[tuple[int, int], int]:
    """How many pupil-lessons there were, by weekday and lesson hour."""
    most = max(hours.values(), default=MOST_LESSONS)
    days: dict[tuple[str, str | None, date, date], list[int]] = {}
    possible: dict[tuple[int, int], int] = {}
    columns = ["school_id", "first_day", "last_day", "group"]
    for row in opened.arrow("enrolments").select(columns).to_pylist():
        first, final = max(row["first_day"], year.first), min(row["last_day"] or last, last)
        key = (row["school_id"], row["group"], first, final)
        if key not in days:
            calendar = calendars.of(row["school_id"], row["group"])
            counts = [0] * 7
            for day in calendar.school_days(first, final):
                counts[day.weekday()] += 1
            days[key] = counts
        for weekday in range(5):
            of_group = hours.get((row["school_id"], row["group"], weekday))
            number = of_group or hours.get((row["school_id"], None, weekday)) or most
            for lesson in range(1, number + 1):
                where = (weekday, lesson)
                possible[where] = possible.get(where, 0) + days[key][weekday]
    return possible
