"""What a list of pupils is narrowed to, and what is searched for; plain values, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

ORDERS = ("name", "group", "rate")
# Any signal that holds, whatever its rule.
ANY = "any"
# Sounds say something from this many letters on: shorter ones sound like half of the school.
SHORTEST_SOUND = 3
SHORTEST_SEARCH = 2


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty: everybody who is enrolled. ``signal``: a rule or ``ANY``. ``refs``: only these pupils."""

    group: str = ""
    level: str = ""
    band: str = ""
    tier: int | None = None
    signal: str = ""
    duty: bool = False
    no_plan: bool = False
    left: bool = False
    order: str = "name"
    refs: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        return bool(
            self.group or self.level or self.band or self.tier or self.signal or self.duty or self.no_plan
        )

    def as_query(self) -> str:
        """As it stands in an address; codes and names of classes only."""
        pairs: list[tuple[str, str]] = [
            (name, value)
            for name, value in (
                ("group", self.group),
                ("level", self.level),
                ("band", self.band),
                ("tier", str(self.tier or "")),
                ("signal", self.signal),
                ("duty", "on" if self.duty else ""),
                ("no_plan", "on" if self.no_plan else ""),
                ("left", "on" if self.left else ""),
                ("order", self.order if self.order != "name" else ""),
            )
            if value
        ]
        return urlencode([*pairs, *(("pupil", ref) for ref in self.refs)])


def has_sound(word: str) -> bool:
    """Whether a word is searched for by its sound too: numbers and single letters are not."""
    return len(word) >= SHORTEST_SOUND and not any(sign.isdigit() for sign in word)
