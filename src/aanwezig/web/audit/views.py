"""Who can see this child, who looked, breaking the glass, the log, the list of emergencies."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aanwezig.web.access.decide import Decision, decide, require, today, who_can_see
from aanwezig.web.access.table import rights
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.audit import queries
from aanwezig.web.audit.actions import record_reading, record_readings
from aanwezig.web.audit.emergency import LASTS, break_glass, mark_seen
from aanwezig.web.audit.forms import LogForm, ReasonForm
from aanwezig.web.audit.models import EmergencyAccess
from aanwezig.web.facts.models import Pupil
from aanwezig.web.organisations.access_words import scope_words

A_PAGE = 50


def _pupil(ref: str) -> Pupil:
    return get_object_or_404(Pupil.objects.select_related("person"), ref=ref)


@page("pupil.who")
def who(request: ActorRequest, ref: str) -> HttpResponse:
    """Who can see this child and why; who looked. Can be printed for the parents."""
    pupil = _pupil(ref)
    decision = require(request.actor, "pupil.who", pupil)
    record_reading(request.actor, pupil, "who", decision)
    since = today() - timedelta(days=queries.SHOWN_DAYS)
    looked = queries.who_looked(pupil, since)
    shown = Paginator(looked, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "pupil": pupil,
        "people": [(one, scope_words(one.scope)) for one in who_can_see(pupil)],
        "opened": queries.open_emergencies(pupil),
        "rows": looked if request.GET.get("all") else shown,
        "page_obj": None if request.GET.get("all") else shown,
        "count": len(looked),
        "since": since,
        "sees_pupil": _sees_pupil(decision),
    }
    return render(request, "audit/who.html", context)


def _sees_pupil(decision: Decision) -> bool:
    """Whether who may ask this also opens the pupil's page: by the same scope, or in an emergency."""
    if decision.by is None or decision.is_emergency:
        return decision.is_emergency
    role = decision.by.role
    return rights()["pupil.view"].roles.get(role) == rights()[decision.right].roles.get(role)


@page("pupil.break_glass")
def emergency(request: ActorRequest, ref: str) -> HttpResponse:
    """Ask a reason, open the file for a day, tell the privacy officer."""
    pupil = _pupil(ref)
    require(request.actor, "pupil.break_glass", pupil)
    url = pupil_url(pupil)
    if decide(request.actor, "pupil.view", pupil).allowed:
        messages.info(request, _("You can see this file already."))
        return redirect(url)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        break_glass(request.actor, pupil, form.cleaned_data["reason"])
        messages.warning(
            request, _("The file is open for you until tomorrow at this time. The privacy officer was told.")
        )
        return redirect(url)
    hours = int(LASTS.total_seconds() // 3600)
    context = {"form": form, "pupil": pupil, "hours": hours}
    return render(request, "audit/emergency.html", context, status=422 if form.errors else 200)


def pupil_url(pupil: Pupil) -> str:
    """The pupil's page."""
    return reverse("pupils:pupil", args=(pupil.ref,))


@page("admin.audit")
def log(request: ActorRequest) -> HttpResponse:
    """Who read or changed what, with filters."""
    form = LogForm(request.GET, actor=request.actor)
    asked = form.asked()
    shown = Paginator(queries.log_rows(request.actor, asked), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": shown,
        "lines": [queries.log_line(row) for row in shown],
        "is_read": asked.kind == "read",
        "links_to_who": request.actor.may_anywhere("pupil.who"),
        "is_filtered": bool(request.GET),
    }
    return render(request, "audit/log.html", context)


@page("audit.emergencies")
def emergencies(request: ActorRequest) -> HttpResponse:
    """For the privacy officer: who opened which file in an emergency, and why."""
    shown = Paginator(queries.emergencies(request.actor), A_PAGE).get_page(request.GET.get("page"))
    record_readings(request.actor, {one.pupil_id: one.pupil for one in shown}.values(), "emergencies")
    return render(request, "audit/emergencies.html", {"page_obj": shown})


@page("audit.emergencies")
@require_POST
def seen(request: ActorRequest, ref: str) -> HttpResponse:
    mark_seen(request.actor, get_object_or_404(EmergencyAccess.objects.select_related("pupil"), ref=ref))
    messages.success(request, _("Noted that you looked at it."))
    return redirect("emergencies")
