"""Shares compared by whole numbers, so that exactly on the line is decided exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``; a whole of zero has no share (unknown is not zero)."""

    part: Number
    whole: Number

    def __post_init__(self) -> None:
        if self.part < 0 or self.whole < 0:
            raise ValueError("a share is made of amounts that are not negative")

    @property
    def known(self) -> bool:
        return self.whole > 0

    def at_least(self, percent: Number) -> bool:
        """Whether the share is ``percent`` or more, by ``part × 100 ≥ whole × percent``."""
        return self.known and self.part * 100 >= self.whole * percent

    def more_than(self, percent: Number) -> bool:
        return self.known and self.part * 100 > self.whole * percent

    def as_float(self) -> float | None:
        return float(Fraction(self.part) / Fraction(self.whole)) if self.known else None
