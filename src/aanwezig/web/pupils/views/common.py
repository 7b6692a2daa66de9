"""What the pupil's pages share: finding the pupil, showing an error of an action, a form that is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language

from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import Decision, decide, require
from aanwezig.web.access.views import ActorRequest
from aanwezig.web.audit.actions import record_reading
from aanwezig.web.facts.models import Pupil
from aanwezig.web.pupils.queries.page import name_of


def pupil_for(request: ActorRequest, ref: str, right: str) -> tuple[Pupil, Decision]:
    """The pupil of an address, for who has the right; 404 for no pupil, 403 with why for not allowed."""
    pupil = get_object_or_404(Pupil.objects.select_related("person"), ref=ref)
    return pupil, require(request.actor, right, pupil)


def in_words(error: AanwezigError) -> str:
    """What is wrong and how to mend it, in the reader's language, without the code."""
    english = get_language() == "en"
    return f"{error.what.en if english else error.what.nl} {error.mend.en if english else error.mend.nl}"


def form_page(
    request: ActorRequest,
    pupil: Pupil,
    form: forms.Form,
    title: str | Promise,
    *,
    about: str | Promise = "",
    yes: str | Promise,
    status: int = 200,
    template: str = "pupils/form.html",
    what: str = "form",
    **more: Any,
) -> HttpResponse:
    """The page of one form about a pupil. ``what``: how the log calls it, because it shows who the pupil is."""
    right: str = request.resolver_match.func.right  # type: ignore[union-attr, attr-defined]
    record_reading(request.actor, pupil, what, decide(request.actor, right, pupil))
    context = {
        "pupil": pupil,
        "name": name_of(pupil),
        "form": form,
        "title": title,
        "about": about,
        "yes": yes,
        "back": reverse("pupils:pupil", args=[pupil.ref]),
        "has_file": form.is_multipart(),
        **more,
    }
    return render(request, template, context, status=status)


def now_reads(form: forms.Form, name: str, value: str) -> None:
    """After a conflict: what was typed stays, and the form now knows what the other saved."""
    assert isinstance(form.data, QueryDict)
    data = form.data.copy()
    data[name] = value
    form.data = data


def done(
    form: forms.Form, change: Callable[[], object], pupil: Pupil, where: str = ""
) -> HttpResponse | None:
    """Do it and go back to the pupil; None when the form or the action refuses (then the form says why)."""
    if not form.is_valid():
        return None
    try:
        change()
    except AanwezigError as error:
        form.add_error(None, in_words(error))
        return None
    return redirect(reverse("pupils:pupil", args=[pupil.ref]) + where)
