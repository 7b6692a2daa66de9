"""The pupil's page itself, and the two numbers beside its head."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from aanwezig.pictures.catalogue import draw
from aanwezig.values import SchoolYear
from aanwezig.web.access.decide import today, who_can_see
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.audit.actions import record_reading
from aanwezig.web.audit.models import ReadRecord
from aanwezig.web.pupils.queries.page import PupilPage, pupil_page
from aanwezig.web.pupils.queries.stands_out import language
from aanwezig.web.pupils.queries.timeline import KINDS, narrowed
from aanwezig.web.pupils.views.common import pupil_for

EVENTS = 15
# The days of the table beside the calendar; more are one link away.
TABLE_DAYS = 20


@page("pupil.view")
def pupil(request: ActorRequest, ref: str) -> HttpResponse:
    """One pupil: head, year, what stands out, words and facts in time."""
    one, decision = pupil_for(request, ref, "pupil.view")
    on = today()
    seen = pupil_page(request.actor, one, decision, year_asked(request, on), on)
    record_reading(request.actor, one, "pupil", decision)
    asked = [kind for kind in request.GET.getlist("kind") if kind in KINDS]
    events = Paginator(narrowed(seen.events, asked), EVENTS).get_page(request.GET.get("page"))
    shows_all_days = "all-days" in request.GET
    missed = seen.days.missed if shows_all_days else seen.days.missed[:TABLE_DAYS]
    context: dict[str, Any] = {
        "page": seen,
        "is_emergency": decision.is_emergency,
        "events": events,
        "kinds": [(key, label, key in asked) for key, label in KINDS.items()],
        "has_events": bool(seen.events),
        "is_narrowed": bool(asked),
        "missed": missed,
        "shows_all_days": shows_all_days,
        "missed_left": len(seen.days.missed) - len(missed),
        "figures": seen.standing.figures if seen.standing else {},
        "reasons": reasons(seen),
        "who_url": who_url(seen, one.ref),
        **calendar_pictures(seen),
    }
    return render(request, "pupils/pupil.html", context)


def calendar_pictures(seen: PupilPage) -> dict[str, Any]:
    """The year for a screen, and in three strips for a phone."""
    title = _("School year %(year)s") % {"year": seen.year}
    return {
        "calendar": draw("year_calendar", seen.days.squares, language=language(), title=title),
        "calendar_phone": draw("year_calendar", seen.days.squares, language=language(), title=title, rows=3),
    }


def reasons(seen: PupilPage) -> list[tuple[str, float, float]]:
    """Reason, minutes and share of what was missed, most first."""
    figures = seen.standing.figures if seen.standing else {}
    by_reason: dict[str, float] = figures.get("by_reason") or {}
    total = sum(by_reason.values())
    rows = [(reason, minutes, minutes / total) for reason, minutes in by_reason.items() if minutes]
    return sorted(rows, key=lambda row: -row[1])


def year_asked(request: ActorRequest, on: Any) -> SchoolYear:
    """The school year of the address; this one when it names none or something else."""
    try:
        asked = SchoolYear.parse(request.GET.get("year", ""))
    except ValueError:
        return SchoolYear.of(on)
    return asked if 1990 <= asked.start_year <= SchoolYear.of(on).start_year else SchoolYear.of(on)


def who_url(seen: PupilPage, ref: str) -> str:
    """The page that says who can see this pupil and who looked, for who may know."""
    url = f"/pupils/{ref}/who/"
    try:
        resolve(url)
    except Resolver404:
        return ""
    return url if "pupil.who" in seen.may else ""


@page("pupil.who")
def around(request: ActorRequest, ref: str) -> HttpResponse:
    """How many people can see this pupil and how many looked this week: fetched after the page, by htmx."""
    one, _decision = pupil_for(request, ref, "pupil.who")
    since = timezone.now() - timedelta(days=7)
    looked = ReadRecord.objects.filter(pupil=one, at__gte=since).values("user").distinct().count()
    context = {"can_see": len(who_can_see(one)), "looked": looked, "who_url": f"/pupils/{ref}/who/"}
    return render(request, "pupils/parts/around.html", context)
