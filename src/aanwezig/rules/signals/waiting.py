"""At home and waiting for a school (docs/specification/rules.md §5, stay_at_home_waiting)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.duties.in_force import is_current
from aanwezig.rules.facts import Application
from aanwezig.rules.finding import Finding, Judgement, NotDecidable
from aanwezig.rules.judging import make_finding, version_on
from aanwezig.rules.legal_status import RULE as LEGAL_STATUS
from aanwezig.rules.legal_status import statuses_of
from aanwezig.rules.outside_school import Gap, gaps_of
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.walk import Walk, walk_of
from aanwezig.rules.wording import school_days_text
from aanwezig.values import CannotTell
from aanwezig.values.period import ONE_DAY

RULE = "stay_at_home_waiting"


def stay_at_home_waiting(attendance: Attendance, provisions: Provisions) -> Judgement:
    """An application that waits or was refused, and no education followed for more than five school days.

    One finding per run of such days. An application no longer counts once the pupil has been enrolled at a school
    after it.
    """
    facts, on = attendance.facts, attendance.setting.on
    rule = version_on(provisions, RULE, on)
    if rule is None:
        return Judgement()
    waiting = [a for a in facts.applications if a.state in rule["states"] and a.state_since <= on]
    if not waiting:
        return Judgement()
    run_days = _runs(attendance, provisions, rule, min(a.state_since for a in waiting))
    if isinstance(run_days, CannotTell):
        return Judgement((), (NotDecidable(RULE, facts.pupil_id, run_days.missing),))
    findings: list[Finding] = []
    for run in run_days:
        if len(run.days) <= int(rule["more_than_school_days"]):
            continue
        own = [a for a in waiting if _holds_in(attendance, a, run)]
        if own:
            findings.append(_finding(attendance, rule, run, own))
    return Judgement(tuple(f for f in findings if is_current(f.last_day, attendance)))


@dataclass(frozen=True, slots=True)
class _Run:
    days: Sequence[date]
    refs: tuple[str, ...]
    school_id: str | None


def _holds_in(attendance: Attendance, application: Application, run: _Run) -> bool:
    """Whether the application still stands so on a day of the run: no enrolment and no other state since."""
    begun = [e.period.first for e in attendance.facts.enrolments if e.period.first > application.state_since]
    begun += [
        other.state_since
        for other in attendance.facts.applications
        if (other.school_id, other.applied_on) == (application.school_id, application.applied_on)
        and other.state_since > application.state_since
    ]
    ends = min(begun) - ONE_DAY if begun else date.max
    return application.state_since <= run.days[-1] and run.days[0] <= ends


def _runs(
    attendance: Attendance, provisions: Provisions, rule: RuleVersion, since: date
) -> list[_Run] | CannotTell:
    """Runs of school days without any education.

    School days are the pupil's own while enrolled, else those of the region. A participation in an arrangement is
    education; a day of which nothing is known ends a run.
    """
    facts, setting = attendance.facts, attendance.setting
    walk = walk_of(attendance)
    statuses = statuses_of(attendance, provisions)
    gaps = gaps_of(attendance)
    place = {day: index for index, day in enumerate(walk.dates)}
    runs: list[_Run] = []
    days: list[date] = []

    def close() -> None:
        if days:
            inside = [place[day] for day in days if day in place]
            refs = walk.refs(inside[0], inside[-1]) if inside else ()
            schools = [walk.school(index) for index in inside[-1:]]
            runs.append(_Run(tuple(days), refs, schools[0] if schools else None))
            days.clear()

    day = min([since, *(e.period.first for e in facts.enrolments), *(gap.first for gap in gaps)])
    while day <= setting.on:
        followed = _followed(attendance, walk, place.get(day), gaps, day)
        if followed is False:
            status = statuses.on(day) if version_on(provisions, LEGAL_STATUS, day) else None
            if isinstance(status, CannotTell):
                return status
            if status in rule["statuses"]:
                days.append(day)
            else:
                close()
        elif followed:
            close()
        day += ONE_DAY
    close()
    return runs


def _followed(
    attendance: Attendance, walk: Walk, place: int | None, gaps: Sequence[Gap], day: date
) -> bool | None:
    """Whether education was followed on a day; None on a day without school. What is not known counts as followed."""
    facts, setting = attendance.facts, attendance.setting
    if any(day in spell.period for spell in facts.participations):
        return True
    if place is not None:
        return walk.absent[place] < walk.possible[place]
    region = setting.calendars.of_region(facts.municipality)
    enrolled = [e for e in facts.enrolments if day in e.period]
    if attendance.full_exemption(day) is not None:
        calendars = [setting.calendars.of(e.school_id, e.group) for e in enrolled] or [region]
        return False if any(calendar.is_school_day(day) for calendar in calendars) else None
    if enrolled:
        return True if any(day > setting.last_day(e.school_id) for e in enrolled) else None
    if any(gap.first <= day <= gap.last for gap in gaps):
        return False if region.is_school_day(day) else None
    # A gap that holds no school day is no gap; of the time before the first enrolment nothing is known.
    begun = any(e.period.first < day for e in facts.enrolments)
    return None if begun else True


def _finding(
    attendance: Attendance, rule: RuleVersion, run: _Run, applications: Sequence[Application]
) -> Finding:
    latest = max(applications, key=lambda a: a.state_since)
    return make_finding(
        rule,
        attendance.facts.pupil_id,
        run.school_id,
        run.days[0],
        run.days[-1],
        quantity=len(run.days),
        threshold=int(rule["more_than_school_days"]),
        unit="days",
        facts=(*(a.ref for a in applications), *run.refs),
        sentence=latest.state,
        words={"days": school_days_text(len(run.days))},
        details={
            "state": latest.state,
            "applied_to": latest.school_id,
            "state_since": latest.state_since.isoformat(),
            "applications": len(applications),
        },
    )
