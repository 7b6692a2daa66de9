"""Which school a page is about: the one of the address, the one somebody works at, or the only one."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from aanwezig.web.access.decide import organisations_with
from aanwezig.web.access.views import ActorRequest
from aanwezig.web.organisations.models import Kind, Organisation


def chosen_school(request: ActorRequest, right: str) -> Organisation | None:
    """A school for which the person has the right; None when there are several and none was chosen.

    Http404 for a school in the address that is out of reach.
    """
    choice = organisations_with(request.actor, right).filter(kind=Kind.SCHOOL)
    wanted = request.GET.get("school")
    if wanted:
        found = choice.filter(ref=wanted).first()
        if found is None:
            raise Http404
        return found
    place = request.actor.working_at
    if place is not None and place.kind == Kind.SCHOOL:
        return choice.filter(pk=place.id).first()
    some = list(choice[:2])
    return some[0] if len(some) == 1 else None


def choose_school(request: ActorRequest, right: str) -> HttpResponse:
    """The page that asks which school."""
    schools = organisations_with(request.actor, right).filter(kind=Kind.SCHOOL).order_by("name")
    return render(request, "schools/choose.html", {"schools": list(schools)})
