"""Texts by key, in one language, with named placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from aanwezig.values.text import BilingualText, Language


@cache
def read_texts(package: str) -> Mapping[str, BilingualText]:
    """Every text of the YAML files in a package, by key; a file that lacks a language is an error at the door."""
    found: dict[str, BilingualText] = {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for entry in sorted(files(package).iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".yaml"):
            continue
        for key, both in yaml.load(entry.read_text("utf-8"), Loader=loader).items():
            if key in found:
                raise ValueError(f"the text {key} stands in two places")
            found[key] = BilingualText(str(both["nl"]).strip(), str(both["en"]).strip())
    return found


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts in one language: ``say("weeks.goal")``; a key that does not exist is a KeyError."""

    language: Language

    def known(self) -> Mapping[str, BilingualText]:
        return read_texts("aanwezig.pictures.texts")

    def __call__(self, key: str, **values: object) -> str:
        text = self.known()[key].in_language(self.language)
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        return key in self.known()

    def of(self, text: BilingualText) -> str:
        """A text that belongs to a definition, in this language."""
        return text.in_language(self.language)
