"""From delivered files to clean Parquet: every cell checked, bad rows told, good rows kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from aanwezig.engines.arrow_types import arrow_schema
from aanwezig.engines.checking import RowChecker
from aanwezig.engines.delimited import LINE_LIMIT, Layout, LineFault, find_layout, read_batches
from aanwezig.engines.fault_codes import make_error
from aanwezig.engines.fault_list import FaultList
from aanwezig.engines.folder import TableFiles
from aanwezig.tables import Column, Table

pc: Any = pyarrow.compute
PARQUET_BATCH_ROWS = 120_000
FIRST_ROW = 2
YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Delivered:
    """A table as it lies in the folder: its files and the contract columns found in them.

    ``positions``: of each contract column its name in the file (Parquet) or its place (text).
    ``row_counts``: rows per file, of Parquet only.
    """

    files: TableFiles
    names: tuple[str, ...]
    layout: Layout | None = None
    schema: pa.Schema | None = None
    row_counts: tuple[int, ...] = ()

    @property
    def table(self) -> type[Table]:
        return self.files.table

    @property
    def columns(self) -> dict[str, int]:
        """The place of each contract column that was delivered."""
        wanted = {column.name for column in self.table.all_columns()}
        return {name: place for place, name in enumerate(self.names) if name in wanted}


@dataclass(slots=True)
class CleanFile:
    """A table's good rows as Parquet; ``filled`` are the columns in which any row has a value."""

    path: Path
    faults: FaultList
    rows: int = 0
    filled: set[str] = field(default_factory=set)


def look_at(files: TableFiles, line_limit: int = LINE_LIMIT) -> Delivered:
    """Read header or schema; AanwezigError for what cannot be read and for missing or double columns."""
    if files.is_text:
        expected = [column.name for column in files.table.all_columns()]
        layout = find_layout(files.files[0], expected=expected, line_limit=line_limit)
        return _checked(Delivered(files, tuple(name.lower() for name in layout.header), layout=layout))
    schema, counts = _parquet_schema(files)
    names = tuple(name.strip().lower() for name in schema.names)
    return _checked(Delivered(files, names, schema=schema, row_counts=counts))


def _checked(delivered: Delivered) -> Delivered:
    found = [name for name in delivered.names if name]
    columns = delivered.table.all_columns()
    double = [column.name for column in columns if found.count(column.name) > 1]
    if double:
        raise make_error("REG-007", delivered.files.where, columns=", ".join(double))
    missing = [column.name for column in columns if not column.optional and column.name not in found]
    if missing:
        shown = ", ".join(found[:40]) or "-"
        raise make_error("REG-004", delivered.files.where, columns=", ".join(missing), found=shown)
    return delivered


def damaged(where: str) -> Exception:
    """The error of a Parquet file that cannot be read."""
    return make_error(
        "REG-006",
        where,
        reason_nl="het is geen heel Parquet-bestand",
        reason_en="it is no whole Parquet file",
    )


def _parquet_schema(files: TableFiles) -> tuple[pa.Schema, tuple[int, ...]]:
    schema: pa.Schema | None = None
    counts = []
    for path in files.files:
        try:
            with pq.ParquetFile(path) as file:
                found, rows = file.schema_arrow.remove_metadata(), file.metadata.num_rows
        except (pa.ArrowException, OSError) as error:
            raise damaged(_within(files, path)) from error
        counts.append(rows)
        if schema is None:
            schema = found
        elif set(found.names) != set(schema.names):
            raise make_error(
                "REG-006",
                _within(files, path),
                reason_nl="het heeft andere kolommen dan de andere bestanden van deze tabel",
                reason_en="it has other columns than the other files of this table",
            )
    assert schema is not None
    return schema, tuple(counts)


def _within(files: TableFiles, path: Path) -> str:
    return path.name if len(files.files) == 1 else f"{files.where}/{path.name}"


