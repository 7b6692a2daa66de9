"""Days: periods with both ends included, school years, weeks named by their Monday."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from ``first`` to ``last``, both included; ``last`` None means still running."""

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueError("a period cannot end before it begins")

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def overlaps(self, other: Period) -> bool:
        """Whether the two share at least one day."""
        return (other.last is None or self.first <= other.last) and (
            self.last is None or other.first <= self.last
        )

    def until(self, last: date) -> Period | None:
        """The part up to and with ``last``; None when nothing is left."""
        if self.first > last:
            return None
        return Period(self.first, last if self.last is None else min(self.last, last))

    def days(self) -> Iterator[date]:
        """Each day of a period that has an end."""
        if self.last is None:
            raise ValueError("a period that still runs has no last day to count to")
        day = self.first
        while day <= self.last:
            yield day
            day += ONE_DAY


@dataclass(frozen=True, slots=True, order=True)
class SchoolYear:
    """1 August up to and with 31 July (docs/specification/register.md §6)."""

    start_year: int

    @classmethod
    def of(cls, day: date) -> SchoolYear:
        """The school year in which a day lies."""
        return cls(day.year if day.month >= 8 else day.year - 1)

    @classmethod
    def parse(cls, text: str) -> SchoolYear:
        """Read '2025-2026' (also '2025-26'); ValueError when the years do not follow each other."""
        match = re.fullmatch(r"(\d{4})-(\d{4}|\d{2})", text.strip())
        if match is None or int(match[2]) % 100 != (int(match[1]) + 1) % 100:
            raise ValueError(f"'{text}' is not a school year such as 2025-2026")
        return cls(int(match[1]))

    @property
    def first(self) -> date:
        return date(self.start_year, 8, 1)

    @property
    def last(self) -> date:
        return date(self.start_year + 1, 7, 31)

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    def __str__(self) -> str:
        return f"{self.start_year}-{self.start_year + 1}"


def monday_of(day: date) -> date:
    """The Monday of the ISO week: 28 December 2026 lies in week 53, so weeks are named by this day."""
    return day - timedelta(days=day.weekday())


def add_months(day: date, months: int) -> date:
    """The same day number so many months later, or the last day of that month when it has no such day.

    31 January plus three months is 30 April (docs/specification/rules.md §6, durations).
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (following - ONE_DAY).day))


def birthday(birth_date: date, age: int) -> date:
    """The day on which somebody reaches an age; born on 29 February: 1 March in other years."""
    year = birth_date.year + age
    try:
        return birth_date.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
