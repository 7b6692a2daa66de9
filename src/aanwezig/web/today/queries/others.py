"""The first page of who works with pupils of more than one school, or with none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, OuterRef, Q, Subquery

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import today, visible_pupils
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Pupil


@dataclass(frozen=True, slots=True)
class Reported:
    """A pupil whom an attendance officer may see. ``sent_on`` None: enrolled nowhere, not reported."""

    pupil: Pupil
    name: str
    sent_on: date | None
    category: str
    status: str
    school: str


def reported_pupils(actor: Actor) -> Any:
    """Reported pupils of the municipality, the last notification first, as a query for a page of rows."""
    sent = (
        current("notifications")
        .filter(pupil=OuterRef("pk"))
        .exclude(status="withdrawn")
        .order_by("-sent_on", "-pk")
    )
    return (
        visible_pupils(actor, "duty.view")
        .select_related("person")
        .annotate(
            sent_on=Subquery(sent.values("sent_on")[:1]),
            category=Subquery(sent.values("category")[:1]),
            status=Subquery(sent.values("status")[:1]),
            school_name=Subquery(sent.values("school__organisation__name")[:1]),
        )
        .order_by("-sent_on", "pk")
    )


def taking_part(actor: Actor) -> Any:
    """Pupils who take part in the arrangement, as a query for a page of rows."""
    on = today()
    place = actor.working_at
    running = Q(participations__superseded_at__isnull=True, participations__first_day__lte=on) & Q(
        participations__arrangement_id=place.code if place else ""
    )
    return (
        visible_pupils(actor, "pupil.view")
        .select_related("person")
        .annotate(since=Max("participations__first_day", filter=running))
        .order_by("-since", "pk")
    )
