"""Checks when an installation starts: code, what is wrong, how to mend it. Only for an installation for real use."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.utils.translation import gettext as _

from aanwezig.web.settings.environment import Environment

LOCAL = {"localhost", "127.0.0.1", "[::1]"}
# So many different signs a random secret of 40 has at the least.
DIFFERENT_SIGNS = 12
PRIVATE_CACHES = ("LocMemCache", "DummyCache", "FileBasedCache")


@register(Tags.security)
def check_installation(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What the environment variables say, against each other and against the disk."""
    environment = getattr(settings, "ENVIRONMENT", None)
    if environment is None:
        return []
    return [
        *_secrets(environment),
        *_address(environment),
        *_mail(environment),
        *_data(environment),
        *_single_sign_on(environment),
        *_cache(),
    ]


@register(Tags.database)
def check_cache_table(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The table in which wrong tries are counted."""
    cache = settings.CACHES["default"]
    if getattr(settings, "ENVIRONMENT", None) is None or not cache["BACKEND"].endswith(".DatabaseCache"):
        return []
    if cache["LOCATION"] in connections["default"].introspection.table_names():
        return []
    return [
        Error(
            _("The table of the shared cache is not there; wrong tries to sign in would not be counted."),
            hint=_("Run: python -m aanwezig.web.manage migrate"),
            id="aanwezig.E107",
        )
    ]


def _secrets(environment: Environment) -> Iterator[CheckMessage]:
    if len(set(environment.secret_key)) < DIFFERENT_SIGNS:
        yield Error(
            _("AANWEZIG_SECRET_KEY is easy to guess."),
            hint=_("Make one: python -c 'import secrets; print(secrets.token_urlsafe(50))'"),
            id="aanwezig.E101",
        )
    try:
        Fernet(environment.field_key)
    except ValueError:
        yield Error(
            _(
                "AANWEZIG_FIELD_KEY is missing or is not a key; official numbers and second factors are kept with it."
            ),
            hint=_("Make one: aanwezig serve --new-key. Keep a copy apart from the database."),
            id="aanwezig.E102",
        )


def _address(environment: Environment) -> Iterator[CheckMessage]:
    public = [host for host in environment.hosts if host not in LOCAL]
    if not environment.hosts or "*" in environment.hosts:
        yield Error(
            _("AANWEZIG_HOSTS must name the addresses under which the application is reached."),
            hint=_("For example AANWEZIG_HOSTS=aanwezig.school.nl"),
            id="aanwezig.E104",
        )
    elif public and not environment.https:
        yield Error(
            _("Without https everybody on the network can read data about children."),
            hint=_("Put a web server with a certificate in front and leave AANWEZIG_HTTPS on."),
            id="aanwezig.E103",
        )
    if public and environment.https and not environment.proxies:
        yield Warning(
            _("AANWEZIG_PROXIES is 0, so every request must come in over https itself."),
            hint=_("With a web server in front that handles https, set AANWEZIG_PROXIES=1."),
            id="aanwezig.W108",
        )


def _mail(environment: Environment) -> Iterator[CheckMessage]:
    if not environment.email_url:
        yield Warning(
            _(
                "Mail is not set up: invitations show a link to copy, and forgotten passwords are mended on the server."
            ),
            hint=_("Set AANWEZIG_EMAIL_URL and AANWEZIG_EMAIL_FROM."),
            id="aanwezig.W105",
        )


def _data(environment: Environment) -> Iterator[CheckMessage]:
    folder = environment.data
    there = folder if folder.exists() else folder.absolute().parent
    if not there.is_dir() or not os.access(there, os.W_OK):
        yield Error(
            _("The data folder (AANWEZIG_DATA) cannot be written."),
            hint=_("Make the folder, and give it to the user that runs the application."),
            id="aanwezig.E106",
        )


def _single_sign_on(environment: Environment) -> Iterator[CheckMessage]:
    given = (environment.oidc_server, environment.oidc_client, environment.oidc_secret)
    if any(given) and not all(given):
        yield Error(
            _("Single sign-on is set up in part."),
            hint=_(
                "Set AANWEZIG_OIDC_SERVER, AANWEZIG_OIDC_CLIENT and AANWEZIG_OIDC_SECRET, or none of them."
            ),
            id="aanwezig.E109",
        )
    elif environment.oidc_server and not environment.oidc_server.startswith("https://"):
        yield Error(
            _("AANWEZIG_OIDC_SERVER must begin with https://: its answers say who signs in."),
            hint=_("Ask the provider for its https address."),
            id="aanwezig.E110",
        )


def _cache() -> Iterator[CheckMessage]:
    if settings.CACHES["default"]["BACKEND"].endswith(PRIVATE_CACHES):
        yield Error(
            _("Workers do not share a cache: each would count wrong tries to sign in for itself."),
            hint=_("Leave CACHES as in the settings, or name a shared one such as Redis."),
            id="aanwezig.E111",
        )
