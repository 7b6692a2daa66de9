"""What each rule says and where it comes from, for the end of the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from aanwezig.cli.texts import Texts
from aanwezig.rules.provisions import (
    ParameterData,
    ProvisionData,
    TextData,
    VersionData,
    all_provisions,
)
from aanwezig.values import Period


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in words; each parameter as 'meaning: value', with the other readings of its source."""

    id: str
    version: str
    title: str
    meaning: str
    is_not: str | None
    source: str
    parameters: tuple[str, ...]


def rule_texts(
    ids: Iterable[str], on: date, say: Texts, chosen: Mapping[str, Any] | None = None
) -> list[RuleText]:
    """The texts of these rules as they hold on a day, with the values somebody chose."""
    found = []
    for rule in ids:
        provision = all_provisions().get(rule)
        if provision is not None:
            found.append(_text(provision, version_on(provision, on), say, chosen or {}))
    return found


def version_on(provision: ProvisionData, day: date) -> VersionData:
    """The version in force on a day, else the latest."""
    for version in provision.versions:
        if day in Period(version.first, version.last):
            return version
    return provision.versions[-1]


def source_line(provision: ProvisionData) -> str:
    return "; ".join(", ".join(filter(None, (s.cite, s.article, s.place))) for s in provision.sources)


def _text(provision: ProvisionData, version: VersionData, say: Texts, chosen: Mapping[str, Any]) -> RuleText:
    parameters = tuple(
        parameter_line(parameter, chosen.get(f"{provision.id}.{name}"), say)
        for name, parameter in version.parameters.items()
    )
    return RuleText(
        provision.id,
        version.version,
        say.of(provision.title.text()),
        say.of(provision.meaning.text()),
        say.of(provision.is_not.text()) if provision.is_not else None,
        source_line(provision),
        parameters,
    )


def parameter_line(parameter: ParameterData, chosen: Any, say: Texts) -> str:
    """'Grens: 960 minuten (andere lezing: …)'; a value that somebody chose is said to be so."""
    line = (
        f"{sentence(parameter.meaning, say)}: {shown(parameter.value, say)}{unit_word(parameter.unit, say)}"
    )
    if chosen is not None:
        line += f" → {say('rules.chosen', value=shown(chosen, say))}"
    for reading in parameter.readings:
        line += (
            f" ({say('rules.other_reading')}: {sentence(reading.meaning, say)}, {shown(reading.value, say)})"
        )
    return line


def sentence(text: TextData, say: Texts) -> str:
    """A text without its full stop, to go on after it."""
    return say.of(text.text()).rstrip(". ")


def unit_word(unit: str | None, say: Texts) -> str:
    if unit is None:
        return ""
    key = f"in_unit.{unit.replace(' ', '_')}"
    return f" {say(key) if say.has(key) else unit}"


def shown(value: Any, say: Texts) -> str:
    if value is None:
        return say("value.none")
    if isinstance(value, bool):
        return say("value.yes" if value else "value.no")
    if isinstance(value, dict):
        return ", ".join(f"{name} {shown(one, say)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(shown(one, say) for one in value)
    return str(value)
