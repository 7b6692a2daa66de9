"""The counts behind patterns: how often missed here, how often possible here, by pupil (docs/specification/register.md §5).

Days are laid out once per *chain*: a row of school days that pupils share when they have the same calendar and
dates. Only a pupil with several stretches has a chain of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import pyarrow as pa
from ibis import _

from aanwezig.measures.figures import Marked
from aanwezig.measures.grids import absent_day_expression
from aanwezig.measures.kinds import ABSENCE_REASONS, LATE, is_of_reason
from aanwezig.measures.marks import standing_marks
from aanwezig.measures.prepare import Prepared
from aanwezig.measures.register_view import IbisTable

# Numbers of chains of one pupil start here, above those of spans.
OWN_CHAIN = 10**12
MOST_LESSONS = 15
# Lateness is no absence here.
MISSED = tuple(reason for reason in ABSENCE_REASONS if reason != LATE)


@dataclass(frozen=True, slots=True)
class PatternParameters:
    """``minimum_missed``: days or lessons; ``minimum_school_days``; ``false_discovery_percent`` over the
    pupil's patterns (Benjamini & Hochberg 1995); ``holiday_from_days``: so many days between two school days
    are a holiday, fewer a weekend; ``days_after_tests``: school days after a test week."""

    minimum_missed: int = 5
    minimum_school_days: int = 30
    false_discovery_percent: int = 5
    holiday_from_days: int = 7
    days_after_tests: int = 5


@dataclass(frozen=True, slots=True)
class Chains:
    """``of_pupil``: pupil_id, chain; ``days``: chain, date, weekday, lessons and the marks of each day."""

    of_pupil: IbisTable
    days: IbisTable


def chains_of(prepared: Prepared, first: date, parameters: PatternParameters) -> Chains:
    """The school days of pupils from ``first`` on, with what kind of day each is."""
    stretches = prepared.open_stretches.filter(prepared.open_stretches.last_day >= ibis.literal(first))
    counted = stretches.group_by("pupil_id").aggregate(
        number=_.count(), span=_.span.max(), lowest=_.stretch.min()
    )
    of_pupil = counted.select(
        "pupil_id", chain=ibis.ifelse(counted.number == 1, counted.span, counted.lowest + OWN_CHAIN)
    )
    held = stretches.inner_join(of_pupil, "pupil_id")
    held = held.select(
        "chain", "calendar_key", "lesson_length", "first_day", "last_day", "school_id", "group"
    ).distinct()
    calendar = prepared.calendar.filter(prepared.calendar.is_school_day).select(
        "calendar_key", "date", "weekday", "timetabled"
    )
    laid = held.inner_join(
        calendar,
        [
            held.calendar_key == calendar.calendar_key,
            calendar.date >= held.first_day,
            calendar.date <= held.last_day,
        ],
    )
    laid = laid.mutate(lessons=((laid.timetabled / laid.lesson_length) + 0.5).floor().cast("int64"))
    days = laid.group_by("chain", "date").aggregate(weekday=_.weekday.max(), lessons=_.lessons.max())
    days = _with_edges(days, parameters)
    days = _after_tests(prepared, days, laid, parameters)
    return Chains(of_pupil, days.filter(days.date >= ibis.literal(first)))


def _with_edges(days: IbisTable, parameters: PatternParameters) -> IbisTable:
    """Days next to a weekend and next to a holiday; of the last known day nobody knows what follows."""
    in_order = ibis.window(group_by="chain", order_by="date")
    days = days.mutate(
        before=days.date.delta(days.date.lag().over(in_order), unit="day"),
        after=days.date.lead().over(in_order).delta(days.date, unit="day"),
    )
    holiday = parameters.holiday_from_days

    def is_weekend(gap: IbisTable) -> IbisTable:
        return ((gap >= 3) & (gap < holiday)).fill_null(False)

    return days.select(
        "chain",
        "date",
        "weekday",
        "lessons",
        around_weekend=is_weekend(days.before) | is_weekend(days.after),
        around_holiday=(days.before >= holiday).fill_null(False) | (days.after >= holiday).fill_null(False),
    )


def _after_tests(
    prepared: Prepared, days: IbisTable, laid: IbisTable, parameters: PatternParameters
) -> IbisTable:
    """The first school days after a test week of the school, or of the pupil's group."""
    if not prepared.register.has("test_weeks"):
        return days.mutate(after_test_week=ibis.literal(False))
    weeks = prepared.register.table("test_weeks").select(
        "school_id", tests_last="last_day", tests_group="group"
    )
    # Who was there on the last day of the tests.
    held = laid.select("chain", "school_id", "group", "first_day", "last_day").distinct()
    held = held.inner_join(weeks, "school_id")
    held = held.filter(
        (held.first_day <= held.tests_last)
        & (held.last_day >= held.tests_last)
        & (held.tests_group.isnull() | (held.tests_group == held.group).fill_null(False))
    )
    tests = held.select("chain", "tests_last").distinct()
    following = days.select("chain", "date").inner_join(tests, "chain")
    following = following.filter(following.date > following.tests_last)
    in_order = ibis.window(group_by=["chain", "tests_last"], order_by="date")
    following = following.mutate(place=ibis.row_number().over(in_order))
    after = following.filter(following.place < parameters.days_after_tests).select("chain", "date").distinct()
    after = after.mutate(is_after=ibis.literal(True))
    joined = days.left_join(after, ["chain", "date"])
    return joined.select(
        *[joined[name] for name in days.columns], after_test_week=joined.is_after.fill_null(False)
    )


