"""From a register's tables to the typed facts of each pupil, in chunks so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from aanwezig.engines import OpenRegister, calendars_of, fact_refs
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

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHUNK = 20_000
Row = dict[str, Any]


def _truth(value: str | None) -> bool | None:
    """'yes' and 'no' as a truth, empty as unknown."""
    return None if value is None else value == "yes"


def _period(row: Row) -> Period:
    return Period(row["first_day"], row["last_day"])


def _absence(ref: str, row: Row) -> Absence:
    return Absence(
        ref,
        row["school_id"],
        row["date"],
        row["reason"],
        _truth(row["authorised"]),
        row["minutes"],
        row["lesson"],
        row["part"],
        row["start_time"],
        row["subject"],
        row["recorded_at"],
        row["_row"],
    )


def _enrolment(ref: str, row: Row) -> Enrolment:
    return Enrolment(ref, row["school_id"], _period(row), row["group"], row["level"])


def _exemption(ref: str, row: Row) -> Exemption:
    return Exemption(ref, row["ground"], _period(row))


def _leave(ref: str, row: Row) -> Leave:
    return Leave(ref, row["school_id"], _period(row), row["ground"], row["granted"], row["decided_by"])


def _suspension(ref: str, row: Row) -> Suspension:
    told = row["inspectorate_told_on"]
    return Suspension(ref, row["school_id"], _period(row), row["kind"], _truth(row["reason_given"]), told)


def _notification(ref: str, row: Row) -> Notification:
    return Notification(
        ref,
        row["school_id"],
        row["category"],
        row["first_day"],
        row["last_day"],
        row["sent_on"],
        row["status"],
    )


def _reduced(ref: str, row: Row) -> ReducedProgramme:
    return ReducedProgramme(
        ref, row["school_id"], _period(row), row["minutes_per_week"], row["ground"], row["agreed_by"]
    )


def _not_enrolled(ref: str, row: Row) -> NotEnrolled:
    return NotEnrolled(ref, row["since"], row["reason"], row["last_contact_on"])


def _application(ref: str, row: Row) -> Application:
    return Application(ref, row["school_id"], row["applied_on"], row["state"], row["state_since"])


def _result(ref: str, row: Row) -> Result:
    return Result(ref, row["date"], row["subject"], row["value"])


def _observation(ref: str, row: Row) -> Observation:
    return Observation(ref, row["date"], row["kind"], row["last_day"])


def _participation(ref: str, row: Row) -> Spell:
    return Spell(ref, row["arrangement_id"], _period(row))


def _care(ref: str, row: Row) -> Spell:
    return Spell(ref, row["kind"], _period(row))


@dataclass(frozen=True, slots=True)
class _Reader:
    table: str
    columns: tuple[str, ...]
    make: Callable[[str, Row], Any]


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
            "absence_id",
        ),
        _absence,
    ),
    "exemptions": _Reader("exemptions", ("ground", "first_day", "last_day"), _exemption),
    "leave": _Reader(
        "leave", ("school_id", "first_day", "last_day", "ground", "granted", "decided_by"), _leave
    ),
    "suspensions": _Reader(
        "suspensions",
        ("school_id", "first_day", "last_day", "kind", "reason_given", "inspectorate_told_on"),
        _suspension,
    ),
    "notifications": _Reader(
        "notifications",
        ("school_id", "category", "first_day", "last_day", "sent_on", "status"),
        _notification,
    ),
    "reduced_programmes": _Reader(
        "reduced_programmes",
        ("school_id", "first_day", "last_day", "minutes_per_week", "ground", "agreed_by"),
        _reduced,
    ),
    "not_enrolled": _Reader("not_enrolled", ("since", "reason", "last_contact_on"), _not_enrolled),
    "applications": _Reader(
        "applications", ("school_id", "applied_on", "state", "state_since"), _application
    ),
    "results": _Reader("results", ("date", "subject", "value"), _result),
    "observations": _Reader("observations", ("date", "kind", "last_day"), _observation),
    "participations": _Reader("participations", ("arrangement_id", "first_day", "last_day"), _participation),
    "care": _Reader("care", ("kind", "first_day", "last_day"), _care),
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
        TestWeek(row["school_id"], _period(row), row["group"])
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
    columns = ["pupil_id", *reader.columns, "_row"]
    if choose is None:
        table = register.arrow(reader.table).select(columns)
    else:
        table = register.engine.to_arrow(choose(register.table(reader.table).select(columns)))
    # The order of the file, so that equals are decided by the first line.
    table = table.sort_by("_row")
    refs = fact_refs(reader.table, table)
    names = table.column_names
    for ref, cells in zip(refs, zip(*(table[name].to_pylist() for name in names), strict=True), strict=True):
        index = position.get(cells[0])
        if index is not None:
            found[index].append(reader.make(ref, dict(zip(names, cells, strict=True))))
    return found
