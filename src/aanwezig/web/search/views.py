"""The list of pupils, searching, saved filters, and one action for several."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aanwezig.values import AanwezigError
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.audit.actions import record_readings
from aanwezig.web.search import actions, queries
from aanwezig.web.search.domain import SHORTEST_SEARCH
from aanwezig.web.search.forms import FORMS, ListForm, NameForm, refs_of
from aanwezig.web.search.models import SavedFilter
from aanwezig.web.signals.queries.places import at_place
from aanwezig.web.signals.reasons import reason_of

PAGE = 50
DONE = "search_several_done"
RIGHTS = {"note": "pupil.note", "seen": "signal.review", "muted": "signal.review"}


def in_words(error: AanwezigError) -> str:
    """What is wrong and how to mend it, in the reader's language."""
    english = get_language() == "en"
    return f"{error.what.en if english else error.what.nl} {error.mend.en if english else error.mend.nl}"


def back_to(request: ActorRequest) -> str:
    """Where the person came from, when that is one of our own pages; never another site."""
    wanted = request.POST.get("next", "")
    fine = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if fine else reverse("search:pupils")


@page("pupil.view")
def pupils(request: ActorRequest) -> HttpResponse:
    """The pupils of a school, or whoever is in reach, with filters; fifty a page."""
    actor = at_place(request.actor)
    where = queries.where_for(actor, request.GET.get("school", ""))
    if where is None:
        raise Http404
    if where.must_choose:
        return render(request, "search/choose.html", {"schools": where.choice})
    groups, levels = queries.groups_and_levels(actor, where)
    form = ListForm(request.GET, actor=actor, where=where, groups=groups, levels=levels)
    asked = form.asked()
    # Who they are is asked once: counting apart would decide about everybody's access twice.
    found = list(queries.listed(actor, where, asked).values_list("pk", flat=True))
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    lines = queries.lines_by_id(actor, list(shown), where)
    record_readings(request.actor, [line.pupil_id for line in lines], "pupils")
    may_note, may_review, may_export = (
        actor.may_anywhere(right) for right in ("pupil.note", "signal.review", "export.pupils")
    )
    school = {"school": where.school.ref} if where.school and len(where.choice) > 1 else {}
    query = "&".join(part for part in (asked.as_query(), urlencode(school)) if part)
    return render(
        request,
        "search/pupils.html",
        {
            "where": where,
            "several_schools": len(where.choice) > 1,
            "form": form,
            "asked": asked,
            "query": query,
            "page_obj": shown,
            "lines": lines,
            "saved": list(SavedFilter.objects.filter(owner=actor.user_id)),
            "may_note": may_note,
            "may_review": may_review,
            "may_export": may_export,
            "can_choose": may_note or may_review or may_export,
            "shows_school": where.school is None,
            "done": request.session.pop(DONE, None),
        },
    )


@page("pupil.view")
def search(request: ActorRequest) -> HttpResponseBase:
    """Pupils by name, number or class; one that fits opens at once, several stand in a list."""
    asked = request.GET.get("q", "").strip()[:100]
    context: dict[str, Any] = {"asked": asked, "shortest": SHORTEST_SEARCH}
    found = queries.search(request.actor, asked) if len(asked) >= SHORTEST_SEARCH else None
    if found is None:
        return render(request, "search/search.html", context)
    shown = Paginator(found.exact, PAGE).get_page(request.GET.get("page"))
    of_sound = found.alike[:PAGE] if shown.number == 1 else ()
    lines = queries.lines_by_id(request.actor, [*shown, *of_sound])
    exact, alike = lines[: len(shown)], lines[len(shown) :]
    if len(found.exact) + len(found.alike) == 1 and lines:
        if alike:
            messages.info(request, _("Nobody is written like that; this name sounds like it."))
        return redirect("pupils:pupil", lines[0].ref)
    record_readings(request.actor, [line.pupil_id for line in lines], "search")
    context |= {"page_obj": shown, "exact": exact, "alike": alike, "searched": True}
    context["more_alike"] = len(found.alike) - len(alike) if alike else 0
    return render(request, "search/search.html", context)


# One action for several


