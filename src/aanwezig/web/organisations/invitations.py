"""Inviting people: a link by mail that can be used once, for a week, and gives one role."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from aanwezig.web.access.actor import SYSTEM, Actor, Place
from aanwezig.web.access.decide import require, today
from aanwezig.web.accounts.actions import make_account
from aanwezig.web.accounts.models import User
from aanwezig.web.audit.actions import record_change
from aanwezig.web.facts.models import Pupil
from aanwezig.web.organisations.actions import NotPossible
from aanwezig.web.organisations.domain import (
    INVITATION_LASTS,
    NEEDS_GROUPS,
    NEEDS_PUPILS,
    role_fits,
)
from aanwezig.web.organisations.models import Invitation, Membership, Organisation


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with its token; the token is only known now."""

    invitation: Invitation
    token: str


@dataclass(frozen=True, slots=True)
class InvitationValues:
    email: str
    name: str
    organisation: Organisation
    role: str
    first_day: date
    last_day: date | None = None
    groups: tuple[str, ...] = ()
    pupils: tuple[Pupil, ...] = ()


def invite(actor: Actor, values: InvitationValues) -> Invited:
    """Make an invitation. NotPossible when the role does not fit the organisation or misses groups or pupils."""
    decision = require(actor, "admin.users", values.organisation)
    if not role_fits(values.role, values.organisation.kind):
        raise NotPossible(_("This role does not exist at this kind of organisation."))
    if values.role in NEEDS_GROUPS and not values.groups:
        raise NotPossible(_("Say which groups the mentor has."))
    if values.role in NEEDS_PUPILS and not values.pupils:
        raise NotPossible(_("Say for which pupils this is."))
    token, now = secrets.token_urlsafe(32), timezone.now()
    with transaction.atomic():
        made = Invitation.objects.create(
            email=values.email.lower(),
            name=values.name,
            organisation=values.organisation,
            role=values.role,
            groups=list(values.groups) if values.role in NEEDS_GROUPS else [],
            first_day=values.first_day,
            last_day=values.last_day,
            token_hash=hash_of(token),
            invited_by_id=actor.user_id,
            sent_at=now,
            expires_at=now + INVITATION_LASTS,
        )
        if values.role in NEEDS_PUPILS:
            made.pupils.set(values.pupils)
        record_change(
            actor,
            "invite",
            decision=decision,
            subject=made.ref,
            details={"role": made.role, "organisation": made.organisation.ref},
        )
    return Invited(made, token)


def send_again(actor: Actor, invitation: Invitation) -> Invited:
    """A new link for the same invitation, valid for a week; the old link no longer works."""
    decision = require(actor, "admin.users", invitation.organisation)
    token, now = secrets.token_urlsafe(32), timezone.now()
    with transaction.atomic():
        open_still = Invitation.objects.filter(
            pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True
        )
        if not open_still.update(token_hash=hash_of(token), sent_at=now, expires_at=now + INVITATION_LASTS):
            raise NotPossible(_("This invitation was accepted or withdrawn already."))
        record_change(actor, "send_invitation_again", decision=decision, subject=invitation.ref)
    invitation.refresh_from_db()
    return Invited(invitation, token)


def withdraw(actor: Actor, invitation: Invitation) -> None:
    """The link no longer works."""
    decision = require(actor, "admin.users", invitation.organisation)
    with transaction.atomic():
        open_still = Invitation.objects.filter(
            pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True
        )
        if not open_still.update(withdrawn_at=timezone.now()):
            raise NotPossible(_("This invitation was accepted or withdrawn already."))
        record_change(actor, "withdraw_invitation", decision=decision, subject=invitation.ref)


