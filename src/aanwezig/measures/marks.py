"""Absence rows as marks: what each reason takes of a pupil's day at a school, each minute counted once.

Which row stands when rows speak of the same lesson, part of the day or start time, and what a part of the
day or a lesson without minutes is worth, is said in docs/specification/register.md §5 and docs/specification/rules.md §9.2; the
plain form that this must equal exactly is the class ``Attendance`` of the rules.

Amounts are in **half minutes** (``half_minutes``), because a part of the day is half of its minutes and
integers decide what lies exactly on a line.
"""

from __future__ import annotations

import ibis
from ibis import _

from aanwezig.measures.kinds import LATE, PRESENT_REASON, is_of_reason, kind_of
from aanwezig.measures.prepare import Prepared
from aanwezig.measures.register_view import IbisTable

# A row without recorded_at was known before every row that has one.
LONG_AGO = "1900-01-01 00:00:00+00:00"
LESSON_COLUMNS = ("lesson", "part", "start_time", "recorded_at", "_row")
MARK_COLUMNS = ("stretch", "date", "kind", "timetabled", "timetable_assumed", "half_minutes", "late_count")


# Ibis has no such function; every engine has it by this name.
@ibis.udf.scalar.builtin(name="bit_count")  # type: ignore[untyped-decorator]
def bits_in(number: int) -> int:  # type: ignore[empty-body]
    """How many bits of a whole number are set."""


def day_marks(prepared: Prepared) -> IbisTable:
    """Per stretch, day and kind (reason and mark): ``half_minutes`` before the day's cap, and ``late_count``.

    With the day's ``timetabled`` minutes, whether the timetable was assumed, and whether the mark is the
    day's only one (``alone``). Days without school are out. Worked out once and kept: every figure is made
    from it.

    On most days all rows are of one kind and none can speak of the same time: those are plain sums. Only on
    the others is looked which row stands.
    """
    keep = prepared.register.engine.keep
    days = keep(_days(prepared))
    plain = days.filter(days.is_plain & ~is_of_reason(days.kind, PRESENT_REASON))
    others = days.filter(~days.is_plain).select("stretch", "date")
    names = ("stretch", "pupil_id", "school_id", "calendar_key", "lesson_length")
    # Kept, so that the engine knows how few they are.
    others = keep(others.inner_join(prepared.open_stretches.select(*names), "stretch"))
    marks = keep(_grouped(standing_marks(prepared, only=others)))
    return plain.select(*MARK_COLUMNS, alone=ibis.literal(True)).union(
        marks.select(*MARK_COLUMNS, alone=ibis.literal(False))
    )


def _days(prepared: Prepared) -> IbisTable:
    """The rows of each day as one, with the kind and the minutes that it has when the day is plain.

    ``is_plain``: all rows are of one kind, and no two can speak of the same time.
    """
    contents = prepared.contents
    rows = _absences(prepared, "lesson", "part", "start_time")
    known = ((rows.lesson == name, 1 << place) for place, name in enumerate(contents.lessons))
    bit = ibis.cases(*known, (rows.lesson.isnull(), 0), else_=0)
    kind = kind_of(rows)
    sums = {
        "n": rows.count(),
        "kind": kind.min(),
        "last_kind": kind.max(),
        "minutes": rows.minutes.sum().cast("int64"),
        "sized": rows.minutes.count(),
        "lessons": rows.lesson.count(),
        "bits": bit.cast("int64").sum().cast("int64"),
    }
    if contents.has_parts:
        is_part = _is_part(rows)
        asked = ibis.cases((~is_part, 0), (rows.part == "day", 2), else_=1)
        loose = is_part | (rows.lesson.isnull() & (rows.part.notnull() | rows.start_time.notnull()))
        sums |= {
            "parts": is_part.cast("int64").sum().cast("int64"),
            "halves": asked.sum().cast("int64"),
            "loose": loose.cast("int64").sum().cast("int64"),
        }
    days = rows.group_by("pupil_id", "school_id", "date").aggregate(**sums)
    if not contents.has_parts:
        none = ibis.literal(0, "int64")
        days = days.mutate(parts=none, halves=none, loose=none)
    # Enrolment and calendar are looked up after the rows of a day are one.
    days = _of_stretches(prepared, days).inner_join(calendar_columns(prepared), ["calendar_key", "date"])
    is_late = is_of_reason(days.kind, LATE)
    unsized = ibis.ifelse(is_late, 0, days.n - days.sized - days.parts)
    stated = ibis.coalesce(days.minutes, 0) + unsized * days.lesson_length
    # Sums of bits of lessons have as many bits as there were lessons exactly when no lesson stands there twice.
    is_apart = (days.n == 1) | ((days.loose == 0) & (bits_in(days.bits) == days.lessons))
    return days.select(
        "stretch",
        "date",
        "kind",
        "timetabled",
        "timetable_assumed",
        half_minutes=(stated * 2 + days.halves * days.timetabled).cast("int64"),
        late_count=ibis.ifelse(is_late, days.n, 0).cast("int64"),
        is_plain=(days.kind == days.last_kind) & is_apart,
    )


