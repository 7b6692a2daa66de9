"""Rules and measures in the reader's language, as values for a page; the texts live in the library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aanwezig.measures import catalogue
from aanwezig.measures.definition import Measure
from aanwezig.rules.provisions import ParameterData, ProvisionData, SourceData, TextData, all_provisions
from aanwezig.values import BilingualText, Period


@dataclass(frozen=True, slots=True)
class SourceText:
    """Where it comes from: citation, article or place, address, day it was last checked."""

    text: str
    url: str | None
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class ReadingText:
    """Another way to read the same source."""

    value: str
    meaning: str
    source: SourceText
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ParameterText:
    """A number of a rule: what it means, the source's value, and what the school chose instead (else None)."""

    name: str
    meaning: str
    value: str
    chosen: str | None
    source: SourceText
    readings: tuple[ReadingText, ...]


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule as a page shows it: the version in force on a day."""

    id: str
    kind: str
    title: str
    meaning: str
    is_not: str
    who: str
    version: str
    since: date
    sources: tuple[SourceText, ...]
    parameters: tuple[ParameterText, ...]


@dataclass(frozen=True, slots=True)
class MeasureText:
    id: str
    title: str
    meaning: str
    details: tuple[tuple[str, str], ...]
    source: SourceText


def in_words(text: BilingualText | TextData) -> str:
    """The text in the reader's language."""
    return text.en if get_language() == "en" else text.nl


def rule_ids() -> tuple[str, ...]:
    return tuple(sorted(all_provisions()))


def rule_title(rule: str) -> str:
    """What a rule is called; its id where no such rule exists any more."""
    provision = all_provisions().get(rule)
    return rule if provision is None else in_words(provision.title)


def rule_text(rule: str, on: date, chosen: Mapping[str, Any] | None = None) -> RuleText | None:
    """A rule in the version that holds on a day; ``chosen``: 'rule.parameter' to the school's own value. None: no such rule."""
    provision = all_provisions().get(rule)
    if provision is None:
        return None
    version = next(
        (one for one in provision.versions if on in Period(one.first, one.last)), provision.versions[-1]
    )
    own = chosen or {}
    return RuleText(
        id=rule,
        kind=provision.kind,
        title=in_words(provision.title),
        meaning=in_words(provision.meaning),
        is_not=in_words(provision.is_not) if provision.is_not else "",
        who=in_words(provision.who) if provision.who else "",
        version=version.version,
        since=version.first,
        sources=tuple(_source(one) for one in provision.sources),
        parameters=tuple(
            _parameter(name, one, own.get(f"{rule}.{name}")) for name, one in version.parameters.items()
        ),
    )


def rules_by_kind() -> dict[str, list[ProvisionData]]:
    """Every rule, by kind, in order of its title."""
    found: dict[str, list[ProvisionData]] = {}
    for provision in all_provisions().values():
        found.setdefault(provision.kind, []).append(provision)
    return {kind: sorted(rules, key=lambda one: in_words(one.title)) for kind, rules in sorted(found.items())}


def _source(source: SourceData) -> SourceText:
    text = ", ".join(part for part in (source.cite, source.article, source.place) if part)
    return SourceText(text, source.url, source.checked_on)


def _parameter(name: str, data: ParameterData, chosen: Any) -> ParameterText:
    return ParameterText(
        name=name,
        meaning=in_words(data.meaning),
        value=shown(data.value, data.unit),
        chosen=None if chosen is None else shown(_value_of(data, chosen), data.unit),
        source=_source(data.source),
        readings=tuple(
            ReadingText(
                shown(one.value, data.unit),
                in_words(one.meaning),
                _source(one.source),
                chosen in (one.name, one.value) and chosen is not None,
            )
            for one in data.readings
        ),
    )


def _value_of(data: ParameterData, chosen: Any) -> Any:
    return next((one.value for one in data.readings if one.name == chosen), chosen)


def shown(value: Any, unit: str | None = None) -> str:
    """A value of a parameter in words."""
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {shown(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(shown(one) for one in value)
    return f"{value} {unit_word(unit)}".strip()


def unit_word(unit: str | None) -> str:
    """A unit of the rules' data in the reader's language."""
    words = {
        "days": _("days"),
        "half days": _("half days"),
        "school days": _("school days"),
        "working days": _("working days"),
        "calendar days": _("calendar days"),
        "lesson weeks": _("lesson weeks"),
        "minutes": _("minutes"),
        "months": _("months"),
        "years": _("years"),
        "school years": _("school years"),
        "percent": _("percent"),
        "percent points": _("percent points"),
        "pupils": _("pupils"),
        "reasons": _("reasons"),
        "reports": _("reports"),
        "results": _("results"),
        "rows": _("rows"),
        "times": _("times"),
        "standard deviations": _("standard deviations"),
        "lessons": _("lessons"),
        "days or lessons": _("days or lessons"),
        "hours": _("hours"),
    }
    return words.get(unit, unit) if unit else ""


def measure_texts() -> tuple[MeasureText, ...]:
    """Every measure of the library in the reader's language."""
    return tuple(_measure(one) for one in catalogue())


def _measure(one: Measure) -> MeasureText:
    details = [
        (_("Counted"), in_words(one.numerator)),
        (_("Out of"), in_words(one.denominator)),
        (_("Whom it is about"), in_words(one.population)),
        (_("Period"), in_words(one.period)),
    ]
    return MeasureText(
        one.id,
        in_words(one.title),
        in_words(one.meaning),
        tuple((name, text) for name, text in details if text),
        SourceText(str(one.source), one.source.url, one.source.checked_on),
    )
