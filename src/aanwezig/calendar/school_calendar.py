"""The calendar of a school and group: school days, possible minutes, lesson weeks.

Source of the definitions: docs/specification/register.md §2 (closures, timetable) and §6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from aanwezig.calendar.holidays import holidays_are_known, region_holidays, region_of_municipality
from aanwezig.calendar.public_holidays import is_public_holiday
from aanwezig.values.period import ONE_DAY, Period, monday_of

HOUR_SECTORS = ("po", "sbo", "so")
LESSON_SECTORS = ("vo", "pro", "vso", "mbo")
SECTORS = HOUR_SECTORS + LESSON_SECTORS
# An assumed timetable: five days of so many minutes (register.md §2, timetable).
DEFAULT_DAY_MINUTES = {**dict.fromkeys(HOUR_SECTORS, 282), **dict.fromkeys(LESSON_SECTORS, 300)}
DEFAULT_LESSON_MINUTES = 50
ONE_WEEK = timedelta(days=7)
# Longer than any summer: a school without lessons for so long has no next lesson week.
LONGEST_CLOSURE_WEEKS = 60


@dataclass(frozen=True, slots=True)
class SchoolInfo:
    """What the calendar needs of a school (table ``schools``)."""

    school_id: str
    sector: str
    name: str = ""
    municipality: str | None = None
    partnership: str | None = None
    holiday_region: str | None = None
    lesson_minutes: int | None = None

    @property
    def lesson_length(self) -> int:
        """Minutes of a lesson; 50 where the school states none."""
        return self.lesson_minutes or DEFAULT_LESSON_MINUTES

    @property
    def counts_lessons(self) -> bool:
        """Whether the 16 hours are counted in lessons (vo, pro, vso, mbo) and not by the clock."""
        return self.sector in LESSON_SECTORS


@dataclass(frozen=True, slots=True)
class Closure:
    """A row of ``closures``: kind ``open`` makes a holiday a school day, every other kind closes."""

    period: Period
    kind: str


@dataclass(frozen=True, slots=True)
class TimetableRow:
    """A row of ``timetable``: minutes on a weekday (1 Monday-7 Sunday) or on one date, for a group or for all."""

    minutes: int
    weekday: int | None = None
    date: date | None = None
    group: str | None = None
    lessons: int | None = None


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """Which days are school days for a group of a school, and how many minutes each holds.

    ``timetable_assumed``: no timetable was delivered, the sector's default is used. ``region_assumed``: no
    holiday region is known, so no school holiday was taken out. Either makes a figure ``assumed``.
    """

    sector: str
    region: str | None
    closures: tuple[Closure, ...] = ()
    timetable: tuple[TimetableRow, ...] = ()
    group: str | None = None
    liberation_day_free: bool = True
    _minutes: dict[date, int] = field(default_factory=dict, compare=False, repr=False)
    _weeks: dict[date, bool] = field(default_factory=dict, compare=False, repr=False)

    @property
    def timetable_assumed(self) -> bool:
        return not self.timetable

    @property
    def region_assumed(self) -> bool:
        return self.region is None

    def holidays_known(self, day: date) -> bool:
        """Whether the region's holidays of that school year ship; if not, the calendar is a guess there."""
        return self.region is not None and holidays_are_known(day)

    def assumed(self, day: date) -> bool:
        """Whether what this calendar says of the day rests on an assumption."""
        return self.timetable_assumed or not self.holidays_known(day)

    def is_open(self, day: date) -> bool:
        """Not closed by the school, its region or a public holiday; the timetable is not looked at."""
        kinds = [closure.kind for closure in self.closures if day in closure.period]
        if "open" in kinds:
            return True
        if kinds or is_public_holiday(day, liberation_day=self.liberation_day_free):
            return False
        return self.region is None or not any(day in holiday for holiday in region_holidays(self.region))

    def timetabled_minutes(self, day: date) -> int:
        """Minutes by the timetable alone, whether or not the school is open.

        A row for the date goes before one for the weekday, and among these one for the group before one
        for all; a weekday without a row has none.
        """
        if not self.timetable:
            return DEFAULT_DAY_MINUTES[self.sector] if day.weekday() < 5 else 0
        found: tuple[int, int] | None = None
        for row in self.timetable:
            if row.group is not None and row.group != self.group:
                continue
            if row.date is not None:
                if row.date != day:
                    continue
            elif row.weekday != day.isoweekday():
                continue
            rank = 2 * (row.date is not None) + (row.group is not None)
            if found is None or rank > found[0]:
                found = (rank, row.minutes)
        return found[1] if found else 0

    def minutes(self, day: date) -> int:
        """Possible minutes of the group on a day; 0 when it is no school day."""
        known = self._minutes.get(day)
        if known is None:
            known = self.timetabled_minutes(day) if self.is_open(day) else 0
            self._minutes[day] = known
        return known

    def is_school_day(self, day: date) -> bool:
        return self.minutes(day) > 0

    def is_lesson_week(self, monday: date) -> bool:
        """Whether an ISO week has at least one school day *of the school*, of whichever group."""
        known = self._weeks.get(monday)
        if known is None:
            known = any(self._school_has_lessons(monday + timedelta(days=n)) for n in range(7))
            self._weeks[monday] = known
        return known

    def _school_has_lessons(self, day: date) -> bool:
        if not self.timetable:
            return self.minutes(day) > 0
        timetabled = any(
            row.minutes > 0 and (row.date == day if row.date is not None else row.weekday == day.isoweekday())
            for row in self.timetable
        )
        return timetabled and self.is_open(day)

    def lesson_week_after(self, monday: date, number: int) -> date | None:
        """The Monday of the ``number``-th lesson week after the week of ``monday``; None when there is none."""
        skipped = 0
        while number > 0:
            monday += ONE_WEEK
            if self.is_lesson_week(monday):
                number, skipped = number - 1, 0
            else:
                skipped += 1
                if skipped > LONGEST_CLOSURE_WEEKS:
                    return None
        return monday

    def lesson_week_before(self, monday: date, number: int) -> date | None:
        """The Monday of the ``number``-th lesson week before the week of ``monday``; None when there is none."""
        skipped = 0
        while number > 0:
            monday -= ONE_WEEK
            if self.is_lesson_week(monday):
                number, skipped = number - 1, 0
            else:
                skipped += 1
                if skipped > LONGEST_CLOSURE_WEEKS:
                    return None
        return monday

    def window_end(self, begin: date, lesson_weeks: int = 4) -> date:
        """The last day of the window of lesson weeks that begins on a day (rules.md §2, Window).

        Begun on weekday k of lesson week w it ends the day before weekday k of lesson week w+4.
        """
        monday = self.lesson_week_after(monday_of(begin), lesson_weeks)
        if monday is None:
            return date.max
        return monday + timedelta(days=begin.weekday() - 1)

    def school_days(self, first: date, last: date) -> Iterator[date]:
        """The school days from ``first`` up to and with ``last``."""
        day = first
        while day <= last:
            if self.minutes(day) > 0:
                yield day
            day += ONE_DAY

    def next_school_day(self, day: date) -> date | None:
        """The first school day after a day; None when the school has none within the longest closure."""
        for _ in range(7 * LONGEST_CLOSURE_WEEKS):
            day += ONE_DAY
            if self.minutes(day) > 0:
                return day
        return None

    def previous_school_day(self, day: date) -> date | None:
        """The last school day before a day; None when there is none within the longest closure."""
        for _ in range(7 * LONGEST_CLOSURE_WEEKS):
            day -= ONE_DAY
            if self.minutes(day) > 0:
                return day
        return None


