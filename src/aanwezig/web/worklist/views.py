"""Pages of the worklist: the points by kind, one point with its rows, and which facts are missing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import decide, require
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.audit.actions import record_reading, record_readings
from aanwezig.web.definitions.queries import rule_title
from aanwezig.web.imports.queries import school_at, schools_to_choose
from aanwezig.web.imports.texts import REASON_WORDS
from aanwezig.web.organisations.models import Organisation
from aanwezig.web.results.models import StoredFinding
from aanwezig.web.worklist import actions, queries
from aanwezig.web.worklist.forms import FilterForm, WithdrawForm


def _school(request: ActorRequest) -> Organisation | None:
    try:
        return school_at(request.actor, queries.RIGHT, request.GET.get("school", ""))
    except LookupError:
        raise Http404 from None


def _choose(request: ActorRequest) -> HttpResponse:
    schools = schools_to_choose(request.actor, queries.RIGHT)
    return render(request, "worklist/choose.html", {"schools": schools})


@page("worklist.view")
def points(request: ActorRequest) -> HttpResponseBase:
    """The points of a school by kind, to look at or looked at."""
    school = _school(request)
    if school is None:
        return _choose(request)
    actor = request.actor
    rules = queries.by_rule(actor, school)
    form = FilterForm(request.GET, rules=rules, groups=queries.groups_of(actor, school))
    chosen = form.cleaned_data if form.is_valid() else {}
    looked = chosen.get("looked") == "yes"
    found = queries.points(actor, school, chosen.get("rule", ""), chosen.get("group", ""), looked)
    shown = Paginator(found, queries.PAGE).get_page(request.GET.get("page"))
    lines = [
        {"finding": one, "title": rule_title(one.rule), "says": queries.explanation(one)} for one in shown
    ]
    record_readings(actor, {one.pupil_id for one in shown if one.pupil_id}, "worklist")
    return render(
        request,
        "worklist/list.html",
        {
            "school": school,
            "rules": rules,
            "meanings": {one.rule: one for one in rules},
            "open": sum(one.open for one in rules),
            "looked_number": sum(one.looked for one in rules),
            "looked": looked,
            "form": form,
            "page": shown,
            "lines": lines,
            "missing": sum(one.pupils for one in queries.missing_facts(actor, school)),
        },
    )


def _finding(ref: str) -> StoredFinding:
    found = StoredFinding.objects.select_related("pupil__person", "school__organisation", "looked_at__by")
    return get_object_or_404(found, ref=ref, kind="fault")


@page("worklist.view")
def point(request: ActorRequest, ref: str) -> HttpResponse:
    """One point: what is wrong, the rows that it rests on, how to mend it."""
    return _point(request, _finding(ref))


def _point(request: ActorRequest, finding: StoredFinding, wrong: WithdrawForm | None = None) -> HttpResponse:
    decision = require(request.actor, queries.RIGHT, finding.school.organisation)
    if finding.pupil is not None:
        record_reading(request.actor, finding.pupil, "worklist_point", decision)
    may = decide(request.actor, "import.run", finding.school.organisation).allowed
    rows: list[dict[str, Any]] = []
    for row in queries.absences_of(finding):
        own = may and row.school_id == finding.school_id
        form = wrong if wrong is not None and wrong["row"].value() == str(row.pk) else None
        rows.append(
            {
                "row": row,
                "reason": REASON_WORDS.get(row.reason, row.reason),
                "form": (form or WithdrawForm(initial={"row": row.pk}, auto_id=f"id_%s_{row.pk}"))
                if own
                else None,
            }
        )
    looked = getattr(finding, "looked_at", None)
    return render(
        request,
        "worklist/point.html",
        {
            "finding": finding,
            "school": finding.school.organisation,
            "title": rule_title(finding.rule),
            "meaning": queries.meaning_of(finding.rule),
            "says": queries.explanation(finding),
            "rows": rows,
            "enrolments": queries.enrolments_of(finding),
            "looked": looked if looked is not None and looked.digest == finding.digest else None,
            "may_see": finding.pupil is not None
            and decide(request.actor, "pupil.view", finding.pupil).allowed,
        },
    )


@page("worklist.view")
@require_POST
def is_right(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Mark a point as looked at and right, or take that back."""
    finding = _finding(ref)
    if "again" in request.POST:
        actions.look_again(request.actor, finding)
        messages.success(request, _("The point is on the list again."))
    else:
        actions.look_at(request.actor, finding)
        messages.success(request, _("Noted that the data are right. The point comes back when it changes."))
    return redirect("worklist:point", finding.ref)


@page("import.run")
@require_POST
def withdraw(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Withdraw one row of absence with a reason."""
    finding = _finding(ref)
    form = WithdrawForm(request.POST, auto_id=f"id_%s_{request.POST.get('row', '')}")
    if not form.is_valid():
        return _point(request, finding, form)
    try:
        said = form.cleaned_data
        actions.withdraw_row(request.actor, finding, said["row"], said["why"], said["note"])
    except AanwezigError as error:
        messages.error(request, error.in_language("en" if get_language() == "en" else "nl"))
    else:
        messages.success(
            request,
            _("The row was withdrawn. Correct it at school too: else the next import brings it back."),
        )
    return redirect("worklist:point", finding.ref)


@page("worklist.view")
def missing(request: ActorRequest) -> HttpResponseBase:
    """The facts that are missing to decide something."""
    school = _school(request)
    if school is None:
        return _choose(request)
    found = queries.missing_facts(request.actor, school)
    return render(request, "worklist/missing.html", {"school": school, "facts": found})


@page("worklist.view")
def missing_of(request: ActorRequest, name: str) -> HttpResponseBase:
    """The pupils of whom one fact is missing."""
    school = _school(request)
    if school is None:
        return _choose(request)
    found = queries.questions(request.actor, school, name)
    shown = Paginator(found, queries.PAGE).get_page(request.GET.get("page"))
    if not shown.paginator.count:
        return redirect("worklist:missing")
    record_readings(request.actor, {one.pupil_id for one in shown}, "missing_facts")
    return render(
        request,
        "worklist/missing_of.html",
        {
            "school": school,
            "title": queries.fact_title(name),
            "mend": queries.where_to_mend(name),
            "page": shown,
            "lines": [(one, rule_title(one.rule)) for one in shown],
        },
    )
