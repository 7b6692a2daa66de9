"""The values that pages get of the results; made by ``results.queries`` in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from aanwezig.web.facts.models import Pupil
from aanwezig.web.results.models import PupilYear

PAGE = 50
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A page of a list; ``number`` from 1, never past the last one."""

    items: tuple[Item, ...]
    number: int
    total: int
    size: int = PAGE

    @property
    def pages(self) -> int:
        return max(1, math.ceil(self.total / self.size))


@dataclass(frozen=True, slots=True)
class Fresh:
    """How fresh a school's figures are. ``state``: shapes.Freshness, or ``not_computed``.

    ``is_stale``: facts changed since, or the figures are of another day; new ones are being made.
    """

    school: str
    state: str
    delivered_to: date | None
    last_school_day: date | None
    school_days_behind: int | None
    last_row_on: date | None
    computed_on: date | None
    computed_at: datetime | None
    is_stale: bool


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as a page shows it; ``why`` explains it, ``is_not`` stands at its end. ``school``: its code."""

    ref: str
    key: str
    rule: str
    title: str
    kind: str
    why: str
    school: str
    school_year: str
    pupil: Pupil | None
    group: str
    first_day: date | None
    last_day: date | None
    quantity: float | None
    threshold: float | None
    unit: str
    facts: tuple[str, ...]
    details: Mapping[str, Any]
    found_at: datetime
    changed_at: datetime
    cleared_at: datetime | None
    cleared_because: str
    reopened_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.cleared_at is None


@dataclass(frozen=True, slots=True)
class DutyView:
    """A duty with the time that is left: ``working_days_left`` after today, up to and with the due day; below 0: late."""

    finding: FindingView
    obligation: str
    due: date | None
    working_days_left: int | None

    @property
    def is_overdue(self) -> bool:
        return self.working_days_left is not None and self.working_days_left < 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a pupil stands in a school year: shapes.PupilFigures and PupilPicture, with what is missing to tell more."""

    school: str
    school_year: str
    group: str
    level: str
    is_enrolled: bool
    rate: float | None
    rate_agreed: float | None
    band: str
    provisional: bool
    assumed_timetable: bool
    figures: Mapping[str, Any]
    picture: Mapping[str, Any]
    recent: Sequence[Mapping[str, Any]]
    legal_status: str
    legal_status_missing: str
    proposed_tier: int | None
    tier_provisional: bool
    # Why, in the reader's language, highest tier first.
    tier_reasons: tuple[str, ...]
    # What is not reached, in the reader's language.
    not_reached: tuple[str, ...]
    # Rules that could not tell, with the column that is missing.
    open_questions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PupilFilters:
    """What a list of pupils is narrowed to; empty: all who are enrolled."""

    school_year: str = ""
    group: str = ""
    level: str = ""
    band: str = ""
    tier: int | None = None
    text: str = ""
    with_duty: bool = False
    with_signal: bool = False
    left_too: bool = False


@dataclass(frozen=True, slots=True)
class PupilRow:
    pupil: Pupil
    year: PupilYear = field(repr=False)
    # The first reason for the proposed tier.
    why: str

    @property
    def name(self) -> str:
        person = getattr(self.pupil, "person", None)
        return person.full_name if person is not None else ""
