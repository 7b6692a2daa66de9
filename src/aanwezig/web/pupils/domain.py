"""What holds of notes, tiers, plans and files, as functions of plain values; no Django."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

MAX_DOCUMENT_BYTES = 10 * 1024 * 1024
TIERS = (1, 2, 3)
# A review later than this is no review.
LONGEST_REVIEW = timedelta(days=366)
# Somebody who returned is watched for so many school days (docs/specification/rules.md §5, relapse).
RETURN_WATCH_DAYS = 10

# What a person records in a table of the register, by the name that the pages use.
RECORDED = ("contact", "return", "distress", "suspension", "reduced_programme", "leave")
Fault = Literal[
    "future", "ends_before_begin", "review_before_begin", "review_past", "review_too_far", "before_birth"
]


@dataclass(frozen=True, slots=True)
class TierNow:
    """Where a pupil stands: the tier a person set, or else what is proposed; both None: nothing known.

    ``proposed`` stays beside the tier that was set: a higher proposal is shown, and changes nothing by itself.
    """

    tier_set: int | None = None
    proposed: int | None = None
    set_on: date | None = None
    set_by: str = ""
    review_on: date | None = None
    ref: str = ""

    @property
    def tier(self) -> int | None:
        return self.tier_set if self.tier_set is not None else self.proposed

    @property
    def is_set(self) -> bool:
        return self.tier_set is not None

    @property
    def proposal_is_higher(self) -> bool:
        return self.tier_set is not None and self.proposed is not None and self.proposed > self.tier_set

    def review_is_past(self, on: date) -> bool:
        return self.review_on is not None and self.review_on < on


PlanState = Literal["current", "coming", "review_past", "ended"]


def plan_state(first_day: date, review_on: date, ended_on: date | None, on: date) -> PlanState:
    """Whether a plan counts as current: begun, not ended, its review not past.

    A plan whose review day went by says nothing about now: it counts as 'without a current plan' until somebody
    reviewed it.
    """
    if ended_on is not None and ended_on <= on:
        return "ended"
    if first_day > on:
        return "coming"
    return "review_past" if review_on < on else "current"


def faults_of_period(
    first: date, last: date | None, on: date, *, may_be_future: bool, birth_date: date | None = None
) -> list[Fault]:
    """What is wrong with the days of something that a person records."""
    found: list[Fault] = []
    if not may_be_future and first > on:
        found.append("future")
    if last is not None and last < first:
        found.append("ends_before_begin")
    if birth_date is not None and first < birth_date:
        found.append("before_birth")
    return found


def faults_of_review(review_on: date, first: date, on: date) -> list[Fault]:
    """What is wrong with a day of review."""
    if review_on < first:
        return ["review_before_begin"]
    if review_on < on:
        return ["review_past"]
    return ["review_too_far"] if review_on - max(first, on) > LONGEST_REVIEW else []


def format_of(content: bytes) -> str | None:
    """What a file is by its content: pdf, jpg, png, docx, odt; None for anything else.

    A file with macros (docm inside a docx) or scripts is refused by this too: only the plain formats are known.
    """
    if content[:5] == b"%PDF-":
        return "pdf"
    if content[:3] == b"\xff\xd8\xff":
        return "jpg"
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if content[:4] == b"PK\x03\x04":
        return _format_of_zip(content)
    return None


def _format_of_zip(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size <= 100:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                has_macros = any(name.startswith(("Basic/", "Scripts/")) for name in names)
                if kind == "application/vnd.oasis.opendocument.text" and not has_macros:
                    return "odt"
            elif {"[Content_Types].xml", "word/document.xml"} <= names and "word/vbaProject.bin" not in names:
                return "docx"
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError):
        return None
    return None


def joined_kinds(kinds: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """The kinds asked for that exist, in the order of those known; nothing asked: all."""
    wanted = set(kinds)
    found = tuple(kind for kind in known if kind in wanted)
    return found or tuple(known)
