"""The periods that figures are given for, and for each the period before that it is compared with.

All lie in the school year of the reference date and stop at that date (docs/specification/register.md §5, §6). Weeks
are named by their Monday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from aanwezig.values import Period, SchoolYear, monday_of
from aanwezig.values.period import ONE_DAY, add_months

Per = Literal["school_year", "month", "week"]
PERS: tuple[str, ...] = get_args(Per)
ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class MeasurePeriod:
    """``now``: the days of the figure; ``before``: as many days of the period before, for *improved*."""

    number: int
    label: str
    now: Period
    before: Period

    @property
    def last(self) -> date:
        if self.now.last is None:
            raise ValueError("a period of a measure has an end")
        return self.now.last


def periods(on: date, per: Per) -> tuple[MeasurePeriod, ...]:
    """The periods of the school year of ``on`` up to ``on``; ValueError for an unknown kind."""
    year = SchoolYear.of(on)
    if per == "school_year":
        before = Period(SchoolYear(year.start_year - 1).first, add_months(on, -12))
        return (MeasurePeriod(0, str(year), Period(year.first, on), before),)
    if per == "month":
        return _months(year.first, on)
    if per == "week":
        return _weeks(year.first, on)
    raise ValueError(f"'{per}' is no kind of period; known are {', '.join(PERS)}")


def _months(first: date, on: date) -> tuple[MeasurePeriod, ...]:
    found: list[MeasurePeriod] = []
    while first <= on:
        following = add_months(first, 1)
        last = following - ONE_DAY
        before_first = add_months(first, -1)
        # A month that still runs is compared with as much of the month before.
        before_last = add_months(on, -1) if on < last else first - ONE_DAY
        found.append(
            MeasurePeriod(
                len(found), f"{first:%Y-%m}", Period(first, min(last, on)), Period(before_first, before_last)
            )
        )
        first = following
    return tuple(found)


def _weeks(first: date, on: date) -> tuple[MeasurePeriod, ...]:
    found: list[MeasurePeriod] = []
    monday = monday_of(first)
    while monday <= on:
        last = min(monday + ONE_WEEK - ONE_DAY, on)
        now = Period(max(monday, first), last)
        found.append(
            MeasurePeriod(len(found), monday.isoformat(), now, Period(now.first - ONE_WEEK, last - ONE_WEEK))
        )
        monday += ONE_WEEK
    return tuple(found)
