"""A register folder into the database at once: for the demo, for tests, and for who begins with a folder.

Everything or nothing: one transaction. What the folder's faults refuse stays out and is told; what was superseded
comes along, so that a question as known on an earlier day gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute
from django.db import connection, transaction

from aanwezig.engines import ROW, OpenRegister, open_engine, open_register_folder
from aanwezig.tables import TABLES, Table
from aanwezig.values import Fault
from aanwezig.web.facts.changes import mark_changed
from aanwezig.web.facts.models import FACTS, Pupil, School
from aanwezig.web.organisations.models import Kind, Organisation

# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute
# A folder is read whole: nothing in it is dated after this day.
END_OF_TIME = date(9998, 12, 31)
ROWS_AT_A_TIME = 5_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """``rows`` per table, superseded ones included; ``faults``: rows that were refused."""

    schools: tuple[str, ...]
    pupils: int
    rows: Mapping[str, int]
    faults: tuple[Fault, ...]


def load_register(folder: Path, organisations: Mapping[str, Organisation] | None = None) -> Loaded:
    """Put every table of a register folder (as `aanwezig simulate` makes one) into the database.

    A school gets the organisation that ``organisations`` gives for its code, else the one that has the code, else a
    new one of the school's name. Pupils that are there already get the facts beside those that they have.
    AanwezigError for a folder that cannot be read; IntegrityError, and nothing changed, when a fact of the same key
    is current already.
    """
    engine = open_engine("duckdb")
    with open_register_folder(folder, engine, on=END_OF_TIME) as register:
        tables = {name: _rows(register, name) for name in TABLES if register.has(name)}
        faults = tuple(register.faults)
    engine.close()
    with transaction.atomic():
        codes = _make_schools(tables["schools"], organisations or {})
        pupils = sorted({str(one) for one in tables["pupils"]["pupil_id"].to_pylist()})
        Pupil.objects.bulk_create(
            [Pupil(pupil_id=one) for one in pupils], ignore_conflicts=True, batch_size=ROWS_AT_A_TIME
        )
        for name, rows in tables.items():
            _insert(TABLES[name], rows)
        mark_changed(codes)
    return Loaded(codes, len(pupils), {name: rows.num_rows for name, rows in tables.items()}, faults)


def _rows(register: OpenRegister, name: str) -> pa.Table:
    """The rows that stand, and those that stood once, in the order of the folder."""
    standing = register.arrow(name)
    every = register.every_row(name)
    once = register.engine.to_arrow(every.filter(every.superseded_at.notnull()))
    if not once.num_rows:
        return standing
    once = once.select(standing.column_names).cast(standing.schema)
    for column, home in (("pupil_id", "pupils"), ("school_id", "schools")):
        if name != home and column in once.column_names:
            once = once.filter(pc.is_in(once[column], register.arrow(home)[column].combine_chunks()))
    return pa.concat_tables([standing, once]).sort_by(ROW)


def _make_schools(schools: pa.Table, organisations: Mapping[str, Organisation]) -> tuple[str, ...]:
    names = {row["school_id"]: row["name"] for row in schools.to_pylist()}
    known = {one.code: one for one in Organisation.objects.filter(kind=Kind.SCHOOL, code__in=names)}
    there = set(School.objects.filter(code__in=names).values_list("code", flat=True))
    for code, name in sorted(names.items()):
        if code in there:
            continue
        own = organisations.get(code) or known.get(code)
        if own is None:
            own = Organisation.objects.create(kind=Kind.SCHOOL, code=code, name=name)
        School.objects.create(code=code, organisation=own)
    return tuple(sorted(names))


def _insert(table: type[Table], rows: pa.Table) -> None:
    names = [column.name for column in table.all_columns()]
    # What every fact has beside its own columns (facts.models.FactRow).
    own = {"batch": "", "ended_by_batch": ""}
    quoted = ", ".join(connection.ops.quote_name(name) for name in (*names, *own))
    places = ", ".join(["%s"] * (len(names) + len(own)))
    statement = f"INSERT INTO {FACTS[table.name]._meta.db_table} ({quoted}) VALUES ({places})"
    with connection.cursor() as cursor:
        for some in _tuples(rows.select(names)):
            cursor.executemany(statement, [(*row, *own.values()) for row in some])


def _tuples(rows: pa.Table) -> Iterator[list[tuple[Any, ...]]]:
    for batch in rows.to_batches(max_chunksize=ROWS_AT_A_TIME):
        columns = [_stored(column.to_pylist()) for column in batch.columns]
        yield list(zip(*columns, strict=True))


def _stored(cells: list[Any]) -> list[Any]:
    """Values as Django itself would store them."""
    kind = next((type(cell) for cell in cells if cell is not None), None)
    if kind is datetime:
        return [connection.ops.adapt_datetimefield_value(cell) for cell in cells]
    if kind is date:
        return [connection.ops.adapt_datefield_value(cell) for cell in cells]
    return cells
