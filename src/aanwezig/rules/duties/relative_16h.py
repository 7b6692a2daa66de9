"""Sixteen hours unauthorised within four consecutive lesson weeks (Leerplichtwet 1969 article 21a).

The reading in full stands in docs/specification/rules.md §2 'The 16 hours, exactly' and §9.1-4. This plain scan is the
specification; the batch form for millions of rows must give the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from aanwezig.calendar import SchoolCalendar
from aanwezig.rules.attendance import Attendance, Exact, Mark, SchoolDay, exact
from aanwezig.rules.duties.in_force import is_current, judgement, readings
from aanwezig.rules.facts import Enrolment
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import version_on
from aanwezig.rules.legal_status import COMPULSORY, DUTY, statuses_of
from aanwezig.rules.meeting import due_after, with_notifications
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.unauthorised import MAY_COUNT, SENT_AWAY, Counts, counts_for_16_hours
from aanwezig.rules.wording import day_text, hours_text, period_text
from aanwezig.values import CannotTell
from aanwezig.values.period import ONE_DAY, monday_of

RULE = "relative_16h"
BUNDLE = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day with time that counts: ``minutes`` for the 16 hours, and the rows they come from."""

    day: SchoolDay
    minutes: Exact
    marks: tuple[Mark, ...]

    @property
    def date(self) -> date:
        return self.day.date


@dataclass(frozen=True, slots=True)
class Reached:
    """A window in which the threshold was reached: ``days`` from its begin to its end."""

    days: tuple[CountedDay, ...]
    reached: date
    window_last: date
    rule: RuleVersion
    bundled: int = 1

    @property
    def first(self) -> date:
        return self.days[0].date

    @property
    def last(self) -> date:
        return self.days[-1].date

    @property
    def minutes(self) -> Exact:
        return exact(sum((day.minutes for day in self.days), 0))


VersionOn = Callable[[date], RuleVersion | None]


def relative_16h(attendance: Attendance, provisions: Provisions) -> Judgement:
    """The duty to notify 16 hours; what cannot be decided without ``authorised`` or ``birth_date``."""
    version = _versions(provisions)
    statuses = statuses_of(attendance, provisions)
    findings: list[Finding] = []
    missing: list[str] = []
    for stay in () if attendance.reasons.isdisjoint(MAY_COUNT) else stays(attendance):
        certain, possible = _counted(attendance, stay, version)
        if not possible:
            continue
        status = {day.date: statuses.on(day.date) for day in possible}
        no_birth_date = any(isinstance(found, CannotTell) for found in status.values())
        if not no_birth_date:
            certain = [day for day in certain if status[day.date] in DUTY]
            possible = [day for day in possible if status[day.date] in DUTY]
        here = [
            _finding(attendance, stay, reached, str(status[reached.reached]), provisions)
            for reached in scan(certain, stay.calendar, version)
        ]
        current = sum(1 for finding in here if is_current(finding.last_day, attendance))
        if no_birth_date:
            missing += ["birth_date"] if current else []
        else:
            findings += here
        if [day.minutes for day in certain] != [day.minutes for day in possible]:
            with_open = scan(possible, stay.calendar, version)
            further = sum(1 for reached in with_open if is_current(reached.last, attendance))
            missing += ["authorised"] if further > current else []
    findings = list(
        with_notifications(findings, attendance.facts.notifications, RULE, attendance.setting.on, provisions)
    )
    return judgement(attendance, RULE, findings, missing)


def scan(days: list[CountedDay], calendar: SchoolCalendar, version: VersionOn) -> list[Reached]:
    """Go through the counted days upward; raise on the first day that reaches the threshold in a window.

    Of the begins whose window holds the day, the earliest makes the greatest sum: a window that begins
    later ends later, so begins that are past are dropped from the front. After a window is reached
    counting starts anew the day after its end.
    """
    found: list[Reached] = []
    open_days: deque[CountedDay] = deque()
    total: Exact = 0
    resume_after = date.min
    for index, day in enumerate(days):
        if day.date <= resume_after:
            continue
        rule = version(day.date)
        if rule is None:
            continue
        open_days.append(day)
        total += day.minutes
        while window_last(calendar, open_days[0].date, rule) < day.date:
            total -= open_days.popleft().minutes
        threshold = rule["threshold_minutes"]
        if total > threshold or (total == threshold and rule["operator"] == ">="):
            end = window_last(calendar, open_days[0].date, rule)
            used = list(open_days)
            if rule["end_day"] == "last_absence":
                for later in days[index + 1 :]:
                    if later.date > end:
                        break
                    used.append(later)
            found.append(Reached(tuple(used), day.date, end, rule))
            resume_after = used[-1].date
            open_days.clear()
            total = 0
    return _bundled(found, calendar)


def window_last(calendar: SchoolCalendar, begin: date, rule: RuleVersion) -> date:
    """The last day of the window that begins on a day, by the reading chosen."""
    weeks = rule["lesson_weeks"]
    if rule["window"] == "iso_weeks":
        monday = calendar.lesson_week_after(monday_of(begin), weeks - 1)
        return date.max if monday is None else monday + timedelta(days=6)
    return calendar.window_end(begin, weeks)


@dataclass(frozen=True, slots=True)
class Stay:
    """The time a pupil is at one school without another school in between."""

    school_id: str
    first: date
    last: date
    calendar: SchoolCalendar


