"""Uninterrupted absence: every school day missed whole (docs/specification/rules.md §6, Durations; §9.6).

Closures neither break nor start an absence; of a pupil of two schools a day is missed whole when it is
missed at both. An absence also ends where nothing more is known (a school that did not deliver), where the
pupil is not enrolled on a day with school, and where an exemption begins.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from aanwezig.rules.attendance import Attendance, Exact, Mark, PupilDay, SchoolDay
from aanwezig.values.period import ONE_DAY

CountsMark = Callable[[Mark], bool]


@dataclass(frozen=True, slots=True)
class WholeAbsence:
    """School days missed whole without a break.

    ``until``: the last day of which is known that the absence goes on: the day before the pupil came back,
    left the school, became exempt, or after which nothing was delivered.
    """

    days: tuple[PupilDay, ...]
    until: date

    @property
    def first(self) -> date:
        return self.days[0].date

    @property
    def last(self) -> date:
        """The last school day missed."""
        return self.days[-1].date


def missed_whole(day: PupilDay, counts: CountsMark) -> bool:
    """Whether all possible time of a day was missed by marks that count, at every school with lessons."""
    had_lessons = False
    for school in day.schools:
        if school.possible > 0:
            had_lessons = True
            if not school.marks:
                return False
            if not _is_whole(school, counts):
                return False
    return had_lessons


def _is_whole(school: SchoolDay, counts: CountsMark) -> bool:
    """Whether marks that count take all possible time.

    They do too when a row says that the whole day was missed, and of the day nothing else is told but lateness.
    """
    missed: Exact = 0
    said_whole = False
    something_else = False
    for mark in school.marks:
        row = mark.absence
        if counts(mark):
            missed += mark.minutes
            said_whole = said_whole or (row.part == "day" and row.lesson is None and row.minutes is None)
        elif row.reason != "late":
            something_else = True
    return missed >= school.possible or (said_whole and not something_else)


def whole_absences(attendance: Attendance, kind: Hashable, counts: CountsMark) -> tuple[WholeAbsence, ...]:
    """All uninterrupted absences of a pupil by marks that count, in order.

    ``kind`` names what ``counts`` takes, so that rules asking the same share the answer.
    """
    key = ("whole absences", kind)
    found = attendance.memo.get(key)
    if not isinstance(found, tuple):
        found = attendance.memo[key] = _find(attendance, counts)
    return found


def _find(attendance: Attendance, counts: CountsMark) -> tuple[WholeAbsence, ...]:
    runs: list[list[PupilDay]] = []
    missed = [day for day in attendance.marked_days if missed_whole(day, counts)]
    if not missed:
        return ()
    stretches = known_stretches(attendance)
    for day in missed:
        if runs and _follows(attendance, stretches, runs[-1][-1].date, day.date):
            runs[-1].append(day)
        else:
            runs.append([day])
    return tuple(WholeAbsence(tuple(run), _until(attendance, stretches, run[-1].date)) for run in runs)


def _follows(
    attendance: Attendance, stretches: tuple[tuple[date, date], ...], first: date, second: date
) -> bool:
    """Whether no school day with possible time and no break lies between two days."""
    low, high = attendance.position[first], attendance.position[second]
    if high - low > 1 and any(day.possible > 0 for day in attendance.days[low + 1 : high]):
        return False
    return any(begin <= first and second <= end for begin, end in stretches)


def _until(attendance: Attendance, stretches: tuple[tuple[date, date], ...], last: date) -> date:
    end = next((end for begin, end in stretches if begin <= last <= end), last)
    for day in attendance.days[attendance.position[last] + 1 :]:
        if day.possible > 0:
            return min(end, day.date - ONE_DAY)
    return end


def known_stretches(attendance: Attendance) -> tuple[tuple[date, date], ...]:
    """The stretches of days in which the pupil was enrolled, not exempt, and all its schools delivered.

    A gap without a school day is no gap: two enrolments around the summer are one stretch.
    """
    found = attendance.memo.get("known stretches")
    if not isinstance(found, tuple):
        found = attendance.memo["known stretches"] = _known_stretches(attendance)
    return found


def _known_stretches(attendance: Attendance) -> tuple[tuple[date, date], ...]:
    setting = attendance.setting
    on = setting.on
    enrolments = [
        (e.school_id, e.period.first, min(on, e.period.last or on)) for e in attendance.facts.enrolments
    ]
    enrolments = [enrolment for enrolment in enrolments if enrolment[1] <= enrolment[2]]
    exemptions = [e.period for e in attendance.facts.exemptions if e.is_full]
    if len(enrolments) == 1 and not exemptions:
        school_id, first, last = enrolments[0]
        last = min(last, setting.last_day(school_id))
        return ((first, last),) if first <= last else ()
    cuts = {day for _, first, last in enrolments for day in (first, last + ONE_DAY)}
    cuts |= {setting.last_day(school_id) + ONE_DAY for school_id, _, _ in enrolments}
    for period in exemptions:
        cuts.add(period.first)
        if period.last is not None:
            cuts.add(period.last + ONE_DAY)
    ordered = sorted(day for day in cuts if day <= on)
    stretches: list[tuple[date, date]] = []
    # Days of which a school did not deliver may have been attended: they always break.
    unknown_between = False
    for start, following in pairwise([*ordered, on + ONE_DAY]):
        end = following - ONE_DAY
        schools = [school_id for school_id, first, last in enrolments if first <= start <= last]
        delivered = all(start <= setting.last_day(school_id) for school_id in schools)
        if schools and not delivered:
            unknown_between = True
            continue
        if not schools or any(start in period for period in exemptions):
            continue
        if stretches and not unknown_between and not _school_between(attendance, stretches[-1][1], start):
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
        unknown_between = False
    return tuple(stretches)


def _school_between(attendance: Attendance, last: date, first: date) -> bool:
    """Whether a day with school lies between two days: of the region where the pupil lives, or while exempt."""
    if first - last == ONE_DAY:
        return False
    if any(last < day < first for day in attendance.exempt_dates):
        return True
    facts = attendance.facts
    calendar = attendance.setting.calendars.of_region(facts.municipality)
    day = last + ONE_DAY
    while day < first:
        if calendar.is_school_day(day) and not any(day in e.period for e in facts.enrolments):
            return True
        day += ONE_DAY
    return False


def part_with(absence: WholeAbsence, holds: Callable[[date], bool]) -> tuple[WholeAbsence, ...]:
    """The parts of an absence on whose school days something holds (a legal status)."""
    parts: list[WholeAbsence] = []
    run: list[PupilDay] = []
    for day in absence.days:
        if holds(day.date):
            run.append(day)
        elif run:
            parts.append(WholeAbsence(tuple(run), day.date - ONE_DAY))
            run = []
    if run:
        parts.append(WholeAbsence(tuple(run), absence.until))
    return tuple(parts)
