"""Texts by key, in one language, with named placeholders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from aanwezig.values.text import BilingualText, Language


@cache
def all_texts() -> dict[str, BilingualText]:
    """Every text that ships, by key; a file that lacks a language is an error at the door."""
    found: dict[str, BilingualText] = {}
    for entry in sorted(files("aanwezig.cli.texts").iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".yaml"):
            continue
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        for key, both in yaml.load(entry.read_text("utf-8"), Loader=loader).items():
            if key in found:
                raise ValueError(f"the text {key} stands in two places")
            found[key] = BilingualText(str(both["nl"]).strip(), str(both["en"]).strip())
    return found


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts in one language: ``say("check.help")``; a key that does not exist is a KeyError."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        text = all_texts()[key].in_language(self.language)
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        return key in all_texts()

    def of(self, text: BilingualText) -> str:
        """A text that belongs to a definition, in this language."""
        return text.in_language(self.language)
