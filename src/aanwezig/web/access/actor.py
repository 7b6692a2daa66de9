"""Who acts: a person with the roles of today, as values. Actions take one and refuse without."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from aanwezig.web.access.table import right as the_right
from aanwezig.web.organisations.models import Kind, Membership, Organisation


@dataclass(frozen=True, slots=True)
class Place:
    """The organisation of a membership, with the codes of the schools and arrangements that belong to it."""

    id: int
    ref: str
    kind: str
    name: str
    code: str
    # Codes of the schools below a board or partnership, of those served by a care provider; a school itself.
    schools: frozenset[str] = frozenset()
    below: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Acting:
    """One membership that holds today."""

    id: int
    role: str
    at: Place
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person; ``working_at``: the organisation chosen in the header.

    ``is_system``: the installation itself (a background job that a person asked for acts as that person; only
    upkeep without a person acts as the system).
    """

    user_id: int | None
    ref: str
    name: str
    memberships: tuple[Acting, ...] = ()
    working_at: Place | None = None
    is_system: bool = False
    # Answers of this request, so that a page asks each question once.
    answers: dict[tuple[str, object], object] = field(default_factory=dict, compare=False, repr=False)

    def with_right(self, name: str) -> tuple[Acting, ...]:
        """The memberships whose role has the right in some scope; that of the chosen organisation first."""
        roles = the_right(name).roles
        own = [one for one in self.memberships if one.role in roles]
        chosen = self.working_at.id if self.working_at else None
        return tuple(sorted(own, key=lambda one: one.at.id != chosen))

    def may_anywhere(self, name: str) -> bool:
        """Whether some role has the right at all: what decides if a page is in the menu."""
        return self.is_system or the_right(name).everyone or bool(self.with_right(name))

    def role_at(self, place: Place | None) -> str:
        return next((one.role for one in self.memberships if place and one.at.id == place.id), "")

    @property
    def is_family(self) -> bool:
        """Only parent or young person: sees nothing of others."""
        return bool(self.memberships) and all(
            one.role in ("parent", "young_person") for one in self.memberships
        )


SYSTEM = Actor(None, "", "Aanwezig", is_system=True)


def actor_of(user: object, on: date, working_at: str = "") -> Actor:
    """The actor for a user on a day. ``working_at``: ref of the chosen organisation, else the first one.

    At most three queries: the memberships with their organisations; what belongs to those that are no school;
    whom a care provider serves.
    """
    rows = (
        Membership.objects.filter(user=user, first_day__lte=on)  # type: ignore[misc]
        .filter(Q(last_day__isnull=True) | Q(last_day__gte=on))
        .filter(Q(organisation__closed_on__isnull=True) | Q(organisation__closed_on__gt=on))
        .select_related("organisation")
    )
    found = list(rows)
    places = _places([row.organisation for row in found])
    memberships = tuple(
        Acting(row.pk, row.role, places[row.organisation_id], frozenset(row.groups)) for row in found
    )
    chosen = next((one.at for one in memberships if one.at.ref == working_at), None)
    if chosen is None and memberships:
        chosen = memberships[0].at
    return Actor(
        user_id=user.pk,  # type: ignore[attr-defined]
        ref=user.ref,  # type: ignore[attr-defined]
        name=str(user),
        memberships=memberships,
        working_at=chosen,
    )


def _places(organisations: list[Organisation]) -> dict[int, Place]:
    above = {one.pk: one for one in organisations if one.kind != Kind.SCHOOL}
    below: dict[int, list[Organisation]] = {pk: [] for pk in above}
    wanted = [
        pk for pk, one in above.items() if one.kind in (Kind.BOARD, Kind.PARTNERSHIP, Kind.MUNICIPALITY)
    ]
    if wanted:
        of_them = Organisation.objects.filter(
            Q(board__in=wanted) | Q(partnership__in=wanted) | Q(municipality__in=wanted)
        )
        for one in of_them:
            for pk in {one.board_id, one.partnership_id, one.municipality_id}:
                if pk in below:
                    below[pk].append(one)
    providers = [pk for pk, one in above.items() if one.kind == Kind.CARE_PROVIDER]
    if providers:
        links = Organisation.serves.through.objects.filter(from_organisation__in=providers)
        for link in links.select_related("to_organisation"):
            below[link.from_organisation_id].append(link.to_organisation)
    places = {}
    for one in organisations:
        under = below.get(one.pk, [])
        schools = {each.code for each in under if each.kind == Kind.SCHOOL}
        if one.kind == Kind.SCHOOL:
            schools = {one.code}
        places[one.pk] = Place(
            one.pk,
            one.ref,
            one.kind,
            one.name,
            one.code,
            frozenset(schools),
            frozenset(each.pk for each in under),
        )
    return places
