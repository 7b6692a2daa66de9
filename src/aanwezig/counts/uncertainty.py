"""How sure a number is: what it becomes under other readings, and what corrections entered later did to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aanwezig.counts.counting import CountResult, count_by
from aanwezig.counts.profiles import ProfileData
from aanwezig.engines import OpenRegister
from aanwezig.rules.provisions import Provisions
from aanwezig.values import BilingualText, SchoolYear


@dataclass(frozen=True, slots=True)
class RuleReading:
    """A reading of a rule that moves every count that rests on it."""

    name: str
    choices: Mapping[str, Any]
    meaning: BilingualText


RULE_READINGS = (
    RuleReading(
        "calendar_weeks",
        {"long_relative.duration": "calendar_29"},
        BilingualText(
            "Vier kalenderweken in plaats van vier lesweken.",
            "Four calendar weeks instead of four lesson weeks.",
        ),
    ),
    RuleReading(
        "from_four_weeks",
        {"long_relative.duration": "calendar_28"},
        BilingualText("Vanaf vier weken, kalenderdag 28.", "From four weeks, calendar day 28."),
    ),
    RuleReading(
        "more_than_16_hours",
        {"relative_16h.operator": ">"},
        BilingualText(
            "Meer dan 16 uur in plaats van 16 uur of meer.", "More than 16 hours instead of 16 or more."
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Moved:
    """The total of a profile under another reading, and how many persons come and go."""

    profile: str
    reading: str
    meaning: BilingualText
    total: int
    more: int
    fewer: int

    def as_dict(self) -> dict[str, Any]:
        return {
            "profile": self.profile,
            "reading": self.reading,
            "meaning": self.meaning.as_dict(),
            "total": self.total,
            "more": self.more,
            "fewer": self.fewer,
        }


def movement(
    register: OpenRegister,
    result: CountResult,
    *,
    year: SchoolYear | None = None,
    readings: Mapping[str, Any] | None = None,
) -> tuple[Moved, ...]:
    """Every profile of a result under each reading of the rules and of its own; those that move nothing too."""
    profiles = [count.profile for count in result.profiles.values()]
    found: list[Moved] = []
    for name, meaning, choices, changed in _variants(profiles):
        provisions = Provisions({**(readings or {}), **choices})
        other = count_by(register, changed, year=year, provisions=provisions)
        for profile in changed:
            now, then = result.profiles[profile.id].pupils.keys(), other.profiles[profile.id].pupils.keys()
            found.append(Moved(profile.id, name, meaning, len(then), len(then - now), len(now - then)))
    order = list(result.profiles)
    return tuple(sorted(found, key=lambda moved: order.index(moved.profile)))


def _variants(
    profiles: Sequence[ProfileData],
) -> Iterator[tuple[str, BilingualText, Mapping[str, Any], list[ProfileData]]]:
    for one in RULE_READINGS:
        yield one.name, one.meaning, one.choices, list(profiles)
    for profile in profiles:
        for reading in profile.readings:
            if not any(reading.choices == one.choices for one in RULE_READINGS if reading.choices):
                yield reading.name, reading.meaning.text(), reading.choices, [profile.read_as(reading.name)]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A count as it was known then and as it is known now; who came in and who went out by what was entered since."""

    profile: str
    then: int
    now: int
    came: tuple[str, ...]
    went: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "profile": self.profile,
            "then": self.then,
            "now": self.now,
            "came": list(self.came),
            "went": list(self.went),
        }


def corrections(then: CountResult, now: CountResult) -> tuple[Corrected, ...]:
    """What was entered between two known dates did to each count of one reference date."""
    found = []
    for id, count in now.profiles.items():
        before = then.profiles[id].pupils.keys()
        after = count.pupils.keys()
        found.append(
            Corrected(
                id, len(before), len(after), tuple(sorted(after - before)), tuple(sorted(before - after))
            )
        )
    return tuple(found)
