"""Absence of young people of 18 and over without a start qualification (docs/specification/rules.md §2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.duties.in_force import holds_since, readings
from aanwezig.rules.duties.long_absence import (
    Reached,
    calendar_days,
    four_weeks_last,
    judge_long_absences,
    long_absences,
    refs_of,
    school_of,
)
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import version_on
from aanwezig.rules.legal_status import Statuses
from aanwezig.rules.meeting import due_after
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.spells import WholeAbsence
from aanwezig.rules.wording import day_text, days_text, period_text
from aanwezig.values import CannotTell
from aanwezig.values.period import ONE_DAY

RULE = "rmc_18plus"
STATUS = "rmc"


def rmc_18plus(attendance: Attendance, provisions: Provisions) -> Judgement:
    """One finding per absence of which four weeks are complete, on a day with status ``rmc``.

    Days before the 18th birthday belong to the absence (rules.md §9.3): who turns 18 in it is told once.
    """
    return judge_long_absences(attendance, provisions, RULE, _reached, _finding)


def _reached(
    attendance: Attendance, provisions: Provisions, statuses: Statuses, *, with_open: bool = False
) -> list[Reached]:
    found = []
    for absence in long_absences(attendance, statuses, holds_since(RULE), with_open=with_open):
        rule = version_on(provisions, RULE, absence.last)
        if rule is None:
            continue
        complete = complete_on(attendance, absence, rule)
        day = max(complete, _first_day_18(absence, statuses) or date.max)
        if day <= absence.until and _has_status(statuses, day):
            found.append((absence, day, rule))
    return found


def complete_on(attendance: Attendance, absence: WholeAbsence, rule: RuleVersion) -> date:
    """The day on which the absence has lasted long enough: four lesson weeks, without holidays day 28."""
    shorter = rule["shorter_period_days"]
    if shorter is not None:
        return absence.first + timedelta(days=int(shorter) - 1)
    if rule["duration"] == "lesson_weeks":
        return four_weeks_last(attendance, absence, rule["lesson_weeks"])
    return absence.first + timedelta(days=int(rule["calendar_days"]) - 1)


def _has_status(statuses: Statuses, day: date) -> bool:
    status = statuses.on(day)
    return isinstance(status, CannotTell) or status == STATUS


def _first_day_18(absence: WholeAbsence, statuses: Statuses) -> date | None:
    """The first day of an absence on which the pupil has the status, a day without school included."""
    day = absence.first
    while day <= absence.until:
        if _has_status(statuses, day):
            return day
        day += ONE_DAY
    return None


def _finding(
    attendance: Attendance, absence: WholeAbsence, reached: date, rule: RuleVersion, provisions: Provisions
) -> Finding:
    due = due_after(reached, provisions)
    threshold = calendar_days(absence.first, complete_on(attendance, absence, rule))
    quantity = calendar_days(absence.first, max(absence.last, reached))
    details: dict[str, Any] = {
        "reached_on": reached.isoformat(),
        "school_days": len(absence.days),
        "goes_on": absence.until >= attendance.setting.last_day(school_of(attendance, absence)),
        **due.details,
        **readings(rule),
    }
    if any(school.assumed for day in absence.days for school in day.schools):
        details["assumed_timetable"] = True
    return Finding(
        rule=RULE,
        version=rule.version,
        kind="duty",
        pupil_id=attendance.facts.pupil_id,
        school_id=school_of(attendance, absence),
        first_day=absence.first,
        last_day=absence.last,
        quantity=quantity,
        threshold=threshold,
        unit="days",
        explanation=rule.explain(
            period=period_text(absence.first, absence.last),
            days=days_text(quantity),
            threshold=days_text(threshold),
            due=day_text(due.day),
        ),
        facts=refs_of(attendance, absence),
        obligation="must",
        due=due.day,
        met=False,
        details=details,
    )
