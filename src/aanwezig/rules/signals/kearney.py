"""The three criteria of problematic absence (Kearney 2008 in NJi 2020 §1.2; docs/specification/rules.md §5, §9.5).

All reasons count. The measure of time missed is the pupil's own possible time, over all its schools.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from aanwezig.rules.attendance import Attendance, Exact
from aanwezig.rules.facts import Observation
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import in_force, make_finding, percent, percent_text
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.walk import Walk, stretches_of_events, walk_of, week_is_past
from aanwezig.rules.wording import days_text, number_text, school_days_text
from aanwezig.values.period import ONE_DAY


def kearney_25(attendance: Attendance, provisions: Provisions) -> Judgement:
    """At least a quarter of possible time missed in two weeks; one finding per unbroken run of such windows.

    ``quantity`` is the highest share in one window of the run. Only windows that are wholly past count.
    """
    walk = walk_of(attendance)
    if not walk.marked:
        return Judgement()
    findings: list[Finding] = []
    for rule, start, end in in_force(provisions, "kearney_25", walk.dates[0], walk.dates[-1]):
        needed = int(rule["percent"])
        run: list[_Window] = []
        for window in _windows(walk, rule, needed):
            if not start <= walk.dates[window.last] <= end:
                continue
            if run and run[-1].number + 1 != window.number:
                findings.append(_run_finding(walk, rule, run))
                run = []
            run.append(window)
        if run:
            findings.append(_run_finding(walk, rule, run))
    return Judgement(tuple(findings))


@dataclass(frozen=True, slots=True)
class _Window:
    """Two weeks: places of the first and last school day, minutes; windows that follow differ by one in number."""

    number: int
    first: int
    last: int
    missed: Exact
    possible: Exact

    @property
    def share(self) -> Fraction:
        return percent(self.missed, self.possible)


def _windows(walk: Walk, rule: RuleVersion, needed: int) -> Iterator[_Window]:
    """The windows of two weeks in which something was missed, and at least ``needed`` percent, in order."""
    absent_before, possible_before = walk.absent_before, walk.possible_before
    for number, first, last in _bounds(walk, rule):
        missed = absent_before[last + 1] - absent_before[first]
        possible = possible_before[last + 1] - possible_before[first]
        if missed > 0 and missed * 100 >= possible * needed:
            yield _Window(number, first, last, missed, possible)


def _bounds(walk: Walk, rule: RuleVersion) -> Iterator[tuple[int, int, int]]:
    """The number of every window that may hold a day that was missed, and the places of its first and last day."""
    if rule["window"] == "school_days":
        size = int(rule["school_days"])
        beginning = 0
        for place in walk.marked:
            if not walk.absent[place]:
                continue
            # All windows that hold this day, but none that the day before it gave already.
            following = min(place, len(walk.days) - size) + 1
            for first in range(max(beginning, place - size + 1), following):
                yield first, first, first + size - 1
            beginning = max(beginning, following)
        return
    # Two lesson weeks that follow each other, once both are past.
    bounds: dict[int, list[int]] = {}
    for place in range(len(walk.days)):
        bounds.setdefault(walk.week(place), [place, place])[1] = place
    for week in sorted(bounds):
        following_week = bounds.get(week + 1)
        if following_week is not None and week_is_past(walk, following_week[1]):
            yield week, bounds[week][0], following_week[1]


def _run_finding(walk: Walk, rule: RuleVersion, run: list[_Window]) -> Finding:
    # A float will do to find it: its share is told exactly.
    worst = max(run, key=lambda window: float(window.missed / window.possible))
    first, last = run[0].first, run[-1].last
    needed = int(rule["percent"])
    return make_finding(
        rule,
        walk.attendance.facts.pupil_id,
        walk.school(last),
        walk.dates[first],
        walk.dates[last],
        quantity=worst.share,
        threshold=needed,
        unit="percent",
        facts=walk.refs(first, last),
        sentence="finding" if rule["window"] == "school_days" else "lesson_weeks",
        words={
            "share": percent_text(worst.share),
            "missed": number_text(worst.missed),
            "possible": number_text(worst.possible),
            "threshold": percent_text(percent(needed, 100)),
        },
        details={
            "reached_on": walk.dates[run[0].last].isoformat(),
            "highest_from": walk.dates[worst.first].isoformat(),
            "highest_to": walk.dates[worst.last].isoformat(),
            "windows": len(run),
        },
    )


def absent_days(walk: Walk, rule: RuleVersion) -> list[int]:
    """The places of the days of which at least the stated share was missed (half of it by default)."""
    share = int(rule["day_counts_from_percent"])
    return [
        place
        for place in walk.marked
        if walk.absent[place] and walk.absent[place] * 100 >= walk.possible[place] * share
    ]


def kearney_10(attendance: Attendance, provisions: Provisions) -> Judgement:
    """At least ten days absent within fifteen school weeks; one finding per stretch.

    ``first_day`` and ``last_day`` are the first and the last of those days; ``quantity`` the highest number of
    them within fifteen weeks.
    """
    walk = walk_of(attendance)
    if not walk.marked:
        return Judgement()
    findings: list[Finding] = []
    for rule, start, end in in_force(provisions, "kearney_10", walk.dates[0], walk.dates[-1]):
        number, weeks = int(rule["days"]), int(rule["school_weeks"])
        findings.extend(
            make_finding(
                rule,
                attendance.facts.pupil_id,
                walk.school(stretch.last),
                walk.dates[stretch.first],
                walk.dates[stretch.last],
                quantity=stretch.most,
                threshold=number,
                unit="days",
                facts=walk.refs(stretch.first, stretch.last),
                words={"days": school_days_text(stretch.most), "weeks": weeks, "number": number},
                details={"reached_on": walk.dates[stretch.reached].isoformat()},
            )
            for stretch in stretches_of_events(walk, absent_days(walk, rule), number, weeks, (start, end))
        )
    return Judgement(tuple(findings))


def kearney_distress(attendance: Attendance, provisions: Provisions) -> Judgement:
    """At least two weeks of serious difficulty attending that disrupts family or well-being, as a person recorded.

    Records that overlap or follow each other are one stretch; one without a last day still runs.
    """
    facts, on = attendance.facts, attendance.setting.on
    recorded = sorted(
        (o for o in facts.observations if o.kind == "distress" and o.date <= on), key=lambda o: o.date
    )
    stretches: list[list[Observation]] = []
    for observation in recorded:
        if stretches and observation.date <= max(_until(o, attendance) for o in stretches[-1]) + ONE_DAY:
            stretches[-1].append(observation)
        else:
            stretches.append([observation])
    findings = []
    for stretch in stretches:
        first = stretch[0].date
        last = max(_until(observation, attendance) for observation in stretch)
        length = (last - first).days + 1
        for rule, _, _ in in_force(provisions, "kearney_distress", last, last):
            if length < int(rule["days"]):
                continue
            findings.append(
                make_finding(
                    rule,
                    facts.pupil_id,
                    _school_on(attendance, stretch[-1]),
                    first,
                    last,
                    quantity=length,
                    threshold=int(rule["days"]),
                    unit="days",
                    facts=tuple(observation.ref for observation in stretch),
                    words={"days": days_text(length)},
                )
            )
    return Judgement(tuple(findings))


def _until(observation: Observation, attendance: Attendance) -> date:
    on = attendance.setting.on
    return max(observation.date, min(on, observation.last_day or on))


def _school_on(attendance: Attendance, observation: Observation) -> str | None:
    """The school where the pupil was enrolled on the day of the record, the latest begun of two."""
    own = [e for e in attendance.facts.enrolments if observation.date in e.period]
    return max(own, key=lambda e: e.period.first).school_id if own else None