@page("pupil.view")
@require_POST
def several(request: ActorRequest) -> HttpResponseBase:
    """First a question that names them, then the change: for all, or for none."""
    what, refs = request.POST.get("do", ""), refs_of(request.POST.getlist("pupil"))
    back = back_to(request)
    if not refs:
        messages.warning(request, _("You did not choose a pupil. Tick the pupils first."))
        return HttpResponseRedirect(back)
    if what == "export":
        return redirect(
            f"{reverse('exports:new', args=['pupils'])}?{urlencode([('pupil', r) for r in refs])}"
        )
    if what not in FORMS:
        raise Http404
    try:
        chosen = actions.chosen_pupils(request.actor, refs, RIGHTS[what])
    except AanwezigError as error:
        messages.error(request, in_words(error))
        return HttpResponseRedirect(back)
    signals = []
    if what != "note":
        place = request.actor.working_at
        signals = actions.open_signals_of(chosen, sorted(place.schools) if place else ())
        if not signals:
            messages.warning(request, _("Nobody of those whom you chose has a signal that holds."))
            return HttpResponseRedirect(back)
    is_answer = request.POST.get("sure") == "yes"
    form = FORMS[what](request.POST if is_answer else None)
    if is_answer and form.is_valid():
        try:
            if what == "note":
                made: list[Any] = list(actions.write_notes(request.actor, refs, **form.values()))
            else:
                made = list(actions.review_signals(request.actor, signals, what, **form.values()))
        except AanwezigError as error:
            form.add_error(None, in_words(error))
        else:
            kind = "note" if what == "note" else "review"
            request.session[DONE] = {"kind": kind, "refs": [one.ref for one in made]}
            return HttpResponseRedirect(back)
    reasons: dict[str, list[str]] = {}
    for one in signals:
        reasons.setdefault(str(one.pupil_id), []).append(reason_of(one).title)
    if not is_answer:
        record_readings(request.actor, [one.pk for one in chosen], "several")
    context = {
        "what": what,
        "form": form,
        "chosen": [(one, reasons.get(one.pk, [])) for one in chosen if what == "note" or one.pk in reasons],
        "without": sum(one.pk not in reasons for one in chosen) if what != "note" else 0,
        "signals": len(signals),
        "next": back,
    }
    return render(request, "search/several.html", context, status=422 if form.is_bound else 200)


@page("pupil.view")
@require_POST
def undo(request: ActorRequest) -> HttpResponseBase:
    """Take back what was just done for several."""
    refs = refs_of(request.POST.getlist("ref"))
    if request.POST.get("kind") == "note":
        number = actions.undo_notes(request.actor, refs)
        text = ngettext("%(number)s note was taken back.", "%(number)s notes were taken back.", number)
    else:
        number = actions.undo_reviews(request.actor, refs)
        text = ngettext(
            "%(number)s signal stands as it stood before.",
            "%(number)s signals stand as they stood before.",
            number,
        )
    messages.success(request, text % {"number": number})
    return HttpResponseRedirect(back_to(request))


# Saved filters


@page("pupil.view")
def saved(request: ActorRequest) -> HttpResponse:
    """One's own saved filters: open, rename, remove."""
    own = SavedFilter.objects.filter(owner=request.actor.user_id)
    return render(request, "search/saved.html", {"saved": own})


@page("pupil.view")
def keep(request: ActorRequest) -> HttpResponseBase:
    """Keep the filters of an address under a name."""
    form = NameForm(request.POST or None, initial={"query": request.GET.urlencode()})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.save_filter(request.actor, form.cleaned_data["name"], form.cleaned_data["query"])
        except AanwezigError as error:
            form.add_error("name", in_words(error))
        else:
            messages.success(request, _("The filters are kept as ‘%(name)s’.") % {"name": made.name})
            return HttpResponseRedirect(f"{reverse('search:pupils')}?{made.query}")
    return render(
        request, "search/name.html", {"form": form, "saved": None}, status=422 if form.errors else 200
    )


@page("pupil.view")
def rename(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Another name for one's own filters."""
    one = get_object_or_404(SavedFilter, ref=ref, owner=request.actor.user_id)
    form = NameForm(request.POST or None, initial={"name": one.name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_filter(request.actor, one, form.cleaned_data["name"])
        except AanwezigError as error:
            form.add_error("name", in_words(error))
        else:
            return redirect("search:saved")
    return render(
        request, "search/name.html", {"form": form, "saved": one}, status=422 if form.errors else 200
    )


@page("pupil.view")
@require_POST
def remove(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Forget one's own filters."""
    actions.remove_filter(request.actor, get_object_or_404(SavedFilter, ref=ref, owner=request.actor.user_id))
    messages.success(request, _("The filters were removed."))
    return redirect("search:saved")
