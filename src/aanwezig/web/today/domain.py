"""What the first page works out from plain values: visits, duties in words, presence after a return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

# Who opens the page again within this time is still on the same visit.
SAME_VISIT = timedelta(minutes=30)
# For so long somebody counts as just returned (own choice: longer than ten school days with a holiday in between).
JUST_RETURNED = timedelta(days=28)
# 'Last month': the figure of a month ago, or the nearest one before it within so many days.
MONTH, NEAR = timedelta(days=30), timedelta(days=21)

FirstPage = Literal["family", "school", "schools", "emergencies", "reported", "arrangement", "nothing"]
# What each role finds on its first page; a role that is not here finds where to go.
FIRST_PAGE: dict[str, FirstPage] = {
    "mentor": "school",
    "care_coordinator": "school",
    "school_leader": "school",
    "absence_team": "school",
    "youth_doctor": "school",
    "attendance_officer": "reported",
    "partnership_staff": "schools",
    "administrator": "schools",
    "privacy_officer": "emergencies",
    "arrangement_coordinator": "arrangement",
    "parent": "family",
    "young_person": "family",
}


def first_page(role: str) -> FirstPage:
    return FIRST_PAGE.get(role, "nothing")


def visit(
    now: datetime, seen_at: datetime | None, seen_before_at: datetime | None
) -> tuple[datetime | None, bool]:
    """Since when things are new, and whether this is a new visit: the one before then becomes the last one."""
    if seen_at is None:
        return None, True
    if now - seen_at > SAME_VISIT:
        return seen_at, True
    return seen_before_at, False


@dataclass(frozen=True, slots=True)
class DutyCount:
    """``first``: the earliest last day that is not past, else the latest one that is."""

    number: int
    overdue: int
    first: date | None


def count_duties(dues: Iterable[date | None], on: date) -> DutyCount:
    """How many duties there are, how many are late, and the first last day to come."""
    known = list(dues)
    past = [due for due in known if due is not None and due < on]
    to_come = [due for due in known if due is not None and due >= on]
    return DutyCount(len(known), len(past), min(to_come, default=None))


@dataclass(frozen=True, slots=True)
class Presence:
    """Minutes present in a week against what was agreed (or, without an agreement, was possible)."""

    present: float
    expected: float

    @property
    def is_kept(self) -> bool:
        """Exactly as agreed is kept."""
        return self.present >= self.expected


def presence(possible: float | None, absent: float | None, agreed: int | None) -> Presence | None:
    """What a pupil who returned was present in a week; None when nothing is known of the week.

    ``agreed``: minutes a week of the reduced programme. Where more was possible than agreed, absence from the hours
    that were not agreed on is no absence: what counts is the time present.
    """
    if possible is None or absent is None or possible <= 0:
        return None
    expected = possible if agreed is None else min(float(agreed), possible)
    return Presence(max(0.0, possible - absent), expected)
