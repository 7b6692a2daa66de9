"""Sick reports that the school marked as not authorised: may be told as 'other' (docs/specification/rules.md §2)."""

from __future__ import annotations

from aanwezig.rules.attendance import Attendance, SchoolDay
from aanwezig.rules.duties.day_runs import runs_of
from aanwezig.rules.duties.in_force import is_current, judgement, readings
from aanwezig.rules.facts import Absence
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import version_on
from aanwezig.rules.legal_status import DUTY, statuses_of
from aanwezig.rules.meeting import with_notifications
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.wording import period_text, school_days_text
from aanwezig.values import CannotTell

RULE = "doubtful_sickness"
CATEGORY = "other"


def is_doubtful(row: Absence) -> bool:
    return row.reason == "sick" and row.authorised is False


def doubtful_sickness(attendance: Attendance, provisions: Provisions) -> Judgement:
    """One finding per run of school days that were reported sick and marked as not authorised."""
    facts = attendance.facts
    if not any(is_doubtful(row) for row in facts.absences):
        return Judgement()
    statuses = statuses_of(attendance, provisions)
    findings = []
    missing = []

    def holds(day: SchoolDay) -> bool:
        if version_on(provisions, RULE, day.date) is None:
            return False
        if not any(is_doubtful(mark.absence) and mark.minutes > 0 for mark in day.marks):
            return False
        status = statuses.on(day.date)
        return isinstance(status, CannotTell) or status in DUTY

    for school_id in attendance.school_ids:
        for run in runs_of(attendance, school_id, holds):
            if len(run) < provisions.on(RULE, run[-1].date)["school_days"]:
                continue
            if not isinstance(statuses.on(run[0].date), CannotTell):
                findings.append(_finding(attendance, run, provisions))
            elif is_current(run[-1].date, attendance):
                missing.append("birth_date")
    settled = with_notifications(findings, facts.notifications, CATEGORY, attendance.setting.on, provisions)
    return judgement(attendance, RULE, settled, missing)


def _finding(attendance: Attendance, run: list[SchoolDay], provisions: Provisions) -> Finding:
    first, last = run[0].date, run[-1].date
    rule = provisions.on(RULE, last)
    refs = [mark.absence.ref for day in run for mark in day.marks if is_doubtful(mark.absence)]
    return Finding(
        rule=RULE,
        version=rule.version,
        kind="signal",
        pupil_id=attendance.facts.pupil_id,
        school_id=run[0].school_id,
        first_day=first,
        last_day=last,
        quantity=len(run),
        threshold=rule["school_days"],
        unit="days",
        explanation=rule.explain(period=period_text(first, last), days=school_days_text(len(run))),
        facts=tuple(dict.fromkeys(refs)),
        obligation="may",
        due=None,
        met=False,
        details={"category": CATEGORY, **readings(rule)},
    )