def _absences(prepared: Prepared, *extra: str) -> IbisTable:
    rows = prepared.register.table("absences")
    rows = rows.filter((rows.date >= ibis.literal(prepared.first)) & (rows.date <= ibis.literal(prepared.on)))
    return rows.select("pupil_id", "school_id", "date", "minutes", "reason", "authorised", *extra)


def _of_stretches(prepared: Prepared, rows: IbisTable) -> IbisTable:
    """Rows of pupil, school and date with their stretch: only days of enrolment, not exempt, and delivered."""
    stretches = prepared.open_stretches.select(
        "pupil_id", "school_id", "stretch", "calendar_key", "lesson_length", "first_day", "last_day"
    )
    joined = rows.inner_join(
        stretches,
        [
            rows.pupil_id == stretches.pupil_id,
            rows.school_id == stretches.school_id,
            rows.date >= stretches.first_day,
            rows.date <= stretches.last_day,
        ],
    )
    own = [name for name in rows.columns if name not in ("pupil_id", "school_id")]
    return joined.select("stretch", "calendar_key", "lesson_length", *own)


def calendar_columns(prepared: Prepared) -> IbisTable:
    calendar = prepared.calendar
    return calendar.filter(calendar.is_school_day).select(
        "calendar_key", "date", "timetabled", "timetable_assumed"
    )


def _is_part(rows: IbisTable) -> IbisTable:
    """Whether a row is worth a part of the day."""
    return rows.part.notnull() & rows.minutes.isnull() & (rows.reason != LATE)


def stated_minutes(rows: IbisTable) -> IbisTable:
    """Minutes of a row that is no part of a day: as registered, else a lesson; lateness without minutes is 0."""
    return ibis.coalesce(rows.minutes, ibis.ifelse(rows.reason == LATE, 0, rows.lesson_length))


def _grouped(marks: IbisTable) -> IbisTable:
    marks = marks.filter(marks.reason != PRESENT_REASON)
    marks = marks.mutate(kind=kind_of(marks))
    grouped = marks.group_by("stretch", "date", "kind").aggregate(
        timetabled=_.timetabled.max(),
        timetable_assumed=_.timetable_assumed.max(),
        half_minutes=_.half_minutes.sum().cast("int64"),
        late_count=(_.reason == LATE).cast("int64").sum().cast("int64"),
    )
    return grouped.select(*MARK_COLUMNS)


def standing_marks(prepared: Prepared, *extra: str, only: IbisTable | None = None) -> IbisTable:
    """The rows that stand once doubles are out, with their ``half_minutes`` before the day's cap.

    ``only``: on these days, named by pupil, school, date and stretch.

    Rows for being present elsewhere stay in: they take the time of a lesson.
    """
    rows = _absences(prepared, *LESSON_COLUMNS, *extra)
    if only is None:
        rows = _of_stretches(prepared, rows)
    else:
        rows = rows.inner_join(only, ["pupil_id", "school_id", "date"])
    rows = rows.inner_join(calendar_columns(prepared), ["calendar_key", "date"])
    rows = rows.drop([name for name in rows.columns if name.endswith("_right")])
    rows = rows.mutate(
        recorded=ibis.coalesce(rows.recorded_at, ibis.literal(LONG_AGO).cast(rows.recorded_at.type()))
    )
    return _with_minutes(_not_covered(_without_doubles(rows)))


