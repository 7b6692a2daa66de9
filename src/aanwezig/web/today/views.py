"""The first page: by role, what asks for a person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from aanwezig.web.access.decide import require
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.audit.actions import record_readings
from aanwezig.web.audit.queries import emergencies
from aanwezig.web.signals.queries.follow_up import counts_by_school
from aanwezig.web.signals.queries.places import at_place
from aanwezig.web.today import actions
from aanwezig.web.today.domain import first_page
from aanwezig.web.today.models import WeeklyMail
from aanwezig.web.today.queries.others import reported_pupils, taking_part
from aanwezig.web.today.queries.school import SchoolState, day_of, school_states

PAGE = 50


@page("account.own")
def today_page(request: ActorRequest) -> HttpResponseBase:
    """The first page. A parent or young person is led to the own overview; everybody else needs the right."""
    actor = request.actor
    if actor.is_family:
        return redirect("family")
    require(actor, "today.view")
    role = actor.role_at(actor.working_at)
    kind = first_page(role)
    if kind == "family":
        return redirect("family")
    views = {
        "school": _school,
        "schools": _schools,
        "emergencies": _emergencies,
        "reported": _reported,
        "arrangement": _arrangement,
    }
    return views[kind](request) if kind in views else render(request, "today/nothing.html", {"role": role})


def _chosen(request: ActorRequest, states: list[SchoolState]) -> SchoolState | None:
    wanted = request.GET.get("school")
    if wanted:
        found = next((one for one in states if one.ref == wanted), None)
        if found is None:
            raise Http404
        return found
    return states[0] if len(states) == 1 else None


def _school(request: ActorRequest) -> HttpResponse:
    actor = at_place(request.actor)
    states = school_states(actor)
    one = _chosen(request, states)
    if one is None:
        counts = counts_by_school(actor, [state.code for state in states])
        rows = [(state, counts.get(state.code, {"pupils": 0, "signals": 0})) for state in states]
        return render(request, "today/choose.html", {"rows": rows})
    since = actions.begin_visit(request.actor, request.user)  # type: ignore[arg-type]
    day = day_of(actor, one, since)
    record_readings(request.actor, day.children, "today")
    context: dict[str, Any] = {
        "day": day,
        "school": one,
        "since": since,
        "several_schools": len(states) > 1,
        "may_import": request.actor.may_anywhere("import.run"),
        "sees_duties": request.actor.may_anywhere("duty.view"),
        "sees_worklist": request.actor.may_anywhere("worklist.view"),
    }
    return render(request, "today/school.html", context)


def _schools(request: ActorRequest) -> HttpResponse:
    """How fresh the data of the schools are; no pupils."""
    require(request.actor, "freshness.view")
    return render(request, "today/schools.html", {"states": school_states(request.actor)})


def _emergencies(request: ActorRequest) -> HttpResponse:
    found = emergencies(request.actor).filter(seen_at__isnull=True)
    return render(
        request, "today/emergencies.html", {"page": Paginator(found, PAGE).get_page(request.GET.get("page"))}
    )


def _reported(request: ActorRequest) -> HttpResponse:
    shown = Paginator(reported_pupils(at_place(request.actor)), PAGE).get_page(request.GET.get("page"))
    record_readings(request.actor, list(shown), "today")
    return render(request, "today/reported.html", {"page": shown})


def _arrangement(request: ActorRequest) -> HttpResponse:
    shown = Paginator(taking_part(at_place(request.actor)), PAGE).get_page(request.GET.get("page"))
    record_readings(request.actor, list(shown), "today")
    return render(request, "today/arrangement.html", {"page": shown})


@page("account.own")
def mail(request: ActorRequest) -> HttpResponseBase:
    """Want the weekly mail, or not."""
    if request.method == "POST":
        wanted = request.POST.get("wanted") == "yes"
        actions.choose_weekly_mail(request.actor, wanted)
        messages.success(
            request, _("You get the weekly mail.") if wanted else _("You get no weekly mail any more.")
        )
        return redirect("today:mail")
    own = WeeklyMail.objects.filter(user=request.actor.user_id).first()
    return render(request, "today/mail.html", {"is_wanted": own is not None and own.is_wanted})
