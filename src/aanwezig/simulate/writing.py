"""From arrays to the Parquet files of the register contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from aanwezig.simulate.drawing import Array
from aanwezig.tables import TABLES, Kind

ARROW_TYPES: dict[Kind, pa.DataType] = {
    Kind.DATE: pa.date32(),
    Kind.DATETIME: pa.timestamp("us", tz="UTC"),
    Kind.INTEGER: pa.int32(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
}
NO_DATE = np.int32(2**30)
ROW_GROUP = 1 << 20


def column_type(table: str, column: str) -> pa.DataType:
    """The type a column of the contract is written with; all that is text is a string."""
    return ARROW_TYPES.get(TABLES[table].column(column).kind, pa.string())


def table_schema(table: str, columns: Iterable[str]) -> pa.Schema:
    """The chosen columns of a table in the contract's order."""
    chosen = set(columns)
    unknown = chosen - {column.name for column in TABLES[table].all_columns()}
    if unknown:
        raise KeyError(f"{table} has no column {sorted(unknown)}")
    return pa.schema(
        [(c.name, column_type(table, c.name)) for c in TABLES[table].all_columns() if c.name in chosen]
    )


def numbered_ids(prefix: str, numbers: Array, width: int) -> pa.Array[Any]:
    """``p0000012`` and so on, made as bytes at once: a million a second is too slow one by one."""
    start = len(prefix)
    letters = np.empty((len(numbers), start + width), dtype=np.uint8)
    letters[:, :start] = np.frombuffer(prefix.encode("ascii"), dtype=np.uint8)
    rest = numbers.astype(np.int64)
    for position in range(start + width - 1, start - 1, -1):
        rest, digit = np.divmod(rest, 10)
        letters[:, position] = digit + ord("0")
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * (start + width)
    return pa.Array.from_buffers(
        pa.string(), len(numbers), [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(letters.tobytes())]
    )


def coded(
    positions: Array, values: Sequence[str] | pa.Array[Any], empty: Array | None = None
) -> pa.Array[Any]:
    """Text by its position in a list; empty where the mask says so."""
    texts: list[Any] = values.to_pylist() if isinstance(values, pa.Array) else list(values)
    unique = list(dict.fromkeys(texts))
    if len(unique) < len(texts):
        # A list that says one thing twice cannot be stored by position.
        place = {text: n for n, text in enumerate(unique)}
        positions = np.array([place[text] for text in texts])[positions]
        values = unique
    dictionary = values if isinstance(values, pa.Array) else pa.array(list(values), type=pa.string())
    indices = pa.array(
        np.where(empty, 0, positions) if empty is not None else positions, type=pa.int32(), mask=empty
    )
    return pa.DictionaryArray.from_arrays(indices, dictionary)


def dates(days: Array, epoch: int) -> pa.Array[Any]:
    """Days since the register's day 0 as dates; NO_DATE is empty."""
    empty = days == NO_DATE
    values = np.where(empty, 0, days + epoch).astype(np.int32)
    return pa.array(values, type=pa.int32(), mask=empty).cast(pa.date32())


def moments(micros: Array, never: int) -> pa.Array[Any]:
    """Microseconds since 1970 as moments in UTC."""
    empty = micros == never
    return pa.array(np.where(empty, 0, micros), type=pa.int64(), mask=empty).cast(
        pa.timestamp("us", tz="UTC")
    )


def integers(values: Array, empty: Array | None = None) -> pa.Array[Any]:
    return pa.array(values.astype(np.int32), type=pa.int32(), mask=empty)


class TableFile:
    """A Parquet file that grows block by block; nothing but plain contract types is told to a reader."""

    def __init__(self, path: Path, schema: pa.Schema, plain_columns: Sequence[str] = ()) -> None:
        self.path, self.schema, self.plain_columns = path, schema, plain_columns
        self.rows = 0
        self._writer: pq.ParquetWriter | None = None

    def write(self, columns: Mapping[str, pa.Array[Any]]) -> None:
        """Add rows; text that is coded by position is written so, without its strings being made first."""
        arrays = [columns[name] for name in self.schema.names]
        batch = pa.table(arrays, names=self.schema.names)
        for name, own, wanted in zip(self.schema.names, batch.schema.types, self.schema.types, strict=True):
            if own != wanted and not (pa.types.is_dictionary(own) and own.value_type == wanted):
                raise TypeError(f"column {name} holds {own}, the contract asks for {wanted}")
        if batch.num_rows:
            self._open(batch.schema).write_table(batch, row_group_size=ROW_GROUP)
            self.rows += batch.num_rows

    def _open(self, schema: pa.Schema) -> pq.ParquetWriter:
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self.path,
                schema,
                compression="zstd",
                use_dictionary=[name for name in schema.names if name not in self.plain_columns],  # type: ignore[arg-type]
                # Without it a reader would be told that text is coded.
                store_schema=False,
            )
        return self._writer

    def close(self) -> None:
        """Close the file; one without rows has its columns all the same."""
        self._open(self.schema).close()


def write_rows(path: Path, table: str, rows: Sequence[Mapping[str, Any]], epoch: int) -> int:
    """A small table from rows; days as counted in the register become dates. Of equal keys the first stands."""
    names = {name for row in rows for name in row} | {
        c.name for c in TABLES[table].columns if not c.may_be_empty
    }
    schema = table_schema(table, names)
    key = TABLES[table].key
    seen: dict[tuple[Any, ...], None] = {}
    kept = []
    for row in rows:
        identity = (*(row.get(name) for name in key), row.get("recorded_at"))
        if key and identity in seen:
            continue
        seen[identity] = None
        kept.append(row)
    arrays = []
    for column in schema:
        values = [row.get(column.name) for row in kept]
        if column.type == pa.date32():
            arrays.append(
                pa.array([None if v is None else v + epoch for v in values], pa.int32()).cast(pa.date32())
            )
        else:
            arrays.append(pa.array(values, type=column.type))
    write_table(path, pa.table(arrays, schema=schema))
    return len(kept)


def write_table(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path, compression="zstd", store_schema=False)
