"""Texts that belong to a definition, always in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["nl", "en"]


@dataclass(frozen=True, slots=True)
class BilingualText:
    """A text in Dutch and English; neither may be empty."""

    nl: str
    en: str

    def __post_init__(self) -> None:
        if not self.nl.strip() or not self.en.strip():
            raise ValueError("a text needs both its Dutch and its English form")

    def in_language(self, language: Language) -> str:
        """The text in the language asked for."""
        return self.nl if language == "nl" else self.en

    def format(self, **values: object) -> BilingualText:
        """Both texts with their named placeholders filled."""
        return BilingualText(self.nl.format(**values), self.en.format(**values))

    def as_dict(self) -> dict[str, str]:
        return {"nl": self.nl, "en": self.en}
