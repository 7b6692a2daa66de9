"""Provisions: every rule's texts, sources and parameters, read from ``data/**.yaml``.

A provision has versions; each says from when till when it holds. No version in force on a day is an
error (``NotInForce``), never a default. A parameter may list other readings of its source beside the one
that is the default; ``ReadingChoices`` picks another one by name, and the finding says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from aanwezig.values import BilingualText, Dated, NotInForce, Period


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextData(Strict):
    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self) -> BilingualText:
        return BilingualText(self.nl, self.en)


class SourceData(Strict):
    """Where a number or a rule comes from; at least one is required everywhere."""

    cite: str = Field(min_length=3)
    place: str | None = None
    article: str | None = None
    url: str | None = None
    checked_on: date | None = None


class ReadingData(Strict):
    """Another way to read the same source, that somebody may choose by name."""

    name: str
    value: Any
    meaning: TextData
    source: SourceData


class ParameterData(Strict):
    value: Any
    unit: str | None = None
    meaning: TextData
    source: SourceData
    readings: tuple[ReadingData, ...] = ()

    def accepts(self, value: Any) -> bool:
        """Whether somebody may choose a value: a reading by name or value, or another number for a number."""
        if value == self.value and type(value) is type(self.value):
            return True
        if any(value in (reading.name, reading.value) for reading in self.readings):
            return True
        if isinstance(self.value, bool) or isinstance(value, bool):
            return isinstance(self.value, bool) and isinstance(value, bool)
        if self.value is None or isinstance(self.value, int):
            return isinstance(value, int) and value >= 0
        return isinstance(self.value, list) and isinstance(value, list)


class VersionData(Strict):
    version: str
    first: date
    last: date | None = None
    parameters: dict[str, ParameterData] = {}


class ProvisionData(Strict):
    """One file: one rule."""

    id: str
    kind: Literal["duty", "signal", "fault", "status", "term", "proposal"]
    title: TextData
    meaning: TextData
    is_not: TextData | None = None
    sources: tuple[SourceData, ...] = Field(min_length=1)
    who: TextData | None = None
    unit: str | None = None
    category: str | None = None
    # The sentences of explanations, by name; "finding" is the usual one.
    explanations: dict[str, TextData] = {}
    versions: tuple[VersionData, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def versions_follow_each_other(self) -> ProvisionData:
        Dated.of(self.id, [(Period(v.first, v.last), v) for v in self.versions])
        return self


class RuleVersion:
    """A rule as it holds on a day, with the readings chosen: what a rule function is given."""

    __slots__ = ("_values", "chosen", "data", "version")

    def __init__(self, data: ProvisionData, version: VersionData, choices: Mapping[str, Any]) -> None:
        self.data = data
        self.version = version.version
        self._values = {name: parameter.value for name, parameter in version.parameters.items()}
        unknown = set(choices) - set(self._values)
        if unknown:
            raise KeyError(f"{data.id} has no parameter {', '.join(sorted(unknown))}")
        self._values.update(choices)
        self.chosen = dict(choices)

    @property
    def id(self) -> str:
        return self.data.id

    def __getitem__(self, name: str) -> Any:
        """The value of a parameter; KeyError when the version has no such parameter."""
        return self._values[name]

    def explain(self, name: str = "finding", **values: object) -> BilingualText:
        """A sentence of the provision with its placeholders filled; BilingualText values fill per language."""
        template = self.data.explanations[name]
        nl = {key: v.nl if isinstance(v, BilingualText) else v for key, v in values.items()}
        en = {key: v.en if isinstance(v, BilingualText) else v for key, v in values.items()}
        return BilingualText(template.nl.format(**nl), template.en.format(**en))


# The first and the last day of a version, and the rule as it holds then.
HoldingVersion = tuple[date, date, RuleVersion]


def _walk(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            yield from _walk(entry)
        elif entry.name.endswith(".yaml"):
            yield entry


@cache
def all_provisions() -> Mapping[str, ProvisionData]:
    """Every provision that ships, by id; a broken file is an error at the door."""
    found: dict[str, ProvisionData] = {}
    for entry in _walk(files("aanwezig.rules").joinpath("data")):
        raw = yaml.load(entry.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        provision = ProvisionData.model_validate(raw)
        if provision.id in found:
            raise ValueError(f"two files give the provision {provision.id}")
        found[provision.id] = provision
    return found


class Provisions:
    """The provisions, with somebody's choice of readings and values: ``{'relative_16h.operator': '>'}``."""

    def __init__(self, choices: Mapping[str, Any] | None = None) -> None:
        self._choices: dict[str, dict[str, Any]] = {}
        for key, value in (choices or {}).items():
            rule, _, parameter = key.partition(".")
            if rule not in all_provisions() or not parameter:
                raise KeyError(f"there is no parameter '{key}'")
            self._choices.setdefault(rule, {})[parameter] = value
        self._versions: dict[str, tuple[HoldingVersion, ...]] = {}
        # A wrong choice is told now, not in the middle of a run.
        for rule, chosen in self._choices.items():
            known = {name for version in all_provisions()[rule].versions for name in version.parameters}
            if unknown := set(chosen) - known:
                raise KeyError(f"{rule} has no parameter {', '.join(sorted(unknown))}")
            for name, value in chosen.items():
                versions = [v for v in all_provisions()[rule].versions if name in v.parameters]
                if not any(version.parameters[name].accepts(value) for version in versions):
                    raise ValueError(f"{rule}.{name}")

    def switched_on(self, rules: Iterable[str]) -> Provisions:
        """These choices, and rules on that are off unless somebody wants them: who names one wants it."""
        off = {
            f"{rule}.enabled": True
            for rule in rules
            if any("enabled" in version.parameters for version in all_provisions()[rule].versions)
        }
        own = {
            f"{rule}.{name}": value
            for rule, chosen in self._choices.items()
            for name, value in chosen.items()
        }
        return Provisions({**off, **own}) if off else self

    def _chosen(self, data: ProvisionData, version: VersionData) -> dict[str, Any]:
        """The choices as they bear on one version: a reading that it does not list leaves its default."""
        found: dict[str, Any] = {}
        for name, value in self._choices.get(data.id, {}).items():
            parameter = version.parameters.get(name)
            if parameter is None:
                continue
            here = {reading.name: reading.value for reading in parameter.readings}
            elsewhere = {
                reading.name
                for other in data.versions
                if name in other.parameters
                for reading in other.parameters[name].readings
            }
            if isinstance(value, str) and value in here:
                found[name] = here[value]
            elif not (isinstance(value, str) and value in elsewhere):
                found[name] = value
        return found

    def versions(self, rule: str) -> tuple[HoldingVersion, ...]:
        """Every version of a rule with its first and last day, in order."""
        found = self._versions.get(rule)
        if found is None:
            data = all_provisions()[rule]
            found = self._versions[rule] = tuple(
                (
                    version.first,
                    version.last or date.max,
                    RuleVersion(data, version, self._chosen(data, version)),
                )
                for version in data.versions
            )
        return found

    def on(self, rule: str, day: date) -> RuleVersion:
        """The rule as it holds on a day; NotInForce when no version does."""
        for first, last, version in self.versions(rule):
            if first <= day <= last:
                return version
        raise NotInForce(f"{rule}: no version is in force on {day.isoformat()}")
