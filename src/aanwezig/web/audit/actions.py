"""Writing the log: who read, who changed. Called by every action and every page about a child."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import Decision, NotAllowed
from aanwezig.web.audit.models import ChangeRecord, ReadRecord
from aanwezig.web.facts.models import Pupil

Way = Literal["page", "list", "export", "print", "file"]
Code = str | int | float | bool | None


def record_reading(actor: Actor, pupil: Pupil, what: str, decision: Decision, way: Way = "page") -> None:
    """One child's data was shown. ``what``: name of the page."""
    by = decision.by
    ReadRecord.objects.create(
        at=timezone.now(),
        user_id=actor.user_id,
        role=by.role if by else "",
        organisation_id=by.at.id if by else None,
        pupil=pupil,
        what=what,
        way=way,
        is_emergency=decision.is_emergency,
    )


def record_readings(actor: Actor, pupils: Iterable[Pupil | str], what: str, way: Way = "list") -> None:
    """Several children stood in a list, export or print; one query."""
    place = actor.working_at
    now = timezone.now()
    ReadRecord.objects.bulk_create(
        ReadRecord(
            at=now,
            user_id=actor.user_id,
            role=actor.role_at(place),
            organisation_id=place.id if place else None,
            pupil_id=one if isinstance(one, str) else one.pk,
            what=what,
            way=way,
        )
        for one in pupils
    )


def record_change(
    actor: Actor,
    action: str,
    *,
    decision: Decision | None = None,
    pupil: Pupil | str | None = None,
    subject: str = "",
    details: Mapping[str, Code | list[Code]] | None = None,
) -> None:
    """Something was changed; in the same transaction as the change. ``details``: codes, numbers and dates only.

    NotAllowed for a change that rests on emergency access: that is for reading only.
    """
    if decision is not None and decision.is_emergency:
        why = _("In an emergency you can read this file, not change it.")
        raise NotAllowed(replace(decision, allowed=False, why=why))
    by = decision.by if decision else None
    place: Any = by.at if by else actor.working_at
    ChangeRecord.objects.create(
        at=timezone.now(),
        user_id=actor.user_id,
        role=by.role if by else actor.role_at(place),
        organisation_id=place.id if place else None,
        action=action,
        pupil_id=pupil if isinstance(pupil, str) or pupil is None else pupil.pk,
        subject=subject,
        details=dict(details or {}),
        is_emergency=bool(decision and decision.is_emergency),
    )
