"""Bands of attendance over a period: good, at risk, chronic, severe (docs/specification/register.md §5).

Bands are of the unrounded absence rate and are decided by whole numbers. Boundaries are data
(``data/signals/bands.yaml``); the measures read them from there through ``findings``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date

from aanwezig.calendar import SchoolCalendar
from aanwezig.rules.attendance import Attendance, Exact
from aanwezig.rules.judging import version_on
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.walk import walk_of
from aanwezig.values import SchoolYear

BANDS = ("good", "at_risk", "chronic", "severe")


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Percentages of possible time missed.

    Good up to and with ``at_risk_above``; at risk above it; chronic from ``chronic_from``; severe from
    ``severe_from``. Provisional while less than ``provisional_percent`` of the school days of the year have
    passed, or with fewer than ``provisional_days`` possible days.
    """

    at_risk_above: int
    chronic_from: int
    severe_from: int
    provisional_percent: int
    provisional_days: int

    @classmethod
    def of(cls, rule: RuleVersion) -> Boundaries:
        return cls(
            int(rule["at_risk_above"]),
            int(rule["chronic_from"]),
            int(rule["severe_from"]),
            int(rule["provisional_percent"]),
            int(rule["provisional_days"]),
        )


def boundaries_on(provisions: Provisions, day: date) -> Boundaries | None:
    """The boundaries that hold on a day; None before the first version."""
    rule = version_on(provisions, "bands", day)
    return None if rule is None else Boundaries.of(rule)


def band_of(absent: Exact, possible: Exact, boundaries: Boundaries) -> str | None:
    """The band of so many minutes missed of so many possible; None when nothing was possible."""
    if possible <= 0:
        return None
    if absent * 100 >= possible * boundaries.severe_from:
        return "severe"
    if absent * 100 >= possible * boundaries.chronic_from:
        return "chronic"
    if absent * 100 > possible * boundaries.at_risk_above:
        return "at_risk"
    return "good"


@dataclass(frozen=True, slots=True)
class YearBand:
    """A pupil's band over the school year so far, with what it rests on.

    ``first`` and ``last``: the days over which the rate is taken; ``first_place`` and ``last_place``: the
    pupil's school days among them in the walk.
    """

    band: str
    provisional: bool
    absent: Exact
    possible: Exact
    days: int
    first: date
    last: date
    first_place: int
    last_place: int


def year_band(attendance: Attendance, provisions: Provisions) -> YearBand | None:
    """The band over the school year of the reference date, up to the last day that is known.

    A pupil who changed school keeps the whole year's figure. None when nothing was possible, or where no
    boundaries hold.
    """
    key = ("year band", provisions)
    if key not in attendance.memo:
        attendance.memo[key] = _year_band(attendance, provisions)
    found: YearBand | None = attendance.memo[key]
    return found


def _year_band(attendance: Attendance, provisions: Provisions) -> YearBand | None:
    on = attendance.setting.on
    boundaries = boundaries_on(provisions, on)
    if boundaries is None:
        return None
    walk = walk_of(attendance)
    year = SchoolYear.of(on)
    places = walk.places(year.first, on)
    if not places:
        return None
    first, last = places[0], places[-1]
    absent = walk.absent_before[-1] - walk.absent_before[first]
    possible = walk.possible_before[-1] - walk.possible_before[first]
    band = band_of(absent, possible, boundaries)
    if band is None:
        return None
    begun = min(e.period.first for e in attendance.facts.enrolments if walk.dates[first] in e.period)
    ended = [
        min(attendance.setting.last_day(e.school_id), e.period.last or on)
        for e in attendance.facts.enrolments
        if walk.dates[last] in e.period
    ]
    provisional = len(places) < boundaries.provisional_days or not _enough_of_the_year(
        attendance, walk.school(last), walk.dates[last], boundaries
    )
    return YearBand(
        band, provisional, absent, possible, len(places), max(year.first, begun), max(ended), first, last
    )


def _enough_of_the_year(attendance: Attendance, school_id: str, day: date, boundaries: Boundaries) -> bool:
    """Whether the stated share of the school days of the year has passed at the school."""
    calendar = attendance.calendar(school_id, day)
    days = _days_of_year(attendance, calendar, SchoolYear.of(attendance.setting.on))
    passed = bisect_right(days, attendance.setting.last_day(school_id))
    return passed * 100 >= len(days) * boundaries.provisional_percent


def _days_of_year(attendance: Attendance, calendar: SchoolCalendar, year: SchoolYear) -> list[date]:
    """All school days of a year, those to come included; worked out once for all pupils of a calendar."""
    memo = attendance.setting.calendars.memo
    key = ("days of year", id(calendar), year)
    days = memo.get(key)
    if not isinstance(days, list):
        days = memo[key] = list(calendar.school_days(year.first, year.last))
    return days


def rate_since(attendance: Attendance, first: date) -> tuple[Exact, Exact, int]:
    """Absent and possible minutes, and the number of school days, from a day up to the last that is known."""
    walk = walk_of(attendance)
    start = bisect_left(walk.dates, first)
    absent = walk.absent_before[-1] - walk.absent_before[start]
    return absent, walk.possible_before[-1] - walk.possible_before[start], len(walk.days) - start
