"""Two doors around the actor: sessions that end when nobody uses them, and the second factor of staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from aanwezig.web.accounts import second_factor
from aanwezig.web.accounts.queries import has_second_factor

Answer = Callable[[HttpRequest], HttpResponseBase]
LAST_USED = "last_used"
# Writing at every request would make readers wait for each other; a minute is exact enough for idle time.
NOTE_EVERY_SECONDS = 60

# What opens for staff who have not given a second factor yet.
WITHOUT_SECOND_FACTOR = frozenset(
    {"mfa_activate_totp", "account_reauthenticate", "mfa_reauthenticate", "account_logout", "language"}
)


class IdleMiddleware:
    """Keeps a session alive while it is used; without use it ends after SESSION_COOKIE_AGE."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            now = timezone.now()
            if now.timestamp() - request.session.get(LAST_USED, 0) >= NOTE_EVERY_SECONDS:
                # A changed session is saved, and saving moves its end.
                request.session[LAST_USED] = now.timestamp()
                UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=now)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads staff who did not give a second factor to the page that asks or sets up one."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        actor = getattr(request, "actor", None)
        if actor is None or not second_factor.is_required(actor) or second_factor.was_given(request):
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in WITHOUT_SECOND_FACTOR:
            return None
        if has_second_factor(request.user.pk):
            # It was set up elsewhere, or the role came while the session ran: give it now.
            query = urlencode({"next": request.get_full_path() if request.method == "GET" else "/"})
            return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
