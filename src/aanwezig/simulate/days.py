"""The days of made-up schools as arrays: equal calendars share one row.

Whether a school is open comes from ``aanwezig.calendar``; a test holds these arrays equal to the calendar
that the written tables give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from dateutil.easter import easter

from aanwezig.calendar import Closure, SchoolCalendar, region_holidays
from aanwezig.simulate.drawing import Array
from aanwezig.values import Period, SchoolYear, monday_of

ONE_DAY = timedelta(days=1)
REGIONS = ("noord", "midden", "zuid")
# A day of primary education up to so many minutes has no afternoon.
SHORT_DAY_MINUTES = 240
NO_END = np.int32(2**30)


@dataclass(frozen=True, slots=True)
class WeekPattern:
    """Minutes and lessons on Monday to Friday; ``assumed``: the school delivers no timetable."""

    minutes: tuple[int, int, int, int, int]
    lessons: tuple[int, int, int, int, int] | None = None
    assumed: bool = False

    @classmethod
    def of_lessons(
        cls, length: int, lessons: tuple[int, int, int, int, int], assumed: bool = False
    ) -> WeekPattern:
        minutes = (length * n for n in lessons)
        return cls(tuple(minutes), lessons, assumed)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class ClosureVariant:
    """A school's own closures, and the last day before Christmas when that is a short one."""

    region: str
    closures: tuple[tuple[date, date, str], ...]
    short_day: date | None = None


def closure_variants(
    region: str, years: Sequence[SchoolYear], rng: np.random.Generator
) -> list[ClosureVariant]:
    """Eight ways in which the schools of a region fill in the school year."""
    return [_closure_variant(region, years, number, rng) for number in range(8)]


def _closure_variant(
    region: str, years: Sequence[SchoolYear], number: int, rng: np.random.Generator
) -> ClosureVariant:
    closures: list[tuple[date, date, str]] = []
    short_day = None
    for year in years:
        holidays = [h for h in region_holidays(region) if h.first in year.period]
        may = next(h for h in holidays if h.first.month in (4, 5))
        christmas = next(h for h in holidays if h.first.month == 12)
        autumn = next(h for h in holidays if h.first.month == 10)
        taken: list[Period] = []
        assert may.last is not None and autumn.last is not None and christmas.last is not None
        if number % 2 == 0:  # the second week of May, with the weekend that joins the two
            taken.append(Period(may.last + ONE_DAY, may.last + timedelta(days=7)))
        elif number % 4 == 1 and may.last < date(year.start_year + 1, 5, 5):  # lessons on Liberation Day
            closures.append((date(year.start_year + 1, 5, 5), date(year.start_year + 1, 5, 5), "open"))
        if number == 7:  # an autumn holiday a week later than the region advises
            closures.append((autumn.first + timedelta(days=2), autumn.last - timedelta(days=2), "open"))
            taken.append(Period(autumn.last + ONE_DAY, autumn.last + timedelta(days=7)))
        closures += [(p.first, p.last, "holiday") for p in taken if p.last is not None]
        ascension = _ascension(year)
        if number % 3 != 2:
            closures.append((ascension + ONE_DAY, ascension + ONE_DAY, "holiday"))
        if number % 3 == 0:
            good_friday = ascension - timedelta(days=41)
            closures.append((good_friday, good_friday, "holiday"))
        for _ in range(2 + number % 3):
            day = year.first + timedelta(days=int(rng.integers(45, 300)))
            closures.append((day, day, "study_day"))
        if year == years[0] and number % 2 == 1:
            short_day = christmas.first - ONE_DAY
    calendar = SchoolCalendar("po", region, tuple(Closure(Period(a, b), kind) for a, b, kind in closures))
    # A study day that falls in a holiday or on a Saturday is none, and one day is closed once.
    kept: dict[date, tuple[date, date, str]] = {}
    plain = SchoolCalendar(
        "po", region, tuple(Closure(Period(a, b), kind) for a, b, kind in closures if kind != "study_day")
    )
    for closure in closures:
        if closure[2] != "study_day" or (closure[0].weekday() < 5 and plain.is_open(closure[0])):
            kept.setdefault(closure[0], closure)
    if short_day is not None and not calendar.is_open(short_day):
        short_day = None
    return ClosureVariant(region, tuple(sorted(kept.values())), short_day)


def _ascension(year: SchoolYear) -> date:
    return easter(year.start_year + 1) + timedelta(days=39)


