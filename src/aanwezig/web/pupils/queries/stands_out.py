"""What stands out of a pupil's school year: duties, signals, patterns, change, and what is not reached.

All of it was worked out by the rules when the school's facts changed; here it is only read and put in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from aanwezig.pictures.change import ChangeWeek, Usual
from aanwezig.rules.provisions import all_provisions
from aanwezig.rules.signals.pattern import (
    AFTER_TESTS,
    AROUND_HOLIDAY,
    AROUND_WEEKEND,
    FIRST_LESSON,
    WEEKDAYS,
)
from aanwezig.values.text import Language
from aanwezig.web.results.models import PupilYear, StoredFinding

# Beside ``PupilPicture.patterns`` the findings of this rule say the same with less.
PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class Standing:
    """One finding in words. ``state``: of a duty open, late, met; of a signal open, or how a person reviewed it.

    ``is_not``: what the rule is not, said once for all lines. ``earlier``: the same signal before, latest first.
    """

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
    is_not: str = ""
    earlier: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class PatternLine:
    """A pattern: where it falls, and the sentence with its counts."""

    title: str
    text: str
    is_not: str


@dataclass(frozen=True, slots=True)
class NotReachedLine:
    title: str
    text: str
    quantity: float
    threshold: float
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
    # The signal that the patterns are; empty when there is none to follow up.
    pattern_ref: str
    not_reached: tuple[NotReachedLine, ...]
    chart: Chart | None

    @property
    def all_signals(self) -> tuple[Standing, ...]:
        """The latest of each rule and those before it."""
        return tuple(each for one in self.signals for each in (one, *one.earlier))

    @property
    def is_not(self) -> tuple[str, ...]:
        """What these signals are not, each sentence once."""
        said = [*(one.is_not for one in self.signals), *(one.is_not for one in self.patterns)]
        return tuple(dict.fromkeys(words for words in said if words))

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
    signals = _latest_of_each(signals)
    cleared = sorted((one for one in lines if one.cleared_at), key=lambda one: one.found_at, reverse=True)
    reached = {one.rule for one in duties if one.state != "met"}
    return StandsOut(
        tuple(duties),
        tuple(signals),
        tuple(cleared),
        patterns,
        next((one.ref for one in current if one.rule == PATTERN), ""),
        tuple(_not_reached(each) for each in picture.get("not_reached", ()) if each["rule"] not in reached),
        _chart(picture.get("charts", ()), standing),
    )


def _latest_of_each(signals: Iterable[Standing]) -> list[Standing]:
    """One line per rule, the latest; what it said before goes under it."""
    by_rule: dict[str, list[Standing]] = {}
    for one in signals:
        by_rule.setdefault(one.rule, []).append(one)
    return [replace(own[0], earlier=tuple(own[1:])) for own in by_rule.values()]


def _without_is_not(rule: str, text: str) -> tuple[str, str]:
    """A sentence apart from what its rule says it is not (``rules.judging.make_finding`` puts them together)."""
    data = all_provisions().get(rule)
    if data is None or data.is_not is None:
        return text, ""
    is_not = data.is_not.text().in_language(language())
    return (text.removesuffix(is_not).rstrip(), is_not) if text.endswith(is_not) else (text, "")


def _line(one: StoredFinding, reviews: Mapping[tuple[str, date | None], str], on: date) -> Standing:
    if one.kind == "duty":
        state = "met" if one.met else "late" if one.due and one.due < on else "open"
    else:
        state = reviews.get((one.rule, one.first_day), "open")
    said = one.explanation_en if language() == "en" else one.explanation_nl
    text, is_not = _without_is_not(one.rule, said) if one.kind == "signal" else (said, "")
    return Standing(
        one.ref,
        one.rule,
        one.kind,
        title_of(one.rule),
        text,
        one.first_day,
        one.last_day,
        one.due,
        state,
        one.cleared_at,
        one.obligation,
        one.found_at,
        is_not,
    )


def _pattern(each: Mapping[str, Any]) -> PatternLine:
    return PatternLine(
        _where(each["pattern"], each["value"]), *_without_is_not(PATTERN, each["text"][language()])
    )


def _where(kind: str, value: str | None) -> str:
    """Where a pattern falls: 'Op maandag', 'In het eerste lesuur'."""
    fixed = {
        "first_lesson": FIRST_LESSON,
        "around_weekend": AROUND_WEEKEND,
        "around_holiday": AROUND_HOLIDAY,
        "after_test_week": AFTER_TESTS,
    }
    if kind in fixed:
        return capfirst(fixed[kind].in_language(language()))
    if kind == "weekday" and value:
        return capfirst(WEEKDAYS[int(value) - 1].in_language(language()))
    if kind == "lesson_hour":
        return _("In lesson hour %(number)s") % {"number": value}
    return _("In the subject %(subject)s") % {"subject": value or ""}


def _not_reached(each: Mapping[str, Any]) -> NotReachedLine:
    return NotReachedLine(
        title_of(each["rule"]),
        each["text"][language()],
        each["quantity"],
        each["threshold"],
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
