"""The ladder of steps: which are missing, what the school agreed on, and one pupil's steps."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import decide, require, today
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.audit.actions import record_reading, record_readings
from aanwezig.web.facts.models import Pupil, School
from aanwezig.web.signals import actions
from aanwezig.web.signals.forms import OutcomeForm, StepForm
from aanwezig.web.signals.ladders import ladders
from aanwezig.web.signals.models import Step, StepOutcome
from aanwezig.web.signals.queries.follow_up import children
from aanwezig.web.signals.queries.ladder import counted_on, missing_steps, steps_of, steps_of_pupil
from aanwezig.web.signals.queries.places import at_place
from aanwezig.web.signals.views.following import PAGE, school_of, tell


@page("signal.view")
def steps(request: ActorRequest) -> HttpResponseBase:
    """The steps that are missing, oldest first."""
    school, choice = school_of(request)
    if school is None:
        return render(
            request, "signals/choose.html", {"schools": [(one, None) for one in choice], "for_steps": True}
        )
    missing = missing_steps(at_place(request.actor), school.code)
    shown = Paginator(missing, PAGE).get_page(request.GET.get("page"))
    known = children(school.code, [one.pupil for one in shown])
    record_readings(request.actor, known, "steps")
    return render(
        request,
        "signals/steps.html",
        {
            "school": school,
            "page": shown,
            "rows": [(one, known[one.pupil]) for one in shown if one.pupil in known],
            "has_ladder": bool(missing) or bool(steps_of(school.code)),
            "counted": counted_on(school.code),
            "may_edit": request.actor.may_anywhere("ladder.edit"),
        },
    )


def _school(request: ActorRequest) -> School | None:
    found, _choice = school_of(request)
    if found is None:
        return None
    return School.objects.select_related("organisation").get(code=found.code)


@page("ladder.edit")
def ladder(request: ActorRequest) -> HttpResponseBase:
    """The school's ladder, and ladders that it may take over. POST adds a step."""
    school = _school(request)
    if school is None:
        _found, choice = school_of(request)
        return render(
            request, "signals/choose.html", {"schools": [(one, None) for one in choice], "for_ladder": True}
        )
    require(request.actor, "ladder.edit", school.organisation)
    form = StepForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("number", "counted", "weeks", "action", "who")}
        try:
            actions.save_step(request.actor, school, None, **values)
        except AanwezigError as error:
            tell(request, error)
        else:
            messages.success(request, _("The step was added. Who came to it is being counted."))
            return redirect(f"{reverse('signals:ladder')}?school={school.organisation.ref}")
    return render(
        request,
        "signals/ladder.html",
        {"school": school, "steps": steps_of(school.code), "ladders": ladders().values(), "form": form},
        status=422 if form.is_bound else 200,
    )


@page("ladder.edit")
@require_POST
def take_over(request: ActorRequest) -> HttpResponseBase:
    """Take over a ladder of ours."""
    school = _school(request)
    if school is None or request.POST.get("ladder") not in ladders():
        raise Http404
    actions.take_over_ladder(request.actor, school, request.POST["ladder"])
    messages.success(request, _("The steps are in your ladder now. Change them as your school agreed."))
    return redirect(f"{reverse('signals:ladder')}?school={school.organisation.ref}")


def _step(ref: str) -> Step:
    return get_object_or_404(
        Step.objects.select_related("school__organisation"), ref=ref, ended_at__isnull=True
    )


@page("ladder.edit")
def step(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Change a step."""
    one = _step(ref)
    require(request.actor, "ladder.edit", one.school.organisation)
    form = StepForm(request.POST) if request.method == "POST" else StepForm.of(one)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_step(request.actor, one.school, one, **form.cleaned_data)
        except AanwezigError as error:
            tell(request, error)
        else:
            messages.success(request, _("The step was changed. Who came to it is being counted."))
            return redirect(f"{reverse('signals:ladder')}?school={one.school.organisation.ref}")
    return render(
        request,
        "signals/step.html",
        {"form": form, "step": one, "school": one.school},
        status=422 if form.is_bound else 200,
    )


@page("ladder.edit")
@require_POST
def end(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Take a step out of the ladder."""
    one = _step(ref)
    actions.end_step(request.actor, one)
    messages.success(request, _("The step is no longer in the ladder. What was recorded of it stays."))
    return redirect(f"{reverse('signals:ladder')}?school={one.school.organisation.ref}")


def _pupil(ref: str) -> Pupil:
    return get_object_or_404(Pupil.objects.select_related("person"), ref=ref)


@page("signal.view")
def pupil_steps(request: ActorRequest, ref: str) -> HttpResponseBase:
    """One pupil's steps: done, missing, not needed because."""
    pupil = _pupil(ref)
    decision = require(request.actor, "signal.view", pupil)
    school, _choice = school_of(request)
    if school is None:
        raise Http404
    record_reading(request.actor, pupil, "steps", decision)
    return render(
        request,
        "signals/pupil_steps.html",
        {
            "pupil": pupil,
            "school": school,
            "steps": steps_of_pupil(pupil, school.code),
            "may_review": decide(request.actor, "signal.review", pupil).allowed,
        },
    )


@page("signal.review")
def record(request: ActorRequest, ref: str, step: str) -> HttpResponseBase:
    """Record that a step was done, or is not needed because."""
    pupil, one = _pupil(ref), _step(step)
    decision = require(request.actor, "signal.review", pupil)
    here, _choice = school_of(request)
    if here is None or one.school_id != here.code:
        raise Http404
    form = OutcomeForm(request.POST if request.method == "POST" else None, initial={"on": today()})
    back = f"{reverse('signals:pupil_steps', args=[pupil.ref])}?school={here.ref}"
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_step(request.actor, one, pupil, **form.cleaned_data)
        except AanwezigError as error:
            tell(request, error)
        else:
            messages.success(request, _("Kept."))
            return redirect(back)
    if request.method != "POST":
        record_reading(request.actor, pupil, "steps", decision)
    return render(
        request,
        "signals/record.html",
        {"form": form, "step": one, "pupil": pupil, "back": back, "school": here},
        status=422 if form.is_bound else 200,
    )


@page("signal.review")
@require_POST
def undo_outcome(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Take back what was recorded of a step."""
    one = get_object_or_404(
        StepOutcome.objects.select_related("pupil", "step__school__organisation"), ref=ref
    )
    actions.undo_step(request.actor, one)
    messages.success(request, _("Undone."))
    return redirect(
        f"{reverse('signals:pupil_steps', args=[one.pupil.ref])}?school={one.step.school.organisation.ref}"
    )
