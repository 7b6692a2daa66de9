"""Signing in: password, second factor, lock-out, what is not told, single sessions and their end."""

from __future__ import annotations

import time
from datetime import timedelta
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from web_world import NOW, PASSWORD, World

from aanwezig.web.accounts import urls
from aanwezig.web.accounts.adapters import SecondFactorAdapter
from aanwezig.web.accounts.models import User
from aanwezig.web.accounts.queries import demo_users, told_apart
from aanwezig.web.accounts.second_factor import provider_gave
from aanwezig.web.organisations.models import Role
from aanwezig.web.organisations.urls import urlpatterns as administration


@pytest.fixture(autouse=True)
def _no_tries_counted() -> None:
    cache.clear()


def code_of(secret: str, step: int = 0) -> str:
    """What an authenticator app shows now, ``step`` periods of half a minute later."""
    now = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, now[len(now) // 2] + step)))


def sign_in(client: Client, user: User, password: str = PASSWORD, **data: str):
    return client.post(reverse("account_login"), {"login": user.email, "password": password, **data})


def set_up(client: Client) -> str:
    """Go through the page that sets up a second factor; the secret."""
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert done.status_code == 302, done.context["form"].errors
    return str(secret)


def test_staff_sign_in_set_up_a_second_factor_and_then_need_it(world: World) -> None:
    user, client = world.user(Role.CARE_COORDINATOR), Client()
    assert sign_in(client, user).status_code == 302
    # Nothing else opens until the second factor is set up.
    for name in ("account", "administration", "usersessions_list", "mfa_index", "people", "emergencies"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer.url) == (302, reverse("mfa_activate_totp")), name
    page = client.get(reverse("mfa_activate_totp"))
    assert page.context["totp_svg_data_uri"].startswith("data:image/svg+xml;base64,")
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    secret = set_up(client)
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    assert client.get(reverse("account")).status_code == 200

    other = Client()
    answer = sign_in(other, user)
    assert answer.url == reverse("mfa_authenticate")
    assert other.get(reverse("account")).status_code == 302
    wrong = other.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200 and wrong.context["form"].errors
    assert other.post(reverse("mfa_authenticate"), {"code": code_of(secret, 1)}).status_code == 302
    assert other.get(reverse("account")).status_code == 200


def test_a_recovery_code_works_once(world: World) -> None:
    user, client = world.user(Role.CARE_COORDINATOR), Client()
    sign_in(client, user)
    set_up(client)
    code = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    for expected in (302, 200):
        other = Client()
        sign_in(other, user)
        assert other.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected


def test_the_secret_of_the_second_factor_is_kept_encrypted(world: World) -> None:
    user, client = world.user(Role.CARE_COORDINATOR), Client()
    sign_in(client, user)
    secret = set_up(client)
    kept = Authenticator.objects.get(user=user, type="totp").data["secret"]
    assert secret not in kept and SecondFactorAdapter().decrypt(kept) == secret


@pytest.mark.parametrize("role", [Role.PARENT, Role.YOUNG_PERSON])
def test_families_may_do_without_a_second_factor(world: World, role: Role) -> None:
    client = Client()
    sign_in(client, world.user(role, pupils=[world.pupil("p1")]))
    assert client.get(reverse("account")).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PARENT, Role.YOUNG_PERSON)])
def test_every_role_of_staff_needs_a_second_factor(world: World, role: Role) -> None:
    client = Client()
    client.force_login(world.user(role), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("account")).url == reverse("mfa_activate_totp")


def test_who_takes_the_second_factor_away_is_led_to_a_new_one_and_out_everywhere_else(world: World) -> None:
    user, client, other = world.user(Role.CARE_COORDINATOR), Client(), Client()
    sign_in(client, user)
    secret = set_up(client)
    sign_in(other, user)
    other.post(reverse("mfa_authenticate"), {"code": code_of(secret, 1)})
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert client.get(reverse("account")).url == reverse("mfa_activate_totp")
    assert reverse("account_login") in other.get(reverse("account")).url


