"""The tier: the proposal with its reasons beside what a person sets; and the mark that there is a plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aanwezig.values import SchoolYear
from aanwezig.values.period import add_months
from aanwezig.web.access.decide import today
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.facts.models import Pupil
from aanwezig.web.pupils import actions
from aanwezig.web.pupils.forms import PlanForm, TierForm
from aanwezig.web.pupils.models import PlanMark, TierSetting
from aanwezig.web.pupils.queries.tiers import tier_of
from aanwezig.web.pupils.views.common import done, form_page, now_reads, pupil_for
from aanwezig.web.pupils.wrong import Conflict
from aanwezig.web.results.models import PupilYear


@page("pupil.tier")
def tier(request: ActorRequest, ref: str) -> HttpResponse:
    pupil, _decision = pupil_for(request, ref, "pupil.tier")
    now = tier_of([pupil.pk])[pupil.pk]
    initial = {"tier": now.tier, "review_on": add_months(today(), 2), "seen": now.ref}
    form = TierForm(request.POST or None, initial=initial)
    more: dict[str, Any] = {}
    if request.method == "POST":
        try:
            answer = done(form, lambda: _set(request, pupil, form), pupil)
            if answer:
                messages.success(request, _("The tier is set."))
                return answer
        except Conflict as conflict:
            last = conflict.now
            more = {"other": last}
            now_reads(form, "seen", last.ref if isinstance(last, TierSetting) else "")
    return form_page(
        request,
        pupil,
        form,
        _("Set the tier"),
        yes=_("Set mine all the same") if more else _("Set the tier"),
        status=409 if more else 422 if form.errors else 200,
        template="pupils/tier.html",
        what="tier",
        now=now,
        reasons=_reasons(pupil),
        history=list(TierSetting.objects.filter(pupil=pupil).select_related("set_by")),
        **more,
    )


def _set(request: ActorRequest, pupil: Pupil, form: TierForm) -> TierSetting:
    data = form.cleaned_data
    return actions.set_tier(
        request.actor, pupil, data["tier"], data["reason"], data["review_on"], data["seen"]
    )


def _reasons(pupil: Pupil) -> list[dict[str, Any]]:
    year = str(SchoolYear.of(today()))
    rows = PupilYear.objects.filter(pupil=pupil, school_year=year).order_by("-is_enrolled", "-proposed_tier")
    row = rows.first()
    return list(row.tier_reasons) if row else []


@page("pupil.tier")
def plan(request: ActorRequest, ref: str) -> HttpResponse:
    """Say that there is a plan, or change the mark of the one that runs."""
    pupil, _decision = pupil_for(request, ref, "pupil.tier")
    running = PlanMark.objects.filter(pupil=pupil, ended_on__isnull=True).first()
    initial: dict[str, Any] = {"first_day": today(), "review_on": add_months(today(), 2)}
    if running:
        running.pupil = pupil
        initial = {name: getattr(running, name) for name in PlanForm.base_fields}
    form = PlanForm(request.POST or None, initial=initial)
    if running:
        form.fields["first_day"].disabled = True
    if request.method == "POST":
        answer = done(form, lambda: _mark(request, pupil, running, form), pupil, "#plan")
        if answer:
            messages.success(request, _("The plan is marked."))
            return answer
    return form_page(
        request,
        pupil,
        form,
        _("The plan changed") if running else _("There is a plan"),
        about=_("The plan itself lies where you say; here stands only that there is one."),
        yes=_("Save"),
        status=422 if form.errors else 200,
        running=running,
    )


def _mark(request: ActorRequest, pupil: Pupil, running: PlanMark | None, form: PlanForm) -> PlanMark:
    data = dict(form.cleaned_data)
    if running is None:
        return actions.mark_plan(request.actor, pupil, **data)
    data.pop("first_day")
    return actions.change_plan(request.actor, running, **data)


@page("pupil.tier")
@require_POST
def end_plan(request: ActorRequest, ref: str) -> HttpResponse:
    pupil, _decision = pupil_for(request, ref, "pupil.tier")
    running = get_object_or_404(PlanMark, pupil=pupil, ended_on__isnull=True)
    running.pupil = pupil
    actions.end_plan(request.actor, running)
    messages.success(request, _("The plan is over."))
    return redirect("pupils:pupil", ref)
