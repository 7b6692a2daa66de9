"""What an installation sets, read from environment variables and checked when the application starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from aanwezig.values import AanwezigError, BilingualText

PREFIX = "AANWEZIG_"


class Environment(BaseModel):
    """Every setting of an installation; the name of the variable is ``AANWEZIG_`` and the field in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    secret_key: str = Field(min_length=40, description="A long secret of this installation; signs sessions.")
    field_key: str = Field(
        default="",
        description="Key for what is kept encrypted (official numbers); `aanwezig serve --new-key` makes one.",
    )
    data: Path = Field(default=Path("data"), description="Folder for the SQLite file, uploads and exports.")
    database: str = Field(
        default="", description="postgresql://user:password@host/name; empty: SQLite in the data folder."
    )
    hosts: tuple[str, ...] = Field(
        default=("localhost", "127.0.0.1"), description="Names under which it is reached."
    )
    https: bool = Field(default=True, description="Reached over https; off only on your own computer.")
    email_url: str = Field(default="", description="smtp://user:password@host:port; empty: mail is not sent.")
    email_from: str = Field(default="aanwezig@localhost", description="Sender of mail.")
    oidc_name: str = Field(default="", description="Name of the single sign-on on the sign-in page.")
    oidc_server: str = Field(default="", description="Address of the OIDC provider.")
    oidc_client: str = Field(default="", description="Client id at the OIDC provider.")
    oidc_secret: str = Field(default="", description="Client secret at the OIDC provider.")
    oidc_addresses_verified: bool = Field(
        default=False,
        description="The OIDC provider gives out only e-mail addresses that it verified itself, without saying so"
        " in `email_verified` (Microsoft Entra ID of your own organisation).",
    )
    oidc_second_factor: Literal["said", "own", "always"] = Field(
        default="said",
        description="Whether a second factor at the OIDC provider counts: `said` when its token says so (`amr` or"
        " `acr`), `own` never: ours is asked too, `always`: the provider always asks one.",
    )
    proxies: int = Field(
        default=1,
        ge=0,
        description="How many reverse proxies of yours stand in front and add `X-Forwarded-For` and"
        " `X-Forwarded-Proto`.",
    )
    session_minutes: int = Field(
        default=60, ge=5, le=720, description="A session ends after so many idle minutes."
    )

    @field_validator("hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("database")
    @classmethod
    def _known_scheme(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("postgresql", "postgres"):
            raise ValueError("begin with postgresql:// or leave it empty for SQLite")
        return value

    def databases(self) -> dict[str, dict[str, Any]]:
        """Django's DATABASES."""
        return {
            "default": postgresql(self.database) if self.database else sqlite(self.data / "aanwezig.sqlite3")
        }


def sqlite(path: Path | str) -> dict[str, Any]:
    """SQLite so that readers never wait for a writer, and two writers wait for each other in turn."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;"
            " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
        },
    }


def postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or options.pop("host", "")),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, "pool": True},
    }


def read_environment(variables: Mapping[str, str] | None = None) -> Environment:
    """The settings of this installation; AanwezigError naming every wrong or missing variable, not its value."""
    given = os.environ if variables is None else variables
    values = {
        name: given[PREFIX + name.upper()]
        for name in Environment.model_fields
        if given.get(PREFIX + name.upper())
    }
    try:
        return Environment(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = "; ".join(f"{PREFIX}{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
        raise AanwezigError(
            "WEB-001",
            BilingualText(
                f"De instellingen van de toepassing kloppen niet. {wrong}.",
                f"The settings of the application are not right. {wrong}.",
            ),
            BilingualText(
                "Zet deze omgevingsvariabelen goed en start opnieuw; docs/installation.md noemt ze alle.",
                "Correct these environment variables and start again; docs/installation.md names them all.",
            ),
        ) from None
