"""Where the person works, and which school a page is about."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import visible_pupils
from aanwezig.web.facts.models import School


@dataclass(frozen=True, slots=True)
class SchoolHere:
    code: str
    ref: str
    name: str


def schools_here(actor: Actor) -> list[SchoolHere]:
    """The schools of the organisation that the person works at, by name; one query."""
    place = actor.working_at
    if place is None:
        return []
    found = School.objects.filter(code__in=place.schools).select_related("organisation")
    return sorted(
        (SchoolHere(one.code, one.organisation.ref, one.organisation.name) for one in found),
        key=lambda one: one.name,
    )


def at_place(actor: Actor) -> Actor:
    """The same person with the roles at the organisation in the header only: a page is about one organisation."""
    place = actor.working_at
    own = tuple(one for one in actor.memberships if place and one.at.id == place.id)
    return replace(actor, memberships=own, answers={})


def seen(actor: Actor, right: str, field: str = "pupil_id") -> Q:
    """Condition on rows with a pupil: those to whom the actor may do this.

    Asked per row (EXISTS) and not as a list: a school's open rows are few beside all pupils.
    """
    return Q(Exists(visible_pupils(actor, right).filter(pk=OuterRef(field))))