def stays(attendance: Attendance) -> Iterator[Stay]:
    """Each stay at a school: a change of school makes counting start from nothing (rules.md §9.1)."""
    on = attendance.setting.on
    for school_id in attendance.school_ids:
        own = sorted(
            (e for e in attendance.facts.enrolments if e.school_id == school_id),
            key=lambda enrolment: enrolment.period.first,
        )
        groups: list[list[Enrolment]] = [[own[0]]]
        for enrolment in own[1:]:
            if _was_elsewhere(attendance, groups[-1], enrolment):
                groups.append([enrolment])
            else:
                groups[-1].append(enrolment)
        for group in groups:
            first = group[0].period.first
            yield Stay(
                school_id,
                first,
                max(e.period.last or on for e in group),
                attendance.setting.calendars.of(school_id, group[-1].group),
            )


def _was_elsewhere(attendance: Attendance, before: list[Enrolment], after: Enrolment) -> bool:
    """Whether the pupil was enrolled at another school while it was not at this one."""
    ends = [enrolment.period.last for enrolment in before]
    last = max((end for end in ends if end is not None), default=None)
    if None in ends or last is None or after.period.first - last <= ONE_DAY:
        return False
    return any(
        e.school_id != after.school_id
        and e.period.first < after.period.first
        and (e.period.last is None or e.period.last > last)
        for e in attendance.facts.enrolments
    )


def _versions(provisions: Provisions) -> VersionOn:
    known: dict[date, RuleVersion | None] = {}

    def on(day: date) -> RuleVersion | None:
        if day not in known:
            known[day] = version_on(provisions, RULE, day)
        return known[day]

    return on


def _counted(
    attendance: Attendance, stay: Stay, version: VersionOn
) -> tuple[list[CountedDay], list[CountedDay]]:
    """The days that count for certain, and with the marks of which nobody said whether they were authorised."""
    certain: list[CountedDay] = []
    possible: list[CountedDay] = []
    for day in attendance.marked_at_school(stay.school_id):
        if not stay.first <= day.date <= stay.last:
            continue
        rule = version(day.date)
        if rule is None:
            continue
        counting: list[Mark] = []
        with_open: list[Mark] = []
        for mark in day.marks:
            if mark.hours > 0 and mark.absence.reason in MAY_COUNT:
                answer = counts_for_16_hours(mark.absence, attendance.facts, rule)
                if answer is not Counts.NO:
                    with_open.append(mark)
                    if answer is Counts.YES:
                        counting.append(mark)
        if counting:
            certain.append(CountedDay(day, sum((m.hours for m in counting), 0), tuple(counting)))
        if with_open:
            possible.append(CountedDay(day, sum((m.hours for m in with_open), 0), tuple(with_open)))
    return certain, possible


def _bundled(found: list[Reached], calendar: SchoolCalendar) -> list[Reached]:
    """With the parameter on: of absence that goes on right after a notification one per 7 calendar days."""
    if not any(reached.rule["bundle_per_7_days"] for reached in found):
        return found
    result: list[Reached] = []
    block: date | None = None
    for previous, reached in pairwise([None, *found]):
        if reached is None:
            continue
        goes_on = (
            previous is not None
            and bool(reached.rule["bundle_per_7_days"])
            and _continuous(previous, reached, calendar)
        )
        if goes_on and block is not None and reached.first <= block + BUNDLE:
            last = result[-1]
            result[-1] = replace(
                last,
                days=last.days + reached.days,
                reached=reached.reached,
                window_last=reached.window_last,
                bundled=last.bundled + 1,
            )
            continue
        block = reached.first if goes_on else None
        result.append(reached)
    return result


def _continuous(previous: Reached, reached: Reached, calendar: SchoolCalendar) -> bool:
    """Whether every school day from the end of one window to the end of the next was missed whole."""
    missed = {day.date for day in (*previous.days, *reached.days) if _is_whole(day)}
    return all(day in missed for day in calendar.school_days(previous.last, reached.last))


def _is_whole(day: CountedDay) -> bool:
    return sum((mark.minutes for mark in day.marks), 0) >= day.day.possible


def _finding(
    attendance: Attendance, stay: Stay, reached: Reached, status: str, provisions: Provisions
) -> Finding:
    rule = reached.rule
    must = status in COMPULSORY
    due = due_after(reached.reached, provisions)
    details: dict[str, Any] = {
        "reached_on": reached.reached.isoformat(),
        "window_last_day": reached.window_last.isoformat(),
        "legal_status": status,
        **due.details,
        **readings(rule),
    }
    if any(mark.by_clock for day in reached.days for mark in day.marks):
        details["counted_by_clock"] = True
    if any(day.day.assumed for day in reached.days):
        details["assumed_timetable"] = True
    if reached.bundled > 1:
        details["bundled"] = reached.bundled
    sent_away = [
        mark.absence.ref
        for day in attendance.marked_at_school(stay.school_id)
        if reached.first <= day.date <= reached.last
        for mark in day.marks
        if mark.absence.reason in SENT_AWAY
    ]
    if sent_away and not rule["count_sent_away"]:
        details["sent_away_not_counted"] = sent_away
    return Finding(
        rule=RULE,
        version=rule.version,
        kind="duty",
        pupil_id=attendance.facts.pupil_id,
        school_id=stay.school_id,
        first_day=reached.first,
        last_day=reached.last,
        quantity=reached.minutes,
        threshold=rule["threshold_minutes"],
        unit="minutes",
        explanation=rule.explain(
            "must" if must else "may",
            period=period_text(reached.first, reached.last),
            hours=hours_text(reached.minutes),
            threshold=hours_text(rule["threshold_minutes"]),
            due=day_text(due.day),
        ),
        facts=tuple(dict.fromkeys(mark.absence.ref for day in reached.days for mark in day.marks)),
        obligation="must" if must else "may",
        due=due.day,
        met=False,
        details=details,
    )
