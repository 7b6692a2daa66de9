"""From what a row of an export covers (days, times, lesson hours) to one row a lesson or part of the day.

Source: docs/specification/register.md §2 (absences: minutes, or one row a lesson, or a part of the day).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from aanwezig.register.cells import BAD_LESSON, LAST_LESSON, MINUTES_OF_A_DAY, TOO_LONG_FOR_A_DAY, minutes_of
from aanwezig.register.options import Options
from aanwezig.values.period import ONE_DAY

BEGIN_AFTER_END, NO_LENGTH = "REG-020", "REG-021"
TOO_LONG, NO_SCHOOL_DAY, END_BEFORE_BEGIN, NO_DAY_LENGTH, OVER_DAYS = (
    "REG-122",
    "REG-123",
    "REG-127",
    "REG-128",
    "REG-129",
)
LONGEST_DAYS = 366
NOON = 12 * 60


@dataclass(frozen=True, slots=True)
class Span:
    """What one row of an export covers, as far as its cells say."""

    first: date
    last: date
    minutes: int | None = None
    lesson: str | None = None
    last_lesson: str | None = None
    part: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    share: Decimal | None = None
    from_to: bool = False  # the row gave a first and a last day, be it the same


@dataclass(frozen=True, slots=True)
class Piece:
    """One row of the register: minutes, a lesson or a part of a day, or none of these for lateness."""

    day: date
    minutes: int | None = None
    lesson: str | None = None
    part: str | None = None
    start_time: str | None = None


class SpanFault(Exception):
    """A span that cannot be taken apart: the code, and our name of the column at fault."""

    def __init__(self, code: str, column: str) -> None:
        self.code, self.column = code, column
        super().__init__(code)


def pieces(span: Span, reason: str, options: Options, is_school_day: Callable[[date], bool]) -> list[Piece]:
    """The register's rows of a span; SpanFault when it has none, or says too little.

    A span of one day is taken as it stands, whether or not school is open: the check of the register reports
    it. Of longer ones only school days count.
    """
    if span.last < span.first:
        raise SpanFault(BEGIN_AFTER_END, "last_date")
    counts = span.last == span.first or options.minutes_are == "per_day"
    if counts and span.minutes is not None and span.minutes > MINUTES_OF_A_DAY:
        raise SpanFault(TOO_LONG_FOR_A_DAY, "minutes")
    if span.last == span.first:
        return _of_one_day(span, reason, options)
    if (span.last - span.first).days >= LONGEST_DAYS:
        raise SpanFault(TOO_LONG, "last_date")
    if span.minutes is not None and options.minutes_are is None:
        raise SpanFault(OVER_DAYS, "minutes")
    found = []
    day = span.first
    while day <= span.last:
        if is_school_day(day):
            found.append(_of_several_days(span, day, options))
        day += ONE_DAY
    if not found:
        raise SpanFault(NO_SCHOOL_DAY, "date")
    return [piece for piece in found if piece.minutes != 0]


def _of_one_day(span: Span, reason: str, options: Options) -> list[Piece]:
    day = span.first
    if span.lesson is not None and not (span.minutes is not None and span.last_lesson is None):
        lessons = _lessons(span.lesson, span.last_lesson)
        # Minutes beside several lessons are their sum.
        each = None if span.minutes is None else span.minutes // len(lessons)
        if span.minutes is not None and span.minutes % len(lessons):
            return [Piece(day, minutes=span.minutes, start_time=span.start_time)]
        start = span.start_time if len(lessons) == 1 else None
        return [
            Piece(day, each or _lesson_length(reason, options), lesson, start_time=start)
            for lesson in lessons
        ]
    if span.minutes is not None:
        return [Piece(day, span.minutes, span.lesson, span.part, span.start_time)]
    if span.part is not None:
        return [Piece(day, part=span.part, start_time=span.start_time)]
    if span.share is not None:
        return [_share(span, day, options)]
    if span.start_time is not None and span.end_time is not None:
        return [_between(day, span.start_time, span.end_time, options)]
    if reason == "late":
        return [Piece(day, start_time=span.start_time)]
    if span.start_time is None and (span.from_to or options.default_part is not None):
        # From a day up to that day is the day.
        return [Piece(day, part=options.default_part or "day")]
    raise SpanFault(NO_LENGTH, "minutes")


def _lesson_length(reason: str, options: Options) -> int | None:
    # Who is late did not miss the lesson: without minutes it counts as a lateness only (register.md §3).
    return None if reason == "late" else options.lesson_minutes


def _lessons(first: str, last: str | None) -> list[str]:
    if last is None or last == first:
        return [first]
    if not (first.isdigit() and last.isdigit()):
        raise SpanFault(BAD_LESSON, "last_lesson")
    begin, end = int(first), int(last)
    if not begin <= end <= LAST_LESSON:
        raise SpanFault(BAD_LESSON, "last_lesson")
    return [str(lesson) for lesson in range(begin, end + 1)]


def _share(span: Span, day: date, options: Options) -> Piece:
    assert span.share is not None
    if span.share == 1:
        return Piece(day, part="day", start_time=span.start_time)
    if options.day_minutes is None:
        raise SpanFault(NO_DAY_LENGTH, "day_share")
    minutes = int((span.share * options.day_minutes).to_integral_value(ROUND_HALF_UP))
    return Piece(day, minutes, start_time=span.start_time)


def _between(day: date, start: str, end: str, options: Options) -> Piece:
    begin, finish = minutes_of(start), minutes_of(end)
    if finish <= begin:
        raise SpanFault(END_BEFORE_BEGIN, "end_time")
    if _from_the_start(begin, options) and _to_the_end(finish, options):
        return Piece(day, part="day")
    return Piece(day, finish - begin, start_time=start)


def _from_the_start(begin: int, options: Options) -> bool:
    return options.day_start is not None and begin <= minutes_of(options.day_start)


def _to_the_end(finish: int, options: Options) -> bool:
    return options.day_end is not None and finish >= minutes_of(options.day_end)


def _of_several_days(span: Span, day: date, options: Options) -> Piece:
    """A day of a longer absence: whole, but for the first and the last when times say otherwise."""
    if span.minutes is not None and options.minutes_are == "per_day":
        return Piece(day, span.minutes)
    if day == span.first and span.start_time is not None and options.day_end is not None:
        begin, finish = minutes_of(span.start_time), minutes_of(options.day_end)
        if not _from_the_start(begin, options):
            return Piece(day, max(finish - begin, 0), start_time=span.start_time)
    if day == span.last and span.end_time is not None and options.day_start is not None:
        begin, finish = minutes_of(options.day_start), minutes_of(span.end_time)
        if not _to_the_end(finish, options):
            return Piece(day, max(finish - begin, 0), start_time=options.day_start)
    return Piece(day, part=span.part or "day")
