"""Pages of thresholds, reason codes and retention of a school."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aanwezig.register import load_profile, profile_names
from aanwezig.tables.contract import REASONS
from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import require, today
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.definitions.queries import in_words
from aanwezig.web.facts.models import School
from aanwezig.web.imports.models import SavedMap
from aanwezig.web.results.actions import choose_threshold, forget_threshold
from aanwezig.web.results.thresholds import thresholds_of
from aanwezig.web.schools.choosing import choose_school, chosen_school
from aanwezig.web.upkeep import actions, queries
from aanwezig.web.upkeep.domain import periods
from aanwezig.web.upkeep.forms import ThresholdForm
from aanwezig.web.upkeep.models import Clearing


def _tell(request: ActorRequest, error: AanwezigError) -> None:
    messages.error(request, error.in_language("en" if get_language() == "en" else "nl"))


@page("admin.thresholds")
def thresholds(request: ActorRequest) -> HttpResponse:
    """Every threshold of the rules: what the source says, and what the school chose beside it."""
    school = chosen_school(request, "admin.thresholds")
    if school is None:
        return choose_school(request, "admin.thresholds")
    rows = thresholds_of(school.code)
    rules = [
        (in_words(next(iter(own := list(some))).rule_title), rule, own)
        for rule, some in groupby(rows, key=lambda one: one.rule)
    ]
    return render(
        request,
        "upkeep/thresholds.html",
        {"school": school, "rules": sorted(rules), "chosen": [one for one in rows if one.is_chosen]},
    )


@page("admin.thresholds")
def threshold(request: ActorRequest, key: str) -> HttpResponseBase:
    """Choose another value for one threshold, or go back to the source's."""
    school = chosen_school(request, "admin.thresholds")
    if school is None:
        return choose_school(request, "admin.thresholds")
    require(request.actor, "admin.thresholds", school)
    one = next((row for row in thresholds_of(school.code) if row.key == key), None)
    if one is None:
        raise Http404
    back = f"{reverse('upkeep:thresholds')}?school={school.ref}"
    place = School.objects.get(code=school.code)
    if request.method == "POST" and "forget" in request.POST:
        forget_threshold(request.actor, place, key)
        messages.success(request, _("The source's value holds again. The signals follow within a minute."))
        return redirect(back)
    form = ThresholdForm(one, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            choose_threshold(request.actor, place, key, form.value(), form.cleaned_data["why"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Kept. The signals follow within a minute."))
            return redirect(back)
    return render(
        request, "upkeep/threshold.html", {"school": school, "one": one, "form": form, "back": back}
    )


@page("admin.thresholds")
def reasons(request: ActorRequest) -> HttpResponse:
    """The codes of the school's registration systems and what they mean here."""
    school = chosen_school(request, "admin.thresholds")
    if school is None:
        return choose_school(request, "admin.thresholds")
    maps = SavedMap.objects.filter(school_id=school.code).order_by("profile")
    shipped = [load_profile(name) for name in profile_names()]
    return render(
        request,
        "upkeep/reasons.html",
        {
            "school": school,
            "maps": [
                (one.profile, in_words(load_profile(one.profile).title), _codes(one))
                for one in maps
                if one.profile in profile_names()
            ],
            "shipped": [(in_words(one.title), sorted(one.reasons.items())) for one in shipped if one.reasons],
            "reasons": REASONS,
        },
    )


def _codes(saved: SavedMap) -> list[tuple[str, str, str]]:
    return [
        (code, meaning["reason"], meaning.get("authorised") or "")
        for code, meaning in sorted((saved.content.get("reasons") or {}).items())
        if isinstance(meaning, dict)
    ]


@page("admin.thresholds")
@require_POST
def set_reasons(request: ActorRequest, profile: str) -> HttpResponseBase:
    """Keep what the school's own codes mean."""
    school = chosen_school(request, "admin.thresholds")
    if school is None or profile not in profile_names():
        raise Http404
    names = request.POST.getlist("code")
    codes = {
        code: (reason, mark)
        for code, reason, mark in zip(
            names, request.POST.getlist("reason"), request.POST.getlist("authorised"), strict=False
        )
    }
    try:
        actions.set_reason_codes(request.actor, school, profile, codes)
    except AanwezigError as error:
        _tell(request, error)
    else:
        messages.success(request, _("Kept. The next delivery is read so."))
    return redirect(f"{reverse('upkeep:reasons')}?school={school.ref}")


@page("admin.retention")
def retention(request: ActorRequest) -> HttpResponseBase:
    """What is past its period, by kind; POST removes one kind after it was looked at."""
    school = chosen_school(request, "admin.retention")
    if school is None:
        return choose_school(request, "admin.retention")
    require(request.actor, "admin.retention", school)
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind not in periods():
            raise Http404
        try:
            made = actions.clear_up(
                request.actor,
                school,
                kind,
                date.fromisoformat(request.POST.get("before", "")),
                int(request.POST.get("pupils", "-1")),
            )
        except AanwezigError as error:
            _tell(request, error)
        except ValueError:
            raise Http404 from None
        else:
            messages.success(
                request,
                _("Removed: %(rows)s records of %(pupils)s pupils.")
                % {"rows": made.rows, "pupils": made.pupils},
            )
        return redirect(f"{reverse('upkeep:retention')}?school={school.ref}")
    wanted = request.GET.get("kind", "")
    found = queries.due(school)
    return render(
        request,
        "upkeep/retention.html",
        {
            "school": school,
            "due": found,
            "asked": next((one for one in found if one.period.id == wanted and one.rows), None),
            "done": Clearing.objects.filter(school_id=school.code).select_related("done_by")[:20],
            "today": today(),
        },
    )
