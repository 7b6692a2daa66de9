"""The facts of the database as Arrow tables in the types of the register contract, for measures and rules.

Raw rows go straight from the cursor into columns: no object is made per row, so that a school's year of absence is
there in a part of a second. Nothing is judged here; which rows count on a day is said by ``engines``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute
from django.db import connection

from aanwezig.calendar import Calendars
from aanwezig.engines import Engine, OpenRegister, calendars_of, open_register_tables
from aanwezig.engines.arrow_types import arrow_type
from aanwezig.tables import REQUIRED_TABLES, TABLES, Column, Kind, Table
from aanwezig.values import SchoolYear
from aanwezig.web.facts.models import FACTS, School

# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute
# What measures and rules ask of a pupil. Background is not among them: only studies may have it.
OF_PUPIL = (
    "pupils",
    "enrolments",
    "absences",
    "exemptions",
    "leave",
    "suspensions",
    "notifications",
    "reduced_programmes",
    "not_enrolled",
    "applications",
    "results",
    "observations",
    "participations",
    "care",
)
# Facts whose names in the register are their keys in the database.
NAMED_BY_KEY = ("absences:", "pupils:")
OF_SCHOOL = ("schools", "closures", "timetable", "deliveries", "test_weeks")


@dataclass(frozen=True, slots=True)
class Facts:
    """Tables by the contract, with the database key of each row: how findings find their rows back.

    ``version``: the school's ``facts_version`` when reading began; facts that changed meanwhile make it higher.
    ``keys``: per table the primary keys in the order of the rows.
    """

    tables: Mapping[str, pa.Table]
    keys: Mapping[str, Sequence[int]]
    version: int

    def open(self, on: date, known: date | None = None, engine: Engine | None = None) -> OpenRegister:
        """These facts as a register that measures and rules can ask."""
        return open_register_tables(self.tables, engine, on=on, known=known, name="database")

    def key_of(self, ref: str) -> str:
        """How a stored finding names a fact: ``table:primary key``; a pupil by its ``pupil_id``."""
        if ref.startswith(NAMED_BY_KEY):
            return ref
        table, _, own = ref.partition(":")
        return f"{table}:{self.keys[table][int(own) - 2]}"

    def keys_of(self, refs: Iterable[str]) -> list[str]:
        """The same of several; a school has hundreds of thousands, nearly all of absences."""
        return [ref if ref.startswith(NAMED_BY_KEY) else self.key_of(ref) for ref in refs]


def facts_of_school(code: str, on: date, known: date | None = None) -> Facts:
    """The facts of a school for a reference date: all rows of the pupils whom it is about, at every school.

    Pupils: those enrolled at the school in this school year or the one before, or with absence noted there. Their
    rows at other schools and of earlier years are in too, so that a pupil who changed school keeps the year's figure
    and an absence of two years is seen whole. ``absence_id`` is the row's key in the database: two schools may have
    given one number to two rows. School.DoesNotExist for a school that is not there.
    """
    version = School.objects.values_list("facts_version", flat=True).get(code=code)
    pupils = pupils_of_school(code, on)
    tables: dict[str, pa.Table] = {}
    keys: dict[str, Sequence[int]] = {}
    for name in OF_PUPIL:
        condition, values = _among("pupil_id", pupils)
        _keep(name, _read(TABLES[name], condition, values, known is not None, True), tables, keys)
    schools = {code}
    for table in tables.values():
        if "school_id" in table.column_names:
            schools.update(str(one) for one in pc.unique(table["school_id"]).to_pylist())
    for name in OF_SCHOOL:
        condition, values = _among("school_id", sorted(schools))
        _keep(name, _read(TABLES[name], condition, values, known is not None, True), tables, keys)
    return Facts(tables, keys, version)


def facts_of_schools(codes: Iterable[str] | None = None, *, every_row: bool = True) -> Facts:
    """All tables of some schools (None: of all), as the schools gave them, superseded rows included.

    Of some schools: their own rows, and what is known of the pupils who were ever enrolled there. For an export.
    """
    own = None if codes is None else sorted(set(codes))
    pupils = None if own is None else _ever_enrolled(own)
    tables: dict[str, pa.Table] = {}
    keys: dict[str, Sequence[int]] = {}
    for name, table in TABLES.items():
        names = {column.name for column in table.columns}
        condition = ""
        values: list[Any] = []
        if own is not None and pupils is not None:
            # The table of schools gets those that pupils went to as well, so that no row is of an unknown school.
            if "pupil_id" in names:
                condition, values = _among("pupil_id", pupils)
            elif "school_id" in names and name != "schools":
                condition, values = _among("school_id", own)
        _keep(name, _read(table, condition, values, every_row, False), tables, keys)
    return Facts(tables, keys, 0)


def calendars_of_school(code: str) -> Calendars:
    """The calendars of a school and its groups, for pages that lay out days."""
    tables = {}
    for name in ("schools", "closures", "timetable"):
        condition, values = _among("school_id", [code])
        tables[name] = _read(TABLES[name], condition, values, False, True)[0]
    return calendars_of(_Held(tables))


@dataclass(frozen=True, slots=True)
class _Held:
    tables: Mapping[str, pa.Table]

    def arrow(self, name: str) -> pa.Table:
        return self.tables[name]


def pupils_of_school(code: str, on: date) -> list[str]:
    """Who was enrolled at a school in the school year of a day or the one before, or has absence noted there."""
    first = SchoolYear(SchoolYear.of(on).start_year - 1).first
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pupil_id FROM facts_enrolments WHERE school_id = %s AND superseded_at IS NULL"
            " AND first_day <= %s AND (last_day IS NULL OR last_day >= %s)"
            " UNION SELECT pupil_id FROM facts_absences WHERE school_id = %s AND superseded_at IS NULL"
            " AND date BETWEEN %s AND %s",
            [code, on.isoformat(), first.isoformat(), code, first.isoformat(), on.isoformat()],
        )
        return sorted(row[0] for row in cursor.fetchall())


def _ever_enrolled(codes: list[str]) -> list[str]:
    condition, values = _among("school_id", codes)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT pupil_id FROM facts_enrolments WHERE {condition}", values)
        return sorted(row[0] for row in cursor.fetchall())


def _among(column: str, values: list[str]) -> tuple[str, list[Any]]:
    """A condition that takes any number of values as one parameter."""
    if connection.vendor == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(values)]
    return f"{column} = ANY(%s)", [values]


def _keep(
    name: str,
    found: tuple[pa.Table, list[int]],
    tables: dict[str, pa.Table],
    keys: dict[str, Sequence[int]],
) -> None:
    """An optional table without rows is one that was not delivered."""
    if found[0].num_rows or name in REQUIRED_TABLES:
        tables[name], keys[name] = found


def _read(
    table: type[Table], condition: str, values: list[Any], every_row: bool, own_ids: bool
) -> tuple[pa.Table, list[int]]:
    """Rows in the order in which they came, and their primary keys. ``own_ids``: absences named by their key."""
    columns = table.all_columns()
    selected = [_selected(column, own_ids) for column in columns]
    wheres = [condition] if condition else []
    if not every_row:
        wheres.append("superseded_at IS NULL")
    where = f" WHERE {' AND '.join(wheres)}" if wheres else ""
    name = FACTS[table.name]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {', '.join(selected)} FROM {name}{where} ORDER BY 1", values)
        rows = cursor.fetchall()
    if not rows:
        empty = [pa.array([], arrow_type(column)) for column in columns]
        return _table(columns, empty), []
    keys, *cells = zip(*rows, strict=True)
    arrays = [_array(column, list(cell)) for column, cell in zip(columns, cells, strict=True)]
    return _table(columns, arrays), list(keys)


def _table(columns: Sequence[Column], arrays: list[Any]) -> pa.Table:
    return pa.Table.from_arrays(arrays, names=[column.name for column in columns])


def _selected(column: Column, own_ids: bool) -> str:
    """A column in SQL. On SQLite as an expression: a bare column would be converted cell by cell."""
    name = connection.ops.quote_name(column.name)
    if own_ids and column.name == "absence_id":
        return "CAST(id AS TEXT)"
    if connection.vendor == "sqlite":
        if column.kind in (Kind.DATE, Kind.DATETIME):
            return f"CAST({name} AS TEXT)"
        if column.kind is Kind.BOOLEAN:
            return f"CAST({name} AS INTEGER)"
    return name


def _array(column: Column, cells: list[Any]) -> Any:
    wanted = arrow_type(column)
    if connection.vendor == "sqlite":
        if column.kind is Kind.DATE:
            return pa.array(cells, pa.string()).cast(wanted)
        if column.kind is Kind.DATETIME:
            return pa.array(cells, pa.string()).cast(pa.timestamp("us")).cast(wanted)
        if column.kind is Kind.BOOLEAN:
            return pa.array(cells, pa.int64()).cast(wanted)
    return pa.array(cells, wanted)
