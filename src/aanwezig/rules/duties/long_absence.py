"""Four weeks of uninterrupted absence without a valid reason: what ``long_relative`` and ``rmc_18plus`` share.

Sources: docs/specification/rules.md §2 (table), §6 (durations).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Protocol

from aanwezig.rules.attendance import Attendance, Mark
from aanwezig.rules.duties.in_force import is_current, judgement
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.legal_status import DUTY, Statuses, statuses_of
from aanwezig.rules.meeting import with_notifications
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.spells import WholeAbsence, part_with, whole_absences
from aanwezig.rules.unauthorised import MAY_COUNT, Counts, counts_for_long_absence
from aanwezig.values import CannotTell

CERTAIN = "without a valid reason"
WITH_OPEN = "perhaps without a valid reason"


def long_absences(
    attendance: Attendance, statuses: Statuses, since: date, *, with_open: bool = False
) -> Iterator[WholeAbsence]:
    """Uninterrupted absence without a valid reason, on days with a duty status (or one that is not known).

    ``since``: from when the rule holds; what came before is not judged. ``with_open``: counting also the
    rows of which nobody said whether they were authorised.
    """
    taken = (Counts.YES, Counts.OPEN) if with_open else (Counts.YES,)

    def counts(mark: Mark) -> bool:
        return counts_for_long_absence(mark.absence, attendance.facts) in taken

    def has_duty(day: date) -> bool:
        if day < since:
            return False
        status = statuses.on(day)
        return isinstance(status, CannotTell) or status in DUTY

    if attendance.reasons.isdisjoint(MAY_COUNT):
        return
    for absence in whole_absences(attendance, WITH_OPEN if with_open else CERTAIN, counts):
        yield from part_with(absence, has_duty)


def has_open_rows(attendance: Attendance) -> bool:
    """Whether a row counts or not by a mark that nobody set."""
    return any(row.reason == "unknown" and row.authorised is None for row in attendance.facts.absences)


def school_of(attendance: Attendance, absence: WholeAbsence) -> str:
    """The school that must notify: that of the last missed day (of two the one first enrolled at)."""
    return absence.days[-1].schools[0].school_id


def four_weeks_last(attendance: Attendance, absence: WholeAbsence, weeks: int) -> date:
    """The day on which so many lesson weeks from the first day are complete, as in the 16-hour window."""
    school_id = absence.days[0].schools[0].school_id
    return attendance.calendar(school_id, absence.first).window_end(absence.first, weeks)


def first_missed(absence: WholeAbsence, condition: Callable[[date], bool]) -> date | None:
    """The first missed school day for which something holds."""
    return next((day.date for day in absence.days if condition(day.date)), None)


def refs_of(attendance: Attendance, absence: WholeAbsence, *, with_open: bool = False) -> tuple[str, ...]:
    """The rows an absence rests on, by date."""
    taken = (Counts.YES, Counts.OPEN) if with_open else (Counts.YES,)
    return tuple(
        dict.fromkeys(
            mark.absence.ref
            for day in absence.days
            for mark in day.marks
            if counts_for_long_absence(mark.absence, attendance.facts) in taken
        )
    )


def calendar_days(first: date, last: date) -> int:
    """Both days included."""
    return (last - first) // timedelta(days=1) + 1


# A long absence, the day it became so, and the version of the rule that says so.
Reached = tuple[WholeAbsence, date, RuleVersion]


class FindReached(Protocol):
    """The absences of one pupil that are long by one rule."""

    def __call__(
        self, attendance: Attendance, provisions: Provisions, statuses: Statuses, *, with_open: bool = False
    ) -> list[Reached]: ...


class MakeFinding(Protocol):
    def __call__(
        self,
        attendance: Attendance,
        absence: WholeAbsence,
        reached: date,
        rule: RuleVersion,
        provisions: Provisions,
    ) -> Finding: ...


def judge_long_absences(
    attendance: Attendance, provisions: Provisions, rule: str, find: FindReached, make: MakeFinding
) -> Judgement:
    """The findings of a rule on long absence, and what cannot be decided without a birth date or a mark."""
    statuses = statuses_of(attendance, provisions)
    findings = []
    missing = []
    reached = find(attendance, provisions, statuses)
    for absence, day, version in reached:
        if not isinstance(statuses.on(day), CannotTell):
            findings.append(make(attendance, absence, day, version, provisions))
        elif is_current(absence.last, attendance):
            missing.append("birth_date")
    if has_open_rows(attendance):
        certain = {day.date for absence, _, _ in reached for day in absence.days}
        for absence, _, _ in find(attendance, provisions, statuses, with_open=True):
            if absence.last not in certain and is_current(absence.last, attendance):
                missing.append("authorised")
    settled = with_notifications(
        findings, attendance.facts.notifications, rule, attendance.setting.on, provisions
    )
    return judgement(attendance, rule, settled, missing)
