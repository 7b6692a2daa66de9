"""Kept out of school without a formal decision (NJi 2020 chapter 6; docs/specification/rules.md §2, §4, §5).

Sent home, or out of the lesson, by the school; or a reduced programme to which the parents did not agree.
"""

from __future__ import annotations

from aanwezig.rules.attendance import Attendance, Mark
from aanwezig.rules.facts import ReducedProgramme
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import in_force, make_finding, version_on
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.walk import Walk, walk_of
from aanwezig.rules.wording import hours_text, school_days_text

RULE = "informal_exclusion"


def informal_exclusion(attendance: Attendance, provisions: Provisions) -> Judgement:
    """One finding per run of school days at a school with such a mark, and one per programme not agreed."""
    findings = [*_sent_away(attendance, provisions), *_not_agreed(attendance, provisions)]
    return Judgement(tuple(findings))


def _sent_away(attendance: Attendance, provisions: Provisions) -> list[Finding]:
    walk = walk_of(attendance)
    if not walk.marked:
        return []
    findings: list[Finding] = []
    for rule, start, end in in_force(provisions, RULE, walk.dates[0], walk.dates[-1]):
        reasons = tuple(rule["reasons"])
        if attendance.reasons.isdisjoint(reasons):
            continue
        places: dict[str, list[int]] = {}
        for place in walk.marked:
            if start <= walk.dates[place] <= end:
                for school in walk.days[place].schools:
                    if any(mark.absence.reason in reasons for mark in school.marks):
                        places.setdefault(school.school_id, []).append(place)
        for school_id, own in places.items():
            runs: list[list[int]] = []
            for place in own:
                if runs and runs[-1][-1] == place - 1:
                    runs[-1].append(place)
                else:
                    runs.append([place])
            findings.extend(_run(walk, rule, school_id, run) for run in runs)
    return findings


def _run(walk: Walk, rule: RuleVersion, school_id: str, run: list[int]) -> Finding:
    reasons = tuple(rule["reasons"])

    def counts(mark: Mark) -> bool:
        return mark.absence.school_id == school_id and mark.absence.reason in reasons

    found = sorted({mark.absence.reason for _, mark in walk.marks(run[0], run[-1]) if counts(mark)})
    return make_finding(
        rule,
        walk.attendance.facts.pupil_id,
        school_id,
        walk.dates[run[0]],
        walk.dates[run[-1]],
        quantity=len(run),
        threshold=1,
        unit="days",
        facts=walk.refs(run[0], run[-1], counts),
        sentence="sent_home" if "sent_home" in found else "sent_out",
        words={"days": school_days_text(len(run))},
        details={"reasons": found},
    )


def _not_agreed(attendance: Attendance, provisions: Provisions) -> list[Finding]:
    findings = []
    for programme in attendance.facts.reduced_programmes:
        finding = (
            None if (programme.agreed_by or "").strip() else _programme(attendance, provisions, programme)
        )
        if finding is not None:
            findings.append(finding)
    return findings


def _programme(attendance: Attendance, provisions: Provisions, programme: ReducedProgramme) -> Finding | None:
    # Not up to the delivered day: what was delivered is absence, a programme is a fact of its own.
    on = attendance.setting.on
    last = min(on, programme.period.last or on)
    first = programme.period.first
    rule = version_on(provisions, RULE, last)
    if rule is None or first > last:
        return None
    calendar = attendance.calendar(programme.school_id, first)
    return make_finding(
        rule,
        attendance.facts.pupil_id,
        programme.school_id,
        first,
        last,
        quantity=sum(1 for _ in calendar.school_days(first, last)),
        threshold=1,
        unit="days",
        facts=(programme.ref,),
        sentence="not_agreed",
        words={"hours": hours_text(programme.minutes_per_week)},
        details={"minutes_per_week": programme.minutes_per_week, "ground": programme.ground},
    )
