"""Addresses of signing in and the own account: those views of the library that we use, and no others."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.urls import URLPattern, path, re_path

from aanwezig.web.accounts import views


def patterns() -> list[URLPattern]:
    """The addresses; that of the demonstration only there."""
    demo = [path("account/demo/<str:ref>/", views.demo_sign_in, name="demo_sign_in")]
    return [*_patterns, *(demo if getattr(settings, "DEMO", False) else [])]


_patterns: list[URLPattern] = [
    path("account/", views.own_account, name="account"),
    path("account/working-at/", views.work_for, name="work_for"),
    path("account/sign-in/", views.sign_in, name="account_login"),
    path("account/sign-out/", account.logout, name="account_logout"),
    path("account/switched-off/", account.account_inactive, name="account_inactive"),
    path("account/again/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", views.change_password, name="account_change_password"),
    path("account/password/first/", views.set_password, name="account_set_password"),
    path("account/forgotten/", views.forgotten, name="account_reset_password"),
    path("account/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "account/forgotten/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^account/forgotten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("account/second-factor/", views.second_factor_page, name="mfa_index"),
    path("account/second-factor/sign-in/", mfa.authenticate, name="mfa_authenticate"),
    path("account/second-factor/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("account/second-factor/set-up/", views.set_up_second_factor, name="mfa_activate_totp"),
    path("account/second-factor/take-away/", views.take_away_second_factor, name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second-factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path("account/sessions/", views.sessions, name="usersessions_list"),
    re_path(
        r"^account/single-sign-on/(?P<provider_id>school)/$",
        views.single_sign_on_begin,
        name="openid_connect_login",
    ),
    re_path(
        r"^account/single-sign-on/(?P<provider_id>school)/back/$",
        oidc.callback,
        name="openid_connect_callback",
    ),
    path("account/single-sign-on/stopped/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("account/single-sign-on/failed/", social.login_error, name="socialaccount_login_error"),
]
urlpatterns = patterns()
