"""Where a statement comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LawRef:
    """An article of an act, as a field and not as a comment, so that a page can show it."""

    act: str
    article: str
    url: str | None = None

    def __str__(self) -> str:
        return f"{self.act} {self.article}"


@dataclass(frozen=True, slots=True)
class Source:
    """A document that says so: how it is cited, the place in it, and when somebody last looked."""

    cite: str
    place: str | None = None
    url: str | None = None
    law: LawRef | None = None
    checked_on: date | None = None

    def __str__(self) -> str:
        parts = [self.cite]
        if self.place:
            parts.append(self.place)
        if self.law and str(self.law) not in self.cite:
            parts.append(str(self.law))
        return ", ".join(parts)
