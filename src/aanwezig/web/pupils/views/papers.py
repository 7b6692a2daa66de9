"""Contacts and documents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import gettext as _

from aanwezig.web.access.decide import Decision, NotAllowed
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.facts.models import Contact, Pupil
from aanwezig.web.pupils import actions
from aanwezig.web.pupils.forms import ContactForm, DocumentForm, ReasonForm
from aanwezig.web.pupils.models import Document
from aanwezig.web.pupils.sides import is_own
from aanwezig.web.pupils.views.common import done, form_page, now_reads, pupil_for
from aanwezig.web.pupils.wrong import Conflict

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
}


@page("pupil.contacts")
def new_contact(request: ActorRequest, ref: str) -> HttpResponse:
    pupil, _decision = pupil_for(request, ref, "pupil.contacts")
    form = ContactForm(request.POST or None)
    if request.method == "POST":
        answer = done(
            form, lambda: actions.add_contact(request.actor, pupil, form.contact()), pupil, "#contacts"
        )
        if answer:
            return answer
    return form_page(
        request, pupil, form, _("Add a contact"), yes=_("Add"), status=422 if form.errors else 200
    )


@page("pupil.contacts")
def contact(request: ActorRequest, ref: str, contact: str) -> HttpResponse:
    """Change a contact; on a conflict what the other typed is shown beside what was typed here."""
    pupil, _decision = pupil_for(request, ref, "pupil.contacts")
    one = get_object_or_404(Contact, ref=contact, pupil=pupil)
    typed = {name: getattr(one, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=typed)
    more: dict[str, Any] = {}
    if request.method == "POST":
        read = form.data.get("version", "")
        version = int(read) if read.isdigit() else one.version
        try:
            answer = done(
                form,
                lambda: actions.change_contact(request.actor, one, version, form.contact()),
                pupil,
                "#contacts",
            )
            if answer:
                return answer
        except Conflict as conflict:
            now = conflict.now
            more = {"other_contact": now, "is_conflict": True}
            if isinstance(now, Contact):
                now_reads(form, "version", str(now.version))
    return form_page(
        request,
        pupil,
        form,
        _("Change a contact"),
        yes=_("Save mine") if more else _("Save"),
        status=409 if more else 422 if form.errors else 200,
        contact=one,
        **more,
    )


@page("pupil.contacts")
def remove_contact(request: ActorRequest, ref: str, contact: str) -> HttpResponse:
    pupil, _decision = pupil_for(request, ref, "pupil.contacts")
    one = get_object_or_404(Contact, ref=contact, pupil=pupil)
    form = _Empty(request.POST or None)
    if request.method == "POST":
        answer = done(_Empty({}), lambda: actions.remove_contact(request.actor, one), pupil, "#contacts")
        if answer:
            return answer
    title = _("Remove %(name)s from the contacts?") % {"name": one.name}
    return form_page(request, pupil, form, title, yes=_("Remove"))


@page("pupil.documents")
def new_document(request: ActorRequest, ref: str) -> HttpResponse:
    pupil, _decision = pupil_for(request, ref, "pupil.documents")
    form = DocumentForm(request.POST or None, request.FILES or None)

    def add() -> object:
        data = form.cleaned_data
        content: bytes = data["file"].read()
        return actions.add_document(request.actor, pupil, data["title"], content, shared=data["shared"])

    if request.method == "POST":
        answer = done(form, add, pupil, "#documents")
        if answer:
            messages.success(request, _("The document is kept."))
            return answer
    return form_page(
        request, pupil, form, _("Add a document"), yes=_("Add"), status=422 if form.errors else 200
    )


@page("pupil.documents")
def document(request: ActorRequest, ref: str, document: str) -> HttpResponse:
    """The file itself, as an attachment; a browser never shows or runs it within our pages."""
    pupil, _decision = pupil_for(request, ref, "pupil.documents")
    one = _document(pupil, document)
    content = actions.document_content(request.actor, one)
    response = HttpResponse(content, content_type=CONTENT_TYPES[one.format])
    name = slugify(one.title)[:60] or "document"
    response["Content-Disposition"] = f'attachment; filename="{name}.{one.format}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@page("pupil.documents")
def withdraw_document(request: ActorRequest, ref: str, document: str) -> HttpResponse:
    pupil, decision = pupil_for(request, ref, "pupil.documents")
    one = _document(pupil, document)
    if not is_own(decision.by, one):
        raise NotAllowed(Decision(False, "", "pupil.documents", decision.by))
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        answer = done(
            form,
            lambda: actions.withdraw_document(request.actor, one, form.cleaned_data["because"]),
            pupil,
            "#documents",
        )
        if answer:
            messages.success(request, _("Taken out of the file."))
            return answer
    title = _("Take this document out of the file")
    return form_page(
        request, pupil, form, title, about=one.title, yes=_("Take out"), status=422 if form.errors else 200
    )


def _document(pupil: Pupil, ref: str) -> Document:
    found = Document.objects.select_related("organisation").filter(withdrawn_at__isnull=True)
    one = get_object_or_404(found, ref=ref, pupil=pupil)
    one.pupil = pupil
    return one


class _Empty(ReasonForm):
    """A question without fields."""

    because = None  # type: ignore[assignment]