KINDS_OF_DAYS = ("around_weekend", "around_holiday", "after_test_week")


def day_counts(marked: Marked, chains: Chains, first: date) -> IbisTable:
    """pupil_id, pattern, value, hits, marked, drawn, total: of school days."""
    marks = marked.marks.filter(
        is_of_reason(marked.marks.kind, *MISSED)
        & (marked.marks.half_minutes > 0)
        & (marked.marks.date >= ibis.literal(first))
    )
    pupils = marked.prepared.stretches.select("stretch", "pupil_id")
    missed = (
        marks.select("stretch", "date").inner_join(pupils, "stretch").select("pupil_id", "date").distinct()
    )
    missed = missed.inner_join(chains.of_pupil, "pupil_id").inner_join(chains.days, ["chain", "date"])
    possible = chains.days
    totals = possible.group_by("chain").aggregate(total=_.count().cast("int64"))
    drawn = missed.group_by("pupil_id", "chain").aggregate(drawn=_.count().cast("int64"))
    drawn = drawn.inner_join(totals, "chain")
    parts = [_hits_and_possible(missed, possible, drawn, kind) for kind in ("weekday", *KINDS_OF_DAYS)]
    return parts[0].union(*parts[1:])


def _hits_and_possible(missed: IbisTable, possible: IbisTable, drawn: IbisTable, kind: str) -> IbisTable:
    """Also where nothing was missed: what was looked at counts among the patterns tested."""
    if kind == "weekday":
        hits = missed.mutate(value=missed.weekday.cast("string"))
        there = possible.mutate(value=possible.weekday.cast("string"))
    else:
        hits = missed.filter(missed[kind]).mutate(value=ibis.literal(kind))
        there = possible.filter(possible[kind]).mutate(value=ibis.literal(kind))
    hits = hits.group_by("pupil_id", "value").aggregate(hits=_.count().cast("int64"))
    there = there.group_by("chain", "value").aggregate(marked=_.count().cast("int64"))
    looked_at = drawn.inner_join(there, "chain")
    looked_at = looked_at.select("pupil_id", "value", "marked", "drawn", "total")
    joined = looked_at.left_join(hits, ["pupil_id", "value"])
    return joined.select(
        "pupil_id",
        pattern=ibis.literal(kind),
        value=joined.value,
        hits=ibis.coalesce(joined.hits, 0).cast("int64"),
        marked=joined.marked,
        drawn=joined.drawn,
        total=joined.total,
    )


