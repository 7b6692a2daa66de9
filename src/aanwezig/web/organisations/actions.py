"""What changes organisations and roles. Each checks the right, makes the change and writes the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import Decision, NotAllowed, organisations_with, require, today
from aanwezig.web.accounts.actions import switch_off, take_second_factor
from aanwezig.web.accounts.models import User
from aanwezig.web.audit.actions import record_change
from aanwezig.web.facts.models import Pupil, School
from aanwezig.web.organisations.domain import TIES
from aanwezig.web.organisations.models import Kind, Membership, Organisation, Role


class NotPossible(Exception):
    """The change is allowed to this person but cannot be made now; the text says why, for the form."""


@dataclass(frozen=True, slots=True)
class OrganisationValues:
    """What an organisation is; ties that its kind does not have are left empty."""

    kind: str
    name: str
    code: str = ""
    board: Organisation | None = None
    partnership: Organisation | None = None
    municipality: Organisation | None = None
    serves: tuple[Organisation, ...] = ()


def add_organisation(actor: Actor, values: OrganisationValues) -> Organisation:
    """A new organisation; a school also gets its place in the register.

    It must be tied to an organisation that the actor administers: who adds it must be able to keep it.
    """
    decision = require(actor, "admin.organisations")
    mine = set(organisations_with(actor, "admin.organisations").values_list("pk", flat=True))
    tied = {one.pk for one in (values.board, values.partnership, values.municipality) if one is not None}
    if not actor.is_system and not tied & mine:
        raise NotPossible(_("Say to which of your organisations it belongs; else nobody can administer it."))
    with transaction.atomic():
        made = Organisation(kind=values.kind)
        _fill(made, values)
        if made.kind == Kind.SCHOOL:
            School.objects.get_or_create(code=made.code, defaults={"organisation": made})
        record_change(
            actor,
            "add_organisation",
            decision=decision,
            subject=made.ref,
            details={"kind": made.kind, "code": made.code},
        )
    return made


def change_organisation(actor: Actor, organisation: Organisation, values: OrganisationValues) -> Organisation:
    """Name and ties. Kind stays; the code of a school that the register has facts of stays too."""
    decision = require(actor, "admin.organisations", organisation)
    if (
        organisation.kind == Kind.SCHOOL
        and values.code != organisation.code
        and hasattr(organisation, "register")
    ):
        raise NotPossible(_("The code of a school stays: the facts in the register carry it."))
    with transaction.atomic():
        _fill(organisation, values)
        record_change(
            actor,
            "change_organisation",
            decision=decision,
            subject=organisation.ref,
            details={"code": organisation.code},
        )
    return organisation


def _fill(organisation: Organisation, values: OrganisationValues) -> None:
    ties = TIES[organisation.kind]
    organisation.name, organisation.code = values.name, values.code
    organisation.board = values.board if "board" in ties else None
    organisation.partnership = values.partnership if "partnership" in ties else None
    organisation.municipality = values.municipality if "municipality" in ties else None
    organisation.save()
    organisation.serves.set(values.serves if "serves" in ties else ())


def close_organisation(actor: Actor, organisation: Organisation, on: date) -> None:
    """From that day on its roles give nothing any more; what was recorded stays."""
    decision = require(actor, "admin.organisations", organisation)
    if any(one.at.id == organisation.pk and one.role == Role.ADMINISTRATOR for one in actor.memberships):
        others = {one.at.id for one in actor.memberships if one.role == Role.ADMINISTRATOR} - {
            organisation.pk
        }
        if not others:
            raise NotPossible(_("You cannot close the organisation by which you are an administrator."))
    with transaction.atomic():
        organisation.closed_on = on
        organisation.save(update_fields=["closed_on"])
        record_change(
            actor,
            "close_organisation",
            decision=decision,
            subject=organisation.ref,
            details={"on": on.isoformat()},
        )


def reopen_organisation(actor: Actor, organisation: Organisation) -> None:
    """Undo closing."""
    decision = require(actor, "admin.organisations", organisation)
    with transaction.atomic():
        organisation.closed_on = None
        organisation.save(update_fields=["closed_on"])
        record_change(actor, "reopen_organisation", decision=decision, subject=organisation.ref)


# Roles


def end_role(actor: Actor, membership: Membership, last_day: date) -> None:
    """The role holds up to and with ``last_day``; a day before today ends it at once."""
    decision = require(actor, "admin.users", membership.organisation)
    _keep_an_administrator(actor, membership)
    with transaction.atomic():
        _end(membership, last_day)
        _record_role(actor, "end_role", decision, membership, {"last_day": last_day.isoformat()})


def change_role(
    actor: Actor,
    membership: Membership,
    *,
    groups: Iterable[str],
    pupils: Iterable[Pupil],
    last_day: date | None,
) -> None:
    """Other groups of a mentor, other children of a parent, another last day."""
    decision = require(actor, "admin.users", membership.organisation)
    if last_day is not None and last_day < membership.first_day:
        raise NotPossible(_("The role would end before it begins."))
    if last_day is not None and last_day < today():
        _keep_an_administrator(actor, membership)
    with transaction.atomic():
        membership.groups, membership.last_day = list(groups), last_day
        membership.save(update_fields=["groups", "last_day"])
        membership.pupils.set(pupils)
        _record_role(
            actor,
            "change_role",
            decision,
            membership,
            {
                "groups": list(membership.groups),
                "pupils": membership.pupils.count(),
                "last_day": last_day.isoformat() if last_day else None,
            },
        )


def switch_off_account(actor: Actor, user: User) -> None:
    """Every role ends and every session with it, at once. Only for who administers all organisations of this person."""
    decision = _over_all_roles(actor, user)
    if user.pk == actor.user_id:
        raise NotPossible(_("You cannot switch off your own account."))
    with transaction.atomic():
        for one in _running(user):
            _end(one, today() - timedelta(days=1))
        switch_off(user)
        record_change(actor, "switch_off_account", decision=decision, subject=user.ref)


def reset_second_factor(actor: Actor, user: User) -> None:
    """For who lost the telephone: signing in asks to set up a new one."""
    decision = _over_all_roles(actor, user)
    with transaction.atomic():
        take_second_factor(user)
        record_change(actor, "reset_second_factor", decision=decision, subject=user.ref)


def _running(user: User) -> list[Membership]:
    on = today()
    rows = Membership.objects.filter(user=user).select_related("organisation")
    return [row for row in rows if row.last_day is None or row.last_day >= on]


def _over_all_roles(actor: Actor, user: User) -> Decision:
    """The decision when the actor administers every organisation where the person has a role; else NotAllowed."""
    decision = require(actor, "admin.users")
    rows = _running(user) or list(Membership.objects.filter(user=user).select_related("organisation"))
    if not rows and not actor.is_system:
        raise NotAllowed(
            Decision(False, _("This person has no role at your organisations."), "admin.users", decision.by)
        )
    for row in rows:
        decision = require(actor, "admin.users", row.organisation)
    return decision


def _keep_an_administrator(actor: Actor, membership: Membership) -> None:
    if membership.user_id == actor.user_id and membership.role == Role.ADMINISTRATOR:
        raise NotPossible(
            _("You cannot end your own role of administrator. Ask another administrator to do it.")
        )


def _end(membership: Membership, last_day: date) -> None:
    """A role that never held is taken away: it cannot end before it began."""
    if last_day < membership.first_day:
        membership.delete()
        return
    membership.last_day = last_day
    membership.save(update_fields=["last_day"])


def _record_role(
    actor: Actor, action: str, decision: Decision, membership: Membership, details: dict[str, object]
) -> None:
    named = {"role": membership.role, "organisation": membership.organisation.ref}
    record_change(
        actor,
        action,
        decision=decision,
        subject=membership.user.ref,
        details=named | details,  # type: ignore[arg-type]
    )
