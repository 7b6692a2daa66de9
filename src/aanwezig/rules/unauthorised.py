"""Which marks count as unauthorised, for the 16 hours and for long absence (docs/specification/rules.md §2, Counted)."""

from __future__ import annotations

from datetime import date
from enum import Enum

from aanwezig.rules.facts import Absence, PupilFacts
from aanwezig.rules.provisions import RuleVersion

# The school's own doing: never counted in the 16 hours unless somebody chooses so, but always listed.
SENT_AWAY = ("sent_home", "sent_out")
# Rows of any other reason never count, whoever chooses what.
MAY_COUNT = frozenset({"truant", "unknown", "luxury", "leave", "late", *SENT_AWAY})


class Counts(Enum):
    """Whether a mark counts; ``OPEN``: nobody said whether it was authorised."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


def _counts(condition: bool) -> Counts:
    return Counts.YES if condition else Counts.NO


def has_leave(facts: PupilFacts, school_id: str, day: date, granted: str = "yes") -> bool:
    """Whether the table ``leave`` has leave of a school on a day with this decision."""
    return any(
        leave.granted == granted and leave.school_id == school_id and day in leave.period
        for leave in facts.leave
    )


def is_luxury(absence: Absence, facts: PupilFacts) -> bool:
    """Holiday without granted leave: reason ``luxury``, or ``leave`` that was marked ``no`` or refused.

    Leave granted in the table ``leave`` goes before the mark, and a mark before leave that was refused.
    """
    if absence.reason not in ("luxury", "leave"):
        return False
    if absence.authorised or has_leave(facts, absence.school_id, absence.date):
        return False
    if absence.reason == "luxury" or absence.authorised is False:
        return True
    return has_leave(facts, absence.school_id, absence.date, granted="no")


def counts_for_16_hours(absence: Absence, facts: PupilFacts, rule: RuleVersion) -> Counts:
    """Whether a row counts in the 16 hours; ``rule`` is a version of ``relative_16h``."""
    reason = absence.reason
    if reason not in MAY_COUNT:
        return Counts.NO
    if reason == "truant":
        return _counts(absence.authorised is not True)
    if reason == "unknown":
        return Counts.OPEN if absence.authorised is None else _counts(not absence.authorised)
    if reason in ("luxury", "leave"):
        return _counts(bool(rule["count_luxury"]) and is_luxury(absence, facts))
    if reason == "late":
        return _counts(bool(rule["count_late"]) and absence.authorised is not True)
    if reason in SENT_AWAY:
        return _counts(bool(rule["count_sent_away"]))
    return Counts.NO


def counts_for_long_absence(absence: Absence, facts: PupilFacts) -> Counts:
    """Whether a row is absence without a valid reason, for ``long_relative`` and what counts home-sitters.

    As in the 16 hours, with holiday without leave, and sent home by the school whatever the mark: the
    child is at home without a valid reason.
    """
    reason = absence.reason
    if reason not in MAY_COUNT:
        return Counts.NO
    if reason == "truant":
        return _counts(absence.authorised is not True)
    if reason == "unknown":
        return Counts.OPEN if absence.authorised is None else _counts(not absence.authorised)
    if reason in ("luxury", "leave"):
        return _counts(is_luxury(absence, facts))
    return _counts(reason == "sent_home")
