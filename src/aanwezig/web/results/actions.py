"""Choosing thresholds for a school: access, change, log and the recompute that follows, in one transaction."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import require
from aanwezig.web.audit.actions import record_change
from aanwezig.web.facts.changes import mark_changed
from aanwezig.web.facts.models import School
from aanwezig.web.results.models import Choice
from aanwezig.web.results.thresholds import fits


def choose_threshold(actor: Actor, school: School, key: str, value: Any, why: str) -> Choice:
    """Choose another threshold or reading for a school, with the reason; findings are made anew with it.

    ValidationError for a threshold that does not exist, a value that does not fit it, or without a reason.
    """
    decision = require(actor, "admin.thresholds", school.organisation)
    reason = why.strip()
    if not fits(key, value):
        raise ValidationError(_("This value does not fit the threshold."), code="does_not_fit")
    if not reason:
        raise ValidationError(_("Say why the school chooses this."), code="no_reason")
    now = timezone.now()
    with transaction.atomic():
        School.objects.select_for_update().get(pk=school.pk)
        _end(actor, school, key, now)
        choice = Choice.objects.create(
            school=school, key=key, value=value, why=reason, chosen_at=now, chosen_by_id=actor.user_id
        )
        record_change(
            actor,
            "threshold.chosen",
            decision=decision,
            subject=school.code,
            details={"key": key, "value": str(value)},
        )
        mark_changed([school.code])
    return choice


def forget_threshold(actor: Actor, school: School, key: str) -> None:
    """Back to the source's default. Does nothing where the school had chosen nothing."""
    decision = require(actor, "admin.thresholds", school.organisation)
    with transaction.atomic():
        School.objects.select_for_update().get(pk=school.pk)
        if not _end(actor, school, key, timezone.now()):
            return
        record_change(
            actor, "threshold.forgotten", decision=decision, subject=school.code, details={"key": key}
        )
        mark_changed([school.code])


def _end(actor: Actor, school: School, key: str, now: Any) -> int:
    rows = Choice.objects.filter(school=school, key=key, ended_at__isnull=True)
    return rows.update(ended_at=now, ended_by_id=actor.user_id)