def make_clean(delivered: Delivered, path: Path, line_limit: int = LINE_LIMIT) -> CleanFile:
    """Check every cell of a table and write the good rows; memory stays bounded whatever the size."""
    faults = FaultList(delivered.table.name)
    clean = CleanFile(path, faults)
    if delivered.layout is not None:
        batches = _text_rows(delivered, faults, line_limit)
    else:
        batches = _parquet_rows(delivered, faults)
    return write_clean(delivered.table, batches, clean)


def make_empty(table: type[Table], path: Path) -> CleanFile:
    """The clean file of a table that was not delivered."""
    return write_clean(table, (), CleanFile(path, FaultList(table.name)))


def write_clean(table: type[Table], batches: Iterable[pa.Table], clean: CleanFile) -> CleanFile:
    """Write checked rows as the table's clean file."""
    with pq.ParquetWriter(clean.path, arrow_schema(table), compression="zstd") as writer:
        for batch in batches:
            if batch.num_rows:
                clean.rows += batch.num_rows
                clean.filled |= {
                    name for name in batch.column_names if batch[name].null_count < batch.num_rows
                }
                writer.write_table(batch)
    return clean


def _text_rows(delivered: Delivered, faults: FaultList, line_limit: int) -> Iterator[pa.Table]:
    assert delivered.layout is not None
    columns = delivered.columns
    checker = RowChecker(delivered.table, faults)
    for batch in read_batches(delivered.files.files[0], delivered.layout, line_limit=line_limit):
        for fault in batch.faults:
            _note_line(fault, columns, faults)
        cells = {name: pa.array(batch.columns[place], pa.string()) for name, place in columns.items()}
        yield checker.check(cells, batch.lines)


def _note_line(fault: LineFault, columns: dict[str, int], faults: FaultList) -> None:
    place = columns.get("pupil_id", len(fault.cells))
    pupil = fault.cells[place].strip() if place < len(fault.cells) else ""
    fill: dict[str, Any] = dict(fault.fill)
    faults.add(fault.code, fault.line, pupil_id=pupil or None, **fill)


def _parquet_rows(delivered: Delivered, faults: FaultList) -> Iterator[pa.Table]:
    assert delivered.schema is not None
    theirs = {name: delivered.schema.names[place] for name, place in delivered.columns.items()}
    checker = RowChecker(delivered.table, faults)
    row = FIRST_ROW
    for path in delivered.files.files:
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(PARQUET_BATCH_ROWS, columns=list(theirs.values())):
                    cells = {
                        name: as_text(batch.column(found), delivered.table.column(name))
                        for name, found in theirs.items()
                    }
                    lines = pa.array(range(row, row + batch.num_rows), pa.int64())
                    row += batch.num_rows
                    yield checker.check(cells, lines)
        except (pa.ArrowException, OSError) as error:
            raise damaged(_within(delivered.files, path)) from error


def as_text(values: pa.Array[Any], column: Column | None = None) -> Any:
    """Stored values as a text file would have delivered them, so that both are checked alike.

    Types that no cell can have, such as lists, become texts that no column takes but a free one.
    """
    kind = values.type
    if pa.types.is_string(kind):
        return values
    if pa.types.is_null(kind):
        return pa.nulls(len(values), pa.string())
    if pa.types.is_dictionary(kind):
        return as_text(pc.cast(values, kind.value_type), column)
    if pa.types.is_boolean(kind) and column is not None and column.values == YES_NO:
        # What reads 'yes' and 'no' from a text file may store them so.
        return pc.if_else(values, *YES_NO)
    if pa.types.is_floating(kind):
        # Data frames write 'no value' so.
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, kind), values)
    if pa.types.is_timestamp(kind):
        return pc.cast(pc.cast(values, pa.timestamp("us", kind.tz), safe=False), pa.string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.array([_decoded(value) for value in values.to_pylist()], pa.string())
    try:
        return pc.cast(values, pa.string())
    except pa.ArrowException:
        return pa.array([None if value is None else str(value) for value in values.to_pylist()], pa.string())


def _decoded(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", errors="replace")
