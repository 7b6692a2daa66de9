"""The one place that decides who may do what to which, and says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from aanwezig.web.access.actor import Acting, Actor
from aanwezig.web.access.scopes import memberships_near, pupils_in_reach, reach
from aanwezig.web.access.table import Right
from aanwezig.web.access.table import right as the_right
from aanwezig.web.audit.models import EmergencyAccess
from aanwezig.web.facts.models import Pupil
from aanwezig.web.organisations.models import Membership, Organisation, Role


@dataclass(frozen=True, slots=True)
class Decision:
    """``allowed`` and why, as a sentence for who asks; ``by``: the membership that it rests on."""

    allowed: bool
    why: str
    right: str
    by: Acting | None = None
    is_emergency: bool = False


class NotAllowed(Exception):
    """Refused by the access table; ``decision`` says why. The page 403 shows it; nothing was changed.

    ``thing``: what it was about, so that the page can offer breaking the glass for a pupil.
    """

    def __init__(self, decision: Decision, thing: Pupil | Organisation | None = None) -> None:
        super().__init__(decision.right)
        self.decision = decision
        self.thing = thing


def today() -> date:
    """The day in the Netherlands."""
    return timezone.localdate()


def decide(actor: Actor | None, name: str, thing: Pupil | Organisation | None = None) -> Decision:
    """Whether the actor may, and why.

    ``thing``: the pupil or organisation it is done to; without one the answer is whether any role has the
    right at all (for menus and for pages that then show only what is in reach).
    """
    one = the_right(name)
    if actor is None:
        return Decision(False, _("Nobody is signed in."), name)
    if actor.is_system:
        return Decision(True, _("The installation itself does this."), name)
    if one.everyone:
        return Decision(True, _("Everybody who is signed in may do this."), name)
    key = (name, type(thing).__name__ + str(thing.pk) if thing is not None else None)
    if key not in actor.answers:
        actor.answers[key] = _decide(actor, one, thing)
    answer = actor.answers[key]
    assert isinstance(answer, Decision)
    return answer


def _decide(actor: Actor, one: Right, thing: Pupil | Organisation | None) -> Decision:
    having = actor.with_right(one.name)
    if thing is None:
        if having:
            return _yes(one, having[0])
        return _no_role(actor, one)
    if isinstance(thing, Organisation):
        return _about_organisation(actor, one, having, thing)
    on = today()
    for membership in having:
        found = Pupil.objects.filter(pk=thing.pk).filter(reach(membership, one.roles[membership.role], on))
        if found.exists():
            return _yes(one, membership)
    if one.emergency and actor.user_id is not None and not actor.is_family:
        opened = _opened(actor, actor.user_id, thing)
        if opened is not None:
            by = next((m for m in actor.memberships if m.at.id == opened.organisation_id), None)
            if by is not None:
                return Decision(
                    True, _("Opened in an emergency, with a reason."), one.name, by, is_emergency=True
                )
    if not having:
        return _no_role(actor, one)
    return Decision(False, _("This pupil is not among those whom your role is for."), one.name, having[0])


def _opened(actor: Actor, user_id: int, pupil: Pupil) -> EmergencyAccess | None:
    """The emergency access that runs; asked once, however many rights a page asks about."""
    key = ("emergency", pupil.pk)
    if key not in actor.answers:
        now = timezone.now()
        actor.answers[key] = EmergencyAccess.objects.filter(
            user_id=user_id, pupil=pupil, ends_at__gt=now, begun_at__lte=now
        ).first()
    return cast("EmergencyAccess | None", actor.answers[key])


def _about_organisation(
    actor: Actor, one: Right, having: tuple[Acting, ...], thing: Organisation
) -> Decision:
    for membership in having:
        if membership.at.id == thing.pk:
            return _yes(one, membership)
        if one.roles[membership.role] == "own_and_below" and thing.pk in membership.at.below:
            return _yes(one, membership)
    if not having:
        return _no_role(actor, one)
    return Decision(False, _("Your role is for another organisation."), one.name, having[0])


def _yes(one: Right, by: Acting) -> Decision:
    why = _("Allowed as %(role)s at %(organisation)s.") % {
        "role": Role(by.role).label,
        "organisation": by.at.name,
    }
    return Decision(True, why, one.name, by)


def _no_role(actor: Actor, one: Right) -> Decision:
    if not actor.memberships:
        return Decision(False, _("Your account has no role at an organisation today."), one.name)
    return Decision(False, _("None of your roles has this right."), one.name)


def require(actor: Actor | None, name: str, thing: Pupil | Organisation | None = None) -> Decision:
    """The decision when it is yes; NotAllowed when it is no."""
    decision = decide(actor, name, thing)
    if not decision.allowed:
        raise NotAllowed(decision, thing)
    return decision


def visible_pupils(actor: Actor | None, name: str) -> QuerySet[Pupil]:
    """The pupils to whom the actor may do this, as a query; nobody without a role that has the right."""
    if actor is None:
        return Pupil.objects.none()
    if actor.is_system:
        return Pupil.objects.all()
    roles = the_right(name).roles
    return pupils_in_reach([(one, roles[one.role]) for one in actor.with_right(name)], today())


def organisations_with(actor: Actor | None, name: str) -> QuerySet[Organisation]:
    """The organisations for which the actor has the right."""
    if actor is None:
        return Organisation.objects.none()
    if actor.is_system:
        return Organisation.objects.all()
    one = the_right(name)
    wanted: set[int] = set()
    for membership in actor.with_right(name):
        wanted.add(membership.at.id)
        if one.about == "organisation" and one.roles[membership.role] == "own_and_below":
            wanted |= membership.at.below
    return Organisation.objects.filter(pk__in=wanted)


@dataclass(frozen=True, slots=True)
class WhoCanSee:
    """A person who can see a child, in which role and where. ``scope``: of the access table, why this child."""

    name: str
    role: str
    organisation: str
    scope: str = ""


def who_can_see(pupil: Pupil, name: str = "pupil.view") -> tuple[WhoCanSee, ...]:
    """Everybody who may see this child today by the access table, sorted by organisation and name."""
    from aanwezig.web.access.actor import _places

    one, on = the_right(name), today()
    near: list[Membership] = list(memberships_near(pupil, on).filter(role__in=one.roles))
    places = _places([row.organisation for row in near])
    # The same scope at the same place with the same groups reaches the same pupils: asked once, all in one query.
    asked: dict[tuple[object, ...], Q] = {}
    keys = []
    for row in near:
        acting = Acting(row.pk, row.role, places[row.organisation_id], frozenset(row.groups))
        scope = one.roles[row.role]
        key = (
            scope,
            row.organisation_id,
            acting.groups if scope == "own_groups" else None,
            row.pk if scope == "own_child" else None,
        )
        keys.append(key)
        asked.setdefault(key, reach(acting, scope, on))
    names = {key: f"reached_{number}" for number, key in enumerate(asked)}
    questions = {
        names[key]: Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
        for key, condition in asked.items()
    }
    rows: Any = Pupil.objects.filter(pk=pupil.pk).values(**questions) if questions else ()
    answers: list[dict[str, bool]] = list(rows)
    found = [
        WhoCanSee(str(row.user), str(row.get_role_display()), row.organisation.name, one.roles[row.role])
        for row, key in zip(near, keys, strict=True)
        if any(answer[names[key]] for answer in answers)
    ]
    return tuple(sorted(found, key=lambda who: (who.organisation, who.role, who.name)))
