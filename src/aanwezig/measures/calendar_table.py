"""The calendars of a register as one small table: calendar × date with minutes and their running sums.

With running sums the possible time of an enrolment in a period is two look-ups, however long it is. The
same as ``SchoolCalendar.minutes`` day by day (a property test holds them equal), made per calendar at once
because a nation has thousands of calendars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from aanwezig.calendar import SchoolCalendar, region_holidays
from aanwezig.calendar.public_holidays import is_public_holiday
from aanwezig.calendar.school_calendar import DEFAULT_DAY_MINUTES
from aanwezig.values import SchoolYear
from aanwezig.values.period import ONE_DAY

Days = npt.NDArray[np.int64]
EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970, as Arrow's date32 counts."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    return EPOCH + timedelta(days=int(number))


@cache
def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


@cache
def _open_in_region(
    region: str | None, liberation_day_free: bool, first: date, last: date
) -> npt.NDArray[np.bool_]:
    """The days that are no public and no region holiday."""
    days = _days(first, last)
    found = np.array([not is_public_holiday(d, liberation_day=liberation_day_free) for d in days], dtype=bool)
    for holiday in region_holidays(region) if region is not None else ():
        found[_slice(holiday.first, holiday.last, first, last)] = False
    found.setflags(write=False)
    return found


def _slice(start: date, end: date | None, first: date, last: date) -> slice:
    """The part of a range of days that a period covers."""
    begin = max(0, (start - first).days)
    stop = (min(end or last, last) - first).days + 1
    return slice(begin, max(begin, stop))


@dataclass(frozen=True, slots=True)
class CalendarDays:
    """One calendar over a range of days, an array per fact; index 0 is the first day of the range."""

    minutes: Days
    timetabled: Days
    assumed: npt.NDArray[np.bool_]

    @property
    def school_days(self) -> Days:
        """How many school days have passed, the day itself included."""
        return np.cumsum(self.minutes > 0)


def calendar_days(calendar: SchoolCalendar, first: date, last: date) -> CalendarDays:
    """Minutes and assumptions of a calendar on every day from ``first`` up to and with ``last``."""
    days = _days(first, last)
    is_open = _open_in_region(calendar.region, calendar.liberation_day_free, first, last).copy()
    for kind_open in (False, True):  # `open` wins over whatever closes.
        for closure in calendar.closures:
            if (closure.kind == "open") is kind_open:
                is_open[_slice(closure.period.first, closure.period.last, first, last)] = kind_open
    timetabled = _timetabled(calendar, days, first)
    assumed = np.array([calendar.timetable_assumed] * len(days), dtype=bool)
    if not calendar.timetable_assumed:
        by_year = {year: not calendar.holidays_known(year.first) for year in {SchoolYear.of(d) for d in days}}
        assumed = np.array([by_year[SchoolYear.of(d)] for d in days], dtype=bool)
    return CalendarDays(np.where(is_open, timetabled, 0), timetabled, assumed)


def _timetabled(calendar: SchoolCalendar, days: Sequence[date], first: date) -> Days:
    weekdays = (np.arange(len(days)) + first.weekday()) % 7
    found = np.zeros(len(days), dtype=np.int64)
    if not calendar.timetable:
        found[weekdays < 5] = DEFAULT_DAY_MINUTES[calendar.sector]
        return found
    ranked: list[list[tuple[npt.NDArray[np.bool_] | int, int]]] = [[], [], [], []]
    for row in calendar.timetable:
        if row.group is not None and row.group != calendar.group:
            continue
        rank = 2 * (row.date is not None) + (row.group is not None)
        if row.date is None:
            ranked[rank].append((weekdays == (row.weekday or 0) - 1, row.minutes))
        elif 0 <= (row.date - first).days < len(days):
            ranked[rank].append(((row.date - first).days, row.minutes))
    for rows in ranked:
        for where, minutes in reversed(rows):  # of two equal rows the first stands
            found[where] = minutes
    return found


class CalendarBook:
    """The calendars that a register uses, each with a number, over one range of days."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self._keys: dict[int, int] = {}
        self._calendars: list[SchoolCalendar] = []
        self._days: list[CalendarDays] = []

    def key(self, calendar: SchoolCalendar) -> int:
        """The number of a calendar; `Calendars` gives equal calendars as one object."""
        found = self._keys.get(id(calendar))
        if found is None:
            found = self._keys[id(calendar)] = len(self._calendars)
            self._calendars.append(calendar)
            self._days.append(calendar_days(calendar, self.first, self.last))
        return found

    def days(self, key: int) -> CalendarDays:
        return self._days[key]

    def school_days_between(self, key: int, first: date, last: date) -> int:
        """School days from ``first`` up to and with ``last``, both within the range or just before it."""
        running = self._days[key].school_days
        start, end = (first - self.first).days, (min(last, self.last) - self.first).days
        if end < start or end < 0:
            return 0
        return int(running[end] - (running[start - 1] if start > 0 else 0))

    def table(self) -> pa.Table:
        """The table ``calendar``: one row per calendar and day."""
        count = (self.last - self.first).days + 1
        numbers = np.arange(count) + day_number(self.first)
        weeks = numbers - (np.arange(count) + self.first.weekday()) % 7
        parts = []
        for key, (calendar, days) in enumerate(zip(self._calendars, self._days, strict=True)):
            school_day = days.minutes > 0
            week_start = np.arange(count) - (np.arange(count) + self.first.weekday()) % 7
            running = np.concatenate([[0], np.cumsum(days.timetabled)])
            week_minutes = running[np.minimum(week_start + 7, count)] - running[np.maximum(week_start, 0)]
            parts.append(
                pa.table(
                    {
                        "calendar_key": pa.array(np.full(count, key), pa.int32()),
                        "date": pa.array(numbers.astype(np.int32), pa.int32()).cast(pa.date32()),
                        "week": pa.array(weeks.astype(np.int32), pa.int32()).cast(pa.date32()),
                        "weekday": pa.array((np.arange(count) + self.first.weekday()) % 7 + 1, pa.int32()),
                        "timetabled": pa.array(days.minutes, pa.int64()),
                        "week_minutes": pa.array(week_minutes, pa.int64()),
                        "minutes_to": pa.array(np.cumsum(days.minutes), pa.int64()),
                        "day_number": pa.array(np.cumsum(school_day), pa.int32()),
                        "assumed_to": pa.array(np.cumsum(school_day & days.assumed), pa.int32()),
                        "is_school_day": pa.array(school_day),
                        "is_assumed": pa.array(days.assumed),
                        "timetable_assumed": pa.array(np.full(count, calendar.timetable_assumed)),
                    }
                )
            )
        return pa.concat_tables(parts) if parts else _EMPTY


_EMPTY = pa.table(
    {
        "calendar_key": pa.array([], pa.int32()),
        "date": pa.array([], pa.date32()),
        "week": pa.array([], pa.date32()),
        "weekday": pa.array([], pa.int32()),
        "timetabled": pa.array([], pa.int64()),
        "week_minutes": pa.array([], pa.int64()),
        "minutes_to": pa.array([], pa.int64()),
        "day_number": pa.array([], pa.int32()),
        "assumed_to": pa.array([], pa.int32()),
        "is_school_day": pa.array([], pa.bool_()),
        "is_assumed": pa.array([], pa.bool_()),
        "timetable_assumed": pa.array([], pa.bool_()),
    }
)


def book_range(first: date, on: date) -> tuple[date, date]:
    """The days a book must hold: whole weeks from ``first``, and to the end of the school year of ``on``."""
    start = first - timedelta(days=first.weekday() + 7)
    return start, SchoolYear.of(on).last + ONE_DAY * 7
