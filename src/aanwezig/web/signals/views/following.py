"""The list of signals, one signal, and following up one or several."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import NotAllowed, decide, require, visible_pupils
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.audit.actions import record_reading, record_readings
from aanwezig.web.definitions.queries import rule_title
from aanwezig.web.facts.models import Pupil
from aanwezig.web.results.models import StoredFinding
from aanwezig.web.signals import actions
from aanwezig.web.signals.forms import FORMS, ListFilter
from aanwezig.web.signals.models import Review
from aanwezig.web.signals.queries.follow_up import children, counts_by_school, in_view, overview, shown
from aanwezig.web.signals.queries.one import cause_text, signal_page
from aanwezig.web.signals.queries.places import SchoolHere, at_place, schools_here
from aanwezig.web.signals.reasons import reason_of

PAGE = 50
STATES = {
    "open": ("open",),
    "muted": ("muted",),
    "followed": ("word", "seen", "explained"),
}


def tell(request: ActorRequest, error: AanwezigError) -> None:
    """An error of an action as a message in the reader's language."""
    is_english = get_language() == "en"
    what, mend = (error.what.en, error.mend.en) if is_english else (error.what.nl, error.mend.nl)
    messages.error(request, f"{what} {mend}")


def school_of(request: ActorRequest) -> tuple[SchoolHere | None, list[SchoolHere]]:
    """The school that the address names, or the only one of the organisation; and those to choose from."""
    choice = schools_here(request.actor)
    wanted = request.GET.get("school") or request.POST.get("school")
    if wanted:
        found = next((one for one in choice if one.ref == wanted), None)
        if found is None:
            raise Http404
        return found, choice
    return (choice[0] if len(choice) == 1 else None), choice