def test_changing_how_one_signs_in_asks_again_who_one_is(world: World) -> None:
    user, client = world.user(Role.CARE_COORDINATOR), Client()
    sign_in(client, user)
    set_up(client)
    later = time.time() + 3600
    with patch("time.time", lambda: later):
        for name in ("mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"):
            answer = client.get(reverse(name))
            assert answer.status_code == 302 and reverse("account_reauthenticate") in answer.url, name
        again = client.post(answer.url, {"password": PASSWORD, "next": reverse("mfa_index")})
        assert again.status_code == 302
        assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    wrong = client.post(
        reverse("account_change_password"),
        {
            "oldpassword": "niet dit wachtwoord",
            "password1": "iets heel anders nu",
            "password2": "iets heel anders nu",
        },
    )
    assert wrong.context["form"].errors["oldpassword"]


def test_changing_the_password_ends_the_other_sessions(world: World) -> None:
    user = world.user(Role.PARENT, pupils=[world.pupil("p1")])
    client, other = Client(), Client()
    sign_in(client, user)
    sign_in(other, user)
    new = {"oldpassword": PASSWORD, "password1": "iets heel anders nu", "password2": "iets heel anders nu"}
    assert client.post(reverse("account_change_password"), new).status_code == 302
    assert client.get(reverse("account")).status_code == 200
    assert other.get(reverse("account")).status_code == 302


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(world: World) -> None:
    user = world.user(Role.CARE_COORDINATOR)
    texts = []
    for address in (user.email, "nobody@example.org"):
        answer = Client().post(
            reverse("account_login"), {"login": address, "password": "niet het wachtwoord"}
        )
        texts.append((answer.status_code, str(answer.context["form"].errors)))
    assert texts[0] == texts[1]


def test_a_password_is_hashed_also_for_an_unknown_address(world: World) -> None:
    """The same work in both cases, so that the time does not tell."""
    with patch("allauth.account.auth_backends.AuthenticationBackend._mitigate_timing_attack") as hashed:
        Client().post(reverse("account_login"), {"login": "nobody@example.org", "password": "zo maar iets"})
    hashed.assert_called_once()


@pytest.mark.parametrize("address", ["care_coordinator", "nobody@example.org"])
def test_too_many_wrong_tries_lock_out_also_with_the_right_password(world: World, address: str) -> None:
    user = world.user(Role.CARE_COORDINATOR)
    known = address == "care_coordinator"
    name = user.email if known else address
    for _ in range(5):
        Client().post(reverse("account_login"), {"login": name, "password": "niet het wachtwoord"})
    answer = Client().post(reverse("account_login"), {"login": name, "password": PASSWORD})
    assert answer.status_code == 200
    assert [str(error) for error in answer.context["form"].non_field_errors()] == [
        "Te veel verkeerde pogingen. Wacht een kwartier en probeer het dan opnieuw."
    ]
    later = time.time() + 16 * 60
    with patch("time.time", lambda: later):
        after = Client().post(reverse("account_login"), {"login": name, "password": PASSWORD})
    assert after.status_code == (302 if known else 200)


def test_wrong_codes_lock_out_too(world: World) -> None:
    user, client = world.user(Role.CARE_COORDINATOR), Client()
    sign_in(client, user)
    secret = set_up(client)
    other = Client()
    sign_in(other, user)
    for _ in range(5):
        other.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert other.post(reverse("mfa_authenticate"), {"code": code_of(secret, 1)}).status_code == 200


def test_asking_a_new_password_never_tells_whether_there_is_an_account(world: World) -> None:
    user = world.user(Role.CARE_COORDINATOR)
    answers = []
    for address in (user.email, "nobody@example.org"):
        answer = Client().post(reverse("account_reset_password"), {"email": address})
        answers.append((answer.status_code, answer.url))
    assert answers[0] == answers[1] == (302, reverse("account_reset_password_done"))
    # Both get a mail: the time is the same, and only the owner of the address learns what is the case.
    assert [one.to for one in mail.outbox] == [[user.email], ["nobody@example.org"]]
    assert "/account/forgotten/" in mail.outbox[0].body and "/account/forgotten/" not in mail.outbox[1].body


def test_a_new_password_by_mail_works_once_and_ends_sessions(world: World) -> None:
    user = world.user(Role.PARENT, pupils=[world.pupil("p1")])
    signed_in = Client()
    sign_in(signed_in, user)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http")).split(
        "testserver"
    )[1]
    form = client.get(link, follow=True)
    new = {"password1": "iets heel anders nu", "password2": "iets heel anders nu"}
    assert client.post(form.redirect_chain[-1][0], new).status_code == 302
    assert sign_in(Client(), user, "iets heel anders nu").status_code == 302
    assert signed_in.get(reverse("account")).status_code == 302
    assert Client().get(link, follow=True).context["token_fail"]


