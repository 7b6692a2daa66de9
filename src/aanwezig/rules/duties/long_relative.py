"""Long relative absence: uninterrupted unauthorised absence for more than four weeks (docs/specification/rules.md §2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.duties.in_force import holds_since, readings
from aanwezig.rules.duties.long_absence import (
    Reached,
    calendar_days,
    first_missed,
    four_weeks_last,
    judge_long_absences,
    long_absences,
    refs_of,
    school_of,
)
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import version_on
from aanwezig.rules.legal_status import COMPULSORY, Statuses
from aanwezig.rules.meeting import due_after
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.spells import WholeAbsence, part_with
from aanwezig.rules.wording import day_text, days_text, period_text, school_days_text
from aanwezig.values import CannotTell
from aanwezig.values.period import add_months

RULE = "long_relative"
UP_TO_THREE_MONTHS = "four_weeks_to_three_months"
OVER_THREE_MONTHS = "over_three_months"


def long_relative(attendance: Attendance, provisions: Provisions) -> Judgement:
    """One finding per absence that has lasted more than four weeks; it grows with the reference date."""
    return judge_long_absences(attendance, provisions, RULE, _reached, _finding)


def _reached(
    attendance: Attendance, provisions: Provisions, statuses: Statuses, *, with_open: bool = False
) -> list[Reached]:
    """The absences that are long, each with the day it became so and the version that says so."""

    def is_compulsory(day: date) -> bool:
        status = statuses.on(day)
        return isinstance(status, CannotTell) or status in COMPULSORY

    found = []
    for whole in long_absences(attendance, statuses, holds_since(RULE), with_open=with_open):
        for absence in part_with(whole, is_compulsory):
            rule = version_on(provisions, RULE, absence.last)
            if rule is None:
                continue
            day = reached_on(attendance, absence, rule)
            if day is not None:
                found.append((absence, day, rule))
    return found


def reached_on(attendance: Attendance, absence: WholeAbsence, rule: RuleVersion) -> date | None:
    """The school day on which an absence has lasted more than four weeks; None when it has not.

    Default: the first missed school day after four lesson weeks are complete (without holidays day 29).
    """
    if rule["duration"] == "lesson_weeks":
        complete = four_weeks_last(attendance, absence, rule["lesson_weeks"])
        return first_missed(absence, lambda day: day > complete)
    needed = rule["calendar_days"][rule["duration"]]
    return first_missed(absence, lambda day: calendar_days(absence.first, day) >= needed)


def threshold_days(attendance: Attendance, absence: WholeAbsence, rule: RuleVersion) -> int:
    """From how many calendar days this absence is long: more where holidays fell in it."""
    if rule["duration"] == "lesson_weeks":
        complete = four_weeks_last(attendance, absence, rule["lesson_weeks"])
        return calendar_days(absence.first, complete) + 1
    return int(rule["calendar_days"][rule["duration"]])


def band(absence: WholeAbsence, rule: RuleVersion) -> str:
    """Over three months from the same day number three months later (9 January → 9 April)."""
    later = add_months(absence.first, rule["band_months"])
    return OVER_THREE_MONTHS if absence.last >= later else UP_TO_THREE_MONTHS


def _finding(
    attendance: Attendance, absence: WholeAbsence, reached: date, rule: RuleVersion, provisions: Provisions
) -> Finding:
    due = due_after(reached, provisions)
    quantity = calendar_days(absence.first, absence.last)
    threshold = threshold_days(attendance, absence, rule)
    details: dict[str, Any] = {
        "reached_on": reached.isoformat(),
        "band": band(absence, rule),
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
            "over_three_months" if details["band"] == OVER_THREE_MONTHS else "finding",
            period=period_text(absence.first, absence.last),
            days=days_text(quantity),
            school_days=school_days_text(len(absence.days)),
            threshold=days_text(threshold),
            due=day_text(due.day),
        ),
        facts=refs_of(attendance, absence),
        obligation="must",
        due=due.day,
        met=False,
        details=details,
    )
