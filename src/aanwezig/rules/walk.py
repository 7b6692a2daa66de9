"""The pupil's school days in a row, made once and shared by every signal.

A school day of the pupil: a day in the timetable of a school where it is enrolled, with possible time left
after exemptions. School weeks are lesson weeks of the calendar (docs/specification/register.md §6): weeks without a
school day are skipped when a criterion counts weeks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import Any, Generic, TypeVar

from aanwezig.calendar import Calendars, SchoolCalendar
from aanwezig.rules.attendance import Attendance, Exact, Mark, PupilDay
from aanwezig.values import SchoolYear
from aanwezig.values.period import ONE_DAY

# Of so many different stays at a school the days are kept: enough for a few schools, little memory for a nation.
MOST_ROWS = 1000


def is_absence(mark: Mark) -> bool:
    return mark.is_absence


class LessonWeeks:
    """Counts the lesson weeks of one calendar; worked out once for all pupils, week by week as asked."""

    def __init__(self, calendar: SchoolCalendar) -> None:
        self._calendar = calendar
        self._counts: dict[int, int] = {}
        self._low = self._high = 0

    def count(self, week: int) -> int:
        """How many lesson weeks came up to and with a week, from an arbitrary start: only differences mean something.

        ``week`` is the number of an ISO week since Monday 1 January of the year 1.
        """
        found = self._counts.get(week)
        if found is not None:
            return found
        if not self._counts:
            self._counts[week], self._low, self._high = 0, week, week
        while self._high < week:
            before = self._counts[self._high]
            self._high += 1
            self._counts[self._high] = before + self._is_lesson_week(self._high)
        while self._low > week:
            after = self._counts[self._low] - self._is_lesson_week(self._low)
            self._low -= 1
            self._counts[self._low] = after
        return self._counts[week]

    def _is_lesson_week(self, week: int) -> int:
        return int(self._calendar.is_lesson_week(date.fromordinal(week * 7 + 1)))


def week_of(day: date) -> int:
    """The number of an ISO week; ordinal 1 was a Monday."""
    return (day.toordinal() - 1) // 7


class DaysInRow:
    """School days in a row with their minutes, and what follows from these alone.

    Pupils of one calendar and time share it, so it may not be changed. ``memo`` is for what rules work out
    from it.
    """

    def __init__(self, dates: list[date], minutes: list[Exact]) -> None:
        self.dates, self.minutes = dates, minutes
        self.memo: dict[Hashable, Any] = {}

    @cached_property
    def minutes_before(self) -> list[Exact]:
        """The minutes of all days before each place; at the end those of all days."""
        return [0, *accumulate(self.minutes)]

    @cached_property
    def weekdays(self) -> list[int]:
        """The weekday of every day, 0 on Monday."""
        return [day.weekday() for day in self.dates]

    @cached_property
    def weeks(self) -> list[int]:
        """The number of the ISO week of every day."""
        return [week_of(day) for day in self.dates]

    @cached_property
    def week_begins(self) -> list[int]:
        """The places of the first day in each ISO week."""
        weeks = self.weeks
        return [0, *(place for place in range(1, len(weeks)) if weeks[place] != weeks[place - 1])]


class _CalendarDays:
    """School days of one calendar, grown by school year as asked; made once for all pupils."""

    def __init__(self, calendar: SchoolCalendar) -> None:
        self._calendar = calendar
        self._years: range | None = None
        self._dates: list[date] = []

    def between(self, first: date, last: date) -> DaysInRow:
        """The days from ``first`` up to and with ``last``."""
        self._grow(range(SchoolYear.of(first).start_year, SchoolYear.of(last).start_year + 1))
        dates = self._dates[bisect_left(self._dates, first) : bisect_right(self._dates, last)]
        return DaysInRow(dates, [self._calendar.minutes(day) for day in dates])

    def _grow(self, asked: range) -> None:
        known = self._years or range(asked.start, asked.start)
        whole = range(min(known.start, asked.start), max(known.stop, asked.stop))
        if whole != known:
            self._years = whole
            self._dates = list(
                self._calendar.school_days(SchoolYear(whole.start).first, SchoolYear(whole.stop - 1).last)
            )


def _plain_days(attendance: Attendance) -> DaysInRow | None:
    """The days of a pupil with one enrolment and no exemption; None for every other."""
    facts, setting = attendance.facts, attendance.setting
    if len(facts.enrolments) != 1 or facts.exemptions or not attendance.days:
        return None
    if any(day.possible <= 0 for day in attendance.marked_days):
        return None
    enrolment = facts.enrolments[0]
    calendar = setting.calendars.of(enrolment.school_id, enrolment.group)
    last = min(setting.last_day(enrolment.school_id), enrolment.period.last or setting.on)
    return _calendar_row(setting.calendars, calendar, enrolment.period.first, last)


def _calendar_row(calendars: Calendars, calendar: SchoolCalendar, first: date, last: date) -> DaysInRow:
    rows: dict[Hashable, DaysInRow] = calendars.memo.setdefault("days in a row", {})
    key = (id(calendar), first, last)
    found = rows.get(key)
    if found is None:
        known = calendars.memo.setdefault(("days of calendar", id(calendar)), _CalendarDays(calendar))
        if len(rows) >= MOST_ROWS:
            del rows[next(iter(rows))]
        found = rows[key] = known.between(first, last)
    return found


class Walk:
    """School days of one pupil in order, with parallel lists.

    ``possible`` and ``absent`` are exact minutes, over all schools; ``marked`` are the places in these lists
    of days with at least one mark. ``row``: the days by the calendar alone, shared with other pupils.
    """

    def __init__(self, attendance: Attendance) -> None:
        self.attendance = attendance
        self.days: Sequence[PupilDay] = attendance.days
        plain = _plain_days(attendance)
        # A pupil of one school, and as many days as its calendar has.
        self.is_plain = plain is not None
        if plain is None:
            # A day that was wholly exempt (a child under 6, a mark 'exempt') is no school day of this pupil.
            self.days = [day for day in attendance.days if day.possible > 0]
            plain = DaysInRow([day.date for day in self.days], [day.possible for day in self.days])
        self.row = plain
        self.dates: Sequence[date] = plain.dates
        self.possible: Sequence[Exact] = plain.minutes
        absent: list[Exact] = [0] * len(self.days)
        self.absent: Sequence[Exact] = absent
        self.marked: list[int] = []
        moved: list[Exact] | None = None
        for day in attendance.marked_days:
            place = bisect_left(self.dates, day.date)
            if place < len(self.dates) and self.dates[place] == day.date:
                self.marked.append(place)
                absent[place] = day.absent
                if day.possible != plain.minutes[place]:
                    moved = moved or list(plain.minutes)
                    moved[place] = day.possible
        if moved is not None:
            self.possible = moved

    @cached_property
    def absent_before(self) -> list[Exact]:
        """The minutes missed on all days before each place; at the end on all days."""
        return [0, *accumulate(self.absent)]

    @cached_property
    def possible_before(self) -> list[Exact]:
        """The minutes possible on all days before each place; at the end on all days."""
        if self.possible is self.row.minutes:
            return self.row.minutes_before
        return [0, *accumulate(self.possible)]

    def week(self, place: int) -> int:
        """The number of the lesson week of a day: of following lesson weeks the numbers differ by one.

        Between two schools the calendar of the one where the pupil is holds.
        """
        if self._weeks is not None:
            return self._weeks[place]
        return self._lesson_weeks.count(self.row.weeks[place])

    @cached_property
    def _lesson_weeks(self) -> LessonWeeks:
        """Those of the one calendar that all days of the pupil have."""
        attendance = self.attendance
        calendar = attendance.calendar(self.days[0].schools[0].school_id, self.dates[0])
        return lesson_weeks_of(attendance, calendar)

    @cached_property
    def _weeks(self) -> list[int] | None:
        """The week number of every day, for a pupil whose days have more than one calendar; else None."""
        enrolments = self.attendance.facts.enrolments
        if len({(e.school_id, e.group) for e in enrolments}) == 1:
            return None
        weeks = [1]
        for (before, after), day in zip(pairwise(self.dates), self.days, strict=False):
            apart = week_of(after) - week_of(before)
            if apart <= 1:
                weeks.append(weeks[-1] + apart)
                continue
            counted = [
                lesson_weeks_of(self.attendance, self.attendance.calendar(school.school_id, before))
                for school in day.schools
            ]
            low, high = week_of(before), week_of(after)
            weeks.append(weeks[-1] + 1 + max(c.count(high - 1) - c.count(low) for c in counted))
        return weeks

    def within(self, first: int, last: int, weeks: int) -> bool:
        """Whether two days (places) lie within so many lesson weeks.

        As the window of the 16 hours (docs/specification/rules.md §2): begun on weekday k of lesson week w it ends the day
        before weekday k of lesson week w + ``weeks``.
        """
        apart = self.week(last) - self.week(first)
        weekdays = self.row.weekdays
        return apart < weeks or (apart == weeks and weekdays[last] < weekdays[first])

    def places(self, first: date, last: date) -> range:
        """The places of the school days from ``first`` up to and with ``last``."""
        return range(bisect_left(self.dates, first), bisect_right(self.dates, last))

    def school(self, place: int, counts: Callable[[Mark], bool] = is_absence) -> str:
        """The school of a day: of two, the one with a mark that counts, else where it was enrolled first."""
        schools = self.days[place].schools
        if len(schools) > 1:
            for school in schools:
                if any(map(counts, school.marks)):
                    return school.school_id
        return schools[0].school_id

    def marks(self, first: int, last: int) -> Iterator[tuple[int, Mark]]:
        """The marks of the days from place ``first`` up to and with ``last``, each with its place."""
        for place in self.marked[bisect_left(self.marked, first) : bisect_right(self.marked, last)]:
            for mark in self.days[place].marks:
                yield place, mark

    def refs(self, first: int, last: int, counts: Callable[[Mark], bool] = is_absence) -> tuple[str, ...]:
        """The facts behind the absence from place ``first`` to ``last``, in order."""
        if counts is not is_absence:
            found = (mark.absence.ref for _, mark in self.marks(first, last) if counts(mark))
            return tuple(dict.fromkeys(found))
        begin, end = bisect_left(self.marked, first), bisect_right(self.marked, last)
        return tuple(dict.fromkeys(chain.from_iterable(self._absence_refs[begin:end])))

    @cached_property
    def _absence_refs(self) -> list[list[str]]:
        """The facts of absence on each marked day: most findings name those of many days."""
        return [
            [mark.absence.ref for mark in self.days[place].marks if mark.is_absence] for place in self.marked
        ]


def lesson_weeks_of(attendance: Attendance, calendar: SchoolCalendar) -> LessonWeeks:
    memo = attendance.setting.calendars.memo
    key = ("lesson weeks", id(calendar))
    found = memo.get(key)
    if not isinstance(found, LessonWeeks):
        found = memo[key] = LessonWeeks(calendar)
    return found


def walk_of(attendance: Attendance) -> Walk:
    """The pupil's school days, made once."""
    found = attendance.memo.get("walk")
    if not isinstance(found, Walk):
        found = attendance.memo["walk"] = Walk(attendance)
    return found


