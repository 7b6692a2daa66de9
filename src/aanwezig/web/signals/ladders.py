"""The ladders of steps that a school may take over (``data/ladders.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from aanwezig.values import BilingualText
from aanwezig.web.signals.steps import Action, Counted


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Texts(_Strict):
    nl: str
    en: str

    def text(self) -> BilingualText:
        return BilingualText(self.nl, self.en)


class SourceOfLadder(_Strict):
    cite: str
    place: str | None = None
    url: str | None = None
    checked_on: date | None = None

    def __str__(self) -> str:
        return ", ".join(part for part in (self.cite, self.place) if part)


class OfferedStep(_Strict):
    number: int
    counted: Counted
    weeks: int | None
    action: Action
    who: str


class Ladder(_Strict):
    """Steps that belong together, what they are for and where they come from."""

    name: str
    title: Texts
    meaning: Texts
    sources: tuple[SourceOfLadder, ...]
    steps: tuple[OfferedStep, ...]


@cache
def ladders() -> Mapping[str, Ladder]:
    """Every ladder that ships, by name."""
    text = resources.files("aanwezig.web.signals").joinpath("data/ladders.yaml").read_text(encoding="utf-8")
    return {name: Ladder(name=name, **entry) for name, entry in yaml.safe_load(text).items()}


def ladder(name: str) -> Ladder:
    """The ladder of that name; KeyError when there is none."""
    return ladders()[name]
