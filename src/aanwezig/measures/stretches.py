"""Where a pupil was enrolled on which days, each day of a school once.

A *stretch* is a run of days of one pupil at one school, in one group, of one state:

- ``open``: enrolled, and the school's absence is complete for these days;
- ``exempt``: enrolled, but all duty was lifted (article 5 or 15): nothing possible;
- ``undelivered``: enrolled, but the school delivered nothing for these days: nothing can be said.

Of two enrolments at one school that overlap the later begun holds; two schools add up (docs/specification/register.md
§5, docs/specification/rules.md §9.6). Enrolments are few even for a nation, so they are worked out here in memory;
absences are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from aanwezig.calendar import Calendars
from aanwezig.measures.calendar_table import CalendarBook, day_number, day_of
from aanwezig.measures.register_view import Register, arrow_table
from aanwezig.values import SchoolYear

OPEN, EXEMPT, UNDELIVERED = 0, 1, 2
Numbers = npt.NDArray[np.int64]
# More than the days of any calendar book, so that a calendar and two days make one number.
SOME_DAYS = 2**16
Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Columns:
    """Stretches as arrays of one length: which enrolment, first and last day, state."""

    enrolment: Numbers
    first: Numbers
    last: Numbers
    state: Numbers


def without(run: Run, others: Iterable[Run]) -> list[Run]:
    """What is left of a run of days when others are taken out."""
    left = [run]
    for start, end in others:
        rest = []
        for first, last in left:
            if end < first or start > last:
                rest.append((first, last))
                continue
            if first < start:
                rest.append((first, start - 1))
            if last > end:
                rest.append((end + 1, last))
        left = rest
    return left


def stretches_of(register: Register, calendars: Calendars, book: CalendarBook, first: date) -> pa.Table:
    """The stretches from ``first`` up to the reference date, with the key of their calendar."""
    on = day_number(register.on)
    enrolments = register.arrow("enrolments").select(
        ["pupil_id", "school_id", "first_day", "last_day", "group", "level"]
    )
    start = _days(enrolments["first_day"], 0)
    end = np.minimum(_days(enrolments["last_day"], on), on)
    keep = (start <= on) & (end >= day_number(first)) & (start <= end)
    enrolments = enrolments.filter(pa.array(keep))
    start, end = start[keep], end[keep]

    pupils = _codes(enrolments["pupil_id"])
    schools = _codes(enrolments["school_id"])
    found = _each_day_once(pupils, schools, start, end)
    found = _without_exempt(found, pupils, enrolments["pupil_id"], register, on)
    caps = _last_days(register, enrolments["school_id"])
    found = _delivered(found, caps)
    found = _numbered(_clipped(found, day_number(first)), schools)
    return _as_table(found, enrolments, pupils, caps, calendars, book, register.on)


def _days(column: Any, missing: int) -> Numbers:
    """Dates as day numbers; what is empty as ``missing``."""
    numbers = column.cast(pa.int32()).fill_null(missing)
    return np.asarray(numbers.to_numpy(), dtype=np.int64)


def _codes(column: Any) -> Numbers:
    encoded = _encoded(column)
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False)).astype(np.int64)


def _encoded(column: Any) -> Any:
    """A column as one dictionary and the number of each cell in it."""
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded


def _each_day_once(pupils: Numbers, schools: Numbers, start: Numbers, end: Numbers) -> Columns:
    """Enrolments as stretches; where two of one pupil at one school overlap, the later begun holds."""
    order = np.lexsort((start, schools, pupils))
    same = (np.diff(pupils[order]) == 0) & (np.diff(schools[order]) == 0)
    clash = same & (start[order][1:] <= end[order][:-1])
    if not clash.any():
        rows = np.arange(len(start))
        return Columns(rows, start, end, np.zeros(len(start), dtype=np.int64))
    # Pairs are handled one by one: overlaps are mistakes or rare.
    blocks = np.concatenate([[0], np.cumsum(~same)])
    clashing = set(blocks[1:][clash].tolist())
    in_clash = np.isin(blocks, list(clashing))
    pieces: list[tuple[int, int, int]] = []
    by_block: dict[int, list[int]] = {}
    for block, row in zip(blocks[in_clash].tolist(), order[in_clash].tolist(), strict=True):
        by_block.setdefault(block, []).append(row)
    for rows_of_block in by_block.values():
        runs = [(int(start[row]), int(end[row])) for row in rows_of_block]
        for index, row in enumerate(rows_of_block):
            pieces += [(row, a, b) for a, b in without(runs[index], runs[index + 1 :])]
    plain = order[~in_clash]
    extra = np.array(pieces, dtype=np.int64).reshape(-1, 3)
    rows = np.concatenate([plain, extra[:, 0]])
    return Columns(
        rows,
        np.concatenate([start[plain], extra[:, 1]]),
        np.concatenate([end[plain], extra[:, 2]]),
        np.zeros(len(rows), dtype=np.int64),
    )


def _without_exempt(found: Columns, pupils: Numbers, pupil_ids: Any, register: Register, on: int) -> Columns:
    """Days under a full exemption (article 5 or 15) become stretches of their own."""
    if not register.has("exemptions"):
        return found
    exemptions = register.arrow("exemptions").select(["pupil_id", "ground", "first_day", "last_day"])
    exemptions = exemptions.filter(pc.invert(pc.starts_with(exemptions["ground"], "under6")))
    runs: dict[str, list[Run]] = {}
    for row in exemptions.to_pylist():
        last = on if row["last_day"] is None else day_number(row["last_day"])
        runs.setdefault(row["pupil_id"], []).append((day_number(row["first_day"]), last))
    if not runs:
        return found
    touched = pc.is_in(pupil_ids, pa.array(list(runs), pa.string())).to_numpy(zero_copy_only=False)
    mask = touched[found.enrolment]
    pieces: list[tuple[int, int, int, int]] = []
    for row, first, last in zip(
        found.enrolment[mask].tolist(), found.first[mask].tolist(), found.last[mask].tolist(), strict=True
    ):
        left = without((first, last), runs[pupil_ids[row].as_py()])
        pieces += [(row, a, b, OPEN) for a, b in left]
        pieces += [(row, a, b, EXEMPT) for a, b in without((first, last), left)]
    return _join(found, ~mask, pieces)


def _join(
    found: Columns, keep: npt.NDArray[np.bool_], pieces: Sequence[tuple[int, int, int, int]]
) -> Columns:
    extra = np.array(pieces, dtype=np.int64).reshape(-1, 4)
    return Columns(
        np.concatenate([found.enrolment[keep], extra[:, 0]]),
        np.concatenate([found.first[keep], extra[:, 1]]),
        np.concatenate([found.last[keep], extra[:, 2]]),
        np.concatenate([found.state[keep], extra[:, 3]]),
    )


def last_days(register: Register) -> dict[str, date]:
    """Per school the last day up to which its absence is complete (table ``deliveries``), if it says so."""
    found: dict[str, date] = {}
    if register.has("deliveries"):
        for row in register.arrow("deliveries").select(["school_id", "last_day"]).to_pylist():
            known = found.get(row["school_id"])
            found[row["school_id"]] = max(known, row["last_day"]) if known else row["last_day"]
    return {school: min(day, register.on) for school, day in found.items()}


def _last_days(register: Register, school_ids: Any) -> Numbers:
    """For each enrolment the last day on which something can be said of its school."""
    stated = last_days(register)
    encoded = _encoded(school_ids)
    values = [day_number(stated.get(school, register.on)) for school in encoded.dictionary.to_pylist()]
    if not values:
        return np.zeros(0, dtype=np.int64)
    by_school = np.array(values, dtype=np.int64)
    return np.asarray(by_school[encoded.indices.to_numpy(zero_copy_only=False)])


def _delivered(found: Columns, caps: Numbers) -> Columns:
    """Cut at the last day delivered; what lies after it is ``undelivered``, exempt or not."""
    cap = caps[found.enrolment]
    within = found.first <= cap
    past = found.last > cap
    return Columns(
        np.concatenate([found.enrolment[within], found.enrolment[past]]),
        np.concatenate([found.first[within], np.maximum(found.first, cap + 1)[past]]),
        np.concatenate([np.minimum(found.last, cap)[within], found.last[past]]),
        np.concatenate([found.state[within], np.full(int(past.sum()), UNDELIVERED, dtype=np.int64)]),
    )


def _clipped(found: Columns, first: int) -> Columns:
    keep = found.last >= first
    return Columns(
        found.enrolment[keep], np.maximum(found.first, first)[keep], found.last[keep], found.state[keep]
    )


def _numbered(found: Columns, schools: Numbers) -> Columns:
    """In an order by which the highest number is a pupil's last stretch of which something can be said."""
    not_open = found.state != OPEN
    order = np.lexsort((schools[found.enrolment], found.first, found.last, ~not_open))
    return Columns(found.enrolment[order], found.first[order], found.last[order], found.state[order])


