"""A value with the dates on which it holds: thresholds and laws change, old cases keep the old text."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from aanwezig.values.period import Period

T = TypeVar("T")


class NotInForce(LookupError):
    """No text is in force on the day asked for: an error, never a default."""


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """Versions of one thing, each with its period; periods may not overlap."""

    name: str
    versions: tuple[tuple[Period, T], ...]

    def __post_init__(self) -> None:
        ordered = sorted(self.versions, key=lambda version: version[0].first)
        for (earlier, _), (later, _) in itertools.pairwise(ordered):
            if earlier.overlaps(later):
                raise ValueError(f"{self.name}: two versions hold on {later.first.isoformat()}")
        object.__setattr__(self, "versions", tuple(ordered))

    @classmethod
    def of(cls, name: str, versions: Iterable[tuple[Period, T]]) -> Dated[T]:
        return cls(name, tuple(versions))

    def on(self, day: date) -> T:
        """The version in force on a day; NotInForce when there is none."""
        for period, value in self.versions:
            if day in period:
                return value
        raise NotInForce(f"{self.name}: no version is in force on {day.isoformat()}")
