"""The boundaries that measures use, with their source; who calls may pass other values."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Percent = int | Fraction
BANDS = ("good", "at_risk", "chronic", "severe")


@dataclass(frozen=True, slots=True)
class MeasureParameters:
    """Boundaries of the bands and of what is provisional (docs/specification/register.md §5).

    ``good_to``: percent of possible time absent that is still good (included); ``chronic_from`` and
    ``severe_from``: percent from which it is chronic, severe (included); between good and chronic it is at
    risk. Source of 5, 10 and 20: the bands in Van Binsbergen e.a. 2025; operators as register.md §5.
    ``provisional_year_percent``: a figure is provisional while less than so many percent of the school days
    of the year have passed. ``provisional_days``: or while the pupil has had fewer possible days.
    ``minimum_rise``: percentage points by which attendance must rise to count as improved; 0 means
    however little (NJi 2020: more than in the past).
    """

    good_to: Percent = 5
    chronic_from: Percent = 10
    severe_from: Percent = 20
    provisional_year_percent: Percent = 10
    provisional_days: int = 10
    minimum_rise: Percent = 0

    def __post_init__(self) -> None:
        if not 0 <= self.good_to < self.chronic_from < self.severe_from <= 100:
            raise ValueError("the boundaries of the bands must rise from 0 to 100 percent")
        if self.minimum_rise < 0 or self.provisional_days < 0 or self.provisional_year_percent < 0:
            raise ValueError("a minimum cannot be negative")


def as_fraction(percent: Percent) -> Fraction:
    """A percentage as an exact fraction, so that integers can decide."""
    return Fraction(percent)
