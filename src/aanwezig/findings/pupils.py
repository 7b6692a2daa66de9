"""From a register's tables to the typed facts of each pupil, in chunks so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute

from aanwezig.engines import ROW, OpenRegister, calendars_of, fact_columns, fact_refs
from aanwezig.rules.facts import (
    Absence,
    Application,
    Enrolment,
    Exemption,
    Leave,
    NotEnrolled,
    Notification,
    Observation,
    PupilFacts,
    ReducedProgramme,
    Result,
    Setting,
    Spell,
    Suspension,
    TestWeek,
)
from aanwezig.values import Period

# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHUNK = 20_000
SMALL = 100


def _enrolment(
    ref: str, school_id: str, first: date, last: date | None, group: str | None, level: str | None
) -> Enrolment:
    return Enrolment(ref, school_id, Period(first, last), group, level)


def _exemption(ref: str, ground: str, first: date, last: date | None) -> Exemption:
    return Exemption(ref, ground, Period(first, last))


def _leave(ref: str, school_id: str, first: date, last: date, *more: Any) -> Leave:
    return Leave(ref, school_id, Period(first, last), *more)


def _suspension(ref: str, school_id: str, first: date, last: date, *more: Any) -> Suspension:
    return Suspension(ref, school_id, Period(first, last), *more)


def _reduced(ref: str, school_id: str, first: date, last: date | None, *more: Any) -> ReducedProgramme:
    return ReducedProgramme(ref, school_id, Period(first, last), *more)


def _spell(ref: str, kind: str, first: date, last: date | None) -> Spell:
    return Spell(ref, kind, Period(first, last))


@dataclass(frozen=True, slots=True)
class _Reader:
    """A table, its columns, and how their cells in this order, after the name of the fact, make it.

    ``truths``: the columns of which 'yes' and 'no' are a truth, and empty is unknown.
    """

    table: str
    columns: tuple[str, ...]
    make: Callable[..., Any]
    truths: frozenset[str] = frozenset()


# The field of PupilFacts and how the rows of a table fill it.
READERS: dict[str, _Reader] = {
    "enrolments": _Reader("enrolments", ("school_id", "first_day", "last_day", "group", "level"), _enrolment),
    "absences": _Reader(
        "absences",
        (
            "school_id",
            "date",
            "reason",
            "authorised",
            "minutes",
            "lesson",
            "part",
            "start_time",
            "subject",
            "recorded_at",
            ROW,
        ),
        Absence,
        frozenset({"authorised"}),
    ),
    "exemptions": _Reader("exemptions", ("ground", "first_day", "last_day"), _exemption),
    "leave": _Reader(
        "leave", ("school_id", "first_day", "last_day", "ground", "granted", "decided_by"), _leave
    ),
    "suspensions": _Reader(
        "suspensions",
        ("school_id", "first_day", "last_day", "kind", "reason_given", "inspectorate_told_on"),
        _suspension,
        frozenset({"reason_given"}),
    ),
    "notifications": _Reader(
        "notifications",
        ("school_id", "category", "first_day", "last_day", "sent_on", "status"),
        Notification,
    ),
    "reduced_programmes": _Reader(
        "reduced_programmes",
        ("school_id", "first_day", "last_day", "minutes_per_week", "ground", "agreed_by"),
        _reduced,
    ),
    "not_enrolled": _Reader("not_enrolled", ("since", "reason", "last_contact_on"), NotEnrolled),
    "applications": _Reader("applications", ("school_id", "applied_on", "state", "state_since"), Application),
    "results": _Reader("results", ("date", "subject", "value"), Result),
    "observations": _Reader("observations", ("date", "kind", "last_day"), Observation),
    "participations": _Reader("participations", ("arrangement_id", "first_day", "last_day"), _spell),
    "care": _Reader("care", ("kind", "first_day", "last_day"), _spell),
}
PUPIL_COLUMNS = (
    "pupil_id",
    "birth_date",
    "municipality",
    "start_qualification_on",
    "qualification_exempt",
    "school_years_completed",
    "recorded_at",
    "_row",
)


def setting_of(register: OpenRegister) -> Setting:
    """What is the same for every pupil of a register."""
    complete: dict[str, date] = {}
    for row in register.arrow("deliveries").select(["school_id", "last_day"]).to_pylist():
        known = complete.get(row["school_id"])
        complete[row["school_id"]] = max(known, row["last_day"]) if known else row["last_day"]
    weeks = tuple(
        TestWeek(row["school_id"], Period(row["first_day"], row["last_day"]), row["group"])
        for row in register.arrow("test_weeks").to_pylist()
    )
    return Setting(register.on, calendars_of(register), complete, weeks)


def pupils_of(register: OpenRegister, only: Sequence[str] | None = None) -> Iterator[PupilFacts]:
    """The facts of every pupil, in order of pupil id; ``only``: of these pupils."""
    pupils = register.arrow("pupils").select(list(PUPIL_COLUMNS)).sort_by("pupil_id")
    if only is not None:
        pupils = pupils.filter(pc.is_in(pupils["pupil_id"], pa.array(only, pa.string())))
    for start in range(0, pupils.num_rows, CHUNK):
        chunk = pupils.slice(start, CHUNK)
        if only is not None:
            ids = register.engine.from_arrow(chunk.select(["pupil_id"]))
            yield from _pupils_of_chunk(register, chunk, _of(ids))
        elif pupils.num_rows <= CHUNK:
            yield from _pupils_of_chunk(register, chunk, None)
        else:
            edges: list[Any] = chunk["pupil_id"].take([0, chunk.num_rows - 1]).to_pylist()
            yield from _pupils_of_chunk(register, chunk, _between(*edges))


Choice = Callable[[ir.Table], ir.Table]


def _of(ids: ir.Table) -> Choice:
    return lambda rows: rows.semi_join(ids, "pupil_id")


def _between(first: str, last: str) -> Choice:
    return lambda rows: rows.filter(rows.pupil_id.between(first, last))


def _pupils_of_chunk(register: OpenRegister, pupils: pa.Table, choose: Choice | None) -> Iterator[PupilFacts]:
    """The facts of the pupils of one chunk; ``choose`` takes their rows out of a table (None: all)."""
    ids: list[Any] = pupils["pupil_id"].to_pylist()
    position = {pupil_id: index for index, pupil_id in enumerate(ids)}
    facts = {field: _rows_by_pupil(register, reader, position, choose) for field, reader in READERS.items()}
    refs = fact_refs("pupils", pupils)
    for index, row in enumerate(pupils.to_pylist()):
        recorded: datetime | None = row["recorded_at"]
        yield PupilFacts(
            pupil_id=row["pupil_id"],
            birth_date=row["birth_date"],
            municipality=row["municipality"],
            start_qualification_on=row["start_qualification_on"],
            qualification_exempt=bool(row["qualification_exempt"]),
            school_years_completed=row["school_years_completed"],
            pupil_recorded_on=recorded.astimezone(AMSTERDAM).date() if recorded else None,
            ref=refs[index],
            **{field: tuple(rows[index]) for field, rows in facts.items()},
        )


def _rows_by_pupil(
    register: OpenRegister, reader: _Reader, position: dict[str, int], choose: Choice | None
) -> list[list[Any]]:
    found: list[list[Any]] = [[] for _ in position]
    if not register.has(reader.table):
        return found
    names = fact_columns(reader.table)
    columns = list(dict.fromkeys(["pupil_id", *reader.columns, *names]))
    if choose is None:
        table = register.arrow(reader.table).select(columns)
    else:
        table = register.engine.to_arrow(choose(register.table(reader.table).select(columns)))
        # The order of the file, so that equals are decided by the first line.
        table = table.sort_by(ROW)
    places = [position.get(pupil_id) for pupil_id in _cells(table["pupil_id"])]
    cells = (
        _cells(pc.equal(table[name], "yes") if name in reader.truths else table[name])
        for name in reader.columns
    )
    facts = map(reader.make, fact_refs(reader.table, table), *cells)
    for place, fact in zip(places, facts, strict=True):
        if place is not None:
            found[place].append(fact)
    return found


def _cells(column: Any) -> list[Any]:
    """The values of a column as Python has them; each different one is made once, for most come back often."""
    if pa.types.is_integer(column.type) and not column.null_count:
        numbers: list[Any] = column.to_numpy().tolist()
        return numbers
    if len(column) < SMALL:
        return list(column.to_pylist())
    encoded: Any = pc.dictionary_encode(column, null_encoding="encode").combine_chunks()
    values = encoded.dictionary.to_pylist()
    return [values[index] for index in encoded.indices.to_numpy().tolist()]
