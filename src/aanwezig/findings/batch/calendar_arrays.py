"""Calendars as arrays over days, for kernels.

A day is its number since 1970-01-01. ``position`` is the time in which four lesson weeks are 28 steps:
lesson week number × 7 + weekday, so that a window begun on day b holds day d when
``position[d] - position[b] < 28`` (docs/specification/rules.md §2, Window). A week without a school day has no
position (-1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from aanwezig.calendar import SchoolCalendar
from aanwezig.values.period import ONE_DAY, monday_of

EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01, as in an Arrow date32."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    return EPOCH + timedelta(days=int(number))


@dataclass(frozen=True)
class CalendarArrays:
    """Rows are calendars, columns days from ``first`` on; shapes (calendars, days).

    ``minutes``: possible minutes, 0 on a day without school. ``position``: see the module. ``school_day``:
    how many school days there were up to and with the day. ``assumed``: the timetable was not delivered.
    ``until``: the position of the next school day after the day, -1 where none lies in the range.
    ``grouped``: the calendar is that of one group, which may have no school in a week of the school's.
    """

    first: int
    minutes: NDArray[np.int32]
    position: NDArray[np.int32]
    school_day: NDArray[np.int32]
    until: NDArray[np.int32]
    assumed: NDArray[np.bool_]
    grouped: NDArray[np.bool_]

    @classmethod
    def of(cls, calendars: Sequence[SchoolCalendar], first: date, last: date) -> CalendarArrays:
        """Arrays from the Monday before ``first`` up to and with ``last``."""
        start = monday_of(first)
        days = (last - start).days + 1
        minutes = np.zeros((len(calendars), days), np.int32)
        position = np.full((len(calendars), days), -1, np.int32)
        for index, calendar in enumerate(calendars):
            week = 0
            day = start
            in_lesson_week = False
            for column in range(days):
                if column % 7 == 0:
                    if in_lesson_week:
                        week += 1
                    in_lesson_week = calendar.is_lesson_week(day)
                minutes[index, column] = calendar.minutes(day)
                if in_lesson_week:
                    position[index, column] = week * 7 + column % 7
                day += ONE_DAY
        return cls(
            day_number(start),
            minutes,
            position,
            np.cumsum(minutes > 0, axis=1, dtype=np.int32),
            _next_positions(minutes, position),
            np.array([calendar.timetable_assumed for calendar in calendars], np.bool_),
            np.array([calendar.group is not None for calendar in calendars], np.bool_),
        )


def _next_positions(minutes: NDArray[np.int32], position: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each day the position of the next school day: the smallest of those that follow, for they rise."""
    far = np.iinfo(np.int32).max
    of_school_days = np.where(minutes > 0, position, far)
    following = np.full_like(position, far)
    following[:, :-1] = np.minimum.accumulate(of_school_days[:, :0:-1], axis=1)[:, ::-1]
    return np.where(following == far, -1, following).astype(np.int32)
