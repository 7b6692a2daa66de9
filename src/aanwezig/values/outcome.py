"""The three answers: yes, no, or cannot tell, and then what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class CannotTell:
    """A question that stays open, with the fact that is missing (a column of the register contract)."""

    missing: str

    @property
    def outcome(self) -> Outcome:
        return Outcome.CANNOT_TELL
