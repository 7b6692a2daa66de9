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

from aanwezig.measures.prepare import Prepared
from aanwezig.measures.register_view import IbisTable
from aanwezig.tables import REASONS

PRESENT_REASON = "elsewhere"
EXEMPT_REASON = "exempt"
# The reasons that are absence, in the order of the contract.
ABSENCE_REASONS = tuple(reason for reason in REASONS if reason not in (PRESENT_REASON, EXEMPT_REASON))
# A row without recorded_at was known before every row that has one.
LONG_AGO = "1900-01-01 00:00:00+00:00"
LESSON_COLUMNS = ("lesson", "part", "start_time", "recorded_at", "_row")


# Ibis' own bit_or is not there for every engine, though every engine has it by this name.
@ibis.udf.agg.builtin(name="bit_or")  # type: ignore[untyped-decorator]
def laid_over(bits: int) -> int:  # type: ignore[empty-body]
    """The bits of all rows laid over each other."""


def enrolled_rows(prepared: Prepared, *extra: str) -> IbisTable:
    """The absence rows of days on which the pupil was enrolled there, not exempt, and the school delivered."""
    rows = prepared.register.table("absences")
    rows = rows.filter((rows.date >= ibis.literal(prepared.first)) & (rows.date <= ibis.literal(prepared.on)))
    rows = rows.select("pupil_id", "school_id", "date", "minutes", "reason", "authorised", *extra)
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
    return joined.select(
        "stretch", "calendar_key", "lesson_length", "date", "minutes", "reason", "authorised", *extra
    )


def calendar_columns(prepared: Prepared) -> IbisTable:
    calendar = prepared.calendar
    return calendar.filter(calendar.is_school_day).select(
        "calendar_key", "date", "timetabled", "timetable_assumed"
    )


def stated_minutes(rows: IbisTable) -> IbisTable:
    """Minutes of a row that is no part of a day: as registered, else a lesson; lateness without minutes is 0."""
    return ibis.coalesce(rows.minutes, ibis.ifelse(rows.reason == "late", 0, rows.lesson_length))


def day_marks(prepared: Prepared) -> IbisTable:
    """Per stretch, day, reason and mark: ``half_minutes`` before the day's cap, and ``late_count``.

    With the day's ``timetabled`` minutes and whether the timetable was assumed. Days without school are out.
    Worked out once and kept: every figure is made from it.

    On most days no two rows can speak of the same time: those are plain sums. Only on the others is looked
    which row stands.
    """
    contents = prepared.contents
    if contents.has_slots and contents.lessons is None:
        return prepared.register.engine.keep(_grouped(standing_marks(prepared)))
    summed = prepared.register.engine.keep(_summed(prepared))
    if not contents.has_slots:
        return prepared.register.engine.keep(_sums_as_marks(prepared, summed))
    unclear = prepared.register.engine.keep(_unclear_days(summed))
    clear = _sums_as_marks(prepared, summed.anti_join(unclear, ["stretch", "date"]))
    return prepared.register.engine.keep(clear.union(_grouped(standing_marks(prepared, only=unclear))))


def _summed(prepared: Prepared) -> IbisTable:
    """The rows of a day with the same reason and mark as one, and what tells whether rows can overlap.

    ``halves``: halves of the day that rows for a part ask; ``loose``: rows for a part, also of a lesson, or
    with a start time alone; ``bits`` added up and laid over each other differ exactly when a lesson stands there twice.
    """
    slots = prepared.contents.has_slots
    rows = enrolled_rows(prepared, *(("lesson", "part", "start_time") if slots else ()))
    key = ["stretch", "calendar_key", "date", "reason", "authorised"]
    if not slots:
        return rows.group_by(key).aggregate(
            stated=stated_minutes(rows).sum().cast("int64"), n=rows.count(), halves=ibis.literal(0, "int64")
        )
    is_part = rows.part.notnull() & rows.minutes.isnull() & (rows.reason != "late")
    asked = ibis.cases((~is_part, 0), (rows.part == "day", 2), else_=1)
    has_no_lesson = rows.lesson.isnull()
    lessons = prepared.contents.lessons or ()
    bit = (
        ibis.cases(*((rows.lesson == name, 1 << place) for place, name in enumerate(lessons)), else_=0)
        if lessons
        else ibis.literal(0)
    )
    rows = rows.mutate(
        stated=ibis.ifelse(is_part, 0, stated_minutes(rows)),
        asked=asked,
        loose=(is_part | (has_no_lesson & (rows.part.notnull() | rows.start_time.notnull()))).cast("int64"),
        bit=bit.cast("int64"),
    )
    return rows.group_by(key).aggregate(
        stated=rows.stated.sum().cast("int64"),
        n=rows.count(),
        halves=rows.asked.sum().cast("int64"),
        loose=rows.loose.sum().cast("int64"),
        bits=rows.bit.sum().cast("int64"),
        bits_over=laid_over(rows.bit).cast("int64"),
    )


def _unclear_days(summed: IbisTable) -> IbisTable:
    """Days on which rows may speak of the same time."""
    days = summed.group_by("stretch", "date").aggregate(
        n=summed.n.sum(),
        loose=summed.loose.sum(),
        bits=summed.bits.sum(),
        bits_over=laid_over(summed.bits_over),
    )
    return days.filter((days.n > 1) & ((days.loose > 0) | (days.bits != days.bits_over))).select(
        "stretch", "date"
    )


def _sums_as_marks(prepared: Prepared, summed: IbisTable) -> IbisTable:
    # The calendar is looked up after the rows of a day are one.
    summed = summed.filter(summed.reason != PRESENT_REASON)
    joined = summed.inner_join(calendar_columns(prepared), ["calendar_key", "date"])
    return joined.select(
        "stretch",
        "date",
        "reason",
        "authorised",
        "timetabled",
        "timetable_assumed",
        half_minutes=(joined.stated * 2 + joined.halves * joined.timetabled).cast("int64"),
        late_count=ibis.ifelse(joined.reason == "late", joined.n, 0).cast("int64"),
    )


def _grouped(marks: IbisTable) -> IbisTable:
    marks = marks.filter(marks.reason != PRESENT_REASON)
    grouped = marks.group_by("stretch", "date", "reason", "authorised").aggregate(
        timetabled=_.timetabled.max(),
        timetable_assumed=_.timetable_assumed.max(),
        half_minutes=_.half_minutes.sum().cast("int64"),
        late_count=(_.reason == "late").cast("int64").sum().cast("int64"),
    )
    return grouped.select(
        "stretch",
        "date",
        "reason",
        "authorised",
        "timetabled",
        "timetable_assumed",
        "half_minutes",
        "late_count",
    )


def standing_marks(prepared: Prepared, *extra: str, only: IbisTable | None = None) -> IbisTable:
    """The rows that stand once doubles are out, with their ``half_minutes`` before the day's cap.

    ``only``: on these days (stretch, date).

    Rows for being present elsewhere stay in: they take the time of a lesson.
    """
    rows = enrolled_rows(prepared, *LESSON_COLUMNS, *extra)
    if only is not None:
        rows = rows.semi_join(only, ["stretch", "date"])
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
        is_part=rows.part.notnull() & rows.minutes.isnull() & (rows.reason != "late"),
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
