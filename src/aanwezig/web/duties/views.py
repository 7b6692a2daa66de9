"""Pages of duties: the list, preparing one, recording what happened, letters."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import decide, require, today
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.audit.actions import record_reading, record_readings
from aanwezig.web.definitions.queries import rule_text
from aanwezig.web.duties import actions, domain, queries
from aanwezig.web.duties.forms import InspectorateForm, LetterForm, NotificationForm, SentForm, WithdrawForm
from aanwezig.web.duties.letters import LetterText, fill, kinds_for, letter_kinds
from aanwezig.web.duties.models import Letter, Notification, Status
from aanwezig.web.facts.models import Pupil
from aanwezig.web.facts.official_number import can_be_kept, official_number_of
from aanwezig.web.results.models import StoredFinding


def _schools(request: ActorRequest) -> list[str]:
    place = request.actor.working_at
    return sorted(place.schools) if place else []


def _tell(request: ActorRequest, error: AanwezigError) -> None:
    language = get_language()
    what = error.what.en if language == "en" else error.what.nl
    mend = error.mend.en if language == "en" else error.mend.nl
    messages.error(request, f"{what} {mend}")


@page("duty.view")
def duties(request: ActorRequest) -> HttpResponse:
    """Duties to do, earliest due first, or notifications by status."""
    actor, schools = request.actor, _schools(request)
    status = request.GET.get("status", "")
    counts = queries.duty_counts(actor, schools)
    context: dict[str, Any] = {
        "counts": counts,
        "status": status,
        "statuses": Status.choices,
        "today": today(),
    }
    if status in Status.values or status == "all":
        found = queries.notifications(actor, schools, None if status == "all" else status)
        context["page"] = Paginator(found, queries.PAGE).get_page(request.GET.get("page"))
        shown = [one.pupil for one in context["page"]]
    else:
        duties_found = queries.open_duties(actor, schools, past=status == "past")
        findings = duties_found.select_related("pupil", "pupil__person")
        context["page"] = Paginator(findings, queries.PAGE).get_page(request.GET.get("page"))
        context["lines"] = queries.duty_lines(context["page"])
        shown = [line.pupil for line in context["lines"]]
    record_readings(actor, {one.pk: one for one in shown}.values(), "duties")
    return render(request, "duties/list.html", context)


@page("duty.view")
def duty(request: ActorRequest, ref: str) -> HttpResponseBase:
    """One duty, or a signal that may be notified as 'other': the facts it rests on, the rule with both readings, what can be done.

    POST begins a notification.
    """
    known = StoredFinding.objects.filter(Q(kind="duty") | Q(rule__in=domain.CATEGORY_OF_RULE))
    finding = get_object_or_404(known.select_related("pupil", "school__organisation"), ref=ref)
    if finding.pupil is None or finding.first_day is None:
        raise Http404
    decision = require(request.actor, "duty.view", finding.pupil)
    if request.method == "POST":
        try:
            made = actions.prepare(request.actor, finding)
        except AanwezigError as error:
            _tell(request, error)
            return redirect("duties:duty", finding.ref)
        return redirect("duties:notification", made.ref)
    standing = (
        Notification.objects.filter(pupil=finding.pupil, rule=finding.rule, first_day=finding.first_day)
        .exclude(status=Status.WITHDRAWN)
        .first()
    )
    if standing is not None:
        return redirect("duties:notification", standing.ref)
    record_reading(request.actor, finding.pupil, "duty", decision)
    return render(
        request,
        "duties/duty.html",
        {
            **_about(finding),
            "may_prepare": decide(request.actor, "duty.prepare", finding.pupil).allowed,
            "may_record": decide(request.actor, "duty.record", finding.pupil).allowed,
            "goes_to_duo": finding.rule in domain.CATEGORY_OF_RULE,
            "suspensions": queries.untold_suspensions(finding.pupil)
            if "inspectorate" in finding.rule
            else [],
            "inspectorate_form": InspectorateForm(initial={"told_on": today()}),
            "letters": kinds_for(finding.rule),
        },
    )


def _about(finding: StoredFinding) -> dict[str, Any]:
    return {
        "finding": finding,
        "pupil": finding.pupil,
        "explanation": finding.explanation,
        "rows": queries.absences_of(finding),
        "rule": rule_text(finding.rule, finding.last_day or today()),
        "today": today(),
    }


def _notification(request: ActorRequest, ref: str, right: str = "duty.view") -> tuple[Notification, Any]:
    one = get_object_or_404(
        Notification.objects.select_related("pupil", "pupil__person", "school__organisation"), ref=ref
    )
    return one, require(request.actor, right, one.pupil)


@page("duty.view")
def notification(request: ActorRequest, ref: str) -> HttpResponseBase:
    """The prepared notification with its facts and rule beside it. POST keeps the form."""
    one, decision = _notification(request, ref)
    theirs: Notification | None = None
    if request.method == "POST":
        form = NotificationForm(request.POST, instance=Notification.objects.get(pk=one.pk))
        if form.is_valid():
            try:
                actions.save_draft(request.actor, one, form.cleaned_data, form.cleaned_data["version"])
            except actions.ChangedMeanwhile as changed:
                # Nothing typed is lost: the form stays, what the other wrote stands beside it.
                theirs = changed.theirs
            except AanwezigError as error:
                _tell(request, error)
                return redirect("duties:notification", one.ref)
            else:
                messages.success(request, _("Saved."))
                return redirect("duties:notification", one.ref)
        values = {name: form.cleaned_data.get(name) for name in actions.EDITABLE}
    else:
        form = NotificationForm(instance=one)
        values = {name: getattr(one, name) for name in actions.EDITABLE}
    record_reading(request.actor, one.pupil, "notification", decision)
    finding = StoredFinding.objects.filter(
        school=one.school, pupil=one.pupil, rule=one.rule, first_day=one.first_day
    ).first()
    rows = queries.absences_of(finding) if finding else []
    labels = NotificationForm.base_fields
    may_prepare = decide(request.actor, "duty.prepare", one.pupil).allowed
    person = getattr(one.pupil, "person", None)
    context = {
        # Only for who prepares: others need it for nothing.
        "official_number": official_number_of(person) if may_prepare and person else "",
        "can_keep_number": may_prepare and can_be_kept(),
        "one": one,
        "pupil": one.pupil,
        "form": form,
        "theirs": theirs,
        "their_fields": [
            (labels[name].label, getattr(theirs, name))
            for name in actions.EDITABLE
            if theirs is not None and str(getattr(theirs, name) or "") != str(values.get(name) or "")
        ],
        "sent_form": SentForm(initial={"sent_on": today()}),
        "withdraw_form": WithdrawForm(),
        "missing": [labels[name].label for name in domain.missing(values)],
        "words": {labels[name].label: words for name, words in domain.words_by_field(values).items()},
        "next_statuses": [
            (status, Status(status).label)
            for status in domain.NEXT_STATUS[one.status]
            if status not in ("registered", "withdrawn")
        ],
        "finding": finding,
        "explanation": finding.explanation if finding else "",
        "rows": rows,
        "rule": rule_text(one.rule, one.last_day or today()) if one.rule else None,
        "history": one.history.select_related("by"),
        "may_prepare": may_prepare,
        "may_record": decide(request.actor, "duty.record", one.pupil).allowed,
        "letters": kinds_for(one.rule or None),
        "today": today(),
    }
    return render(request, "duties/notification.html", context, status=409 if theirs else 200)


@page("duty.prepare")
@require_POST
def official_number(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Keep the official number of the pupil, encrypted."""
    one, _decision = _notification(request, ref, "duty.prepare")
    try:
        actions.set_official_number(request.actor, one.pupil, request.POST.get("number", ""))
    except AanwezigError as error:
        _tell(request, error)
    else:
        messages.success(request, _("Saved."))
    return redirect("duties:notification", one.ref)