def test_a_session_ends_with_the_browser_and_after_idle_minutes(world: World) -> None:
    user, client = world.user(Role.PARENT, pupils=[world.pupil("p1")]), Client()
    sign_in(client, user)
    assert not client.cookies["sessionid"]["max-age"]
    with patch("django.utils.timezone.now", lambda: NOW + timedelta(minutes=50)):
        assert client.get(reverse("account")).status_code == 200
    # The visit of minute 50 moved the end to minute 110.
    with patch("django.utils.timezone.now", lambda: NOW + timedelta(minutes=105)):
        assert client.get(reverse("account")).status_code == 200
    with patch("django.utils.timezone.now", lambda: NOW + timedelta(minutes=166)):
        assert client.get(reverse("account")).status_code == 302


def test_own_sessions_are_listed_and_the_others_can_be_ended(world: World) -> None:
    user = world.user(Role.PARENT, pupils=[world.pupil("p1")])
    here, there = Client(headers={"user-agent": "Mozilla Firefox Linux"}), Client()
    sign_in(here, user)
    sign_in(there, user)
    page = here.get(reverse("usersessions_list"))
    assert [(one.is_this, one.browser) for one in page.context["sessions"]] == [
        (True, "Firefox"),
        (False, ""),
    ]
    here.post(reverse("usersessions_list"))
    assert UserSession.objects.filter(user=user).count() == 1
    assert there.get(reverse("account")).status_code == 302
    assert here.get(reverse("account")).status_code == 200


def test_browsers_are_told_apart() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17) AppleWebKit Version/17 Mobile Safari/604.1"
    assert told_apart(edge) == ("Edge", "Windows") and told_apart(phone) == ("Safari", "iPhone")


@pytest.mark.parametrize(
    "name",
    ["account_signup", "account_email", "socialaccount_signup", "socialaccount_connections", "mfa_trust"],
)
def test_addresses_of_the_library_that_we_do_not_use_do_not_exist(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_demo_sign_in_does_not_exist_without_demo(world: World) -> None:
    user = world.user(Role.CARE_COORDINATOR)
    with pytest.raises(NoReverseMatch):
        reverse("demo_sign_in", args=(user.ref,))
    assert Client().post(f"/account/demo/{user.ref}/").status_code == 404
    assert demo_users() == ()
    assert all(one.name != "demo_sign_in" for one in urls.patterns())


def test_in_the_demo_a_button_signs_in_without_second_factor(world: World) -> None:
    coordinator, _mentor = world.user(Role.CARE_COORDINATOR), world.user(Role.MENTOR)
    with override_settings(DEMO=True):
        assert [one.role for one in demo_users()] == ["mentor", "zorgcoördinator"]
        with override_settings(ROOT_URLCONF=(*urls.patterns(), *administration)):
            client = Client()
            assert client.post(f"/account/demo/{coordinator.ref}/").status_code == 302
            # No page is shown here: the menu remembers which addresses exist.
            assert client.post(reverse("work_for"), {"organisation": world.school.ref}).url == "/"
    # The same session is worth nothing where there is no demo.
    assert client.get(reverse("usersessions_list")).url == reverse("mfa_activate_totp")


def test_an_address_of_elsewhere_is_not_followed_after_signing_in(world: World) -> None:
    user = world.user(Role.PARENT, pupils=[world.pupil("p1")])
    answer = sign_in(Client(), user, next="https://elsewhere.example/")
    assert answer.url == "/"


def test_the_first_page_of_an_empty_installation_says_what_to_do(db: None) -> None:
    page = Client().get(reverse("account_login"))
    assert b"create-administrator" in page.content
    User.objects.create_user("a@example.org", PASSWORD)
    assert b"create-administrator" not in Client().get(reverse("account_login")).content


@pytest.mark.parametrize(
    ("claims", "rule", "counts"),
    [
        ({"amr": ["pwd", "mfa"]}, "said", True),
        ({"amr": ["pwd"]}, "said", False),
        ({"acr": "urn:oasis:names:tc:SAML:2.0:ac:classes:MFA"}, "said", True),
        ({"acr": "1"}, "said", False),
        ({}, "said", False),
        ({"amr": ["mfa"]}, "own", False),
        ({}, "always", True),
    ],
)
def test_when_a_second_factor_at_the_provider_counts(
    claims: dict[str, object], rule: str, counts: bool
) -> None:
    assert provider_gave(claims, rule) is counts
