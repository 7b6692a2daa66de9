"""From rows to days: what a pupil missed on each school day, each minute counted once.

This is the plain form, the specification; the measures have the same as expressions for an engine, and
property tests hold the two equal. Sources: docs/specification/register.md §2 (timetable), §5 (possible, absent);
docs/specification/rules.md §2 (unit, minutes), §9.2, §9.6.

Numbers are exact: int, or Fraction where half a day or a share of a lesson makes them broken.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from aanwezig.calendar import SchoolCalendar, SchoolInfo
from aanwezig.rules.facts import Absence, Enrolment, Exemption, PupilFacts, Setting
from aanwezig.values import SchoolYear
from aanwezig.values.period import ONE_DAY, birthday, monday_of

Exact = int | Fraction
# Reasons that are no absence: present elsewhere, or not obliged to be there.
PRESENT_REASON = "elsewhere"
EXEMPT_REASON = "exempt"
NO_ABSENCE = (PRESENT_REASON, EXEMPT_REASON)
# Up to so many minutes a week a child under 6 may stay home (Leerplichtwet article 11a; rules.md §3).
UNDER_6_WEEKLY_MINUTES = {"under6_5h": 300, "under6_10h": 600}
HALVES = ("morning", "afternoon")
# A lesson of at most so many minutes is one hour in the sectors that count lessons (rules.md §2, unit).
HOUR = 60


def exact(value: Exact) -> Exact:
    """An int where a Fraction is whole: keeps sums fast."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


@dataclass(frozen=True, slots=True)
class Mark:
    """What one row still says of a day, once doubles are out and the day's cap is applied.

    ``minutes``: clock minutes missed. ``hours``: minutes for the 16 hours, in which a lesson of at most 60
    minutes counts as 60 in the sectors that count lessons. ``by_clock``: the row gave no way to count
    lessons, so the clock was used.
    """

    absence: Absence
    minutes: Exact
    hours: Exact
    by_clock: bool = False

    @property
    def is_absence(self) -> bool:
        return self.absence.reason not in NO_ABSENCE


@dataclass(frozen=True, slots=True)
class SchoolDay:
    """One pupil's day at one school where it is enrolled and the school has lessons for its group.

    ``timetabled``: minutes by the calendar. ``possible``: those less exempt time, or raised to what was
    registered where the timetable is assumed. ``exempt``: all duty was lifted that day.
    """

    school_id: str
    date: date
    timetabled: int
    possible: Exact
    marks: tuple[Mark, ...] = ()
    exempt: bool = False
    assumed: bool = False
    late_count: int = 0

    @property
    def absent(self) -> Exact:
        return sum((mark.minutes for mark in self.marks if mark.is_absence), 0) if self.marks else 0


@dataclass(frozen=True, slots=True)
class RowFault:
    """A contradiction between accepted facts: ``kind`` is the id of the fault rule that reports it."""

    kind: str
    school_id: str
    date: date
    facts: tuple[str, ...]
    quantity: Exact | None = None
    threshold: Exact | None = None


@dataclass(frozen=True, slots=True)
class PupilDay:
    """One pupil's day over all schools; possible time adds up (symbiosis)."""

    date: date
    schools: tuple[SchoolDay, ...]

    @property
    def possible(self) -> Exact:
        if len(self.schools) == 1:
            return self.schools[0].possible
        return sum((day.possible for day in self.schools), 0)

    @property
    def absent(self) -> Exact:
        if len(self.schools) == 1:
            return self.schools[0].absent
        return sum((day.absent for day in self.schools), 0)

    @property
    def marks(self) -> tuple[Mark, ...]:
        if len(self.schools) == 1:
            return self.schools[0].marks
        return tuple(mark for day in self.schools for mark in day.marks)

    @property
    def late_count(self) -> int:
        return sum(day.late_count for day in self.schools)