def _shared(found: Columns, pupils: Numbers) -> npt.NDArray[np.bool_]:
    """Stretches of pupils that are enrolled at two schools on one day."""
    own = pupils[found.enrolment]
    order = np.lexsort((found.first, own))
    until = found.last[order]
    same = np.diff(own[order]) == 0
    # Stretches in order of first day overlap somewhere exactly when two neighbours do.
    clash = same & (found.first[order][1:] <= until[:-1])
    return np.isin(own, own[order][1:][clash])


def _as_table(
    found: Columns,
    enrolments: pa.Table,
    pupils: Numbers,
    caps: Numbers,
    calendars: Calendars,
    book: CalendarBook,
    on: date,
) -> pa.Table:
    keys, lengths = _calendar_keys(enrolments, calendars, book)
    key = keys[found.enrolment]
    cap = caps[found.enrolment]
    passed, total = _school_year_days(key, cap, book, on)
    # Most pupils share calendar and dates: look-ups are made once per span, not per pupil.
    base = day_number(book.first)
    spans = (key * SOME_DAYS + found.first - base) * SOME_DAYS + found.last - base
    _, span = np.unique(spans, return_inverse=True)
    taken = enrolments.take(pa.array(found.enrolment, pa.int64()))
    return arrow_table(
        {
            "stretch": pa.array(np.arange(len(found.first)), pa.int64()),
            "span": pa.array(np.asarray(span).reshape(-1), pa.int64()),
            "pupil": pa.array(pupils[found.enrolment], pa.int64()),
            "pupil_id": taken["pupil_id"],
            "school_id": taken["school_id"],
            "group": taken["group"],
            "level": taken["level"],
            "first_day": _dates(found.first),
            "last_day": _dates(found.last),
            "state": pa.array(found.state, pa.int32()),
            "calendar_key": pa.array(key, pa.int32()),
            "lesson_length": pa.array(lengths[found.enrolment], pa.int32()),
            "is_shared": pa.array(_shared(found, pupils)),
            "year_days_passed": pa.array(passed, pa.int64()),
            "year_days": pa.array(total, pa.int64()),
        }
    )


