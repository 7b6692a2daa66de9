"""The slow second reader: the attendance measures of register.md §5."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from oracle_absence import day_account
from oracle_calendar import has_timetable, region_of_school, school_minutes
from oracle_register import (
    Register,
    days_from_to,
    end_of_data,
    enrolment_on,
    school_year_of,
    schools_ever,
    schools_on,
)


@dataclass
class Figures:
    """Minutes of one unit in one period."""

    possible: Fraction = Fraction(0)
    absent: Fraction = Fraction(0)
    by_reason: dict[str, Fraction] = field(default_factory=dict)
    days: set[date] = field(default_factory=set)  # with possible time
    pupils: set[str] = field(default_factory=set)
    assumed: bool = False

    def add(self, other: Figures) -> None:
        self.possible += other.possible
        self.absent += other.absent
        for reason, minutes in other.by_reason.items():
            self.by_reason[reason] = self.by_reason.get(reason, Fraction(0)) + minutes
        self.days |= other.days
        self.pupils |= other.pupils
        self.assumed = self.assumed or other.assumed


def is_assumed(reg: Register, school_id: str) -> bool:
    """No timetable (register.md §2), or no holiday region (§6): both are flagged as assumed."""
    return not has_timetable(reg, school_id) or region_of_school(reg.school(school_id)) is None


def account_at_school(reg: Register, pupil_id: str, school_id: str, first: date, last: date) -> Figures:
    """Possible and absent minutes at one school, up to the last day that it delivered (register.md §5)."""
    figures = Figures()
    for day in days_from_to(first, min(last, end_of_data(reg, school_id))):
        account = day_account(reg, pupil_id, school_id, day)
        if account is None:
            continue
        figures.possible += account.possible
        figures.days.add(day)
        figures.pupils.add(pupil_id)
        for row, minutes in account.missed:
            figures.absent += minutes
            figures.by_reason[row["reason"]] = figures.by_reason.get(row["reason"], Fraction(0)) + minutes
        figures.assumed = figures.assumed or is_assumed(reg, school_id)
    return figures


def pupil_account(reg: Register, pupil_id: str, first: date, last: date) -> Figures:
    """A pupil who changed school keeps the whole figure; at two schools possible time adds up (§5)."""
    figures = Figures()
    for school_id in schools_ever(reg, pupil_id):
        figures.add(account_at_school(reg, pupil_id, school_id, first, last))
    return figures


def band_of(absent: Fraction, possible: Fraction) -> str:
    """Absence rate: good [0, 5 %], at risk (5, 10), chronic [10, 20), severe [20, 100], unrounded (§5)."""
    if absent * 100 <= possible * 5:
        return "good"
    if absent * 100 < possible * 10:
        return "at_risk"
    if absent * 100 < possible * 20:
        return "chronic"
    return "severe"


def is_provisional(reg: Register, pupil_id: str, figures: Figures) -> bool:
    """Less than 10 % of the school days of the year have passed, or fewer than 10 possible days (§5).

    The year is that of the school of enrolment on the last possible day of the figures.
    """
    if len(figures.days) < 10:
        return True
    last_day = max(figures.days)
    school_id = schools_on(reg, pupil_id, last_day)[0]
    enrolment = enrolment_on(reg, pupil_id, school_id, last_day)
    group = enrolment.get("group") if enrolment else None
    first, last = school_year_of(reg.on)
    year = [day for day in days_from_to(first, last) if school_minutes(reg, school_id, group, day) > 0]
    passed = [day for day in year if day <= end_of_data(reg, school_id)]
    return len(passed) * 10 < len(year)


def periods(reg: Register, per: str) -> dict[str, tuple[date, date]]:
    """The school year of the reference date, or its months, up to that date (interfaces.md: 2025-2026, 2025-10)."""
    first, last = school_year_of(reg.on)
    if per == "school_year":
        return {f"{first.year}-{last.year}": (first, min(last, reg.on))}
    found: dict[str, tuple[date, date]] = {}
    for day in days_from_to(first, min(last, reg.on)):
        name = f"{day.year}-{day.month:02}"
        found[name] = (found[name][0], day) if name in found else (day, day)
    return found


def measure(reg: Register, by: str, per: str) -> dict[tuple[str, str], Figures]:
    """(unit, period) → figures, for pupils or schools; units with nothing possible are left out."""
    found: dict[tuple[str, str], Figures] = {}
    for period, (first, last) in periods(reg, per).items():
        for pupil in reg.rows("pupils"):
            pupil_id = pupil["pupil_id"]
            for school_id in schools_ever(reg, pupil_id):
                figures = account_at_school(reg, pupil_id, school_id, first, last)
                if figures.possible > 0:
                    unit = pupil_id if by == "pupil" else school_id
                    found.setdefault((unit, period), Figures()).add(figures)
    return found
