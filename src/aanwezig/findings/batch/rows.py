"""The rows of absence that duties can rest on, as arrays; and which pupils a kernel may judge.

Only rows that count as unauthorised, for the 16 hours or for long absence, are fetched: some percents of a
register. A pupil is *plain* when anything about it needs the plain function: two enrolments, an exemption,
leave, a notification, completed school years, no birth date, a timetable of its own group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from aanwezig.calendar import Calendars
from aanwezig.engines import OpenRegister
from aanwezig.rules.facts import Absence, PupilFacts
from aanwezig.rules.provisions import RuleVersion
from aanwezig.rules.unauthorised import Counts, counts_for_16_hours, counts_for_long_absence, is_luxury
from aanwezig.tables import REASONS

MARKS: tuple[bool | None, ...] = (True, False, None)
NOBODY = PupilFacts("")


@dataclass(frozen=True)
class CountingMarks:
    """Which pairs of reason and mark count, asked of the plain functions for each pair there is.

    Holiday and leave depend on the table ``leave`` too; who stands in it is judged by the plain function.
    ``undecided``: nobody said whether it was authorised.
    """

    sixteen_hours: frozenset[tuple[str, bool | None]]
    long_absence: frozenset[tuple[str, bool | None]]
    luxury: frozenset[tuple[str, bool | None]]
    undecided: frozenset[tuple[str, bool | None]]

    @classmethod
    def of(cls, rule: RuleVersion) -> CountingMarks:
        """``rule``: the version of ``relative_16h`` in force."""
        hours, long, luxury, open_pairs = set(), set(), set(), set()
        for reason in REASONS:
            for mark in MARKS:
                row = Absence("", "", date.min, reason, mark)
                answers = (counts_for_16_hours(row, NOBODY, rule), counts_for_long_absence(row, NOBODY))
                pair = (reason, mark)
                if Counts.OPEN in answers:
                    open_pairs.add(pair)
                    continue
                if is_luxury(row, NOBODY):
                    luxury.add(pair)
                if answers[0] is Counts.YES:
                    hours.add(pair)
                if answers[1] is Counts.YES:
                    long.add(pair)
        return cls(frozenset(hours), frozenset(long), frozenset(luxury), frozenset(open_pairs))


def holds(absences: ir.Table, pairs: frozenset[tuple[str, bool | None]]) -> ir.BooleanValue:
    """Whether a row's reason and mark are among the pairs; written so that an empty mark is never dropped."""
    condition: ir.BooleanValue = ibis.literal(False)
    for mark in MARKS:
        reasons = sorted(reason for reason, found in pairs if found is mark)
        if reasons:
            marked = absences.authorised.isnull()
            if mark is not None:
                marked = ~marked & (absences.authorised == ("yes" if mark else "no"))
            condition = condition | (absences.reason.isin(reasons) & marked)
    return condition


@dataclass(frozen=True)
class Pupils:
    """The pupils of a register by number (order of id); shapes (pupils,).

    ``school``: number of the only school; ``calendar``: row in the calendar arrays; ``first`` and ``last``:
    days of the enrolment that count, cut where the school's delivery ends. ``plain``: see the module.
    ``exempted``: a day may ask less of the pupil than the calendar says.
    """

    ids: pa.Array[Any]
    school: NDArray[np.int32]
    calendar: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    birth: NDArray[np.datetime64]
    qualified_on: NDArray[np.datetime64]
    qualification_exempt: NDArray[np.bool_]
    plain: NDArray[np.bool_]
    exempted: NDArray[np.bool_]


# Rows in these tables are looked at by the plain function only.
PLAIN_TABLES = ("exemptions", "leave", "notifications")


def pupils_of(
    register: OpenRegister, calendars: Calendars, complete_through: dict[str, date]
) -> tuple[Pupils, list[str], list[tuple[str, str | None]]]:
    """The pupils as arrays, the schools by number, and (school, group) of each calendar row."""
    pupils = register.arrow("pupils").sort_by("pupil_id")
    ids = pupils["pupil_id"].combine_chunks()
    number = len(ids)
    schools = sorted(calendars.schools)
    enrolments = register.arrow("enrolments").select(
        ["pupil_id", "school_id", "group", "first_day", "last_day"]
    )
    who = pc.index_in(enrolments["pupil_id"], ids).to_numpy(zero_copy_only=False)
    where = pc.index_in(enrolments["school_id"], pa.array(schools)).to_numpy(zero_copy_only=False)
    count = np.bincount(who, minlength=number)
    # A group matters only where a timetable names it: else its calendar is the school's.
    with_groups = {school for school in schools if calendars.has_group_timetable(school)}
    rows: dict[tuple[str, str | None], int] = {(school, None): index for index, school in enumerate(schools)}
    calendar_of = where.astype(np.int32)
    if with_groups:
        grouped = np.isin(where, [schools.index(school) for school in with_groups])
        for position in np.flatnonzero(grouped):
            key = (schools[where[position]], enrolments["group"][int(position)].as_py())
            calendar_of[position] = rows.setdefault(key, len(rows))
    on = (register.on - date(1970, 1, 1)).days
    ends = np.array(
        [min(on, (complete_through.get(school, register.on) - date(1970, 1, 1)).days) for school in schools],
        np.int32,
    )
    last = _days(enrolments["last_day"], missing=on)
    school = np.zeros(number, np.int32)
    calendar = np.zeros(number, np.int32)
    first_day, last_day = np.full(number, 2**30, np.int32), np.full(number, -1, np.int32)
    school[who], calendar[who] = where, calendar_of
    first_day[who], last_day[who] = _days(enrolments["first_day"], missing=0), np.minimum(last, ends[where])
    birth = _dates(pupils["birth_date"])
    plain = (count > 1) | np.isnat(birth)
    plain |= _flags(pc.is_valid(pupils["school_years_completed"]))
    exempted = np.zeros(number, np.bool_)
    for table in PLAIN_TABLES:
        if register.has(table):
            special = pc.index_in(register.arrow(table)["pupil_id"], ids).to_numpy(zero_copy_only=False)
            plain[special.astype(np.int64)] = True
            if table == "exemptions":
                exempted[special.astype(np.int64)] = True
    exempt = _flags(pc.fill_null(pupils["qualification_exempt"], pa.scalar(False)))
    qualified = _dates(pupils["start_qualification_on"])
    keys = sorted(rows, key=lambda key: rows[key])
    found = Pupils(ids, school, calendar, first_day, last_day, birth, qualified, exempt, plain, exempted)
    return found, schools, keys