def hash_of(token: str) -> str:
    """What the database keeps of a token; it is random and long, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_invitation(token: str) -> Invitation | None:
    """The invitation of a link that works; None for a forged, used, withdrawn or old one, without telling which."""
    return (
        Invitation.objects.filter(
            token_hash=hash_of(token),
            accepted_at__isnull=True,
            withdrawn_at__isnull=True,
            expires_at__gt=timezone.now(),
        )
        .select_related("organisation", "invited_by")
        .first()
    )


def account_of(invitation: Invitation) -> User | None:
    """The account that can sign in with the invited address."""
    return User.objects.filter(email=invitation.email.lower(), is_active=True).first()


def accept(
    token: str, user: User | None, *, name: str = "", language: str = "nl", password: str | None = None
) -> User | None:
    """Take the role. ``user``: who is signed in; without one an account is made with ``password``.

    None when the link no longer works, or is for another address. Two tries at once: one gets the role.
    """
    with transaction.atomic():
        invitation = open_invitation(token)
        if invitation is None:
            return None
        existing = account_of(invitation)
        if user is not None and user != existing:
            return None
        if user is None and (existing is not None or password is None):
            # Who has an account signs in with it first: the link alone must not open it.
            return None
        taken = Invitation.objects.filter(
            pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True
        ).update(accepted_at=timezone.now())
        if not taken:
            return None
        person = user or make_account(invitation.email, name or invitation.name, language, password)
        Invitation.objects.filter(pk=invitation.pk).update(accepted_by=person)
        give_role(
            person,
            invitation.organisation,
            invitation.role,
            first_day=invitation.first_day,
            last_day=invitation.last_day,
            groups=invitation.groups,
            pupils=invitation.pupils.all(),
        )
        # There is no actor yet: the invitation, made by who had the right, is what it rests on.
        at = invitation.organisation
        place = Place(at.pk, at.ref, at.kind, at.name, at.code)
        acting = Actor(person.pk, person.ref, str(person), working_at=place)
        record_change(
            acting,
            "accept_invitation",
            subject=invitation.ref,
            details={"role": invitation.role, "organisation": invitation.organisation.ref},
        )
    return person


def give_role(
    user: User,
    organisation: Organisation,
    role: str,
    *,
    first_day: date,
    last_day: date | None,
    groups: Iterable[str] = (),
    pupils: Iterable[Pupil] = (),
) -> Membership:
    """The role from a day; who has it already gets the groups and pupils added and the later last day."""
    on = max(first_day, today())
    rows = Membership.objects.filter(user=user, organisation=organisation, role=role, first_day__lte=on)
    running = next((row for row in rows if row.last_day is None or row.last_day >= on), None)
    if running is None:
        running = Membership(
            user=user, organisation=organisation, role=role, first_day=first_day, last_day=last_day
        )
        same_day = Membership.objects.filter(
            user=user, organisation=organisation, role=role, first_day=first_day
        )
        running.pk = same_day.values_list("pk", flat=True).first()
        if running.pk:
            running = Membership.objects.get(pk=running.pk)
            running.last_day = last_day
    elif last_day is None or (running.last_day is not None and last_day > running.last_day):
        running.last_day = last_day
    running.groups = sorted({*running.groups, *groups})
    running.save()
    running.pupils.add(*pupils)
    return running


def first_administrator(email: str, organisation: Organisation, name: str) -> Invited:
    """The invitation of the first person, made by the installation itself."""
    return invite(SYSTEM, InvitationValues(email, name, organisation, "administrator", first_day=today()))


def mail_invitation(invited: Invited, url: str, language: str) -> bool:
    """Send the link; whether it went. False also when mail is not set up: then the link is shown to copy."""
    if settings.EMAIL_BACKEND.endswith(".dummy.EmailBackend"):
        return False
    one = invited.invitation
    with translation.override(language):
        context = {"invitation": one, "url": url, "inviter": one.invited_by}
        text = render_to_string("organisations/email/invitation.txt", context)
        subject = _("Invitation for Aanwezig from %(organisation)s") % {"organisation": one.organisation.name}
        try:
            sent = send_mail(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [one.email])
        except (OSError, SMTPException):
            return False
    return bool(sent)
