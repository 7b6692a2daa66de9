"""Writing, reading, editing and withdrawing notes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from aanwezig.web.access.decide import Decision, NotAllowed
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.facts.models import Pupil
from aanwezig.web.pupils import actions
from aanwezig.web.pupils.forms import NoteForm, ReasonForm
from aanwezig.web.pupils.models import Note, NoteKind
from aanwezig.web.pupils.sides import is_own, readable
from aanwezig.web.pupils.views.common import done, form_page, now_reads, pupil_for
from aanwezig.web.pupils.wrong import Conflict

TIMELINE = "#timeline"


def _note(pupil: Pupil, decision: Decision, note: str) -> Note:
    """A note that stands and that the reader may read."""
    found = Note.objects.select_related("organisation", "made_by", "changed_by")
    one = get_object_or_404(found.filter(readable(decision.by), pupil=pupil), ref=note)
    if one.withdrawn_at is not None:
        raise Http404
    one.pupil = pupil
    return one


@page("pupil.note")
def new_note(request: ActorRequest, ref: str) -> HttpResponse:
    pupil, _decision = pupil_for(request, ref, "pupil.note")
    asked = request.GET.get("kind", "")
    kind = asked if asked in NoteKind.values else NoteKind.NOTE
    form = NoteForm(request.POST or None, initial={"kind": kind})
    if request.method == "POST":
        answer = done(form, lambda: actions.write_note(request.actor, pupil, form.written()), pupil, TIMELINE)
        if answer:
            messages.success(request, _("Written down."))
            return answer
    title = _("Write down a note") if kind == NoteKind.NOTE else _("Write down a talk")
    return form_page(request, pupil, form, title, yes=_("Write down"), status=_status(request, form))


@page("pupil.view")
def note(request: ActorRequest, ref: str, note: str) -> HttpResponse:
    """A note with what it said before; who may, edits it here. On a conflict both texts are shown."""
    pupil, decision = pupil_for(request, ref, "pupil.view")
    one = _note(pupil, decision, note)
    may_edit = is_own(decision.by, one) and not decision.is_emergency
    if request.method == "POST":
        if not may_edit:
            raise NotAllowed(Decision(False, "", "pupil.note", decision.by))
        return _edit(request, pupil, one)
    form = NoteForm(initial=_as_typed(one))
    return form_page(
        request,
        pupil,
        form,
        capfirst(one.get_kind_display()),
        yes=_("Save"),
        template="pupils/note.html",
        what="note",
        **_about(one, may_edit),
    )


def _edit(request: ActorRequest, pupil: Pupil, one: Note) -> HttpResponse:
    form = NoteForm(request.POST)
    version = form.data.get("version", "")
    more: dict[str, Any] = {}
    try:
        read = int(version) if version.isdigit() else one.version
        answer = done(
            form, lambda: actions.edit_note(request.actor, one, read, form.written()), pupil, TIMELINE
        )
        if answer:
            messages.success(request, _("Saved. What it said before is kept."))
            return answer
    except Conflict as conflict:
        # Nothing typed is lost: it stays in the form, beside what the other wrote; saving again is a choice.
        now = conflict.now
        assert isinstance(now, Note)
        if now.withdrawn_at is not None:
            form.add_error(None, _("This note was withdrawn meanwhile. Copy your text to a new note."))
        else:
            now_reads(form, "version", str(now.version))
        more = {"other": now}
        one = now
    return form_page(
        request,
        pupil,
        form,
        capfirst(one.get_kind_display()),
        yes=_("Save mine") if more else _("Save"),
        status=409 if more else 422,
        template="pupils/note.html",
        what="note",
        **_about(one, True),
        **more,
    )


def _about(one: Note, may_edit: bool) -> dict[str, Any]:
    return {"note": one, "may_edit": may_edit, "versions": list(one.versions.select_related("by"))}


def _as_typed(one: Note) -> dict[str, Any]:
    names = ("kind", "day", "text", "present", "agreed", "shared", "version")
    return {name: getattr(one, name) for name in names}


@page("pupil.note")
def withdraw(request: ActorRequest, ref: str, note: str) -> HttpResponse:
    pupil, decision = pupil_for(request, ref, "pupil.note")
    one = _note(pupil, decision, note)
    if not is_own(decision.by, one):
        raise NotAllowed(Decision(False, "", "pupil.note", decision.by))
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        answer = done(
            form,
            lambda: actions.withdraw_note(request.actor, one, form.cleaned_data["because"]),
            pupil,
            TIMELINE,
        )
        if answer:
            messages.success(request, _("Taken out of the file."))
            return answer
    return form_page(
        request,
        pupil,
        form,
        _("Take this note out of the file"),
        about=one.text,
        yes=_("Take out"),
        status=_status(request, form),
    )


def _status(request: ActorRequest, form: Any) -> int:
    return 422 if request.method == "POST" and form.errors else 200