def week_is_past(walk: Walk, place: int) -> bool:
    """Whether the week of a school day is past: no school day of it comes after the last day that is known."""
    day = walk.dates[place]
    if place < len(walk.days) - 1:
        return True
    sunday = day + timedelta(days=6 - day.weekday())
    attendance = walk.attendance
    for school in walk.days[place].schools:
        calendar = attendance.calendar(school.school_id, day)
        known = attendance.setting.last_day(school.school_id)
        if any(calendar.school_days(max(day, known) + ONE_DAY, sunday)):
            return False
    return True


Moment = TypeVar("Moment", int, date)


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Moment]):
    """A stretch in which a criterion that counts events holds.

    ``first`` and ``last``: its first and last event (a day, or its place in the walk); ``most``: the highest
    number within one window; ``reached``: the event by which the criterion was met for the first time.
    """

    first: Moment
    last: Moment
    most: int
    reached: Moment


def stretches_of(
    events: Sequence[Moment],
    number: int,
    within: Callable[[Moment, Moment], bool],
    judged: Callable[[Moment], bool],
) -> list[Stretch[Moment]]:
    """The stretches in which at least ``number`` events lie within one window.

    ``events`` in order, one moment as often as it has events; ``within`` tells whether two fit in a window.
    Groups that share an event are one stretch. ``judged``: whether the version of the rule holds at a moment;
    an event outside it can take part, but cannot be the one that meets the criterion.
    """
    found: list[Stretch[Moment]] = []
    if len(events) < number:
        return found
    begin = 0
    for index, moment in enumerate(events):
        while not within(events[begin], moment):
            begin += 1
        count = index - begin + 1
        if count < number or not judged(moment):
            continue
        first = events[begin]
        if found and first <= found[-1].last:
            before = found[-1]
            found[-1] = Stretch(before.first, moment, max(before.most, count), before.reached)
        else:
            found.append(Stretch(first, moment, count, moment))
    return found


def stretches_of_events(
    walk: Walk, events: Sequence[int], number: int, weeks: int, judged: tuple[date, date]
) -> list[Stretch[int]]:
    """The same of places in the walk, within so many lesson weeks."""
    return stretches_of(
        events,
        number,
        lambda first, last: walk.within(first, last, weeks),
        lambda place: judged[0] <= walk.dates[place] <= judged[1],
    )
