"""Closures and lesson times as values: what a person may enter, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from aanwezig.values import Period, SchoolYear

LONGEST_CLOSURE = 120
MOST_MINUTES_A_DAY = 720
KINDS = ("holiday", "public_holiday", "study_day", "open")


@dataclass(frozen=True, slots=True)
class WeekTimes:
    """The lesson times of a group (None: the whole school): minutes and lessons for Monday to Friday.

    None: no row for that weekday, so no school then; where a week has no rows at all its times are assumed.
    """

    group: str | None
    minutes: tuple[int | None, ...]
    lessons: tuple[int | None, ...]

    @property
    def total(self) -> int:
        return sum(one or 0 for one in self.minutes)


def closure_wrong(first: date, last: date, kind: str) -> str | None:
    """Why a closure cannot be: 'order', 'too_long', 'kind'; None when it can."""
    if kind not in KINDS:
        return "kind"
    if last < first:
        return "order"
    return "too_long" if (last - first).days >= LONGEST_CLOSURE else None


def overlapping(first: date, last: date, others: Iterable[tuple[date, date]]) -> bool:
    """Whether a period shares a day with another closure."""
    return any(first <= other_last and other_first <= last for other_first, other_last in others)


def weekday_wrong(minutes: int | None, lessons: int | None) -> str | None:
    """Why lesson times of a day cannot be: 'minutes', 'lessons' or 'lessons_without_minutes'."""
    if minutes is None:
        return "lessons_without_minutes" if lessons else None
    if not 0 <= minutes <= MOST_MINUTES_A_DAY:
        return "minutes"
    if lessons is not None and not 0 <= lessons <= 20:
        return "lessons"
    return None


def of_year(periods: Sequence[Period], year: SchoolYear) -> list[Period]:
    """The periods that touch a school year."""
    whole = year.period
    return [
        one
        for one in periods
        if one.first <= (whole.last or one.first) and (one.last or one.first) >= whole.first
    ]