def back_to(request: ActorRequest, default: str) -> str:
    """Where the person came from, when that is one of our own pages; never another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else default


@page("signal.view")
def signals(request: ActorRequest) -> HttpResponseBase:
    """Signals by how they stand: not yet followed up, muted, followed up; one line per pupil."""
    actor = at_place(request.actor)
    school, choice = school_of(request)
    if school is None:
        found = counts_by_school(actor, [one.code for one in choice])
        return render(
            request,
            "signals/choose.html",
            {"schools": [(one, found.get(one.code, {"pupils": 0, "signals": 0})) for one in choice]},
        )
    state = request.GET.get("state", "open")
    if state not in STATES:
        raise Http404
    everything = overview(actor, school.code)
    context: dict[str, Any] = {
        "school": school,
        "several_schools": len(choice) > 1,
        "state": state,
        "overview": everything,
    }
    group, rule = request.GET.get("group", ""), request.GET.get("rule", "")
    rules = sorted(
        {(one.key.rule, rule_title(one.key.rule)) for one in everything.signals}, key=lambda one: one[1]
    )
    groups = sorted({one.group for one in everything.by_ref.values() if one.pupil is not None and one.group})
    context["filter"] = ListFilter(request.GET, groups=groups, rules=rules)
    context["is_filtered"] = bool(group or rule)

    def fits(ref: str) -> bool:
        one = everything.by_ref[ref]
        return (not group or one.group == group) and (not rule or one.rule == rule)

    if state == "open":
        lines = [line for line in everything.lines if any(fits(signal.ref) for signal in line.signals)]
        context["page"] = Paginator(lines, PAGE).get_page(request.GET.get("page"))
        known = children(school.code, [line.pupil for line in context["page"]])
        context["lines"] = shown(everything, list(context["page"]), known)
    else:
        own = [one for one in everything.in_state(*STATES[state]) if fits(one.ref)]
        context["page"] = Paginator(own, PAGE).get_page(request.GET.get("page"))
        known = children(school.code, [one.key.pupil for one in context["page"]])
        context["rows"] = [
            (known.get(one.key.pupil), everything.by_ref[one.ref], everything.states[one.ref])
            for one in context["page"]
        ]
    context["pupils"] = len(everything.lines)
    # Of every tab the number of signals, so that the three can be added up.
    context["counts"] = {
        "open": everything.open_signals,
        "muted": len(everything.in_state("muted")),
        "followed": len(everything.in_state(*STATES["followed"])),
    }
    record_readings(request.actor, known, "signals")
    return render(request, "signals/list.html", context)


def _finding(ref: str) -> StoredFinding:
    return get_object_or_404(
        StoredFinding.objects.select_related("pupil__person", "school__organisation"),
        ref=ref,
        kind="signal",
        pupil__isnull=False,
    )


@page("signal.view")
def signal(request: ActorRequest, ref: str) -> HttpResponse:
    """One signal: facts, rule, readings, what it is not, what people did."""
    finding = _finding(ref)
    assert finding.pupil is not None
    decision = require(request.actor, "signal.view", finding.pupil)
    record_reading(request.actor, finding.pupil, "signal", decision)
    found = signal_page(request.actor, finding)
    return render(
        request,
        "signals/signal.html",
        {
            "found": found,
            "finding": finding,
            "pupil": finding.pupil,
            "cleared": cause_text(found.cause, finding.cleared_at),
            "may_review": decide(request.actor, "signal.review", finding.pupil).allowed,
        },
    )


@page("signal.review")
def review(request: ActorRequest, ref: str, state: str) -> HttpResponseBase:
    """Say that a signal was seen, what explains it, or until when it waits."""
    if state not in FORMS:
        raise Http404
    finding = _finding(ref)
    assert finding.pupil is not None
    decision = require(request.actor, "signal.review", finding.pupil)
    form = FORMS[state](request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.review_signal(request.actor, finding, state, **form.cleaned_data)
        except AanwezigError as error:
            tell(request, error)
        else:
            messages.success(
                request,
                _("Kept: %(state)s. You can undo it on the page of the signal.")
                % {"state": made.get_state_display()},
            )
            return redirect(back_to(request, reverse("signals:signal", args=[finding.ref])))
    if request.method != "POST":
        record_reading(request.actor, finding.pupil, "signal", decision)
    return render(
        request,
        "signals/review.html",
        {
            "form": form,
            "finding": finding,
            "pupil": finding.pupil,
            "state": state,
            "reason": reason_of(finding),
            "next": back_to(request, ""),
        },
        status=422 if form.is_bound else 200,
    )


@page("signal.review")
@require_POST
def several(request: ActorRequest) -> HttpResponseBase:
    """Mark several signals as seen, or mute them: first a question that names them, then the change."""
    state = request.POST.get("state", "seen")
    if state not in ("seen", "muted"):
        raise Http404
    findings = actions.findings_by_ref(
        ref for chosen in request.POST.getlist("signal") for ref in chosen.split(",")
    )
    back = back_to(request, reverse("signals:list"))
    if not findings:
        messages.warning(request, _("You did not choose a signal. Tick the pupils first."))
        return redirect(back)
    pupils = {finding.pupil_id for finding in findings}
    may = set(
        visible_pupils(request.actor, "signal.review").filter(pk__in=pupils).values_list("pk", flat=True)
    )
    if pupils - may:
        # One that may not be: nothing is changed and nothing shown, as with a single one.
        refused = next(finding.pupil for finding in findings if finding.pupil_id not in may)
        raise NotAllowed(decide(request.actor, "signal.review", refused))
    is_answer = request.POST.get("sure") == "yes"
    form = FORMS[state](request.POST if is_answer else None)
    if is_answer and form.is_valid():
        try:
            made = actions.review_signals(request.actor, findings, state, **form.cleaned_data)
        except AanwezigError as error:
            tell(request, error)
        else:
            messages.success(
                request,
                ngettext("%(number)s signal was changed.", "%(number)s signals were changed.", len(made))
                % {"number": len(made)},
            )
            return redirect(back)
    by_pupil: dict[str, tuple[Pupil, list[str]]] = {}
    for finding in findings:
        assert finding.pupil is not None
        by_pupil.setdefault(finding.pupil.pk, (finding.pupil, []))[1].append(reason_of(finding).title)
    if not is_answer:
        record_readings(request.actor, by_pupil, "signals")
    return render(
        request,
        "signals/several.html",
        {"form": form, "findings": findings, "pupils": by_pupil.values(), "state": state, "next": back},
        status=422 if form.is_bound else 200,
    )


@page("signal.review")
@require_POST
def undo(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Take a review back."""
    one = get_object_or_404(Review.objects.select_related("pupil"), ref=ref)
    actions.undo_review(request.actor, one)
    messages.success(request, _("Undone. What stood before holds again."))
    finding = StoredFinding.objects.filter(school=one.school_id, key=one.key).order_by("-found_at").first()
    return redirect("signals:signal", finding.ref) if finding else redirect("signals:list")


@page("school.view")
def group(request: ActorRequest, ref: str) -> HttpResponse:
    """A group alert: what it says, and its members whom the reader may see."""
    alert = get_object_or_404(
        StoredFinding.objects.select_related("school__organisation"),
        ref=ref,
        rule="group_alert",
        pupil__isnull=True,
    )
    require(request.actor, "school.view", alert.school.organisation)
    everything = overview(request.actor, alert.school_id)
    found = next((one for one in everything.alerts if any(each.ref == alert.ref for each in one.found)), None)
    members = {
        pupil for one in (found.found if found else ()) if one.ref == alert.ref for pupil in one.members
    }
    seen = in_view(request.actor, alert.school_id, members)
    shown_now = Paginator(seen, PAGE).get_page(request.GET.get("page"))
    known = children(alert.school_id, shown_now)
    record_readings(request.actor, known, "group_alert")
    return render(
        request,
        "signals/group.html",
        {
            "alert": alert,
            "explanation": alert.explanation_en if get_language() == "en" else alert.explanation_nl,
            # The other criteria that this group passes have their own members.
            "others": [one for one in (found.found if found else ()) if one.ref != alert.ref],
            "page": shown_now,
            "members": [known[pupil] for pupil in shown_now if pupil in known],
            "unseen": len(members.difference(seen)),
            "folded": set(found.folded) if found else set(),
        },
    )
