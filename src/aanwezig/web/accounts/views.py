"""Signing in, the own account, and where one works."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.base.views import IndexView
from allauth.mfa.totp import views as totp
from allauth.socialaccount.providers.openid_connect import views as oidc
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from requests import RequestException

from aanwezig.web.access.middleware import WORKING_AT
from aanwezig.web.access.views import ActorRequest, open_page, page
from aanwezig.web.accounts import second_factor
from aanwezig.web.accounts.actions import change_profile, record_own_change
from aanwezig.web.accounts.forms import ProfileForm
from aanwezig.web.accounts.models import User
from aanwezig.web.accounts.queries import (
    demo_users,
    has_second_factor,
    nobody_yet,
    own_sessions,
    single_sign_on,
)
from aanwezig.web.audit.queries import own_emergencies

log = logging.getLogger(__name__)


def safe_next(request: HttpRequest, given: str | None) -> str:
    """An address of our own to go on to; the first page when it is somebody else's."""
    if given and url_has_allowed_host_and_scheme(
        given, {request.get_host()}, require_https=request.is_secure()
    ):
        return given
    return "/"


def sends_mail() -> bool:
    """Whether mail is set up; without it links are shown to copy."""
    return not settings.EMAIL_BACKEND.endswith(".dummy.EmailBackend")


class SignInView(account.LoginView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "single_sign_on": single_sign_on(self.request),
            "nobody_yet": nobody_yet(),
            "demo_users": demo_users(),
            "next": safe_next(self.request, self.request.GET.get("next") or self.request.POST.get("next")),
        }


sign_in = open_page(SignInView.as_view())


class ForgottenView(account.PasswordResetView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"sends_mail": sends_mail()}


forgotten = open_page(ForgottenView.as_view())


class ChangePasswordView(account.PasswordChangeView):  # type: ignore[misc]
    """Asks the password of now; other browsers are signed out, this one stays."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        end_other_sessions(self.request, self.request.user)
        record_own_change(self.request.actor, "change_password", form.user)
        return response


change_password = page("account.own")(ChangePasswordView.as_view())


class SetPasswordView(account.PasswordSetView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_own_change(self.request.actor, "set_password", form.user)
        return response


set_password = page("account.own")(SetPasswordView.as_view())


class SetUpView(totp.ActivateTOTPView):  # type: ignore[misc]
    """Scan the code, type what the app shows; then the recovery codes."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return context | {
            "is_required": second_factor.is_required(self.request.actor),
            # In groups of four, as people read it aloud.
            "secret_in_groups": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.record_given(self.request, self.request.user, "totp")
        record_own_change(self.request.actor, "set_up_second_factor", self.request.user)
        return response


set_up_second_factor = page("account.own")(SetUpView.as_view())


class TakeAwayView(totp.DeactivateTOTPView):  # type: ignore[misc]
    """For a new telephone: the old one goes; staff are led to set up another at once."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        required = second_factor.is_required(self.request.actor)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"is_required": required}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.forget_given(self.request)
        end_other_sessions(self.request, self.request.user)
        record_own_change(self.request.actor, "take_own_second_factor", self.request.user)
        return response


take_away_second_factor = page("account.own")(TakeAwayView.as_view())


class SecondFactorView(IndexView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        required = second_factor.is_required(self.request.actor)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"is_required": required}


second_factor_page = page("account.own")(SecondFactorView.as_view())


@open_page
def single_sign_on_begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider of the school or partnership; when it does not answer, the page that says so."""
    try:
        answer: HttpResponse = oidc.login(request, provider_id)
    except RequestException as error:
        log.error("The provider of single sign-on does not answer: %s [WEB-102]", type(error).__name__)
        return redirect("socialaccount_login_error")
    return answer


@page("account.own")
def own_account(request: ActorRequest) -> HttpResponse:
    """Who I am, how I am reached, what I may, how I sign in."""
    user = User.objects.get(ref=request.actor.ref)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        kept = User.objects.get(pk=user.pk)
        change_profile(request.actor, kept, form.cleaned_data)
        messages.success(request, _("Kept."))
        return redirect("account")
    context = {
        "form": form,
        "has_second_factor": has_second_factor(user.pk),
        "is_required": second_factor.is_required(request.actor),
        "has_password": user.has_usable_password(),
        "email": user.email,
        "emergencies": own_emergencies(request.actor),
    }
    return render(request, "accounts/account.html", context, status=200 if not form.errors else 422)


@page("account.own")
def sessions(request: ActorRequest) -> HttpResponse:
    """In which browsers I am signed in; end the others."""
    user = User.objects.get(ref=request.actor.ref)
    if request.method == "POST":
        end_other_sessions(request, user)
        record_own_change(request.actor, "end_other_sessions", user)
        messages.success(request, _("You are signed out everywhere else."))
        return redirect("usersessions_list")
    rows = own_sessions(user, request.session.session_key)
    return render(request, "accounts/sessions.html", {"sessions": rows, "others": len(rows) > 1})


@page("account.own")
@require_POST
def work_for(request: ActorRequest) -> HttpResponse:
    """Choose the organisation that one works at; only one's own count."""
    ref = request.POST.get("organisation", "")
    if ref in {one.at.ref for one in request.actor.memberships}:
        request.session[WORKING_AT] = ref
    return HttpResponseRedirect(safe_next(request, request.POST.get("next")))


@open_page
@require_POST
def demo_sign_in(request: HttpRequest, ref: str) -> HttpResponse:
    """Sign in as one of the named people of the demonstration; does not exist anywhere else."""
    if not getattr(settings, "DEMO", False):
        raise Http404
    user = User.objects.filter(ref=ref, is_active=True, memberships__isnull=False).first()
    if user is None:
        raise Http404
    if request.user.is_authenticated:
        request.session.flush()
    record_authentication(request, user, "demo")
    login = Login(user=user, email=user.email)
    login.redirect_url = safe_next(request, request.POST.get("next"))
    answer: HttpResponse = perform_login(request, login)
    return answer