@page("duty.record")
@require_POST
def sent(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Record as sent."""
    one, _decision = _notification(request, ref, "duty.record")
    form = SentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the day on which it was sent."))
        return redirect("duties:notification", one.ref)
    try:
        actions.record_sent(
            request.actor,
            one,
            form.cleaned_data["sent_on"],
            form.cleaned_data["number"],
            words_accepted=form.cleaned_data["words_accepted"],
        )
    except AanwezigError as error:
        _tell(request, error)
    else:
        messages.success(request, _("Recorded as sent."))
    return redirect("duties:notification", one.ref)


@page("duty.record")
@require_POST
def status(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Record what became of it."""
    one, _decision = _notification(request, ref, "duty.record")
    try:
        actions.change_status(request.actor, one, request.POST.get("status", ""))
    except AanwezigError as error:
        _tell(request, error)
    else:
        messages.success(request, _("The state was recorded."))
    return redirect("duties:notification", one.ref)


@page("duty.record")
@require_POST
def withdraw(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Withdraw, or throw a draft away."""
    one, _decision = _notification(request, ref, "duty.record")
    try:
        after = actions.withdraw(request.actor, one, request.POST.get("because", ""))
    except AanwezigError as error:
        _tell(request, error)
        return redirect("duties:notification", one.ref)
    if after is None:
        messages.success(request, _("The draft was thrown away."))
        return redirect("duties:list")
    messages.success(request, _("The notification was withdrawn."))
    return redirect("duties:notification", one.ref)


@page("duty.record")
@require_POST
def inspectorate(request: ActorRequest, ref: str, suspension: int) -> HttpResponseBase:
    """Record that the Inspectorate was told."""
    finding = get_object_or_404(StoredFinding.objects.select_related("pupil"), ref=ref, kind="duty")
    if finding.pupil is None:
        raise Http404
    require(request.actor, "duty.record", finding.pupil)
    form = InspectorateForm(request.POST)
    known = {row.pk for row in queries.untold_suspensions(finding.pupil)}
    if not form.is_valid() or suspension not in known:
        messages.error(request, _("Choose the day on which the Inspectorate was told."))
        return redirect("duties:duty", finding.ref)
    try:
        actions.tell_inspectorate(request.actor, finding.pupil, suspension, form.cleaned_data["told_on"])
    except AanwezigError as error:
        _tell(request, error)
    else:
        messages.success(request, _("Recorded. The list is updated in a moment."))
    return redirect("duties:list")


@page("duty.letter")
def letter(request: ActorRequest, ref: str, kind: str) -> HttpResponseBase:
    """Write a letter to the parents of a pupil from a text that can be changed; POST keeps it."""
    pupil = get_object_or_404(Pupil.objects.select_related("person"), ref=ref)
    decision = require(request.actor, "duty.letter", pupil)
    one = letter_kinds().get(kind)
    if one is None:
        raise Http404
    language: Any = "en" if request.GET.get("language") == "en" else "nl"
    school = queries.school_of(pupil, _schools(request))
    if school is None:
        raise Http404
    if request.method == "POST":
        form = LetterForm(request.POST)
        if form.is_valid():
            made = actions.make_letter(
                request.actor, school, pupil, kind, language, LetterText(**form.cleaned_data)
            )
            return redirect("duties:letter-made", made.ref)
    else:
        text = fill(
            one, language, queries.letter_values(request.actor, pupil, school, request.GET.get("duty", ""))
        )
        form = LetterForm(initial={"subject": text.subject, "text": text.text})
    record_reading(request.actor, pupil, "letter", decision)
    return render(
        request,
        "duties/letter.html",
        {"pupil": pupil, "kind": one, "form": form, "language": language, "kinds": kinds_for(None)},
    )


@page("duty.letter")
def letter_made(request: ActorRequest, ref: str) -> HttpResponse:
    """A kept letter, on screen as it is printed."""
    one = get_object_or_404(
        Letter.objects.select_related("pupil", "pupil__person", "school__organisation"), ref=ref
    )
    decision = require(request.actor, "duty.letter", one.pupil)
    record_reading(request.actor, one.pupil, "letter", decision)
    return render(request, "duties/letter_made.html", {"letter": one, "pupil": one.pupil})


@page("duty.letter")
def letter_pdf(request: ActorRequest, ref: str) -> HttpResponse:
    """A kept letter as a PDF file."""
    from aanwezig.web.duties.pdf import letter_as_pdf

    one = get_object_or_404(Letter.objects.select_related("pupil", "school__organisation"), ref=ref)
    decision = require(request.actor, "duty.letter", one.pupil)
    record_reading(request.actor, one.pupil, "letter", decision, way="file")
    response = HttpResponse(letter_as_pdf(one), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{_("letter")}-{one.made_at:%Y-%m-%d}.pdf"'
    return response