def lesson_counts(marked: Marked, chains: Chains, first: date) -> IbisTable:
    """The same of lessons, on days that were not missed whole, because those say nothing of an hour."""
    prepared = marked.prepared
    days = absent_day_expression(marked)
    days = days.filter(days.date >= ibis.literal(first))
    by_day = days.group_by("pupil_id", "date").aggregate(
        absent=_.absent_minutes.sum(), possible=_.possible_minutes.sum()
    )
    whole = by_day.filter(by_day.absent >= by_day.possible).select("pupil_id", "date")
    missed = _missed_lessons(prepared, first, whole)
    weekday_days, hour_days = _lessons_possible(prepared, chains, whole, missed)
    total = hour_days.group_by("pupil_id").aggregate(total=_.possible.sum().cast("int64"))
    drawn = missed.group_by("pupil_id").aggregate(drawn=_.count().cast("int64"))
    of_hours = missed.group_by("pupil_id", "hour").aggregate(hits=_.count().cast("int64"))
    joined = of_hours.left_join(hour_days, ["pupil_id", "hour"])
    hours = joined.select(
        "pupil_id",
        "hits",
        pattern=ibis.ifelse(joined.hour == 1, "first_lesson", "lesson_hour"),
        value=joined.hour.cast("string"),
        marked=ibis.coalesce(joined.possible, 0).cast("int64"),
    )
    named = missed.filter(missed.subject.notnull())
    slots = named.select("pupil_id", "subject", "weekday", "hour").distinct()
    there = slots.inner_join(weekday_days, ["pupil_id", "weekday"])
    there = there.group_by("pupil_id", "subject").aggregate(marked=_.possible.sum().cast("int64"))
    of_subject = named.group_by("pupil_id", "subject").aggregate(hits=_.count().cast("int64"))
    joined = of_subject.inner_join(there, ["pupil_id", "subject"])
    subjects = joined.select(
        "pupil_id", "hits", "marked", pattern=ibis.literal("subject"), value=joined.subject
    )
    columns = ("pupil_id", "pattern", "value", "hits", "marked")
    counted = hours.select(*columns).union(subjects.select(*columns))
    sums = drawn.inner_join(total, "pupil_id").select("pupil_id", "drawn", "total")
    counted = counted.inner_join(sums, "pupil_id")
    # A lesson noted later than the timetable goes was there all the same.
    possible = ibis.ifelse(counted.marked < counted.hits, counted.hits, counted.marked)
    counted = counted.mutate(marked=possible)
    most = ibis.ifelse(counted.total < counted.marked, counted.marked, counted.total)
    counted = counted.mutate(total=ibis.ifelse(most < counted.drawn, counted.drawn, most))
    return counted.select("pupil_id", "pattern", "value", "hits", "marked", "drawn", "total")


def _missed_lessons(prepared: Prepared, first: date, whole: IbisTable) -> IbisTable:
    marks = standing_marks(prepared, "subject")
    marks = marks.filter(
        marks.reason.isin(MISSED)
        & (marks.half_minutes > 0)
        & (marks.date >= ibis.literal(first))
        & marks.lesson.notnull()
    )
    marks = marks.mutate(hour=marks.lesson.try_cast("int64"))
    marks = marks.filter(marks.hour.between(1, MOST_LESSONS).fill_null(False))
    names = prepared.stretches.select("stretch", "pupil_id")
    weekdays = prepared.calendar.select("date", "weekday").distinct()
    rows = marks.select("stretch", "date", "hour", "subject").inner_join(names, "stretch")
    rows = rows.inner_join(weekdays, "date").select("pupil_id", "date", "weekday", "hour", "subject")
    return rows.anti_join(whole, ["pupil_id", "date"])


def _lessons_possible(
    prepared: Prepared, chains: Chains, whole: IbisTable, missed: IbisTable
) -> tuple[IbisTable, IbisTable]:
    """Per pupil: days by weekday, and days by lesson hour, without the days missed whole.

    A lesson noted later than a day's minutes go makes that day as long.
    """
    hours = prepared.bring(pa.table({"hour": list(range(1, MOST_LESSONS + 1))}), "hours")
    days = chains.days.select("chain", "date", "weekday", "lessons")

    def of_pupils(dated: IbisTable) -> IbisTable:
        return dated.inner_join(chains.of_pupil, "pupil_id").inner_join(days, ["chain", "date"])

    def with_hours(laid: IbisTable) -> IbisTable:
        crossed = laid.cross_join(hours)
        return crossed.filter(crossed.hour <= crossed.lessons)

    def counted(rows: IbisTable, key: str, name: str, sign: int) -> IbisTable:
        found = rows.group_by(key, name).aggregate(number=(_.count() * sign).cast("int64"))
        return found.inner_join(chains.of_pupil, "chain") if key == "chain" else found

    gone = of_pupils(whole)
    latest = missed.group_by("pupil_id", "date").aggregate(latest=_.hour.max())
    longer = of_pupils(latest).cross_join(hours)
    longer = longer.filter((longer.hour > longer.lessons) & (longer.hour <= longer.latest))

    def summed(parts: list[IbisTable], name: str) -> IbisTable:
        same = [part.select("pupil_id", name, "number") for part in parts]
        together = same[0].union(*same[1:])
        return together.group_by("pupil_id", name).aggregate(possible=_.number.sum().cast("int64"))

    by_weekday = [counted(days, "chain", "weekday", 1), counted(gone, "pupil_id", "weekday", -1)]
    by_hour = [
        counted(with_hours(days), "chain", "hour", 1),
        counted(with_hours(gone), "pupil_id", "hour", -1),
        counted(longer, "pupil_id", "hour", 1),
    ]
    return summed(by_weekday, "weekday"), summed(by_hour, "hour")
