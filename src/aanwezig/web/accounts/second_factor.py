"""The second factor of signing in: who must have one, and whether this session gave it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import HttpRequest

from aanwezig.web.access.actor import Actor
from aanwezig.web.organisations.domain import FAMILY

# Values of `amr` (RFC 8176) and `acr` by which a provider says that more than a password was asked.
SAID_BY_AMR = frozenset({"mfa", "otp", "hwk", "swk", "sms", "ngcmfa"})
SAID_BY_ACR = ("mfa", "multifactor", "multi-factor", "loa3", "loa4", "aal2", "aal3")


def is_required(actor: Actor) -> bool:
    """Every role at an organisation asks a second factor, except those of parents and young people.

    In the demonstration, with made-up children only, nobody needs one.
    """
    if getattr(settings, "DEMO", False):
        return False
    return any(one.role not in FAMILY for one in actor.memberships)


def was_given(request: HttpRequest) -> bool:
    """Whether a second factor was given in this session, here or at the single sign-on."""
    return any(one.get("method") == "mfa" for one in get_authentication_records(request, request.user))  # type: ignore[arg-type]


def record_given(request: HttpRequest, user: Any, kind: str) -> None:
    """Note in the session that a second factor was given. ``kind``: totp, recovery_codes, provider."""
    record_authentication(request, user, "mfa", type=kind)


def forget_given(request: HttpRequest) -> None:
    """After the second factor was taken away the session counts as one without."""
    records = request.session.get("account_authentication_methods")
    if isinstance(records, list):
        kept = [one for one in records if one.get("method") != "mfa"]
        request.session["account_authentication_methods"] = kept


def provider_gave(claims: dict[str, Any], rule: str) -> bool:
    """Whether a second factor at the single sign-on counts, by the setting and what its token says."""
    if rule == "always":
        return True
    if rule != "said":
        return False
    amr = claims.get("amr") or []
    said = {str(one).lower() for one in (amr if isinstance(amr, list) else [amr])}
    acr = str(claims.get("acr") or "").lower()
    return bool(said & SAID_BY_AMR) or any(word in acr for word in SAID_BY_ACR)


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks our own second factor while signing in, unless the single sign-on asked one that counts."""

    def _should_handle(self, request: HttpRequest) -> bool:
        login = (self.login.signal_kwargs or {}).get("sociallogin")
        if login is not None:
            claims = (login.account.extra_data or {}).get("id_token") or {}
            if provider_gave(claims, settings.OIDC_SECOND_FACTOR):
                record_given(request, self.login.user, "provider")
                return False
        return bool(super()._should_handle(request))
