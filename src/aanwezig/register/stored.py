"""What stands already, as typed Parquet: of a register folder whatever form its tables have there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from aanwezig.engines import Engine
from aanwezig.engines.folder import TableFiles, tables_there
from aanwezig.engines.reading import look_at, make_clean
from aanwezig.register.persons import table_of
from aanwezig.register.report_data import Note, note
from aanwezig.register.rows import made_id
from aanwezig.register.spans import Piece
from aanwezig.register.staging import stored_schema
from aanwezig.values import Fault


@dataclass(frozen=True, slots=True)
class Standing:
    """What is kept of a table before an import: Parquet with ``stored_schema``.

    ``name``: what messages call it. ``faults``: rows that cannot be read, and will not be in a table that is
    rewritten. ``note``: what is to be told when it is.
    """

    parquet: Path
    name: str
    faults: tuple[Fault, ...] = ()
    note: Note | None = None


def entry_of(files: TableFiles) -> Path:
    """The file or folder in the register folder that holds a table."""
    first = files.files[0]
    return first if first.stem.lower() == files.table.name else _folder_of(files)


def _folder_of(files: TableFiles) -> Path:
    for parent in files.files[0].parents:
        if parent.name.lower() in (files.table.name, f"{files.table.name}.parquet"):
            return parent
    return files.files[0]


def stored_tables(folder: Path) -> dict[str, TableFiles]:
    """The tables of a register folder; none when the folder does not exist yet."""
    return tables_there(folder) if folder.exists() else {}


def as_parquet(files: TableFiles, work: Path) -> Standing:
    """A stored table as one Parquet file with the contract's columns; our own files are taken as they lie."""
    name, entry = files.table.name, entry_of(files).name
    if not files.is_text and len(files.files) == 1:
        with pq.ParquetFile(files.files[0]) as file:
            if file.schema_arrow.remove_metadata().equals(stored_schema(files.table)):
                source = files.files[0]
                target = work / "stored-with-ids.parquet"
                return Standing(_with_ids(source, target) if name == "absences" else source, entry)
    path = work / f"stored-{name}.parquet"
    clean = make_clean(look_at(files), path)
    faults = tuple(clean.faults.faults)
    if name == "absences":
        path = _with_ids(path, work / "stored-with-ids.parquet")
    return Standing(path, entry, faults, _WAS_TEXT if files.is_text and name == "absences" else None)


_WAS_TEXT = note(
    "was_text",
    "'absences' was een tekstbestand en wordt bewaard als absences.parquet; het oude bestand blijft in .batches.",
    "'absences' was a text file and is kept as absences.parquet; the earlier file stays in .batches.",
)


def _with_ids(source: Path, target: Path) -> Path:
    """Registrations that have no id get the one that an import would give them, so that it knows them again."""
    seen: Counter[str] = Counter()
    with pq.ParquetFile(source) as file:
        at = file.schema_arrow.get_field_index("absence_id")
        if not any(_has_empty(file, group, at) for group in range(file.num_row_groups)):
            return source
        with pq.ParquetWriter(target, file.schema_arrow, compression="zstd") as writer:
            for batch in file.iter_batches(50_000):
                ids = [row["absence_id"] or _numbered(row, seen) for row in batch.to_pylist()]
                writer.write_batch(batch.set_column(at, "absence_id", pa.array(ids, pa.string())))
    return target


def _has_empty(file: pq.ParquetFile, group: int, at: int) -> bool:
    statistics = file.metadata.row_group(group).column(at).statistics
    return statistics is None or statistics.null_count is None or statistics.null_count > 0


def _numbered(row: dict[str, Any], seen: Counter[str]) -> str | None:
    if row["superseded_at"] is not None:
        return None
    piece = Piece(row["date"], row["minutes"], row["lesson"], row["part"], row["start_time"])
    key = made_id(row["school_id"], row["pupil_id"], piece)
    seen[key] += 1
    return key if seen[key] == 1 else f"{key}-{seen[key]}"


def rows_of(engine: Engine, stored: Standing | None, table: str, work: Path) -> ir.Table:
    """A stored table's rows, all columns of the contract; an empty one when there is none."""
    schema = stored_schema(table_of(table))
    if stored is None:
        path = work / f"none-{table}.parquet"
        pq.write_table(schema.empty_table(), path)
        return engine.read_parquet(path)
    return engine.read_parquet(stored.parquet).select(*schema.names)


def live(rows: ir.Table) -> ir.Table:
    """The rows that stand: not superseded."""
    return rows.filter(rows["superseded_at"].isnull())


def ids_of(engine: Engine, rows: ir.Table, column: str) -> Iterator[str]:
    """The different values of a column."""
    for batch in engine.batches(rows.select(column).distinct()):
        yield from (str(value) for value in batch.column(0).to_pylist() if value is not None)
