"""Single sign-on against a small OIDC provider on this computer, with real tokens, codes and PKCE."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from web_world import World

from aanwezig.web.accounts.models import User
from aanwezig.web.organisations.models import Role

CLIENT, SECRET = "aanwezig", "only for tests"


@dataclass
class Provider:
    """What the provider says of who signs on; ``claims`` go into the identity token."""

    address: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def says(self, email: str, verified: bool = True, **claims: Any) -> None:
        self.person = {"sub": f"sub-{email}", "email": email, "email_verified": verified, "name": "Naam Daar"}
        self.claims = claims

    def token(self, asked: dict[str, str]) -> dict[str, Any]:
        """The answer to a code: only with the right secret and the verifier of the challenge; a code works once."""
        kept = self.codes.pop(asked["code"])
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked["code_verifier"].encode()).digest())
        assert challenge.rstrip(b"=").decode() == kept["code_challenge"]
        assert asked["client_secret"] == SECRET and asked["redirect_uri"] == kept["redirect_uri"]
        now = int(time.time())
        body = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            **self.person,
            **self.claims,
        }
        token = jwt.encode(body, self.key, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": "access", "token_type": "Bearer", "id_token": token}


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        url, one = urlsplit(self.path), self.provider
        if url.path.endswith("/openid-configuration"):
            self._json(
                {
                    "issuer": one.address,
                    "authorization_endpoint": f"{one.address}/authorize",
                    "token_endpoint": f"{one.address}/token",
                    "userinfo_endpoint": f"{one.address}/userinfo",
                    "jwks_uri": f"{one.address}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif url.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(url.query).items()}
            code = secrets.token_urlsafe()
            one.codes[code] = asked
            back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
            self.send_response(302)
            self.send_header("Location", back)
            self.end_headers()
        elif url.path == "/userinfo":
            self._json(one.person)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._json(self.provider.token({name: values[0] for name, values in parse_qs(body).items()}))

    def _json(self, value: Any) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    cache.clear()
    one = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"provider": one}))
    one.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {"provider_id": "school", "name": "School", "client_id": CLIENT, "secret": SECRET}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [app | {"settings": {"server_url": one.address}}],
        }
    }
    yield one
    server.shutdown()
    server.server_close()


def sign_on(client: Client) -> Any:
    """As a browser goes: our button, the provider, back to us; the last answer of ours."""
    away = client.post(reverse("openid_connect_login", args=("school",)))
    assert away.status_code == 302, away.content
    back = requests.get(away.url, allow_redirects=False, timeout=5).headers["Location"]
    url = urlsplit(back)
    return client.get(f"{url.path}?{url.query}")


def is_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


def test_an_invited_account_comes_in_by_its_verified_address(world: World, provider: Provider) -> None:
    user, client = world.user(Role.PARENT, pupils=[world.pupil("p1")]), Client()
    provider.says(user.email.upper())
    assert sign_on(client).status_code == 302
    assert client.get(reverse("account")).context["email"] == user.email
    # The own password stays as it was.
    user.refresh_from_db()
    assert user.has_usable_password()


def test_an_unknown_address_never_makes_an_account(world: World, provider: Provider) -> None:
    before = User.objects.count()
    provider.says("stranger@example.org")
    client = Client()
    answer = sign_on(client)
    assert "geen account" in answer.content.decode() and User.objects.count() == before
    assert not is_in(client)


def test_an_address_that_is_not_verified_does_not_count(world: World, provider: Provider) -> None:
    user, client = world.user(Role.PARENT, pupils=[world.pupil("p1")]), Client()
    provider.says(user.email, verified=False)
    sign_on(client)
    assert not is_in(client)


def test_an_account_that_was_switched_off_does_not_come_in(world: World, provider: Provider) -> None:
    user, client = world.user(Role.PARENT, pupils=[world.pupil("p1")]), Client()
    provider.says(user.email)
    sign_on(client)
    User.objects.filter(pk=user.pk).update(is_active=False)
    other = Client()
    sign_on(other)
    assert not is_in(client) and not is_in(other)


def test_staff_give_the_own_second_factor_when_the_provider_says_nothing(
    world: World, provider: Provider
) -> None:
    user, client = world.user(Role.CARE_COORDINATOR), Client()
    provider.says(user.email)
    sign_on(client)
    assert client.get(reverse("account")).url == reverse("mfa_activate_totp")
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    other = Client()
    assert sign_on(other).url == reverse("mfa_authenticate")
    assert not is_in(other)


def test_a_second_factor_that_the_token_tells_of_counts(world: World, provider: Provider) -> None:
    user, client = world.user(Role.CARE_COORDINATOR), Client()
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    provider.says(user.email, amr=["pwd", "mfa"])
    assert sign_on(client).url == "/"
    assert is_in(client)
    assert Authenticator.objects.filter(user=user).count() == 1


@pytest.mark.parametrize(("rule", "comes_in"), [("own", False), ("always", True)])
def test_the_setting_decides_what_a_second_factor_there_is_worth(
    world: World, provider: Provider, settings: Any, rule: str, comes_in: bool
) -> None:
    settings.OIDC_SECOND_FACTOR = rule
    user, client = world.user(Role.CARE_COORDINATOR), Client()
    provider.says(user.email, amr=["mfa"] if rule == "own" else ["pwd"])
    sign_on(client)
    assert is_in(client) is comes_in


def test_the_button_is_there_only_when_it_is_set_up(provider: Provider, settings: Any, db: None) -> None:
    assert "Inloggen met School" in Client().get(reverse("account_login")).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "Inloggen met School" not in Client().get(reverse("account_login")).content.decode()
    assert Client().post(reverse("openid_connect_login", args=("school",))).status_code == 404


def test_an_answer_that_nobody_asked_for_is_refused(provider: Provider, db: None) -> None:
    answer = Client().get(reverse("openid_connect_callback", args=("school",)), {"code": "x", "state": "y"})
    assert "lukte niet" in answer.content.decode()
