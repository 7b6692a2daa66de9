"""Questions about accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse

from aanwezig.web.access.decide import today
from aanwezig.web.accounts.models import User
from aanwezig.web.organisations.models import Membership, Role


def has_second_factor(user_id: int | None) -> bool:
    """Whether the account has an authenticator app."""
    return bool(Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists())


def with_second_factor() -> Exists:
    """To annotate users with: has an authenticator app."""
    return Exists(Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP))


def nobody_yet() -> bool:
    """Whether the installation has no account at all."""
    return not User.objects.exists()


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    name: str
    url: str


def single_sign_on(request: HttpRequest) -> SingleSignOn | None:
    """The provider that is set up, if any."""
    apps = get_adapter().list_apps(request, provider="openid_connect")
    if not apps:
        return None
    return SingleSignOn(apps[0].name, reverse("openid_connect_login", args=("school",)))


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A named person of the demonstration, for a button on the sign-in page."""

    ref: str
    name: str
    role: str
    organisation: str


def demo_users() -> tuple[DemoUser, ...]:
    """The people of the demonstration by role, one line per person; nobody outside the demonstration."""
    if not getattr(settings, "DEMO", False):
        return ()
    on = today()
    rows = (
        Membership.objects.filter(user__is_active=True, first_day__lte=on)
        .filter(Q(last_day__isnull=True) | Q(last_day__gte=on))
        .select_related("user", "organisation")
    )
    order = {role: place for place, role in enumerate(Role.values)}
    first: dict[int, Membership] = {}
    for row in sorted(rows, key=lambda row: (order.get(row.role, 99), row.organisation.name, row.user.name)):
        first.setdefault(row.user_id, row)
    return tuple(
        DemoUser(row.user.ref, str(row.user), str(row.get_role_display()), row.organisation.name)
        for row in first.values()
    )


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A browser in which the person is signed in."""

    browser: str
    system: str
    address: str
    begun_at: datetime
    last_seen_at: datetime
    is_this: bool


# Most telling first: Edge and Chrome also call themselves Safari, Chrome also Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def told_apart(agent: str) -> tuple[str, str]:
    """Browser and system in words people know; empty where it is not said."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    return browser, next((name for mark, name in _SYSTEMS if mark in agent), "")


def own_sessions(user: User, session_key: str | None) -> tuple[OwnSession, ...]:
    """Where the person is signed in, this browser first; what ended is cleared away."""
    found = UserSession.objects.purge_and_list(user)
    rows = []
    for one in found:
        browser, system = told_apart(one.user_agent)
        rows.append(
            OwnSession(
                browser, system, one.ip, one.created_at, one.last_seen_at, one.session_key == session_key
            )
        )
    return tuple(sorted(rows, key=lambda row: (not row.is_this, -row.last_seen_at.timestamp())))
