"""A change against the pupil's own history: an individuals control chart (docs/specification/rules.md §5; register.md §5).

The chart is of the pupil's weekly absence rate. The baseline is the first lesson weeks in which the pupil was
(partly) present, anew at each school change and (our choice) each school year: a register often holds the
absence of one year and enrolments of many, and what was not delivered must not read as presence. Sigma is the mean moving range of the baseline divided by 1.128
(Shewhart's constant for two values). A week beyond the upper limit, or a run of weeks above the centre line,
is a change. Less absence than before is no signal.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import NamedTuple

from aanwezig.rules.attendance import Attendance, Exact
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import in_force, make_finding, percent_text
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.signals.school_starts import school_changes
from aanwezig.rules.walk import Walk, walk_of, week_is_past
from aanwezig.rules.wording import count_text
from aanwezig.values import SchoolYear

# The mean range of two values from a normal distribution, in standard deviations (Shewhart's d2).
RANGE_CONSTANT = Fraction(1128, 1000)


class Week(NamedTuple):
    """A whole lesson week of the pupil: places of its first and last school day, minutes missed and possible."""

    first: int
    last: int
    absent: Exact
    possible: Exact

    @property
    def percent(self) -> Fraction:
        return Fraction(self.absent) * 100 / Fraction(self.possible)


@dataclass(frozen=True, slots=True)
class Limits:
    """Centre line and upper limit of a chart, in percent."""

    centre: Fraction
    upper: Fraction


def limits_of(baseline: Sequence[Fraction], sigmas: int, minimum_rise: int) -> Limits:
    """The limits from the weekly percentages of a baseline.

    A perfect baseline has no spread and any lesson missed would pass its limit: a single week must lie at
    least ``minimum_rise`` percent points above the centre.
    """
    if not any(baseline):
        return Limits(Fraction(0), Fraction(minimum_rise))
    centre = sum(baseline, Fraction(0)) / len(baseline)
    ranges = [abs(after - before) for before, after in pairwise(baseline)]
    sigma = sum(ranges, Fraction(0)) / max(1, len(ranges)) / RANGE_CONSTANT
    return Limits(centre, max(centre + sigmas * sigma, centre + minimum_rise))


def change(attendance: Attendance, provisions: Provisions) -> Judgement:
    """One finding per run of weeks beyond the limit, or of enough weeks above the centre line."""
    walk = walk_of(attendance)
    on = attendance.setting.on
    if not walk.marked or walk.dates[walk.marked[-1]] < SchoolYear.of(on).first:
        return Judgement()
    findings: list[Finding] = []
    for rule, first, last in in_force(provisions, "change", walk.dates[0], walk.dates[-1]):
        starts = {start.place for start in school_changes(attendance, walk)}
        if rule["renewed_each_school_year"]:
            places = walk.places(SchoolYear.of(on).first, on)
            starts = {places[0], *(place for place in starts if place > places[0])}
        for begin, end in pairwise([*sorted(starts), len(walk.days)]):
            # Nothing missed since the start: nothing can have risen.
            if not any(begin <= place < end for place in walk.marked):
                continue
            weeks = _weeks(walk, begin, end)
            findings.extend(
                _finding(walk, rule, weeks, signal)
                for signal in _signals(rule, weeks)
                if first <= walk.dates[weeks[signal.end].last] <= last
            )
    return Judgement(tuple(findings))


def _weeks(walk: Walk, begin: int, end: int) -> list[Week]:
    """The whole lesson weeks from place ``begin`` up to ``end``; one that is not past yet is left out."""
    begins = walk.row.week_begins
    edges = [begin, *begins[bisect_right(begins, begin) : bisect_left(begins, end)], end]
    absent, possible = walk.absent_before, walk.possible_before
    return [
        Week(place, following - 1, absent[following] - absent[place], possible[following] - possible[place])
        for place, following in pairwise(edges)
        if following < len(walk.days) or week_is_past(walk, following - 1)
    ]


@dataclass(frozen=True, slots=True)
class _Signal:
    """A run of weeks (indices) that signals; ``by`` names how: 'beyond_limit' or 'one_side'."""

    begin: int
    end: int
    by: str
    limits: Limits
    highest: int


def _signals(rule: RuleVersion, weeks: Sequence[Week]) -> list[_Signal]:
    size, needed, run_length = int(rule["baseline_weeks"]), int(rule["needs_weeks"]), int(rule["one_side"])
    rates, scale = _whole_rates(weeks)
    baseline: list[int] = []
    found: list[_Signal] = []
    above = 0
    limits: Limits | None = None
    for index, week in enumerate(weeks):
        if not week.absent:
            above = 0
        elif len(baseline) >= needed:
            above = above + 1 if rates[index] * len(baseline) > sum(baseline) else 0
            begin = by = None
            if above >= run_length:
                begin, by = index - above + 1, "one_side"
            elif _is_beyond(rates[index], baseline, scale, rule):
                begin, by = index, "beyond_limit"
            if begin is not None and by is not None:
                if limits is None:
                    known = [Fraction(rate, scale) for rate in baseline]
                    limits = limits_of(known, int(rule["sigmas"]), int(rule["minimum_rise_percent"]))
                _add(found, _Signal(begin, index, by, limits, index), weeks)
        # Weeks wholly at home say nothing of how this pupil usually attends.
        if len(baseline) < size and week.absent < week.possible:
            baseline.append(rates[index])
            limits = None
    return found


def _whole_rates(weeks: Sequence[Week]) -> tuple[list[int], int]:
    """The percentage of every week as whole times one over the second number: exact, and fast to compare."""
    parts = [
        (
            100 * week.absent.numerator * week.possible.denominator,
            week.absent.denominator * week.possible.numerator,
        )
        if week.absent
        else (0, 1)
        for week in weeks
    ]
    scale = lcm(*(whole for _, whole in parts))
    return [part * (scale // whole) for part, whole in parts], scale


def _is_beyond(rate: int, baseline: Sequence[int], scale: int, rule: RuleVersion) -> bool:
    """Whether a rate lies above the upper limit of ``limits_of``, multiplied out."""
    number, total = len(baseline), sum(baseline)
    if rate * number <= total + int(rule["minimum_rise_percent"]) * scale * number:
        return False
    ranges = sum(abs(after - before) for before, after in pairwise(baseline))
    # rate > total / number + sigmas * (ranges / (number - 1)) / RANGE_CONSTANT
    share = max(1, number - 1) * RANGE_CONSTANT.numerator
    return (
        rate * number * share
        > total * share + int(rule["sigmas"]) * ranges * number * RANGE_CONSTANT.denominator
    )


def _add(found: list[_Signal], signal: _Signal, weeks: Sequence[Week]) -> None:
    """Join a signal to the one before where they touch: one finding per stretch."""
    if found and signal.begin <= found[-1].end + 1:
        before = found[-1]
        highest = max(before.highest, signal.highest, key=lambda index: weeks[index].percent)
        limits = before.limits if highest == before.highest else signal.limits
        by = before.by if before.by == signal.by else "beyond_limit"
        found[-1] = _Signal(min(before.begin, signal.begin), signal.end, by, limits, highest)
    else:
        found.append(signal)


def _finding(walk: Walk, rule: RuleVersion, weeks: Sequence[Week], signal: _Signal) -> Finding:
    highest, limits = weeks[signal.highest].percent, signal.limits
    number = signal.end - signal.begin + 1
    threshold = limits.upper if signal.by == "beyond_limit" else limits.centre
    first, last = weeks[signal.begin].first, weeks[signal.end].last
    return make_finding(
        rule,
        walk.attendance.facts.pupil_id,
        walk.school(last),
        walk.dates[first],
        walk.dates[last],
        quantity=highest,
        threshold=threshold,
        unit="percent",
        facts=walk.refs(first, last),
        sentence=signal.by,
        words={
            "share": percent_text(highest),
            "centre": percent_text(limits.centre),
            "limit": percent_text(limits.upper),
            "weeks": count_text(number, ("lesweek", "lesweken"), ("lesson week", "lesson weeks")),
        },
        details={
            "by": signal.by,
            "weeks": number,
            "centre_percent": float(limits.centre),
            "upper_limit_percent": float(limits.upper),
        },
    )
