"""Asking for an export, one's own exports, taking one along."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import NotAllowed, decide
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.exports import actions, queries
from aanwezig.web.exports.forms import AskForm
from aanwezig.web.exports.models import Export
from aanwezig.web.exports.registry import EXPORTS, Kind, may
from aanwezig.web.search.views import in_words
from aanwezig.web.signals.queries.places import at_place


def _kind(name: str) -> Kind:
    if name not in EXPORTS:
        raise Http404
    return EXPORTS[name]


@page("account.own")
@sensitive_variables("asked")
def new(request: ActorRequest, kind: str) -> HttpResponseBase:
    """What will be in it, as which file; POST puts it in line and shows the password once.

    The password stands in the answer itself and nowhere else: after a redirect it would have to be kept somewhere.
    """
    one = _kind(kind)
    actions.allowed(request.actor, one)
    parameters = one.clean(at_place(request.actor), request.GET)
    token = get_random_string(32)
    form = AskForm(request.POST or None, initial={"token": token})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        asked = actions.ask(request.actor, one, parameters, values["format"], values["token"])
        if asked.password is None:
            return redirect("exports:export", asked.export.ref)
        context = {"kind": one, "export": queries.shown(asked.export), "password": asked.password}
        return render(request, "exports/password.html", context)
    return render(
        request,
        "exports/new.html",
        {"kind": one, "form": form, "query": request.GET.urlencode()},
        status=422 if form.errors else 200,
    )


@page("account.own")
def exports(request: ActorRequest) -> HttpResponse:
    """One's own exports, latest first: state, link, when they are deleted."""
    found = queries.own(request.actor)
    if not found and not any(may(request.actor, kind) for kind in EXPORTS.values()):
        raise NotAllowed(decide(request.actor, "export.pupils"))
    return render(request, "exports/list.html", {"exports": found})


@page("account.own")
def export(request: ActorRequest, ref: str) -> HttpResponse:
    """One of one's own exports."""
    one = get_object_or_404(Export, ref=ref, owner=request.actor.user_id)
    return render(request, "exports/export.html", {"export": queries.shown(one)})


@page("account.own")
@require_GET
def take(request: ActorRequest, ref: str) -> HttpResponseBase:
    """The file itself, while the link works and every right still holds."""
    one = get_object_or_404(Export, ref=ref, owner=request.actor.user_id)
    try:
        path = actions.take(request.actor, one)
    except AanwezigError as error:
        messages.error(request, in_words(error))
        return redirect("exports:export", one.ref)
    day = one.asked_at.date().isoformat()
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"aanwezig-{one.kind}-{day}.zip",
        content_type="application/zip",
    )


@page("account.own")
@require_POST
def delete(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Delete one's own export before its time."""
    actions.delete(request.actor, get_object_or_404(Export, ref=ref, owner=request.actor.user_id))
    messages.success(request, _("The export was deleted."))
    return redirect("exports:list")
