"""The thresholds and readings of a school beside those of the source (docs/specification/rules.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from aanwezig.measures import MeasureParameters
from aanwezig.rules.provisions import ParameterData, Provisions, VersionData, all_provisions
from aanwezig.values import BilingualText
from aanwezig.web.access.decide import today
from aanwezig.web.results.models import Choice


@dataclass(frozen=True, slots=True)
class Reading:
    """Another way to read the same source, that may be chosen by name."""

    name: str
    value: Any
    meaning: BilingualText
    source: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A parameter of a rule: the source's default, the other readings, and what the school chose (None: the default)."""

    key: str
    rule: str
    rule_title: BilingualText
    parameter: str
    meaning: BilingualText
    unit: str | None
    default: Any
    source: str
    readings: tuple[Reading, ...]
    chosen: Any = None
    why: str = ""
    chosen_by: str = ""
    chosen_at: datetime | None = None

    @property
    def is_chosen(self) -> bool:
        return self.chosen_at is not None


def choices_of(school: str) -> dict[str, Any]:
    """What a school chose, as ``Provisions`` takes it; a choice that the rules no longer know is left out."""
    rows = Choice.objects.filter(school=school, ended_at__isnull=True).values_list("key", "value")
    return {key: value for key, value in rows if fits(key, value)}


def fits(key: str, value: Any) -> bool:
    """Whether a value may be chosen for a threshold."""
    try:
        Provisions({key: value})
    except (KeyError, ValueError):
        return False
    return True


def provisions_of(school: str) -> Provisions:
    return Provisions(choices_of(school))


def thresholds_of(school: str, on: date | None = None) -> tuple[Threshold, ...]:
    """Every parameter of the rules that hold on a day, by rule, with what the school chose; one query.

    Lists and inner switches of rules are no thresholds; ``enabled`` (a criterion that is off unless chosen) is.
    """
    day = on or today()
    rows = Choice.objects.filter(school=school, ended_at__isnull=True).select_related("chosen_by")
    chosen = {row.key: row for row in rows}
    found = []
    for rule, data in sorted(all_provisions().items()):
        version = next(
            (v for v in data.versions if v.first <= day and (v.last is None or day <= v.last)), None
        )
        if version is None:
            continue
        for name, parameter in version.parameters.items():
            if isinstance(parameter.value, list):
                continue
            row = chosen.get(f"{rule}.{name}")
            own = {}
            if row is not None:
                own = {
                    "chosen": row.value,
                    "why": row.why,
                    "chosen_by": str(row.chosen_by or ""),
                    "chosen_at": row.chosen_at,
                }
            found.append(
                Threshold(
                    key=f"{rule}.{name}",
                    rule=rule,
                    rule_title=data.title.text(),
                    parameter=name,
                    meaning=parameter.meaning.text(),
                    unit=parameter.unit,
                    default=parameter.value,
                    source=_source(parameter),
                    readings=_readings(parameter, version),
                    **own,
                )
            )
    return tuple(found)


def _source(parameter: ParameterData) -> str:
    source = parameter.source
    return ", ".join(filter(None, (source.cite, source.place, source.article)))


def _readings(parameter: ParameterData, version: VersionData) -> tuple[Reading, ...]:
    return tuple(
        Reading(
            one.name,
            one.value,
            one.meaning.text(),
            ", ".join(filter(None, (one.source.cite, one.source.place))),
        )
        for one in parameter.readings
    )


def band_parameters(provisions: Provisions, on: date) -> MeasureParameters:
    """The boundaries of the bands as they hold on a day for the school."""
    bands = provisions.on("bands", on)
    return MeasureParameters(
        good_to=bands["at_risk_above"],
        chronic_from=bands["chronic_from"],
        severe_from=bands["severe_from"],
        provisional_year_percent=bands["provisional_percent"],
        provisional_days=bands["provisional_days"],
    )


@cache
def rules_version() -> str:
    """A fingerprint of the texts and numbers of all rules that ship."""
    parts = [data.model_dump_json() for _, data in sorted(all_provisions().items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


Choices = Mapping[str, Any]