@dataclass
class Attendance:
    """All school days of a pupil up to the reference date, made once and shared by every rule.

    A day is in ``days`` when the pupil is enrolled at a school that has lessons for its group, has no
    full exemption, and the school's absence is complete up to that day.

    ``memo`` is for what rules work out from these days and share with each other, such as spells.
    """

    facts: PupilFacts
    setting: Setting
    memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def days(self) -> tuple[PupilDay, ...]:
        """The pupil's school days in order, those without any mark included."""
        return tuple(self.by_date.values())

    @cached_property
    def by_date(self) -> dict[date, PupilDay]:
        """The same by date, in order."""
        return self._built[0]

    @property
    def faults(self) -> list[RowFault]:
        """The contradictions met while rows became days."""
        return self._built[1]

    @property
    def exempt_dates(self) -> list[date]:
        """The days on which a school where the pupil is enrolled had lessons, but an exemption was in force."""
        return self._built[2]

    @cached_property
    def marked_days(self) -> tuple[PupilDay, ...]:
        """The days with at least one mark, in order: most rules need no other."""
        dates = {absence.date for absence in self.facts.absences}
        found = (self.by_date.get(day) for day in sorted(dates))
        return tuple(day for day in found if day is not None and day.marks)

    @cached_property
    def reasons(self) -> frozenset[str]:
        """Every reason among the rows: a rule that asks for another need not look at the days."""
        return frozenset(absence.reason for absence in self.facts.absences)

    @cached_property
    def position(self) -> dict[date, int]:
        """Of each school day its place in ``days``: days that follow each other differ by one."""
        return {day: index for index, day in enumerate(self.by_date)}

    @cached_property
    def school_ids(self) -> tuple[str, ...]:
        """The schools where the pupil is or was enrolled, in order of first enrolment."""
        ordered = sorted(self.facts.enrolments, key=lambda e: (e.period.first, e.school_id))
        return tuple(dict.fromkeys(enrolment.school_id for enrolment in ordered))

    def at_school(self, school_id: str) -> list[SchoolDay]:
        """The pupil's days at one school, in order."""
        return [s for day in self.days for s in day.schools if s.school_id == school_id]

    def marked_at_school(self, school_id: str) -> list[SchoolDay]:
        """The pupil's days with a mark at one school, in order."""
        return [s for day in self.marked_days for s in day.schools if s.school_id == school_id and s.marks]

    def enrolment(self, school_id: str, day: date) -> Enrolment | None:
        """The enrolment at a school on a day; of two that overlap the one that began last."""
        found = [e for e in self.facts.enrolments if e.school_id == school_id and day in e.period]
        return max(found, key=lambda e: e.period.first) if found else None

    def calendar(self, school_id: str, day: date | None = None) -> SchoolCalendar:
        """The calendar of the pupil's group at a school (on a day, or in its latest enrolment there)."""
        enrolment = self.enrolment(school_id, day) if day else None
        if enrolment is None:
            own = [e for e in self.facts.enrolments if e.school_id == school_id]
            enrolment = max(own, key=lambda e: e.period.first) if own else None
        return self.setting.calendars.of(school_id, enrolment.group if enrolment else None)

    def full_exemption(self, day: date) -> Exemption | None:
        """The exemption by article 5 or 15 in force on a day."""
        for exemption in self.facts.exemptions:
            if exemption.is_full and day in exemption.period:
                return exemption
        return None

    @cached_property
    def _built(self) -> tuple[dict[date, PupilDay], list[RowFault], list[date]]:
        return _Days(self).build()


