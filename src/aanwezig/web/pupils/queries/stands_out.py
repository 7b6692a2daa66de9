"""What stands out of a pupil's school year: duties, signals, patterns, change, and what is not reached.

All of it was worked out by the rules when the school's facts changed; here it is only read and put in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from aanwezig.pictures.change import ChangeWeek, Usual
from aanwezig.rules.provisions import all_provisions
from aanwezig.values.text import Language
from aanwezig.web.results.models import PupilYear, StoredFinding

# Beside ``PupilPicture.patterns`` the findings of this rule say the same with less.
PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class Standing:
    """One finding in words. ``state``: of a duty open, late, met; of a signal open, or how a person reviewed it."""

    ref: str
    rule: str
    kind: str
    title: str
    text: str
    first_day: date | None
    last_day: date | None
    due: date | None
    state: str
    cleared_at: datetime | None
    obligation: str
    found_at: datetime


@dataclass(frozen=True, slots=True)
class PatternLine:
    text: str
    missed_here: int
    missed_in_all: int
    expected: float


@dataclass(frozen=True, slots=True)
class NotReachedLine:
    title: str
    text: str
    quantity: float
    threshold: float
    with_unknown: float
    unit: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The weeks at the school of now against the pupil's own; ``usual`` None: too few weeks yet."""

    weeks: tuple[ChangeWeek, ...]
    usual: Usual | None
    baseline_weeks: int


@dataclass(frozen=True, slots=True)
class StandsOut:
    duties: tuple[Standing, ...]
    signals: tuple[Standing, ...]
    cleared: tuple[Standing, ...]
    patterns: tuple[PatternLine, ...]
    not_reached: tuple[NotReachedLine, ...]
    chart: Chart | None

    @property
    def is_empty(self) -> bool:
        return not (self.duties or self.signals or self.patterns)


def language() -> Language:
    return "en" if get_language() == "en" else "nl"


def title_of(rule: str) -> str:
    """What a rule is called; its id for one that is gone."""
    data = all_provisions().get(rule)
    return data.title.text().in_language(language()) if data else rule


def stands_out(
    findings: Iterable[StoredFinding],
    standing: PupilYear | None,
    reviews: Mapping[tuple[str, date | None], str],
    on: date,
    kinds: Iterable[str],
) -> StandsOut:
    """``kinds``: duty and signal, as far as the actor may see them."""
    allowed = set(kinds)
    lines = [_line(one, reviews, on) for one in findings if one.kind in allowed]
    picture: Mapping[str, Any] = standing.picture if standing and "signal" in allowed else {}
    patterns = tuple(_pattern(each) for each in picture.get("patterns", ()))
    current = [one for one in lines if one.cleared_at is None]
    signals = [one for one in current if one.kind == "signal" and not (one.rule == PATTERN and patterns)]
    duties = [one for one in current if one.kind == "duty"]
    duties.sort(key=lambda one: (one.state == "met", one.due or date.max, one.rule))
    signals.sort(key=lambda one: (one.last_day or date.min, one.rule), reverse=True)
    cleared = sorted((one for one in lines if one.cleared_at), key=lambda one: one.found_at, reverse=True)
    reached = {one.rule for one in duties if one.state != "met"}
    return StandsOut(
        tuple(duties),
        tuple(signals),
        tuple(cleared),
        patterns,
        tuple(_not_reached(each) for each in picture.get("not_reached", ()) if each["rule"] not in reached),
        _chart(picture.get("charts", ()), standing),
    )


def _line(one: StoredFinding, reviews: Mapping[tuple[str, date | None], str], on: date) -> Standing:
    if one.kind == "duty":
        state = "met" if one.met else "late" if one.due and one.due < on else "open"
    else:
        state = reviews.get((one.rule, one.first_day), "open")
    return Standing(
        one.ref,
        one.rule,
        one.kind,
        title_of(one.rule),
        one.explanation_en if language() == "en" else one.explanation_nl,
        one.first_day,
        one.last_day,
        one.due,
        state,
        one.cleared_at,
        one.obligation,
        one.found_at,
    )


def _pattern(each: Mapping[str, Any]) -> PatternLine:
    return PatternLine(
        each["text"][language()], each["missed_here"], each["missed_in_all"], each["expected_by_chance"]
    )


def _not_reached(each: Mapping[str, Any]) -> NotReachedLine:
    return NotReachedLine(
        title_of(each["rule"]),
        each["text"][language()],
        each["quantity"],
        each["threshold"],
        each["quantity_with_unknown"],
        each["unit"],
    )


def _chart(charts: Iterable[Mapping[str, Any]], standing: PupilYear | None) -> Chart | None:
    own = list(charts)
    if not own or standing is None:
        return None
    chart = next((one for one in own if one["school_id"] == standing.school_id), own[-1])
    weeks = tuple(
        ChangeWeek(date.fromisoformat(one["week"]), one["rate"], one["signal"]) for one in chart["weeks"]
    )
    if sum(week.rate is not None for week in weeks) < 2:
        return None
    usual = None
    if chart["centre"] is not None and chart["lower_limit"] is not None:
        usual = Usual(chart["centre"], max(chart["lower_limit"], 0.0))
    return Chart(weeks, usual, chart["baseline_weeks"])
