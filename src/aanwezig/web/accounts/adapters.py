"""How the account library behaves here: nobody signs up alone, single sign-on only for known addresses."""

from __future__ import annotations

import logging
import time
from smtplib import SMTPException
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from aanwezig.web.accounts.models import User

log = logging.getLogger("aanwezig.accounts")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by e-mail address and password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "too_many_login_attempts": _("Too many wrong tries. Wait a quarter of an hour, then try again."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
        "incorrect_code": _("This code is not right."),
        "rate_limited": _("That is too often in a short time. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from an invitation only."""
        return False

    def get_login_stages(self) -> list[str]:
        ours = "aanwezig.web.accounts.second_factor.SecondFactorStage"
        return [
            ours if stage == "allauth.mfa.stages.AuthenticateStage" else stage
            for stage in super().get_login_stages()
        ]

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not for who signed in or proved who they are a few minutes ago."""
        request = context.request
        records = get_authentication_records(request, request.user) if request else []
        latest = max((one["at"] for one in records), default=0)
        return bool(time.time() - latest >= account_settings.REAUTHENTICATION_TIMEOUT)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of who gets it. A mail server that is away never breaks a page or tells who has an account."""
        user = context.get("user") or User.objects.filter(email=email.lower()).first()
        with translation.override(user.language if user else translation.get_language()):
            try:
                super().send_mail(template_prefix, email, context)
            except (OSError, SMTPException) as error:
                log.error("Mail was not sent: %s [WEB-101]", type(error).__name__)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on at the school's or partnership's own provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Who signs on must have an account that somebody invited."""
        return False

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """The active account with an address that the provider verified; it stays as it is, password and all."""
        addresses = [one.email.lower() for one in sociallogin.email_addresses if one.verified]
        user = User.objects.filter(email__in=addresses, is_active=True).order_by("pk").first()
        if user is None:
            return None
        # An invitation went to this address and the provider vouches for it: nothing to wipe.
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
        return user, user.email


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes are kept encrypted with the key of the installation."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _("This code is not right.")}

    def encrypt(self, text: str) -> str:
        return Fernet(settings.FIELD_KEY).encrypt(text.encode()).decode() if settings.FIELD_KEY else text

    def decrypt(self, encrypted_text: str) -> str:
        if not settings.FIELD_KEY:
            return encrypted_text
        try:
            return Fernet(settings.FIELD_KEY).decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # Kept before the installation had a key; the next set-up is encrypted.
            return encrypted_text
