"""The access table as values: every right, and for which role in which scope (``rights.yaml``)."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

PUPIL_SCOPES = (
    "own_groups",
    "school",
    "school_signalled",
    "serves_signalled",
    "serves_all",
    "municipality_reported",
    "municipality_all",
    "arrangement",
    "own_child",
)
ORGANISATION_SCOPES = ("own", "own_and_below")


class Title(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    nl: str
    en: str


class Right(BaseModel):
    """One right: what it is called, whether it is about a pupil or an organisation, and the scope of each role.

    ``everyone``: whoever is signed in has it (the own account). ``emergency``: also after breaking the glass.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    title: Title
    about: Literal["pupil", "organisation"]
    emergency: bool = False
    everyone: bool = False
    roles: dict[str, str]

    @model_validator(mode="after")
    def _scopes_exist(self) -> Right:
        known = PUPIL_SCOPES if self.about == "pupil" else ORGANISATION_SCOPES
        wrong = sorted(set(self.roles.values()) - set(known))
        if wrong:
            raise ValueError(f"{self.name}: unknown scope {', '.join(wrong)}")
        return self


@cache
def rights() -> dict[str, Right]:
    """Every right by name, in the order of the file."""
    text = resources.files("aanwezig.web.access").joinpath("rights.yaml").read_text(encoding="utf-8")
    return {name: Right(name=name, **entry) for name, entry in yaml.safe_load(text).items()}


def right(name: str) -> Right:
    """The right of that name; KeyError for a name that is not in the table (a mistake of ours, never of a user)."""
    return rights()[name]
