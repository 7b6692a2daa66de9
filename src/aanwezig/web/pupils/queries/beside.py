"""What people keep about one pupil, and who its mentors are: one query for all of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from aanwezig.web.access.decide import Decision
from aanwezig.web.duties.models import Letter
from aanwezig.web.facts.models import Contact, Pupil
from aanwezig.web.organisations.models import Membership, Role
from aanwezig.web.pupils.domain import PlanState, TierNow, plan_state
from aanwezig.web.pupils.models import Document, Note, NoteKind, PlanMark, TierSetting
from aanwezig.web.pupils.queries.at_once import Row, a_day, day, moment, rows_at_once, same_names
from aanwezig.web.pupils.sides import is_school_side, readable
from aanwezig.web.results.models import OpenQuestion
from aanwezig.web.signals.models import Review

_KEPT = {
    **same_names("ref", "shared", "made_at", "withdrawn_at"),
    "by": "made_by__name",
    "at_name": "organisation__name",
}


@dataclass(frozen=True, slots=True)
class NoteLine:
    ref: str
    kind: str
    kind_text: str
    day: date
    text: str
    present: str
    agreed: str
    by: str
    organisation: str
    made_at: datetime
    changed_by: str
    changed_at: datetime | None
    version: int
    shared: bool


@dataclass(frozen=True, slots=True)
class ContactLine:
    ref: str
    name: str
    relation: str
    phone: str
    email: str
    has_authority: bool
    remarks: str


@dataclass(frozen=True, slots=True)
class DocumentLine:
    ref: str
    title: str
    format: str
    size: int
    by: str
    made_at: datetime
    shared: bool


@dataclass(frozen=True, slots=True)
class TierLine:
    ref: str
    tier: int
    reason: str
    review_on: date
    proposed: int | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlanLine:
    ref: str
    first_day: date
    review_on: date
    lead: str
    place: str
    by: str
    made_at: datetime
    ended_on: date | None
    state: PlanState


@dataclass(frozen=True, slots=True)
class LetterLine:
    ref: str
    subject: str
    by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewLine:
    rule: str
    first_day: date | None
    state: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What people wrote, keep and decided; ``questions``: rule and the column that is missing."""

    notes: tuple[NoteLine, ...]
    contacts: tuple[ContactLine, ...]
    documents: tuple[DocumentLine, ...]
    tiers: tuple[TierLine, ...]
    plans: tuple[PlanLine, ...]
    letters: tuple[LetterLine, ...]
    reviews: tuple[ReviewLine, ...]
    questions: tuple[tuple[str, str], ...]
    mentors: tuple[str, ...]

    @property
    def plan(self) -> PlanLine | None:
        """The plan that was not ended, current or not."""
        return next((plan for plan in self.plans if plan.state != "ended"), None)

    def tier_now(self, proposed: int | None) -> TierNow:
        if not self.tiers:
            return TierNow(proposed=proposed)
        last = self.tiers[0]
        return TierNow(last.tier, proposed, last.at.date(), last.by, last.review_on, last.ref)


