"""Recording facts that only people know; correcting and withdrawing them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from aanwezig.web.access.decide import today
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.audit.actions import record_reading
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Pupil
from aanwezig.web.pupils import actions
from aanwezig.web.pupils.actions.recorded import TABLES, what_of
from aanwezig.web.pupils.domain import RECORDED
from aanwezig.web.pupils.forms import RECORD_FORMS, ReasonForm, as_row, from_row
from aanwezig.web.pupils.queries.page import name_of
from aanwezig.web.pupils.views.common import done, form_page, pupil_for


@page("pupil.facts")
def recorded(request: ActorRequest, ref: str) -> HttpResponse:
    """What can be recorded, and what was, with what can be mended here."""
    pupil, decision = pupil_for(request, ref, "pupil.facts")
    record_reading(request.actor, pupil, "recorded facts", decision)
    rows: list[dict[str, Any]] = []
    for table in dict.fromkeys(TABLES.values()):
        for row in current(table).filter(pupil=pupil).select_related("recorded_by"):
            what = what_of(table, getattr(row, "kind", ""))
            if what is not None:
                rows.append(
                    {
                        "what": what,
                        "title": RECORD_FORMS[what].title,  # type: ignore[attr-defined]
                        "pk": row.pk,
                        "first": getattr(row, "date", None) or row.first_day,
                        "last": row.last_day,
                        "by": row.recorded_by,
                        "at": row.recorded_at,
                        "is_imported": bool(row.batch),
                    }
                )
    rows.sort(key=lambda row: (row["first"], row["pk"]), reverse=True)
    context = {
        "pupil": pupil,
        "name": name_of(pupil),
        "kinds": [(what, RECORD_FORMS[what].title, RECORD_FORMS[what].about) for what in RECORDED],  # type: ignore[attr-defined]
        "rows": rows,
    }
    return render(request, "pupils/recorded.html", context)


@page("pupil.facts")
def record(request: ActorRequest, ref: str, what: str) -> HttpResponse:
    pupil, _decision = pupil_for(request, ref, "pupil.facts")
    kind = _kind(what)
    form = kind(request.POST or None, initial={"date": today(), "first_day": today()})
    if request.method == "POST":
        answer = done(
            form,
            lambda: actions.record(request.actor, pupil, what, as_row(what, form.cleaned_data)),
            pupil,
            "#timeline",
        )
        if answer:
            messages.success(request, _("Recorded. The figures and signals follow in a moment."))
            return answer
    return form_page(
        request,
        pupil,
        form,
        kind.title,  # type: ignore[attr-defined]
        about=kind.about,  # type: ignore[attr-defined]
        yes=_("Record"),
        status=422 if form.errors else 200,
    )


@page("pupil.facts")
def correct(request: ActorRequest, ref: str, what: str, number: int) -> HttpResponse:
    pupil, _decision = pupil_for(request, ref, "pupil.facts")
    kind = _kind(what)
    row = _row(pupil, what, number)
    form = kind(request.POST or None, initial=from_row(what, row))
    if request.method == "POST":
        answer = done(
            form,
            lambda: actions.correct_recorded(
                request.actor, pupil, what, number, as_row(what, form.cleaned_data)
            ),
            pupil,
            "#timeline",
        )
        if answer:
            messages.success(request, _("Corrected. What was recorded before is kept."))
            return answer
    return form_page(
        request,
        pupil,
        form,
        _("Correct: %(what)s") % {"what": kind.title},  # type: ignore[attr-defined]
        yes=_("Correct"),
        status=422 if form.errors else 200,
        also_url=reverse("pupils:withdraw_recorded", args=[pupil.ref, what, number]),
        also=_("This never was so: withdraw it"),
    )


@page("pupil.facts")
def withdraw(request: ActorRequest, ref: str, what: str, number: int) -> HttpResponse:
    pupil, _decision = pupil_for(request, ref, "pupil.facts")
    kind = _kind(what)
    _row(pupil, what, number)
    form = _Nothing(request.POST or None)
    if request.method == "POST":
        answer = done(
            _Nothing({}),
            lambda: actions.withdraw_recorded(request.actor, pupil, what, number),
            pupil,
            "#timeline",
        )
        if answer:
            messages.success(request, _("Withdrawn. The figures and signals follow in a moment."))
            return answer
    return form_page(
        request,
        pupil,
        form,
        _("Withdraw: %(what)s") % {"what": kind.title},  # type: ignore[attr-defined]
        about=_("It is then as if this never was so. What was recorded is kept for who checks later."),
        yes=_("Withdraw"),
    )


def _kind(what: str) -> Any:
    if what not in RECORD_FORMS:
        raise Http404
    return RECORD_FORMS[what]


def _row(pupil: Pupil, what: str, number: int) -> Any:
    row = current(TABLES[what]).filter(pk=number, pupil=pupil, batch="").first()
    if row is None or what_of(TABLES[what], getattr(row, "kind", "")) != what:
        raise Http404
    return row


class _Nothing(ReasonForm):
    """A question without fields."""

    because = None  # type: ignore[assignment]
