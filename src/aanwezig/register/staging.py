"""Rows on their way into the register, as Parquet in a temporary folder: nothing is held in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from aanwezig.engines.arrow_types import ROW, arrow_schema
from aanwezig.register.rows import AbsenceColumns, PresentColumns
from aanwezig.tables import TABLES, Table

FILE, LINE, NATURAL, THEIR_SCHOOL = "_file", "_line", "_natural", "_school"
FLUSH_ROWS = 50_000


def stored_schema(table: type[Table]) -> pa.Schema:
    """How a table is stored in a register folder: the contract's columns, nothing else."""
    schema = arrow_schema(table)
    return schema.remove(schema.get_field_index(ROW))


_ORIGIN = (
    (FILE, pa.int32()),
    (LINE, pa.int64()),
    (NATURAL, pa.bool_()),
    (THEIR_SCHOOL, pa.string()),
)


def staged_schema(table: type[Table]) -> pa.Schema:
    """The stored columns and where a row came from: file, line, school as named there."""
    schema = stored_schema(table)
    for name, kind in _ORIGIN:
        schema = schema.append(pa.field(name, kind))
    return schema


def present_schema() -> pa.Schema:
    """Marks of presence: who, which day and lesson, and the line."""
    wanted = ("pupil_id", "date", "lesson")
    fields = [field for field in stored_schema(TABLES["absences"]) if field.name in wanted]
    return pa.schema(fields).append(pa.field(LINE, pa.int64()))


class StagedTable:
    """A Parquet file that grows; use as a context manager."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path, self.schema, self.rows = path, schema, 0
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")

    def add(self, columns: dict[str, Any], size: int) -> None:
        """Add rows by column; columns that are not given are empty."""
        arrays = [
            pa.array(columns[field.name], field.type) if field.name in columns else pa.nulls(size, field.type)
            for field in self.schema
        ]
        self._writer.write_table(pa.table(arrays, schema=self.schema))
        self.rows += size

    def close(self) -> None:
        self._writer.close()

    def __enter__(self) -> StagedTable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def add_absences(stage: StagedTable, columns: AbsenceColumns, school_id: str, file: int) -> None:
    """Stage what a file's rows became."""
    size = len(columns)
    if not size:
        return
    found: dict[str, Any] = {name: getattr(columns, name) for name in columns.__slots__}
    found[NATURAL], found[LINE] = found.pop("natural"), found.pop("line")
    found[THEIR_SCHOOL] = found.pop("school")
    found["school_id"] = pa.repeat(pa.scalar(school_id), size)
    found[FILE] = pa.repeat(pa.scalar(file, pa.int32()), size)
    stage.add(found, size)


def add_present(stage: StagedTable, columns: PresentColumns) -> None:
    """Stage the marks of presence that name a lesson."""
    if columns.pupil_id:
        found: dict[str, Any] = {name: getattr(columns, name) for name in columns.__slots__}
        found[LINE] = found.pop("line")
        stage.add(found, len(columns.pupil_id))


def write_rows(path: Path, table: type[Table], rows: Sequence[dict[str, Any]]) -> Path:
    """A small table written at once."""
    pq.write_table(pa.Table.from_pylist(list(rows), schema=staged_schema(table)), path)
    return path


def columns_of(table: str) -> list[str]:
    """The contract's columns of a table."""
    return [column.name for column in TABLES[table].all_columns()]