def _flags(column: Any) -> NDArray[np.bool_]:
    result: NDArray[np.bool_] = column.to_numpy(zero_copy_only=False)
    return result


def _days(column: Any, missing: int) -> NDArray[np.int32]:
    days: Any = pc.fill_null(column.cast(pa.int32()), missing)
    result: NDArray[np.int32] = days.to_numpy(zero_copy_only=False).astype(np.int32)
    return result


def _dates(column: Any) -> NDArray[np.datetime64]:
    result: NDArray[np.datetime64] = column.to_numpy(zero_copy_only=False).astype("datetime64[D]")
    return result


ROW_COLUMNS = (
    "date",
    "minutes",
    "in_lesson",
    "in_part",
    "half",
    "hours",
    "long",
    "luxury",
    "undecided",
    "exempt",
)


def counting_rows(
    register: OpenRegister, pupils: Pupils, schools: Sequence[str], marks: CountingMarks
) -> pa.Table:
    """The rows that count, of every pupil, in order of pupil and date.

    Columns: pupil and school (numbers), date, minutes, in_lesson, in_part, half (how the row says what was
    missed), hours (counts for the 16 hours), long (counts for long absence), luxury, undecided,
    exempt (counts for nothing, but makes the possible time of a day smaller).
    """
    absences = register.table("absences")
    counted = absences.select(
        "pupil_id",
        "school_id",
        "date",
        "minutes",
        in_lesson=absences.lesson.notnull(),
        in_part=absences.part.notnull(),
        half=absences.part.notnull() & (absences.part.fill_null("day") != "day"),
        hours=holds(absences, marks.sixteen_hours),
        long=holds(absences, marks.long_absence),
        luxury=holds(absences, marks.luxury),
        undecided=holds(absences, marks.undecided),
        exempt=absences.reason == "exempt",
    ).filter(lambda row: row.hours | row.long | row.luxury | row.undecided | row.exempt)
    pupil_numbers = numbered(register, pupils, np.arange(len(pupils.ids)))
    places = register.engine.from_arrow(
        pa.table({"school_id": list(schools), "school": pa.array(range(len(schools)), pa.int32())})
    )
    joined = counted.inner_join(pupil_numbers, "pupil_id").inner_join(places, "school_id")
    wanted = joined.select("pupil", "school", *ROW_COLUMNS).order_by(["pupil", "date"])
    return register.engine.to_arrow(wanted)


def numbered(register: OpenRegister, pupils: Pupils, numbers: NDArray[np.int64]) -> ir.Table:
    """Some pupils by id and number, as a table of the engine."""
    ids = pupils.ids.take(pa.array(numbers, pa.int64()))
    return register.engine.from_arrow(pa.table({"pupil_id": ids, "pupil": pa.array(numbers, pa.int32())}))


def day_totals(register: OpenRegister, pupils: Pupils, numbers: NDArray[np.int64]) -> pa.Table:
    """Per pupil (of those named) and date what all rows of the day add up to, whatever their reason.

    Columns: pupil, date, n (rows), lessons and different_lessons, others (rows for a part or with a start
    time), minutes, unsized (lessons without minutes; each lasts a lesson), presence (rows that claim no
    absence).
    """
    absences = register.table("absences")
    rows = absences.select(
        "pupil_id",
        "date",
        "minutes",
        "lesson",
        other=absences.part.notnull() | absences.start_time.notnull(),
        presence=absences.reason.isin(["elsewhere", "exempt"]),
    ).inner_join(numbered(register, pupils, numbers), "pupil_id")
    totals = rows.group_by(["pupil", "date"]).aggregate(
        n=rows.count(),
        lessons=rows.lesson.count(),
        different_lessons=rows.lesson.nunique(),
        others=rows.other.cast("int64").sum(),
        minutes=rows.minutes.fill_null(0).sum(),
        unsized=(rows.lesson.notnull() & rows.minutes.isnull()).cast("int64").sum(),
        presence=rows.presence.cast("int64").sum(),
    )
    return register.engine.to_arrow(totals.order_by(["pupil", "date"]))
