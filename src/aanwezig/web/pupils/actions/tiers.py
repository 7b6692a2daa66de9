"""The tier that a person sets, and the mark that there is a plan.

A tier never changes by itself: a proposal stands beside it, and only a person puts it higher or lower.
"""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import require, today
from aanwezig.web.audit.actions import record_change
from aanwezig.web.facts.models import Pupil
from aanwezig.web.pupils.domain import TIERS, faults_of_review
from aanwezig.web.pupils.models import PlanMark, TierSetting
from aanwezig.web.pupils.queries.tiers import tier_of
from aanwezig.web.pupils.wrong import Conflict, wrong


def set_tier(
    actor: Actor | None, pupil: Pupil, tier: int, reason: str, review_on: date, seen: str | None = None
) -> TierSetting:
    """Set the tier with a reason and a day to look back.

    ``seen``: ref of the setting that the actor saw ('' for none): Conflict when another was made meanwhile; None:
    does not ask.
    """
    decision = require(actor, "pupil.tier", pupil)
    assert actor is not None
    if tier not in TIERS:
        raise ValueError(tier)
    if not reason.strip():
        raise wrong("no_text")
    if faults := faults_of_review(review_on, today(), today()):
        raise wrong(faults[0])
    with transaction.atomic():
        # Held until the end, so that of two people at once the second sees what the first set.
        Pupil.objects.select_for_update().get(pk=pupil.pk)
        last = TierSetting.objects.filter(pupil=pupil).select_related("set_by").first()
        if seen is not None and (last.ref if last else "") != seen:
            raise Conflict(last)
        made = TierSetting.objects.create(
            pupil=pupil,
            tier=tier,
            reason=reason.strip(),
            review_on=review_on,
            proposed=tier_of([pupil.pk])[pupil.pk].proposed,
            set_by_id=actor.user_id,
            set_at=timezone.now(),
        )
        details = {"tier": tier, "before": last.tier if last else None, "proposed": made.proposed}
        record_change(actor, "tier.set", decision=decision, pupil=pupil, subject=made.ref, details=details)
    return made


def mark_plan(
    actor: Actor | None, pupil: Pupil, *, first_day: date, review_on: date, lead: str, place: str
) -> PlanMark:
    """Say that there is a plan; one runs at a time."""
    decision = require(actor, "pupil.tier", pupil)
    assert actor is not None
    _check_plan(first_day, review_on, lead, place)
    try:
        with transaction.atomic():
            made = PlanMark.objects.create(
                pupil=pupil,
                first_day=first_day,
                review_on=review_on,
                lead=lead.strip(),
                place=place.strip(),
                made_by_id=actor.user_id,
                made_at=timezone.now(),
            )
            record_change(actor, "plan.mark", decision=decision, pupil=pupil, subject=made.ref)
    except IntegrityError:
        raise wrong("plan_exists") from None
    return made


def change_plan(actor: Actor | None, plan: PlanMark, *, review_on: date, lead: str, place: str) -> PlanMark:
    """Reviewed: another day to look back, another person, another place."""
    decision = require(actor, "pupil.tier", plan.pupil)
    assert actor is not None
    _check_plan(plan.first_day, review_on, lead, place)
    with transaction.atomic():
        changed = PlanMark.objects.filter(pk=plan.pk, ended_on__isnull=True).update(
            review_on=review_on, lead=lead.strip(), place=place.strip()
        )
        if not changed:
            raise wrong("gone")
        details = {"review_on": review_on.isoformat()}
        record_change(
            actor, "plan.change", decision=decision, pupil=plan.pupil_id, subject=plan.ref, details=details
        )
    plan.refresh_from_db()
    return plan


def end_plan(actor: Actor | None, plan: PlanMark) -> None:
    """The plan is over today. Twice changes nothing."""
    decision = require(actor, "pupil.tier", plan.pupil)
    assert actor is not None
    with transaction.atomic():
        changed = PlanMark.objects.filter(pk=plan.pk, ended_on__isnull=True).update(
            ended_on=today(), ended_by_id=actor.user_id
        )
        if changed:
            record_change(actor, "plan.end", decision=decision, pupil=plan.pupil_id, subject=plan.ref)


def _check_plan(first_day: date, review_on: date, lead: str, place: str) -> None:
    if not lead.strip() or not place.strip():
        raise wrong("no_text")
    if faults := faults_of_review(review_on, first_day, today()):
        raise wrong(faults[0])
