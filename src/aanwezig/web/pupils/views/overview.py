"""The overview for parents and pupil: on screen, on paper, as PDF; and their own first page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from aanwezig.pictures.catalogue import draw
from aanwezig.web.access.decide import today, visible_pupils
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.audit.actions import record_reading, record_readings
from aanwezig.web.pupils.pdf import overview_as_pdf
from aanwezig.web.pupils.queries.overview import Overview, overview_of
from aanwezig.web.pupils.queries.stands_out import language
from aanwezig.web.pupils.views.common import pupil_for


@page("pupil.overview")
def overview(request: ActorRequest, ref: str) -> HttpResponse:
    pupil, decision = pupil_for(request, ref, "pupil.overview")
    seen = overview_of(pupil, today())
    record_reading(request.actor, pupil, "overview", decision)
    is_family = decision.by is not None and decision.by.role in ("parent", "young_person")
    return render(request, "pupils/overview.html", {**context(seen), "is_family": is_family})


@page("pupil.overview")
def overview_pdf(request: ActorRequest, ref: str) -> HttpResponse:
    pupil, decision = pupil_for(request, ref, "pupil.overview")
    seen = overview_of(pupil, today())
    content = overview_as_pdf(context(seen))
    record_reading(request.actor, pupil, "overview", decision, "print")
    response = HttpResponse(content, content_type="application/pdf")
    # The name of a file tells nothing about a child.
    name = _("overview")
    response["Content-Disposition"] = f'attachment; filename="{name}-{seen.on.isoformat()}.pdf"'
    return response


def context(seen: Overview) -> dict[str, Any]:
    title = _("School year %(year)s") % {"year": seen.year}
    figures = seen.standing.figures if seen.standing else {}
    by_reason = sorted((figures.get("by_reason") or {}).items(), key=lambda row: -row[1])
    return {
        "overview": seen,
        "figures": figures,
        "reasons": [(reason, minutes) for reason, minutes in by_reason if minutes],
        "calendar": draw("year_calendar", seen.days.squares, language=language(), title=title),
        "legend": draw("calendar_legend", seen.days.squares, language=language()),
        "calendar_phone": draw("year_calendar", seen.days.squares, language=language(), title=title, rows=3),
    }


@page("family.own")
def family(request: ActorRequest) -> HttpResponse:
    """The first page of a parent or young person: their child's overview, or the choice between children."""
    pupils = list(visible_pupils(request.actor, "family.own").select_related("person").order_by("pk"))
    if len(pupils) == 1:
        return redirect("pupils:overview", pupils[0].ref)
    record_readings(request.actor, pupils, "family")
    return render(request, "pupils/family.html", {"pupils": pupils})
