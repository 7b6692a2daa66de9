"""What a rule says: findings, and questions that cannot be decided (docs/specification/interfaces.md, JSON of check)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from aanwezig.values import BilingualText

Kind = Literal["duty", "signal", "fault"]
Unit = Literal["minutes", "lessons", "days", "reports", "percent"]
Obligation = Literal["must", "may"]
Quantity = int | float | Fraction


def as_number(quantity: Quantity | None) -> int | float | None:
    """A quantity as a JSON number: whole where it is whole."""
    if quantity is None:
        return None
    if quantity == int(quantity):
        return int(quantity)
    return float(quantity)


@dataclass(frozen=True, slots=True)
class Finding:
    """One judgement, with the rule and version, the facts it rests on and the sentence that explains it.

    ``details`` holds what a rule adds of its own (a band, both dates where a reading moves the due day);
    it may only hold JSON values. ``pupil_id`` is None for findings about a group.
    """

    rule: str
    version: str
    kind: Kind
    pupil_id: str | None
    school_id: str | None
    first_day: date | None
    last_day: date | None
    quantity: Quantity | None
    threshold: Quantity | None
    unit: Unit | None
    explanation: BilingualText
    facts: tuple[str, ...] = ()
    obligation: Obligation | None = None
    due: date | None = None
    met: bool | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sort_key(self) -> tuple[str, str, str, str, str, str]:
        """Kind, rule, pupil, first day; then last day and school so that the order never varies."""
        return (
            self.kind,
            self.rule,
            self.pupil_id or "",
            self.first_day.isoformat() if self.first_day else "",
            self.last_day.isoformat() if self.last_day else "",
            self.school_id or "",
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "version": self.version,
            "kind": self.kind,
            "pupil_id": self.pupil_id,
            "school_id": self.school_id,
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "quantity": as_number(self.quantity),
            "threshold": as_number(self.threshold),
            "unit": self.unit,
            "obligation": self.obligation,
            "due": self.due.isoformat() if self.due else None,
            "met": self.met,
            "facts": list(self.facts),
            "explanation": self.explanation.as_dict(),
            "details": dict(self.details),
        }


@dataclass(frozen=True, slots=True, order=True)
class NotDecidable:
    """A rule that would have to speak but lacks a fact: the column that is missing."""

    rule: str
    pupil_id: str
    missing: str

    def as_dict(self) -> dict[str, Any]:
        return {"rule": self.rule, "pupil_id": self.pupil_id, "missing": self.missing}


@dataclass(frozen=True, slots=True)
class Judgement:
    """The findings of one rule, or of all, over one pupil."""

    findings: tuple[Finding, ...] = ()
    not_decidable: tuple[NotDecidable, ...] = ()

    def __add__(self, other: Judgement) -> Judgement:
        return Judgement(self.findings + other.findings, self.not_decidable + other.not_decidable)
