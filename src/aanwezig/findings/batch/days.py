"""The rows that can count, put together per pupil and day, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from aanwezig.findings.batch.calendar_arrays import CalendarArrays
from aanwezig.findings.batch.legal_days import LegalDays
from aanwezig.findings.batch.rows import Pupils
from aanwezig.rules.facts import Setting


@dataclass(frozen=True)
class Days:
    """Days with time that may count, one row per pupil and date in that order; shapes (days,).

    ``hours``: minutes for the 16 hours; ``long`` and ``luxury``: clock minutes; ``undecided``: minutes for
    the 16 hours of which nobody said whether they were authorised. ``possible``: by the calendar.
    """

    pupil: NDArray[np.int32]
    date: NDArray[np.int32]
    hours: NDArray[np.float64]
    undecided: NDArray[np.float64]
    long: NDArray[np.float64]
    luxury: NDArray[np.float64]
    possible: NDArray[np.int32]
    position: NDArray[np.int32]
    until: NDArray[np.int32]
    school_day: NDArray[np.int32]
    status: NDArray[np.int8]

    def where(self, chosen: NDArray[np.bool_]) -> Days:
        return Days(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def days_of(
    rows: pa.Table,
    pupils: Pupils,
    arrays: CalendarArrays,
    legal: LegalDays,
    setting: Setting,
    schools: list[str],
    threshold: float,
) -> tuple[Days, set[int]]:
    """The rows of a day put together, and the pupils whom only the plain function can judge."""
    pupil = rows["pupil"].to_numpy()
    day = rows["date"].cast(pa.int32()).to_numpy()
    column = day - arrays.first
    calendar = pupils.calendar[pupil]
    inside = (rows["school"].to_numpy() == pupils.school[pupil]) & (day >= pupils.first[pupil])
    inside &= day <= pupils.last[pupil]
    possible = arrays.minutes[calendar, column]
    counts = inside & (possible > 0) & ~pupils.plain[pupil]
    exempt = pupil[rows["exempt"].to_numpy()]
    pupils.plain[exempt] = pupils.exempted[exempt] = True
    plain = _worth_judging(rows, pupils, arrays, setting, schools, threshold)
    chosen = rows.filter(pa.array(counts))
    pupil, day, column, possible = pupil[counts], day[counts], column[counts], possible[counts]
    calendar = calendar[counts]
    minutes, hours = sizes_of(chosen, possible, pupils.school[pupil], setting, schools)
    starts = (
        np.flatnonzero(np.r_[True, (pupil[1:] != pupil[:-1]) | (day[1:] != day[:-1])])
        if len(pupil)
        else np.empty(0, np.int64)
    )
    flags = {name: chosen[name].to_numpy() for name in ("hours", "long", "luxury", "undecided")}

    def add(amount: NDArray[np.float64], flag: str) -> NDArray[np.float64]:
        if not len(starts):
            return np.empty(0)
        result: NDArray[np.float64] = np.add.reduceat(np.where(flags[flag], amount, 0.0), starts)
        return result

    pupil_of, day_of_row, column_of, calendar_of = (
        pupil[starts],
        day[starts],
        column[starts],
        calendar[starts],
    )
    return (
        Days(
            pupil=pupil_of,
            date=day_of_row,
            hours=add(hours, "hours"),
            undecided=add(hours, "undecided"),
            long=add(minutes, "long") + add(minutes, "undecided"),
            luxury=add(minutes, "luxury"),
            possible=possible[starts],
            position=arrays.position[calendar_of, column_of],
            until=arrays.until[calendar_of, column_of],
            school_day=arrays.school_day[calendar_of, column_of],
            status=legal.status(pupil_of, day_of_row),
        ),
        plain,
    )


# Fewer days cannot be an absence of four lesson weeks, also where there is school once a week.
FEW_DAYS = 4


def _worth_judging(
    rows: pa.Table,
    pupils: Pupils,
    arrays: CalendarArrays,
    setting: Setting,
    schools: list[str],
    threshold: float,
) -> set[int]:
    """Of the pupils whom only the plain function can judge, those who could have a duty at all.

    Counted generously: every row in full, in whichever week it lies, against the shortest day of any school.
    """
    judged_plain = pupils.plain[rows["pupil"].to_numpy()] & ~rows["exempt"].to_numpy()
    rows = rows.filter(pa.array(judged_plain))
    pupil = rows["pupil"].to_numpy()
    whole_days = np.full(len(pupil), 24 * 60, np.int32)
    minutes, hours = sizes_of(rows, whole_days, rows["school"].to_numpy(), setting, schools)
    number = len(pupils.ids)
    total = np.bincount(pupil, np.maximum(minutes, hours), number)
    columns = arrays.minutes.shape[1]
    place = pupil.astype(np.int64) * columns + rows["date"].cast(pa.int32()).to_numpy() - arrays.first
    days, day_of_row = np.unique(place, return_inverse=True)
    missed = np.bincount(day_of_row.reshape(-1), minutes, len(days))
    shortest = np.where(arrays.minutes > 0, arrays.minutes, 24 * 60).min(axis=0)
    own = days // columns
    whole = (missed >= shortest[days % columns]) | pupils.exempted[own]
    whole_days_of = np.bincount(own[whole], minlength=number)
    holiday = np.bincount(pupil[rows["luxury"].to_numpy()], minlength=number)
    return set(np.flatnonzero((total >= threshold) | (whole_days_of >= FEW_DAYS) | (holiday > 0)).tolist())


def sizes_of(
    rows: pa.Table,
    possible: NDArray[np.int32],
    school: NDArray[np.int32],
    setting: Setting,
    schools: list[str],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Clock minutes and minutes for the 16 hours of each row, as ``rules.attendance.mark_of`` has it."""
    infos = [setting.calendars.schools[school_id] for school_id in schools]
    length = np.array([info.lesson_length for info in infos], np.float64)[school]
    stated = np.array([info.lesson_minutes is not None for info in infos], np.bool_)[school]
    lessons = np.array([info.counts_lessons and info.lesson_length <= 60 for info in infos], np.bool_)[school]
    filled: Any = pc.fill_null(rows["minutes"], pa.scalar(-1, rows["minutes"].type))
    given = filled.to_numpy().astype(np.float64)
    in_lesson, in_part = rows["in_lesson"].to_numpy(), rows["in_part"].to_numpy()
    part = np.where(rows["half"].to_numpy(), possible / 2.0, possible.astype(np.float64))
    minutes = np.where(given >= 0, given, np.where(in_part & ~in_lesson, part, length))
    share = np.where(stated, minutes * 60.0 / length, minutes)
    hours = np.where(lessons, np.where(in_lesson & (minutes >= length), 60.0, share), minutes)
    return minutes, hours
