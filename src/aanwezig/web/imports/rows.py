"""Rows of facts between the database and Arrow, many at a time: no object is made per row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa
from django.db import connection

from aanwezig.register.staging import stored_schema
from aanwezig.tables import Column, Kind, Table
from aanwezig.web.facts.models import FACTS

AT_A_TIME = 20_000
Cells = list[Any]


def read(table: type[Table], condition: str, values: Sequence[Any]) -> Iterator[tuple[list[int], pa.Table]]:
    """The rows that stand under a condition, a part at a time: primary keys and ``stored_schema``."""
    columns, schema = table.all_columns(), stored_schema(table)
    names = ", ".join(_selected(column) for column in columns)
    home = FACTS[table.name]._meta.db_table
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT id, {names} FROM {home} WHERE superseded_at IS NULL AND {condition}", list(values)
        )
        while rows := cursor.fetchmany(AT_A_TIME):
            keys, *cells = zip(*rows, strict=True)
            arrays = [
                _array(column, list(cell), schema.field(column.name).type)
                for column, cell in zip(columns, cells, strict=True)
            ]
            found = pa.Table.from_arrays(arrays, names=[column.name for column in columns])
            yield list(keys), found.select(schema.names).cast(schema)


def _selected(column: Column) -> str:
    # On SQLite as an expression: a bare column would be converted cell by cell.
    name = connection.ops.quote_name(column.name)
    if connection.vendor == "sqlite":
        if column.kind in (Kind.DATE, Kind.DATETIME):
            return f"CAST({name} AS TEXT)"
        if column.kind is Kind.BOOLEAN:
            return f"CAST({name} AS INTEGER)"
    return name


def _array(column: Column, cells: Cells, wanted: pa.DataType) -> Any:
    if connection.vendor == "sqlite":
        if column.kind is Kind.DATE:
            return pa.array(cells, pa.string()).cast(wanted)
        if column.kind is Kind.DATETIME:
            return pa.array(cells, pa.string()).cast(pa.timestamp("us")).cast(wanted)
        if column.kind is Kind.BOOLEAN:
            return pa.array(cells, pa.int64()).cast(wanted)
    return pa.array(cells, wanted)


def insert(
    table: type[Table], batch: pa.RecordBatch, own: dict[str, Any], pupil: Callable[[str], str] | None
) -> int:
    """Add rows; ``own``: what every fact has beside its own columns, the same for all. How many there are."""
    names = [column.name for column in table.all_columns()]
    home = FACTS[table.name]._meta.db_table
    quoted = ", ".join(connection.ops.quote_name(name) for name in (*names, *own))
    columns = [mapped(batch.column(name), pupil if name == "pupil_id" else None) for name in names]
    columns += [[value] * batch.num_rows for value in own.values()]
    rows = zip(*columns, strict=True)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {home} ({quoted}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {home} ({quoted}) VALUES ({places})", list(rows))
    return int(batch.num_rows)


def mapped(column: Any, change: Callable[[str], str] | None = None) -> Cells:
    """A column as the database takes it; each different value is worked out once."""
    kind = column.type
    if change is None and not (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
        return list(column.to_pylist())
    if change is not None:
        adapt: Callable[[Any], Any] = change
    elif pa.types.is_date(kind):
        adapt = connection.ops.adapt_datefield_value
    else:
        adapt = connection.ops.adapt_datetimefield_value
    coded = column.dictionary_encode()
    values = [adapt(value) for value in coded.dictionary.to_pylist()]
    return [None if place is None else values[place] for place in coded.indices.to_pylist()]


def end(table: type[Table], ends: Sequence[tuple[Any, ...]], where: str, at: Any, batch: str) -> int:
    """Give rows that stand an end: ``where`` names them with the values of each; how many were ended."""
    home = FACTS[table.name]._meta.db_table
    moment = connection.ops.adapt_datetimefield_value(at)
    statement = (
        f"UPDATE {home} SET superseded_at = %s, ended_by_batch = %s WHERE {where} AND superseded_at IS NULL"
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(moment, batch, *values) for values in ends])
        return int(cursor.rowcount)
