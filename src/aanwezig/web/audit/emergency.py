"""Breaking the glass: a closed file opened with a reason, for a day, for reading only, and told."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mass_mail
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import Decision, NotAllowed, decide, require, today
from aanwezig.web.audit.actions import record_change
from aanwezig.web.audit.models import EmergencyAccess
from aanwezig.web.audit.queries import organisations_told
from aanwezig.web.facts.models import Pupil
from aanwezig.web.organisations.models import Membership, Role

LASTS = timedelta(hours=24)
REASON_AT_LEAST = 20


def may_break_glass(actor: Actor | None, pupil: Pupil) -> bool:
    """Whether the actor has the right for this child and needs it: who can see the child already does not."""
    return (
        decide(actor, "pupil.break_glass", pupil).allowed and not decide(actor, "pupil.view", pupil).allowed
    )


def break_glass(actor: Actor, pupil: Pupil, reason: str) -> EmergencyAccess:
    """Open a closed file. The reason is kept apart from the log; privacy officers of school and board are told.

    ValueError when the reason is shorter than REASON_AT_LEAST characters.
    """
    decision = require(actor, "pupil.break_glass", pupil)
    reason = " ".join(reason.split())
    if len(reason) < REASON_AT_LEAST:
        raise ValueError("the reason is too short")
    assert decision.by is not None and actor.user_id is not None
    now = timezone.now()
    with transaction.atomic():
        opened = EmergencyAccess.objects.create(
            user_id=actor.user_id,
            organisation_id=decision.by.at.id,
            pupil=pupil,
            reason=reason,
            begun_at=now,
            ends_at=now + LASTS,
        )
        told = organisations_told(pupil, decision.by.at.id, today())
        opened.told.set(told)
        record_change(
            actor,
            "break_glass",
            decision=decision,
            pupil=pupil,
            details={"until": timezone.localtime(opened.ends_at).isoformat(timespec="minutes")},
        )
        transaction.on_commit(lambda: _tell(told))
    actor.answers.clear()
    return opened


def mark_seen(actor: Actor, emergency: EmergencyAccess) -> None:
    """The privacy officer looked at it; the first who did stays named."""
    decision = require(actor, "audit.emergencies")
    places = {one.at.id for one in actor.with_right("audit.emergencies")}
    if not emergency.told.filter(pk__in=places).exists():
        raise NotAllowed(
            Decision(False, _("Your role is for another organisation."), "audit.emergencies", decision.by)
        )
    with transaction.atomic():
        unseen = EmergencyAccess.objects.filter(pk=emergency.pk, seen_at__isnull=True)
        if unseen.update(seen_by_id=actor.user_id, seen_at=timezone.now()):
            record_change(actor, "see_emergency", decision=decision, pupil=emergency.pupil)


def _tell(organisations: set[int]) -> None:
    """A mail without content: that something happened, not to whom or why."""
    on = today()
    officers = (
        Membership.objects.filter(
            organisation__in=organisations,
            role=Role.PRIVACY_OFFICER,
            user__is_active=True,
            first_day__lte=on,
        )
        .filter(Q(last_day__isnull=True) | Q(last_day__gte=on))
        .select_related("user")
    )
    mails = {}
    for one in officers:
        with translation.override(one.user.language):
            mails[one.user.email] = (
                _("A file was opened in an emergency"),
                _(
                    "Somebody opened a file in Aanwezig in an emergency. Sign in and look under"
                    " Administration, Emergencies, who it was and why."
                ),
                settings.DEFAULT_FROM_EMAIL,
                [one.user.email],
            )
    # A mail server that is away must not undo the emergency: the line on the officer's page stands already.
    send_mass_mail(tuple(mails.values()), fail_silently=True)
