"""The good rows of one delivered table, before known time: by way of a clean copy, or where they lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from aanwezig.engines.arrow_types import ROW
from aanwezig.engines.checking import RowChecker
from aanwezig.engines.engine import Engine
from aanwezig.engines.fault_list import FaultList
from aanwezig.engines.reading import (
    CleanFile,
    Delivered,
    as_text,
    damaged,
    make_clean,
    make_empty,
    write_clean,
)
from aanwezig.engines.screening import (
    DIRECT_FROM_ROWS,
    SUSPECTS,
    can_be_read_directly,
    known_columns,
    screen,
    suspect,
    without_empty_texts,
)
from aanwezig.tables import Kind, Table

IBIS_TYPES = {
    Kind.ID: "string",
    Kind.TEXT: "string",
    Kind.CODE: "string",
    Kind.CODES: "string",
    Kind.TIME: "string",
    Kind.DATE: "date",
    Kind.DATETIME: "timestamp('UTC', 6)",
    Kind.INTEGER: "int64",
    Kind.NUMBER: "float64",
    Kind.BOOLEAN: "boolean",
}


@dataclass(frozen=True, slots=True)
class TableRows:
    """Every contract column and ``_row``; ``filled``: the columns in which some row may have a value."""

    table: type[Table]
    rows: ir.Table
    filled: frozenset[str]
    faults: FaultList
    number: int


def ibis_types(table: type[Table]) -> dict[str, str]:
    """The Ibis type of every contract column."""
    return {column.name: IBIS_TYPES[column.kind] for column in table.all_columns()}


def rows_of(
    engine: Engine, delivered: Delivered, path: Path, direct_from_rows: int = DIRECT_FROM_ROWS
) -> TableRows:
    """The good rows of a table; ``path`` is where a clean copy may be written."""
    if can_be_read_directly(delivered, direct_from_rows):
        return _where_they_lie(engine, delivered, path)
    return _from_copy(engine, delivered.table, make_clean(delivered, path))


def no_rows(engine: Engine, table: type[Table], path: Path) -> TableRows:
    """A table that was not delivered."""
    return _from_copy(engine, table, make_empty(table, path))


def _from_copy(engine: Engine, table: type[Table], clean: CleanFile) -> TableRows:
    rows = engine.read_clean(clean.path, ibis_types(table) | {ROW: "int64"})
    return TableRows(table, rows, frozenset(clean.filled), clean.faults, clean.rows)


def _where_they_lie(engine: Engine, delivered: Delivered, path: Path) -> TableRows:
    table = delivered.table
    filled = known_columns(delivered)
    types = {name: kind for name, kind in ibis_types(table).items() if name in filled}
    faults = FaultList(table.name)
    counts: Counter[str] = Counter()
    try:
        stored = engine.read_rows(delivered.files.files, types, delivered.row_counts)
        screening = screen(stored, table, filled)
        for found in engine.to_arrow(screening).to_pylist() if screening is not None else ():
            counts[found["what"]] += found["number"]
    except engine.read_errors as error:
        raise damaged(delivered.files.where) from error
    rows = without_empty_texts(stored, counts)
    if counts[SUSPECTS]:
        doubtful = suspect(rows, table, filled)
        clean = write_clean(
            table, _checked(engine, rows.filter(doubtful), delivered, faults), CleanFile(path, faults)
        )
        good = _all_columns(rows.filter(~doubtful), table)
        rows = good.union(_from_copy(engine, table, clean).rows, distinct=False)
    else:
        rows = _all_columns(rows, table)
    return TableRows(table, rows, frozenset(filled), faults, sum(delivered.row_counts))


def _all_columns(rows: ir.Table, table: type[Table]) -> ir.Table:
    columns = [
        rows[name] if name in rows.columns else ibis.null(kind).name(name)
        for name, kind in ibis_types(table).items()
    ]
    return rows.select(*columns, ROW)


def _checked(engine: Engine, rows: ir.Table, delivered: Delivered, faults: FaultList) -> Iterator[pa.Table]:
    checker = RowChecker(delivered.table, faults)
    for batch in engine.batches(rows, 100_000):
        cells = {
            name: as_text(batch.column(name) if name in batch.schema.names else pa.nulls(batch.num_rows))
            for name in delivered.columns
        }
        yield checker.check(cells, batch.column(ROW))
