"""Questions about organisations and the people of them, as an administrator asks them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import organisations_with, require, today
from aanwezig.web.accounts.models import User
from aanwezig.web.accounts.queries import with_second_factor
from aanwezig.web.facts.models import FACTS, Person, Pupil
from aanwezig.web.organisations.models import Invitation, Membership, Organisation


def _holds(on: date, prefix: str = "") -> Q:
    return Q(**{f"{prefix}first_day__lte": on}) & (
        Q(**{f"{prefix}last_day__isnull": True}) | Q(**{f"{prefix}last_day__gte": on})
    )


def organisations(
    actor: Actor, kind: str = "", search: str = "", closed: bool = False
) -> QuerySet[Organisation]:
    """The organisations that the actor administers, with ``people``: how many have a role there today."""
    require(actor, "admin.organisations")
    found = organisations_with(actor, "admin.organisations")
    if kind:
        found = found.filter(kind=kind)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(code__icontains=search))
    if not closed:
        found = found.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today()))
    people = Count(
        "memberships__user",
        filter=_holds(today(), "memberships__") & Q(memberships__user__is_active=True),
        distinct=True,
    )
    return (
        found.select_related("board", "partnership", "municipality")
        .annotate(people=people)
        .order_by("kind", "name", "pk")
    )


def ties_for(actor: Actor) -> dict[str, QuerySet[Organisation]]:
    """What an organisation can be tied to: own ones, and municipalities and partnerships that exist already."""
    mine = organisations_with(actor, "admin.organisations")
    every = Organisation.objects.filter(closed_on__isnull=True)
    return {
        "board": mine.filter(kind="board"),
        "partnership": every.filter(kind="partnership"),
        "municipality": every.filter(kind="municipality"),
        "serves": mine.filter(kind="school"),
    }


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role of a person, as the administrator sees it."""

    ref: str
    role: str
    code: str
    organisation: str
    groups: tuple[str, ...]
    pupils: int
    first_day: date
    last_day: date | None
    holds: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    ref: str
    name: str
    email: str
    is_active: bool
    has_second_factor: bool
    last_login: datetime | None
    roles: tuple[RoleLine, ...]


def people(
    actor: Actor, search: str = "", organisation: str = "", role: str = "", ended: bool = False
) -> QuerySet[User]:
    """Who has a role at the organisations that the actor administers; ``ended``: also who no longer has one."""
    require(actor, "admin.users")
    mine = organisations_with(actor, "admin.users")
    if organisation:
        mine = mine.filter(ref=organisation)
    members = Membership.objects.filter(organisation__in=mine)
    if role:
        members = members.filter(role=role)
    if not ended:
        members = members.filter(Q(last_day__isnull=True) | Q(last_day__gte=today()))
    found = User.objects.filter(pk__in=members.values("user"))
    if not ended:
        found = found.filter(is_active=True)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(email__icontains=search))
    roles = (
        Membership.objects.filter(organisation__in=organisations_with(actor, "admin.users"))
        .select_related("organisation")
        .annotate(pupil_count=Count("pupils"))
        .order_by("organisation__name", "role", "first_day")
    )
    return (
        found.annotate(has_second_factor=with_second_factor())
        .prefetch_related(Prefetch("memberships", queryset=roles, to_attr="roles_in_reach"))
        .order_by("name", "email", "pk")
    )


def person_line(user: User) -> PersonLine:
    """A row of ``people`` as a value."""
    on = today()
    lines = tuple(
        RoleLine(
            row.ref,
            str(row.get_role_display()),
            row.role,
            row.organisation.name,
            tuple(row.groups),
            row.pupil_count,
            row.first_day,
            row.last_day,
            row.first_day <= on and (row.last_day is None or row.last_day >= on),
        )
        for row in user.roles_in_reach  # type: ignore[attr-defined]
    )
    return PersonLine(
        user.ref,
        str(user),
        user.email,
        user.is_active,
        user.has_second_factor,  # type: ignore[attr-defined]
        user.last_login,
        lines,
    )


def invitations(actor: Actor) -> QuerySet[Invitation]:
    """Invitations that wait or that expired, for the organisations that the actor administers."""
    require(actor, "admin.users")
    return (
        Invitation.objects.filter(
            organisation__in=organisations_with(actor, "admin.users"),
            accepted_at__isnull=True,
            withdrawn_at__isnull=True,
        )
        .select_related("organisation", "invited_by")
        .order_by("-sent_at", "-pk")
    )


def is_expired(invitation: Invitation) -> bool:
    return invitation.expires_at <= timezone.now()


def groups_of(organisation: Organisation) -> tuple[str, ...]:
    """The groups that have pupils today; none when the school has no register yet."""
    on = today()
    rows = FACTS["enrolments"].objects.filter(
        _holds(on), school__organisation=organisation, superseded_at__isnull=True
    )
    return tuple(sorted({group for group in rows.values_list("group", flat=True).distinct() if group}))


@dataclass(frozen=True, slots=True)
class FoundPupils:
    pupils: tuple[Pupil, ...]
    unknown: tuple[str, ...]


def pupils_by_number(organisation: Organisation, numbers: Iterable[str]) -> FoundPupils:
    """Pupils enrolled at the school by the number that the school knows them by, without names."""
    asked = tuple(numbers)
    enrolled = FACTS["enrolments"].objects.filter(
        _holds(today()), school__organisation=organisation, superseded_at__isnull=True
    )
    persons = Person.objects.filter(number__in=asked, pupil__in=enrolled.values("pupil")).select_related(
        "pupil"
    )
    by_number = {person.number: person.pupil for person in persons}
    return FoundPupils(
        tuple(by_number[number] for number in asked if number in by_number),
        tuple(number for number in asked if number not in by_number),
    )
