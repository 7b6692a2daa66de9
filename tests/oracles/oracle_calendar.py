"""The slow second reader: school days, lesson weeks, working days (register.md §2 and §6, rules.md §2)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from oracle_register import ONE_DAY, Register, Row, days_from_to

DATA = Path(__file__).resolve().parents[2] / "src" / "aanwezig" / "calendar" / "data"
DEFAULT_DAY = {"po": 282, "sbo": 282, "so": 282, "vo": 300, "pro": 300, "vso": 300, "mbo": 300}


@cache
def region_holidays() -> dict[str, list[tuple[date, date]]]:
    """The table of register.md §6, from the data file (its lines are plain enough to read without YAML)."""
    found: dict[str, list[tuple[date, date]]] = {"noord": [], "midden": [], "zuid": []}
    line = re.compile(r"\s+(noord|midden|zuid): \[(\d{4}-\d\d-\d\d), (\d{4}-\d\d-\d\d)\]")
    for text in (DATA / "school_holidays.yaml").read_text("utf-8").splitlines():
        if match := line.match(text):
            found[match[1]].append((date.fromisoformat(match[2]), date.fromisoformat(match[3])))
    return found


@cache
def municipality_regions() -> dict[str, str]:
    """CBS code → holiday region."""
    line = re.compile(r'\s*- \{code: "(\d{4})".* region: (noord|midden|zuid)')
    lines = (DATA / "municipalities.yaml").read_text("utf-8").splitlines()
    return {match[1]: match[2] for text in lines if (match := line.match(text))}


def easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian algorithm."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """New Year, Easter Monday, King's Day, 5 May, Ascension, Whit Monday, Christmas, Boxing Day (register.md §6)."""
    kings_day = date(year, 4, 27)
    if kings_day.isoweekday() == 7:
        kings_day = date(year, 4, 26)
    sunday = easter(year)
    moving = {sunday + timedelta(days=n) for n in (1, 39, 50)}
    return frozenset(
        moving | {date(year, 1, 1), kings_day, date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)}
    )


def is_public_holiday(day: date) -> bool:
    return day in public_holidays(day.year)


def region_of_school(school: Row) -> str | None:
    """Without holiday_region the municipality's region, else none (register.md §6)."""
    return school.get("holiday_region") or municipality_regions().get(school.get("municipality") or "")


def in_region_holiday(region: str | None, day: date) -> bool:
    return region is not None and any(first <= day <= last for first, last in region_holidays()[region])


def is_open(reg: Register, school_id: str, day: date) -> bool:
    """Not closed and not a public holiday; open wins over region and public holiday (register.md §6).

    What a school's own closing and opening of one day together mean the text does not say: not made here.
    """
    kinds = {
        row["kind"]
        for row in reg.rows("closures")
        if row["school_id"] == school_id and row["first_day"] <= day <= row["last_day"]
    }
    if "open" in kinds:
        return True
    if kinds:
        return False
    return not is_public_holiday(day) and not in_region_holiday(region_of_school(reg.school(school_id)), day)


def has_timetable(reg: Register, school_id: str) -> bool:
    return any(row["school_id"] == school_id for row in reg.rows("timetable"))


def timetable_minutes(reg: Register, school_id: str, group: str | None, day: date) -> int:
    """A date row replaces the weekday row, a group's row goes first, a weekday without a row has no school (§2)."""
    if not has_timetable(reg, school_id):
        return DEFAULT_DAY[reg.school(school_id)["sector"]] if day.isoweekday() <= 5 else 0
    mine = [
        row
        for row in reg.rows("timetable")
        if row["school_id"] == school_id and row.get("group") in (None, group)
    ]
    for rows in (
        [row for row in mine if row.get("date") == day],
        [row for row in mine if row.get("date") is None and row.get("weekday") == day.isoweekday()],
    ):
        for row in sorted(rows, key=lambda row: row.get("group") is None):
            minutes: int = row["minutes"]
            return minutes
    return 0


def school_minutes(reg: Register, school_id: str, group: str | None, day: date) -> int:
    """Minutes of school for a group on a day; 0 when it is no school day (register.md §6)."""
    key = ("school_minutes", school_id, group, day)
    if key not in reg.memory:
        open_day = is_open(reg, school_id, day)
        reg.memory[key] = timetable_minutes(reg, school_id, group, day) if open_day else 0
    minutes: int = reg.memory[key]
    return minutes


def groups_of(reg: Register, school_id: str) -> set[str | None]:
    """The groups of a school, and 'none', for questions about the school as a whole."""
    rows = [*reg.rows("enrolments"), *reg.rows("timetable")]
    return {row.get("group") for row in rows if row["school_id"] == school_id} | {None}


def is_school_day_of_school(reg: Register, school_id: str, day: date) -> bool:
    return any(school_minutes(reg, school_id, group, day) > 0 for group in groups_of(reg, school_id))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def is_lesson_week(reg: Register, school_id: str, monday: date) -> bool:
    """A lesson week: an ISO week with at least one school day of that school (register.md §6)."""
    key = ("lesson_week", school_id, monday)
    if key not in reg.memory:
        week = days_from_to(monday, monday + timedelta(days=6))
        reg.memory[key] = any(is_school_day_of_school(reg, school_id, day) for day in week)
    found: bool = reg.memory[key]
    return found


def window_end(reg: Register, school_id: str, begin: date, weeks: int = 4) -> date:
    """Begun on weekday k of lesson week w it ends the day before weekday k of lesson week w+4 (rules.md §2)."""
    monday = monday_of(begin)
    for _ in range(weeks):
        monday += timedelta(days=7)
        for _ in range(60):
            if is_lesson_week(reg, school_id, monday):
                break
            monday += timedelta(days=7)
    return monday + timedelta(days=begin.weekday()) - ONE_DAY


def lesson_weeks_between(reg: Register, school_id: str, first: date, last: date) -> int:
    """How many lesson weeks lie from the week of one day to the week of another, both counted."""
    monday, count = monday_of(first), 0
    while monday <= last:
        count += is_lesson_week(reg, school_id, monday)
        monday += timedelta(days=7)
    return count


def next_school_day(reg: Register, school_id: str, group: str | None, day: date) -> date | None:
    for _ in range(400):
        day += ONE_DAY
        if school_minutes(reg, school_id, group, day) > 0:
            return day
    return None


def add_working_days(day: date, number: int) -> date:
    """Monday-Friday except the public holidays; weekdays in school holidays are working days (rules.md §2, Due)."""
    while number > 0:
        day += ONE_DAY
        if day.isoweekday() <= 5 and not is_public_holiday(day):
            number -= 1
    return day