def read_beside(
    pupil: Pupil, decision: Decision, enrolled: Iterable[tuple[str, str]], on: date, *, documents: bool
) -> Beside:
    """``enrolled``: school and group of today; ``documents``: whether the actor may see documents."""
    mine, at_school = readable(decision.by), is_school_side(decision.by)
    places = list(enrolled)
    mentors = Membership.objects.filter(
        organisation__code__in=[school for school, _group in places],
        role=Role.MENTOR,
        user__is_active=True,
        first_day__lte=on,
    ).filter(Q(last_day__isnull=True) | Q(last_day__gte=on))
    notes = Note.objects.filter(mine, pupil=pupil, withdrawn_at__isnull=True)
    papers = Document.objects.filter(mine, pupil=pupil, withdrawn_at__isnull=True)
    rows = rows_at_once(
        {
            "notes": (
                notes,
                {
                    **_KEPT,
                    **same_names("kind", "day", "text", "present", "agreed", "version", "changed_at"),
                    "changed_by": "changed_by__name",
                },
            ),
            # Not "none()": an empty part drops out of a union, and with it its columns.
            "documents": (
                papers if documents else papers.filter(pk=0),
                {**_KEPT, **same_names("title", "format", "size")},
            ),
            "contacts": (
                Contact.objects.filter(pupil=pupil),
                same_names("ref", "name", "relation", "phone", "email", "has_authority", "remarks"),
            ),
            "tiers": (
                TierSetting.objects.filter(pupil=pupil),
                {
                    **same_names("ref", "tier", "reason", "review_on", "proposed", "set_at"),
                    "by": "set_by__name",
                },
            ),
            "plans": (
                PlanMark.objects.filter(pupil=pupil),
                {
                    **same_names("ref", "first_day", "review_on", "lead", "place", "made_at", "ended_on"),
                    "by": "made_by__name",
                },
            ),
            "letters": (
                Letter.objects.filter(pupil=pupil),
                {**same_names("ref", "subject", "made_at"), "by": "made_by_name"},
            ),
            "reviews": (
                Review.objects.filter(pupil=pupil, undone_at__isnull=True),
                {**same_names("rule", "first_day", "state", "at"), "by": "by__name"},
            ),
            "questions": (OpenQuestion.objects.filter(pupil=pupil), same_names("rule", "missing")),
            "mentors": (mentors, {"school": "organisation__code", "groups": "groups", "name": "user__name"}),
        }
    )
    return Beside(
        notes=tuple(_note(row) for row in _latest(rows["notes"], "day")),
        contacts=tuple(_contact(row) for row in rows["contacts"]),
        documents=tuple(
            DocumentLine(
                row["ref"],
                row["title"],
                row["format"],
                row["size"],
                row["by"] or "",
                moment(row["made_at"]),
                bool(row["shared"]),
            )
            for row in _latest(rows["documents"], "made_at")
        ),
        tiers=tuple(
            TierLine(
                row["ref"],
                row["tier"],
                row["reason"] if at_school else "",
                a_day(row["review_on"]),
                row["proposed"],
                row["by"] or "",
                moment(row["set_at"]),
            )
            for row in _latest(rows["tiers"], "set_at")
        ),
        plans=tuple(_plan(row, on, at_school) for row in _latest(rows["plans"], "first_day")),
        letters=tuple(
            LetterLine(row["ref"], row["subject"], row["by"] or "", moment(row["made_at"]))
            for row in _latest(rows["letters"], "made_at")
        ),
        reviews=tuple(
            ReviewLine(row["rule"], day(row["first_day"]), row["state"], row["by"] or "", moment(row["at"]))
            for row in _latest(rows["reviews"], "at")
        ),
        questions=tuple(sorted({(row["rule"], row["missing"]) for row in rows["questions"]})),
        mentors=_mentors(rows["mentors"], places),
    )


def _latest(rows: list[Row], key: str) -> list[Row]:
    return sorted(rows, key=lambda row: (row[key], row["pk"]), reverse=True)


def _note(row: Row) -> NoteLine:
    return NoteLine(
        row["ref"],
        row["kind"],
        str(NoteKind(row["kind"]).label),
        a_day(row["day"]),
        row["text"],
        row["present"],
        row["agreed"],
        row["by"] or "",
        row["at_name"],
        moment(row["made_at"]),
        row["changed_by"] or "",
        moment(row["changed_at"]) if row["changed_at"] else None,
        row["version"],
        bool(row["shared"]),
    )


def _contact(row: Row) -> ContactLine:
    return ContactLine(
        row["ref"],
        row["name"],
        row["relation"],
        row["phone"],
        row["email"],
        bool(row["has_authority"]),
        row["remarks"],
    )


def _plan(row: Row, on: date, at_school: bool) -> PlanLine:
    first, review, ended = a_day(row["first_day"]), a_day(row["review_on"]), day(row["ended_on"])
    return PlanLine(
        row["ref"],
        first,
        review,
        row["lead"],
        row["place"] if at_school else "",
        row["by"] or "",
        moment(row["made_at"]),
        ended,
        plan_state(first, review, ended, on),
    )


def _mentors(rows: list[Row], places: list[tuple[str, str]]) -> tuple[str, ...]:
    found: list[str] = []
    for row in rows:
        groups: Any = row["groups"]
        if isinstance(groups, str):
            # SQLite gives JSON within JSON as text.
            groups = json.loads(groups)
        if any(school == row["school"] and group in groups for school, group in places):
            found.append(row["name"])
    return tuple(sorted(set(found)))
