"""Forms of signing in and of the own account: the library's, with our words and without text inside the fields."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from aanwezig.web.accounts.models import User


class Plain:
    """Labels stand above their field, so no grey text in it; ``labels`` and ``helps`` by the field's name."""

    labels: dict[str, Any] = {}
    helps: dict[str, Any] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = self.helps.get(name, "")
            if name in self.labels:
                field.label = self.labels[name]


ADDRESS = _("E-mail address")
PASSWORD = _("Password")
NEW_PASSWORD = _("New password")
ONCE_MORE = _("New password once more")
PASSWORD_RULES = _("At least 12 characters. A short sentence is easy to remember and hard to guess.")
CODE = _("Code of 6 digits")


class SignInForm(Plain, account.LoginForm):  # type: ignore[misc]
    labels = {"login": ADDRESS, "password": PASSWORD}


class ResetPasswordForm(Plain, account.ResetPasswordForm):  # type: ignore[misc]
    """Asks for a link by mail. Whoever gets the mail learns whether there is an account, the page never tells."""

    labels = {"email": ADDRESS}

    def save(self, request: Any, **kwargs: Any) -> str:
        if not self.users:
            address: str = self.cleaned_data["email"]
            # A mail goes out either way, so that both take the same time.
            get_adapter().send_mail("account/email/unknown_account", address, {"request": request})
            return address
        saved: str = super().save(request, **kwargs)
        return saved


class NewPasswordForm(Plain, account.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": NEW_PASSWORD, "password2": ONCE_MORE}
    helps = {"password1": PASSWORD_RULES}


class ChangePasswordForm(Plain, account.ChangePasswordForm):  # type: ignore[misc]
    labels = {"oldpassword": _("Your password now"), "password1": NEW_PASSWORD, "password2": ONCE_MORE}
    helps = {"password1": PASSWORD_RULES}


class SetPasswordForm(Plain, account.SetPasswordForm):  # type: ignore[misc]
    labels = {"password1": NEW_PASSWORD, "password2": ONCE_MORE}
    helps = {"password1": PASSWORD_RULES}


class PasswordAgainForm(Plain, account.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": PASSWORD}


class CodeForm(Plain, mfa.AuthenticateForm):  # type: ignore[misc]
    labels = {"code": _("Code of the app, or a recovery code")}


class CodeAgainForm(Plain, mfa.ReauthenticateForm):  # type: ignore[misc]
    labels = {"code": _("Code of the app, or a recovery code")}


class FirstCodeForm(Plain, ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": CODE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class ProfileForm(forms.ModelForm):
    """Name and how colleagues and parents reach this person."""

    class Meta:
        model = User
        fields = ("name", "job_title", "phone", "language")
        labels = {
            "name": _("Name"),
            "job_title": _("Job title"),
            "phone": _("Telephone"),
            "language": _("Language"),
        }
        help_texts = {
            "name": _(
                "As colleagues and parents know you. It stands with what you write and with notifications."
            ),
            "phone": _("Stands on a notification that you prepare, so that the authority can reach you."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["phone"].widget.attrs |= {"autocomplete": "tel", "type": "tel"}
        self.fields["job_title"].widget.attrs["autocomplete"] = "organization-title"


def password_rules() -> list[str]:
    """The rules of a password in words, from the validators that check them."""
    return [str(text) for text in password_validators_help_texts()]
