"""Every address passes here: who acts, and whether the view's right is had at all. Deny by default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from aanwezig.web.access.actor import actor_of
from aanwezig.web.access.decide import Decision, NotAllowed, decide, today
from aanwezig.web.access.table import rights
from aanwezig.web.facts.models import Pupil

# The sign-in pages of the account library guard themselves; which of them exist is decided in accounts.urls.
LIBRARY = ("allauth.",)
WORKING_AT = "working_at"


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = None  # type: ignore[attr-defined]
        user = request.user
        if user.is_authenticated:
            request.actor = actor_of(user, today(), request.session.get(WORKING_AT, ""))  # type: ignore[attr-defined]
            language = user.language
            if translation.get_language() != language:
                translation.activate(language)
                request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        response = self.get_response(request)
        if user.is_authenticated and not response.has_header("Cache-Control"):
            # Nothing about a child stays in a browser's or proxy's store.
            response["Cache-Control"] = "no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if getattr(view, "is_open", False) or getattr(view, "__module__", "").startswith(LIBRARY):
            return None
        right = getattr(view, "right", None)
        actor = request.actor  # type: ignore[attr-defined]
        if actor is None:
            return redirect_to_login(request.get_full_path())
        if right is None:
            # A view that says no right is not open to anybody.
            return refused(request, Decision(False, "", "none"))
        decision = decide(actor, right)
        return None if decision.allowed else refused(request, decision)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotAllowed):
            return refused(request, exception.decision, exception.thing)
        return None


def refused(request: HttpRequest, decision: Decision, thing: object = None) -> HttpResponse:
    """The page that says why not, and what can be done: in an emergency also breaking the glass."""
    context = {"decision": decision, "emergency_url": _emergency_url(request, decision, thing)}
    return render(request, "403.html", context, status=403)


def _emergency_url(request: HttpRequest, decision: Decision, thing: object) -> str:
    """Where the file can be opened in an emergency; empty unless the actor has that right for this child."""
    actor = getattr(request, "actor", None)
    if actor is None or not isinstance(thing, Pupil) or not rights()[decision.right].emergency:
        return ""
    return (
        reverse("pupil_emergency", args=(thing.ref,))
        if decide(actor, "pupil.break_glass", thing).allowed
        else ""
    )
