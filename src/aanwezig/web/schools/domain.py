"""The attendance of a school by several definitions side by side: why one number differs from another.

Pure functions of stored figures (``results.shapes``); shares lie between 0 and 1, None is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Definition = Literal[
    "ours", "unauthorised_only", "without_sickness", "without_lateness", "mean_of_pupils", "enrolled_now"
]


@dataclass(frozen=True, slots=True)
class PupilSum:
    """What one pupil could follow and missed, in minutes; None where nothing was delivered."""

    possible: float | None
    absent: float | None
    unauthorised: float | None
    sick: float | None
    late: float | None
    is_enrolled: bool


@dataclass(frozen=True, slots=True)
class OtherFigure:
    """The rate by a definition and the pupils that it rests on."""

    definition: Definition
    rate: float | None
    pupils: int


def by_definitions(pupils: Sequence[PupilSum]) -> tuple[OtherFigure, ...]:
    """The same school by six definitions; pupils without possible time are in none of them."""
    known = [one for one in pupils if one.possible and one.absent is not None]
    possible = sum(one.possible or 0 for one in known)

    def rate(absent: float) -> float | None:
        return 1 - absent / possible if possible else None

    absent = sum(one.absent or 0 for one in known)
    now = [one for one in known if one.is_enrolled]
    possible_now = sum(one.possible or 0 for one in now)
    return (
        OtherFigure("ours", rate(absent), len(known)),
        OtherFigure("unauthorised_only", rate(sum(one.unauthorised or 0 for one in known)), len(known)),
        OtherFigure("without_sickness", rate(absent - sum(one.sick or 0 for one in known)), len(known)),
        OtherFigure("without_lateness", rate(absent - sum(one.late or 0 for one in known)), len(known)),
        OtherFigure(
            "mean_of_pupils",
            sum(1 - (one.absent or 0) / (one.possible or 1) for one in known) / len(known) if known else None,
            len(known),
        ),
        OtherFigure(
            "enrolled_now",
            1 - sum(one.absent or 0 for one in now) / possible_now if possible_now else None,
            len(now),
        ),
    )


def pupil_sum(figures: Mapping[str, object], is_enrolled: bool) -> PupilSum:
    """From the stored figures of a pupil (``results.shapes.PupilFigures``)."""

    def number(value: object) -> float | None:
        return float(value) if isinstance(value, int | float) else None

    reasons = figures.get("by_reason")
    marks = figures.get("by_mark")
    by_reason: Mapping[str, object] = reasons if isinstance(reasons, Mapping) else {}
    by_mark: Mapping[str, object] = marks if isinstance(marks, Mapping) else {}
    return PupilSum(
        number(figures.get("possible_minutes")),
        number(figures.get("absent_minutes")),
        number(by_mark.get("unauthorised", 0)),
        number(by_reason.get("sick", 0)),
        number(by_reason.get("late", 0)),
        is_enrolled,
    )
