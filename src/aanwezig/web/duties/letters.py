"""Letters to parents: texts in ``data/letters.yaml``, filled with what is known, changed by who signs, then kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from aanwezig.values import BilingualText
from aanwezig.values.text import Language

PLACEHOLDERS = ("child", "school", "class", "period", "quantity", "signer", "role", "phone", "email")


class _Both(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    nl: str
    en: str

    def of(self, language: Language) -> str:
        return self.nl if language == "nl" else self.en


class LetterKind(BaseModel):
    """A kind of letter: when it is used, its subject and text with named places in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    title: _Both
    when: _Both
    # The rules at which it is offered; empty: always.
    rules: tuple[str, ...] = ()
    subject: _Both
    text: _Both

    @property
    def name(self) -> BilingualText:
        return BilingualText(self.title.nl, self.title.en)


@dataclass(frozen=True, slots=True)
class LetterText:
    """The subject and text of one letter, ready to be changed or kept."""

    subject: str
    text: str


@cache
def letter_kinds() -> dict[str, LetterKind]:
    text = resources.files("aanwezig.web.duties").joinpath("data/letters.yaml").read_text(encoding="utf-8")
    return {entry["id"]: LetterKind(**entry) for entry in yaml.safe_load(text)}


def kinds_for(rule: str | None) -> tuple[LetterKind, ...]:
    """The letters that fit a rule, those that always fit last."""
    fitting = [kind for kind in letter_kinds().values() if rule is not None and rule in kind.rules]
    return (*fitting, *(kind for kind in letter_kinds().values() if not kind.rules))


def fill(kind: LetterKind, language: Language, values: dict[str, Any]) -> LetterText:
    """The letter with its places filled; a place without a value is left as '…' for who signs to fill in."""
    known = {name: str(values.get(name) or "…") for name in PLACEHOLDERS}
    return LetterText(kind.subject.of(language).format(**known), kind.text.of(language).format(**known))