def _dates(numbers: Numbers) -> Any:
    return pa.array(numbers.astype(np.int32), pa.int32()).cast(pa.date32())


def _calendar_keys(enrolments: pa.Table, calendars: Calendars, book: CalendarBook) -> tuple[Numbers, Numbers]:
    """For each enrolment the key of its calendar and the length of a lesson, worked out once per group."""
    pairs = arrow_table({"school": enrolments["school_id"], "group": enrolments["group"]})
    names: list[dict[str, Any]] = pairs.group_by(["school", "group"]).aggregate([]).to_pylist()
    number = {(name["school"], name["group"]): index for index, name in enumerate(names)}
    keys = np.array([book.key(calendars.of(n["school"], n["group"])) for n in names], dtype=np.int64)
    lengths = np.array([calendars.schools[n["school"]].lesson_length for n in names], dtype=np.int64)
    if not names:
        return keys.astype(np.int64), lengths.astype(np.int64)
    schools, groups = pairs["school"].combine_chunks(), pairs["group"].combine_chunks()
    school_codes, group_codes = _codes(pairs["school"]), _with_null(pairs["group"])
    combined = school_codes * (int(group_codes.max()) + 1) + group_codes
    _, firsts, inverse = np.unique(combined, return_index=True, return_inverse=True)
    of_pair = np.array(
        [number[schools[int(i)].as_py(), groups[int(i)].as_py()] for i in firsts], dtype=np.int64
    )
    index = of_pair[np.asarray(inverse).reshape(-1)]
    return keys[index], lengths[index]


def _with_null(column: Any) -> Numbers:
    encoded = _encoded(column)
    indices = encoded.indices.fill_null(len(encoded.dictionary))
    return np.asarray(indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def _school_year_days(key: Numbers, cap: Numbers, book: CalendarBook, on: date) -> tuple[Numbers, Numbers]:
    """School days of the year that have passed for the school on its last day, and those of the whole year."""
    year = SchoolYear.of(on)
    # A school that stopped before the book begins has had no day of this year.
    known = np.maximum(cap - day_number(book.first), 0)
    pairs, inverse = np.unique(key * SOME_DAYS + known, return_inverse=True)
    first = day_number(book.first)
    both = [(pair // SOME_DAYS, day_of(first + pair % SOME_DAYS)) for pair in pairs.tolist()]
    passed = [book.school_days_between(k, year.first, last) for k, last in both]
    total = [book.school_days_between(k, year.first, year.last) for k, _ in both]
    index = np.asarray(inverse).reshape(-1)
    return np.array(passed, dtype=np.int64)[index], np.array(total, dtype=np.int64)[index]
