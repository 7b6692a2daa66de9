"""Holiday outside the school holidays without granted leave (luxeverzuim; docs/specification/rules.md §2, §9.5)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from aanwezig.rules.attendance import Attendance, Exact, SchoolDay
from aanwezig.rules.duties.day_runs import runs_of
from aanwezig.rules.duties.in_force import is_current, judgement, readings
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import version_on
from aanwezig.rules.legal_status import COMPULSORY, statuses_of
from aanwezig.rules.meeting import due_after, with_notifications
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.unauthorised import is_luxury
from aanwezig.rules.wording import day_text, number_text, period_text
from aanwezig.values import CannotTell

RULE = "luxury"
HALF = Fraction(1, 2)


def luxury(attendance: Attendance, provisions: Provisions) -> Judgement:
    """One finding per run of school days of which at least half was missed on holiday without leave."""
    facts = attendance.facts
    if not any(row.reason in ("luxury", "leave") for row in facts.absences):
        return Judgement()
    statuses = statuses_of(attendance, provisions)
    findings = []
    missing = []

    def holds(day: SchoolDay) -> bool:
        rule = version_on(provisions, RULE, day.date)
        if rule is None or half_days(day, attendance) < rule["half_days"]:
            return False
        status = statuses.on(day.date)
        return isinstance(status, CannotTell) or status in COMPULSORY

    for school_id in attendance.school_ids:
        for run in runs_of(attendance, school_id, holds):
            if not isinstance(statuses.on(run[0].date), CannotTell):
                findings.append(_finding(attendance, run, provisions))
            elif is_current(run[-1].date, attendance):
                missing.append("birth_date")
    settled = with_notifications(findings, facts.notifications, RULE, attendance.setting.on, provisions)
    return judgement(attendance, RULE, settled, missing)


def half_days(day: SchoolDay, attendance: Attendance) -> int:
    """How many half days (0, 1 or 2) were missed: half a day is half of the possible minutes."""
    missed: Exact = sum((mark.minutes for mark in day.marks if is_luxury(mark.absence, attendance.facts)), 0)
    if not missed or not day.possible:
        return 0
    return 2 if missed >= day.possible else int(missed * 2 >= day.possible)


def _finding(attendance: Attendance, run: list[SchoolDay], provisions: Provisions) -> Finding:
    first, last = run[0].date, run[-1].date
    rule = provisions.on(RULE, first)
    due = due_after(first, provisions)
    quantity = sum(half_days(day, attendance) for day in run) * HALF
    refs = [
        mark.absence.ref for day in run for mark in day.marks if is_luxury(mark.absence, attendance.facts)
    ]
    details: dict[str, Any] = {
        "reached_on": first.isoformat(),
        "school_days": len(run),
        **due.details,
        **readings(rule),
    }
    if any(day.assumed for day in run):
        details["assumed_timetable"] = True
    return Finding(
        rule=RULE,
        version=rule.version,
        kind="duty",
        pupil_id=attendance.facts.pupil_id,
        school_id=run[0].school_id,
        first_day=first,
        last_day=last,
        quantity=quantity,
        threshold=rule["half_days"] * HALF,
        unit="days",
        explanation=rule.explain(
            "one_day" if quantity <= 1 else "finding",
            period=period_text(first, last),
            days=number_text(quantity),
            due=day_text(due.day),
        ),
        facts=tuple(dict.fromkeys(refs)),
        obligation="must",
        due=due.day,
        met=False,
        details=details,
    )