class _Days:
    """Builds the days of one pupil; used once."""

    def __init__(self, attendance: Attendance) -> None:
        self.attendance = attendance
        self.facts = attendance.facts
        self.setting = attendance.setting
        self.faults: list[RowFault] = []
        self.exempt: set[date] = set()

    def build(self) -> tuple[dict[date, PupilDay], list[RowFault], list[date]]:
        rows: dict[tuple[str, date], list[Absence]] = {}
        for absence in self.facts.absences:
            rows.setdefault((absence.school_id, absence.date), []).append(absence)
        days: dict[date, PupilDay] = {}
        for school_id in self.attendance.school_ids:
            own = {day: found for (school, day), found in rows.items() if school == school_id}
            here = self._at_school(school_id, own)
            if not days:
                days = here
            else:
                for day, added in here.items():
                    known = days.get(day)
                    days[day] = added if known is None else PupilDay(day, known.schools + added.schools)
            for day in own:
                del rows[school_id, day]
        for (school_id, day), left in sorted(rows.items()):
            if day <= self.setting.last_day(school_id):
                self._fault("absence_outside_enrolment", left)
        ordered = dict(sorted(days.items())) if len(self.attendance.school_ids) > 1 else days
        return ordered, self.faults, sorted(self.exempt)

    def _at_school(self, school_id: str, rows: dict[date, list[Absence]]) -> dict[date, PupilDay]:
        """The days at one school, in order."""
        school = self.setting.calendars.schools[school_id]
        last = self.setting.last_day(school_id)
        days: dict[date, PupilDay] = {}
        unused = dict(rows)
        for first_day, last_day, enrolment in _stretches(self.facts.enrolments, school_id, last):
            calendar = self.setting.calendars.of(school_id, enrolment.group)
            blank = self._blank_days(school_id, calendar, first_day, last_day)
            if self.facts.exemptions:
                for day in blank:
                    made = self._school_day(school, calendar, day, rows.get(day, []))
                    if made.exempt:
                        self.exempt.add(day)
                    else:
                        days[day] = PupilDay(day, (made,))
                    unused.pop(day, None)
                blank = {}
            days.update(blank)
            for day in sorted(unused):
                if not first_day <= day <= last_day:
                    continue
                found = unused.pop(day)
                if day in blank:
                    days[day] = PupilDay(day, (self._school_day(school, calendar, day, found),))
                else:
                    self._fault("absence_on_closed_day", found)
        for day, left in sorted(unused.items()):
            if day <= last:
                self._fault("absence_outside_enrolment", left)
        return days

    def _blank_days(
        self, school_id: str, calendar: SchoolCalendar, first: date, last: date
    ) -> dict[date, PupilDay]:
        """The days without a mark: the same for every pupil of a group, so they are made once a school year."""
        memo = self.setting.calendars.memo
        blank: dict[date, PupilDay] = {}
        for start in range(SchoolYear.of(first).start_year, SchoolYear.of(last).start_year + 1):
            key = ("blank days", school_id, id(calendar), start)
            if key not in memo:
                year = SchoolYear(start)
                dates = list(calendar.school_days(year.first, year.last))
                memo[key] = (dates, [_blank(school_id, calendar, day) for day in dates])
            dates, days = memo[key]
            low, high = bisect_left(dates, first), bisect_right(dates, last)
            blank.update(zip(dates[low:high], days[low:high], strict=True))
        return blank

    def _fault(
        self,
        kind: str,
        rows: Sequence[Absence],
        quantity: Exact | None = None,
        threshold: Exact | None = None,
    ) -> None:
        """A row that says the pupil was present elsewhere or exempt claims no absence: alone it is no fault."""
        if all(row.reason in NO_ABSENCE for row in rows):
            return
        refs = tuple(dict.fromkeys(row.ref for row in sorted(rows, key=lambda row: row.row)))
        self.faults.append(RowFault(kind, rows[0].school_id, rows[0].date, refs, quantity, threshold))

    def _school_day(
        self, school: SchoolInfo, calendar: SchoolCalendar, day: date, rows: list[Absence]
    ) -> SchoolDay:
        assumed = calendar.assumed(day)
        minutes = calendar.minutes(day)
        if self.attendance.full_exemption(day) is not None:
            if rows:
                self._fault("absence_while_exempt", rows)
            return SchoolDay(school.school_id, day, minutes, 0, exempt=True, assumed=assumed)
        marks, late_count = self._resolve(school, minutes, rows)
        exempt_minutes: Exact = 0
        absent: Exact = 0
        for mark in marks:
            if mark.is_absence:
                absent += mark.minutes
            elif mark.absence.reason == EXEMPT_REASON:
                exempt_minutes += mark.minutes
        possible: Exact = max(0, minutes - max(exempt_minutes, self._under_6_minutes(day, minutes)))
        if absent > possible:
            if calendar.timetable_assumed:
                possible = absent
            else:
                self._fault(
                    "more_than_possible", [m.absence for m in marks if m.is_absence], absent, possible
                )
                marks = tuple(_scaled(mark, Fraction(possible) / Fraction(absent)) for mark in marks)
        return SchoolDay(school.school_id, day, minutes, exact(possible), marks, False, assumed, late_count)

    def _under_6_minutes(self, day: date, timetabled: int) -> int:
        """A fifth of the week's allowance on each school day of a child under 6 (our working out).

        Where the school registers the hours it grants (reason ``exempt``) in that week, those rows say
        when they were, and the allowance is not taken off a second time.
        """
        allowance = 0
        for exemption in self.facts.exemptions:
            if not exemption.is_full and day in exemption.period:
                allowance = max(allowance, UNDER_6_WEEKLY_MINUTES[exemption.ground])
        if not allowance or self.facts.birth_date is None or day >= birthday(self.facts.birth_date, 6):
            return 0
        if monday_of(day) in self._weeks_with_exempt_rows:
            return 0
        return min(timetabled, allowance // 5)

    @cached_property
    def _weeks_with_exempt_rows(self) -> frozenset[date]:
        return frozenset(monday_of(row.date) for row in self.facts.absences if row.reason == EXEMPT_REASON)

    def _resolve(
        self, school: SchoolInfo, timetabled: int, rows: list[Absence]
    ) -> tuple[tuple[Mark, ...], int]:
        """The rows of a day as marks that overlap nowhere; which row stands is the one recorded last.

        A row for a part of the day takes what the rows with minutes or a lesson leave of it, the one recorded
        last first. Lateness without minutes is no time, whichever part of the day it was (register.md §3).
        """
        if not rows:
            return (), 0
        standing = self._without_doubles(rows) if len(rows) > 1 else rows
        marks: list[Mark] = []
        parts: list[Absence] = []
        late = 0
        for row in standing:
            if row.reason == "late":
                late += 1
                marks.append(mark_of(school, row))
            elif row.part is not None and row.minutes is None:
                parts.append(row)
            else:
                marks.append(mark_of(school, row))
        if parts:
            parts.sort(key=_precedence)
            free = max(0, timetabled - sum(m.minutes for m in marks if m.absence.part is None))
            halves: dict[str, Absence] = {}
            for row in parts:
                for half in HALVES if row.part == "day" else (str(row.part),):
                    halves.setdefault(half, row)
            for row in parts:
                own = sum(1 for standing_row in halves.values() if standing_row is row)
                if own:
                    taken = min(_half(timetabled * own), free)
                    free -= taken
                    marks.append(mark_of(school, row, exact(taken)))
        if len(marks) > 1:
            marks.sort(key=_line)
        return tuple(marks), late

    def _without_doubles(self, rows: list[Absence]) -> list[Absence]:
        """Of rows on one lesson, part or start time the one recorded last; two reasons are a fault.

        A row for the whole day covers the lessons and halves that were recorded before it.
        """
        lessons = {row.lesson for row in rows}
        if len(lessons) == len(rows) and None not in lessons:
            return rows
        standing: list[Absence] = []
        slots: dict[tuple[str, str], list[Absence]] = {}
        for row in rows:
            if row.lesson is not None:
                slots.setdefault(("lesson", row.lesson), []).append(row)
            elif row.part is not None:
                slots.setdefault(("part", row.part), []).append(row)
            elif row.start_time is not None:
                slots.setdefault(("start", row.start_time), []).append(row)
            else:
                standing.append(row)
        for slot_rows in slots.values():
            if len({row.reason for row in slot_rows}) > 1:
                self._fault("two_marks", slot_rows)
            standing.append(min(slot_rows, key=_precedence))
        whole = next(
            (row for row in standing if row.part == "day" and row.lesson is None and row.reason != "late"),
            None,
        )
        if whole is not None:
            within = [
                row for row in standing if row is not whole and (row.lesson is not None or row.part in HALVES)
            ]
            if any(row.reason != whole.reason for row in within):
                self._fault("two_marks", [whole, *within])
            covered = {id(row) for row in within if _precedence(whole) < _precedence(row)}
            standing = [row for row in standing if id(row) not in covered]
        return standing


def _blank(school_id: str, calendar: SchoolCalendar, day: date) -> PupilDay:
    minutes = calendar.minutes(day)
    return PupilDay(day, (SchoolDay(school_id, day, minutes, minutes, assumed=calendar.assumed(day)),))


def _half(minutes: int) -> Exact:
    return Fraction(minutes, 2) if minutes % 2 else minutes // 2


def _line(mark: Mark) -> int:
    return mark.absence.row


def _precedence(row: Absence) -> tuple[float, int]:
    """Sorts the row that decides first: the one recorded last, among equals the first line."""
    recorded = row.recorded_at.timestamp() if isinstance(row.recorded_at, datetime) else float("-inf")
    return (-recorded, row.row)


def mark_of(school: SchoolInfo, row: Absence, part_minutes: Exact | None = None) -> Mark:
    """The minutes of a row, by the clock and for the 16 hours, before the day's cap.

    A lesson without minutes has the school's lesson length. For the 16 hours a lesson of at most 60
    minutes counts as 60 where the sector counts lessons: whole when the row gives no minutes or at least
    a lesson's, else its exact share; where the school states no lesson length, what is no whole lesson
    counts by the clock.
    """
    length = school.lesson_length
    minutes: Exact
    if part_minutes is not None:
        minutes = part_minutes
    elif row.minutes is not None:
        minutes = row.minutes
    else:
        # Lateness without minutes counts as lateness, not as time (register.md §3).
        minutes = 0 if row.reason == "late" else length
    if not school.counts_lessons or length > HOUR:
        return Mark(row, minutes, minutes)
    if row.lesson is not None and minutes >= length:
        return Mark(row, minutes, HOUR)
    if school.lesson_minutes is not None:
        return Mark(row, minutes, exact(Fraction(minutes * HOUR) / length))
    return Mark(row, minutes, minutes, by_clock=minutes > 0)


def _scaled(mark: Mark, factor: Fraction) -> Mark:
    """A mark cut to its share of the day: what is cut is cut from every reason in proportion."""
    if not mark.is_absence:
        return mark
    return replace(mark, minutes=exact(mark.minutes * factor), hours=exact(mark.hours * factor))


def _stretches(
    enrolments: Sequence[Enrolment], school_id: str, last: date
) -> list[tuple[date, date, Enrolment]]:
    """The days enrolled at a school, each day once; of enrolments that overlap the one begun last holds."""
    own = [e for e in enrolments if e.school_id == school_id and e.period.first <= last]
    if len(own) == 1:
        period = own[0].period
        return [(period.first, min(last, period.last or last), own[0])]
    ends = {e.period.last + ONE_DAY for e in own if e.period.last is not None and e.period.last < last}
    cuts = sorted({e.period.first for e in own} | ends)
    stretches: list[tuple[date, date, Enrolment]] = []
    for index, start in enumerate(cuts):
        holding = [e for e in own if start in e.period]
        if holding:
            end = cuts[index + 1] - ONE_DAY if index + 1 < len(cuts) else last
            stretches.append((start, end, max(holding, key=lambda e: (e.period.first, e.ref))))
    return stretches