@dataclass(frozen=True, slots=True)
class Days:
    """Day 0 is the first day of the first school year; a row of an array is a calendar.

    ``minutes``: possible minutes; ``slots``: lessons, or halves of the day where no lessons are counted;
    ``window_last``: the last day of the window of four lesson weeks begun that day (rules.md §2);
    ``school_days``: the school days of calendar c in year y stand from ``offset[c, y]``, ``count[c, y]`` long.
    """

    first: date
    years: int
    minutes: Array
    slots: Array
    lesson_minutes: Array
    window_last: Array
    lesson_week: Array
    possible_before: Array
    school_days: Array
    offset: Array
    count: Array
    year_start: Array

    def index(self, day: date) -> int:
        return (day - self.first).days

    def date_of(self, index: int) -> date:
        return self.first + timedelta(days=index)

    @property
    def epoch(self) -> int:
        """Day 0 as days since 1970."""
        return (self.first - date(1970, 1, 1)).days

    @property
    def length(self) -> int:
        return int(self.minutes.shape[1])


@dataclass(frozen=True, slots=True)
class CalendarKey:
    """All that makes two calendars equal."""

    variant: int
    pattern: WeekPattern
    short_minutes: int | None
    short_lessons: int | None


def short_day_of(pattern: WeekPattern, variant: ClosureVariant) -> tuple[int | None, int | None]:
    """Minutes and lessons on the short day before Christmas; a school without a timetable has none."""
    if variant.short_day is None or pattern.assumed:
        return None, None
    if pattern.lessons is not None:
        length = pattern.minutes[0] // pattern.lessons[0]
        return 3 * length, 3
    return 210, None


def make_days(
    first: date,
    years: Sequence[SchoolYear],
    variants: Sequence[ClosureVariant],
    keys: Sequence[CalendarKey],
) -> Days:
    """The arrays of all calendars."""
    length = (years[-1].last - first).days + 1
    dates = [first + timedelta(days=n) for n in range(length)]
    weekday = np.array([day.weekday() for day in dates])
    openness = []
    for variant in variants:
        calendar = SchoolCalendar(
            "po", variant.region, tuple(Closure(Period(a, b), kind) for a, b, kind in variant.closures)
        )
        openness.append(np.array([calendar.is_open(day) for day in dates]))
    minutes = np.zeros((len(keys), length), dtype=np.int16)
    slots = np.zeros((len(keys), length), dtype=np.uint8)
    lesson_minutes = np.zeros(len(keys), dtype=np.int16)
    for row, key in enumerate(keys):
        week = np.array([*key.pattern.minutes, 0, 0], dtype=np.int16)[weekday]
        if key.pattern.lessons is not None:
            lessons = np.array([*key.pattern.lessons, 0, 0], dtype=np.uint8)[weekday]
            lesson_minutes[row] = key.pattern.minutes[0] // key.pattern.lessons[0]
        else:
            lessons = np.where(week > SHORT_DAY_MINUTES, 2, 1).astype(np.uint8)
        if key.short_minutes is not None:
            short_day = variants[key.variant].short_day
            assert short_day is not None
            position = (short_day - first).days
            week[position] = key.short_minutes
            lessons[position] = key.short_lessons or 1
        minutes[row] = np.where(openness[key.variant], week, 0)
        slots[row] = np.where(minutes[row] > 0, lessons, 0)
    window_last, lesson_week = _windows(first, minutes, weekday)
    starts = [(year.first - first).days for year in years] + [length]
    pieces, offset, count = (
        [],
        np.zeros((len(keys), len(years)), np.int64),
        np.zeros((len(keys), len(years)), np.int64),
    )
    position = 0
    for row in range(len(keys)):
        for number in range(len(years)):
            found = np.flatnonzero(minutes[row, starts[number] : starts[number + 1]]) + starts[number]
            pieces.append(found)
            offset[row, number], count[row, number] = position, len(found)
            position += len(found)
    before = np.zeros((len(keys), length + 1), dtype=np.int32)
    np.cumsum(minutes, axis=1, dtype=np.int32, out=before[:, 1:])
    return Days(
        first=first,
        years=len(years),
        minutes=minutes,
        slots=slots,
        lesson_minutes=lesson_minutes,
        window_last=window_last,
        lesson_week=lesson_week,
        possible_before=before,
        school_days=np.concatenate(pieces).astype(np.int32),
        offset=offset,
        count=count,
        year_start=np.array(starts, dtype=np.int32),
    )


def _windows(first: date, minutes: Array, weekday: Array) -> tuple[Array, Array]:
    """Where the window of four lesson weeks ends, and the number of the lesson week, for each day."""
    length = minutes.shape[1]
    week = (np.arange(length) + first.weekday()) // 7
    monday_of_week = np.arange(week[-1] + 1) * 7 - (first - monday_of(first)).days
    last = np.full(minutes.shape, NO_END, dtype=np.int32)
    number = np.zeros(minutes.shape, dtype=np.int16)
    for row in range(len(minutes)):
        has_lessons = np.bincount(week, weights=minutes[row] > 0) > 0
        rank = np.cumsum(has_lessons) - 1
        mondays = monday_of_week[has_lessons]
        following = rank[week] + 4
        reached = following < len(mondays)
        last[row, reached] = mondays[following[reached]] + weekday[reached] - 1
        number[row] = rank[week]
    return last, number