def _without_doubles(rows: IbisTable) -> IbisTable:
    """Of rows on one lesson, part or start time the one recorded last, among equals the first line."""
    rows = rows.mutate(
        slot=ibis.cases(
            (rows.lesson.notnull(), ibis.literal("lesson:") + rows.lesson),
            (rows.part.notnull(), ibis.literal("part:") + rows.part),
            (rows.start_time.notnull(), ibis.literal("start:") + rows.start_time),
            else_=ibis.null("string"),
        )
    )
    window = ibis.window(
        group_by=["stretch", "date", "slot"], order_by=[ibis.desc("recorded"), ibis.asc("_row")]
    )
    rows = rows.mutate(place=ibis.row_number().over(window))
    return rows.filter(rows.slot.isnull() | (rows.place == 0)).drop("place", "slot")


def _not_covered(rows: IbisTable) -> IbisTable:
    """A row for the whole day covers the lessons and halves that were recorded before it."""
    day = ibis.window(group_by=["stretch", "date"])
    whole = (rows.part == "day").fill_null(False) & rows.lesson.isnull()
    rows = rows.mutate(
        whole_recorded=ibis.ifelse(whole, rows.recorded, ibis.null(rows.recorded.type())).max().over(day),
        whole_row=ibis.ifelse(whole, rows._row, ibis.null("int64")).max().over(day),
    )
    later = (rows.recorded > rows.whole_recorded) | (
        (rows.recorded == rows.whole_recorded) & (rows._row < rows.whole_row)
    )
    is_half = rows.part.isin(["morning", "afternoon"]).fill_null(False)
    within = rows.lesson.notnull() | is_half
    return rows.filter(~within | rows.whole_row.isnull() | later).drop("whole_recorded", "whole_row")


def _with_minutes(rows: IbisTable) -> IbisTable:
    """The half minutes of each row: parts of the day take what the lessons of that day leave free."""
    rows = rows.mutate(
        is_part=_is_part(rows),
        stated=stated_minutes(rows).cast("int64"),
    )
    rows = rows.mutate(
        in_morning=rows.is_part & rows.part.isin(["day", "morning"]),
        in_afternoon=rows.is_part & rows.part.isin(["day", "afternoon"]),
    )
    latest = [ibis.desc("recorded"), ibis.asc("_row")]
    of_morning = ibis.window(group_by=["stretch", "date", "in_morning"], order_by=latest)
    of_afternoon = ibis.window(group_by=["stretch", "date", "in_afternoon"], order_by=latest)
    rows = rows.mutate(
        first_of_morning=ibis.row_number().over(of_morning) == 0,
        first_of_afternoon=ibis.row_number().over(of_afternoon) == 0,
    )
    rows = rows.mutate(
        halves=(rows.in_morning & rows.first_of_morning).cast("int64")
        + (rows.in_afternoon & rows.first_of_afternoon).cast("int64")
    )
    day = ibis.window(group_by=["stretch", "date"])
    earlier = ibis.window(group_by=["stretch", "date"], order_by=latest, preceding=(None, 1))
    rows = rows.mutate(
        asked=rows.halves * rows.timetabled,
        taken_by_lessons=ibis.ifelse(rows.part.isnull(), rows.stated, 0).sum().over(day),
    )
    rows = rows.mutate(asked_before=ibis.coalesce(rows.asked.sum().over(earlier), 0))
    free = ibis.greatest(rows.timetabled - rows.taken_by_lessons, 0) * 2
    left = ibis.greatest(free - rows.asked_before, 0)
    rows = rows.mutate(
        half_minutes=ibis.ifelse(rows.is_part, ibis.least(rows.asked, left), rows.stated * 2).cast("int64")
    )
    helpers = (
        "is_part",
        "stated",
        "in_morning",
        "in_afternoon",
        "first_of_morning",
        "first_of_afternoon",
        "asked",
        "asked_before",
        "taken_by_lessons",
    )
    # A part of which others hold both halves says nothing any more.
    return rows.filter((~rows.is_part) | (rows.halves > 0)).drop(*helpers, "halves")