class Calendars:
    """The calendars of all schools of a register; equal calendars are one object, so their days are made once."""

    def __init__(
        self,
        schools: Iterable[SchoolInfo],
        closures: Iterable[tuple[str, Closure]] = (),
        timetable: Iterable[tuple[str, TimetableRow]] = (),
        *,
        liberation_day_free: bool = True,
    ) -> None:
        self.schools = {school.school_id: school for school in schools}
        self.liberation_day_free = liberation_day_free
        self._closures: dict[str, list[Closure]] = {}
        for school_id, closure in closures:
            self._closures.setdefault(school_id, []).append(closure)
        self._timetable: dict[str, list[TimetableRow]] = {}
        for school_id, row in timetable:
            self._timetable.setdefault(school_id, []).append(row)
        # What users of the calendars work out from them once for all pupils (days without any absence).
        self.memo: dict[Any, Any] = {}
        self._by_key: dict[tuple[str, str | None], SchoolCalendar] = {}
        self._shared: dict[SchoolCalendar, SchoolCalendar] = {}

    def of(self, school_id: str, group: str | None = None) -> SchoolCalendar:
        """The calendar of a group of a school; KeyError for a school that the register does not know."""
        found = self._by_key.get((school_id, group))
        if found is None:
            school = self.schools[school_id]
            rows = tuple(sorted(self._timetable.get(school_id, ()), key=repr))
            known_groups = {row.group for row in rows}
            calendar = SchoolCalendar(
                sector=school.sector,
                region=school.holiday_region or region_of_municipality(school.municipality),
                closures=tuple(sorted(self._closures.get(school_id, ()), key=repr)),
                timetable=rows,
                group=group if group in known_groups else None,
                liberation_day_free=self.liberation_day_free,
            )
            found = self._by_key[(school_id, group)] = self._shared.setdefault(calendar, calendar)
        return found

    def has_group_timetable(self, school_id: str) -> bool:
        """Whether a timetable row of the school names a group: else one calendar serves all its groups."""
        return any(row.group is not None for row in self._timetable.get(school_id, ()))

    def of_region(self, municipality: str | None) -> SchoolCalendar:
        """Monday to Friday without the holidays of the municipality's region (without any when not known)."""
        calendar = SchoolCalendar(
            sector="po",
            region=region_of_municipality(municipality),
            liberation_day_free=self.liberation_day_free,
        )
        return self._shared.setdefault(calendar, calendar)
