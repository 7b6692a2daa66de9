"""Duties as values: from a finding to a prepared notification, what is still missing, words that warn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib import resources

import yaml

# Which category of DUO's register a rule leads to; a rule that is not here is no notification to DUO.
CATEGORY_OF_RULE: Mapping[str, str] = {
    "relative_16h": "relative_16h",
    "long_relative": "long_relative",
    "luxury": "luxury",
    "rmc_18plus": "rmc_18plus",
    "doubtful_sickness": "other",
    "lateness": "other",
}
# To which status a notification may go on from which (rules.md §2, statuses).
NEXT_STATUS: Mapping[str, tuple[str, ...]] = {
    "draft": ("registered",),
    "registered": ("in_progress", "closed", "taken_note", "withdrawn"),
    "in_progress": ("closed", "taken_note", "withdrawn"),
    "closed": (),
    "taken_note": (),
    "withdrawn": (),
}
REQUIRED = (
    "suspected_reason",
    "all_lessons_missed",
    "action_taken",
    "action_wanted",
    "action_wanted_text",
    "location",
    "reporter_name",
    "reporter_role",
    "reporter_phone",
    "reporter_email",
    "absence_days",
    "absence_hours",
)
FREE_TEXT = ("suspected_reason", "action_taken", "action_wanted_text", "deviating_address")


@dataclass(frozen=True, slots=True)
class AbsenceOfDay:
    """One row that a duty rests on, in the words of the register; ``minutes`` None: not given."""

    day: date
    lesson: str | None
    part: str | None
    minutes: int | None
    reason: str
    authorised: str | None


@dataclass(frozen=True, slots=True)
class Amount:
    """Absence days and hours of a notification; hours with one decimal, None where the minutes are unknown."""

    days: int
    hours: Decimal | None


def amount_of(rows: Iterable[AbsenceOfDay], quantity_minutes: float | None) -> Amount:
    """Days with absence, and hours: what the rule counted (``quantity_minutes``), else the sum of the rows."""
    found = list(rows)
    days = len({row.day for row in found})
    minutes: float | None = quantity_minutes
    if minutes is None and found and all(row.minutes is not None for row in found):
        minutes = sum(row.minutes or 0 for row in found)
    if minutes is None:
        return Amount(days, None)
    hours = (Decimal(str(minutes)) / 60).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return Amount(days, hours)


def missing(values: Mapping[str, object]) -> tuple[str, ...]:
    """The fields without which a notification cannot be recorded as sent, in the order of the form."""
    return tuple(name for name in REQUIRED if values.get(name) in (None, ""))


def may_become(status: str, wanted: str) -> bool:
    return wanted in NEXT_STATUS[status]


@cache
def _diagnosis_pattern() -> re.Pattern[str]:
    text = (
        resources.files("aanwezig.web.duties")
        .joinpath("data/diagnosis_words.yaml")
        .read_text(encoding="utf-8")
    )
    words = {word for words in yaml.safe_load(text).values() for word in words}
    parts = [re.escape(word).replace(r"\*", r"\w*") for word in sorted(words, key=len, reverse=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def diagnosis_words(text: str) -> tuple[str, ...]:
    """Words in a text that look like a diagnosis or illness, as they stand there, each once.

    >>> diagnosis_words("Blijft thuis sinds de herfst, heeft ADHD.")
    ('ADHD',)
    """
    return tuple(dict.fromkeys(match.group(0) for match in _diagnosis_pattern().finditer(text)))


def words_by_field(values: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """The free-text fields with words that warn."""
    found = {name: diagnosis_words(str(values.get(name) or "")) for name in FREE_TEXT}
    return {name: words for name, words in found.items() if words}


def day_wrong(sent_on: date, first_day: date, today: date) -> str | None:
    """Why a day cannot be the day of sending: 'future' or 'before_absence'; None when it can."""
    if sent_on > today:
        return "future"
    return "before_absence" if sent_on < first_day else None
