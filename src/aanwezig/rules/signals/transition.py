"""The first weeks at a school or of a school year that do not go well (docs/specification/rules.md §5, §9.5)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from datetime import timedelta

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import in_force, make_finding, percent, percent_text
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.signals.lateness import late_events, times_text
from aanwezig.rules.signals.school_starts import SchoolStart, starts_of
from aanwezig.rules.walk import Walk, walk_of
from aanwezig.values import SchoolYear

RULE = "transition"
LONGEST_START = timedelta(days=180)


def transition(attendance: Attendance, provisions: Provisions) -> Judgement:
    """In the first eight lesson weeks after a start: attendance below 95 percent, or three times late.

    Judged on the reference date, or over all eight weeks once they are past. Other signals do not raise it;
    ``with_companions`` lists them beside it.
    """
    walk = walk_of(attendance)
    if not walk.marked:
        return Judgement()
    late = late_events(walk)
    findings = []
    # An earlier start cannot end in the school year of the reference date: no holiday is so long.
    since = SchoolYear.of(attendance.setting.on).first - LONGEST_START
    for start in starts_of(attendance, walk, since):
        for rule, _, _ in in_force(provisions, RULE, walk.dates[start.place], walk.dates[start.place]):
            finding = _judge(walk, rule, start, late)
            if finding is not None:
                findings.append(finding)
    return Judgement(tuple(findings))


def _judge(walk: Walk, rule: RuleVersion, start: SchoolStart, late: list[int]) -> Finding | None:
    weeks = int(rule["lesson_weeks"])
    following = range(start.place + 1, len(walk.days))
    # Days of a window come before those that are not.
    last = start.place + bisect_left(
        following, True, key=lambda place: not walk.within(start.place, place, weeks)
    )
    absent = walk.absent_before[last + 1] - walk.absent_before[start.place]
    possible = walk.possible_before[last + 1] - walk.possible_before[start.place]
    times = bisect_right(late, last) - bisect_left(late, start.place)
    below = absent * 100 > possible * (100 - int(rule["attendance_below_percent"]))
    too_late = times >= int(rule["times_late"])
    if not below and not too_late:
        return None
    present = percent(possible - absent, possible)
    sentence = "both" if below and too_late else "rate" if below else "late"
    return make_finding(
        rule,
        walk.attendance.facts.pupil_id,
        start.school_id,
        walk.dates[start.place],
        walk.dates[last],
        quantity=present if below else times,
        threshold=int(rule["attendance_below_percent"]) if below else int(rule["times_late"]),
        unit="percent" if below else "reports",
        facts=walk.refs(start.place, last),
        sentence=sentence,
        words={
            "share": percent_text(present),
            "times": times_text(times),
            "weeks": weeks,
            "after": rule.explain(f"after_{start.kind}"),
        },
        details={
            "start": start.kind,
            "attendance_percent": float(present),
            "times_late": times,
            "other_signals": [],
        },
    )


def with_companions(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings of one pupil, with beside each ``transition`` the other signals of those weeks."""
    changed = []
    for finding in findings:
        if finding.rule == RULE and finding.first_day and finding.last_day:
            others = sorted(
                {
                    other.rule
                    for other in findings
                    if other.kind == "signal"
                    and other.rule != RULE
                    and other.last_day is not None
                    and finding.first_day <= other.last_day
                    and (other.first_day is None or other.first_day <= finding.last_day)
                }
            )
            finding = replace(finding, details={**finding.details, "other_signals": others})
        changed.append(finding)
    return tuple(changed)
