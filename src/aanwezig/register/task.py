"""What an import works with, and what reading its files gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from aanwezig.engines import Engine
from aanwezig.register.columns import FoundColumn
from aanwezig.register.fault_log import FaultLog
from aanwezig.register.persons import table_of
from aanwezig.register.profile import FileMapping
from aanwezig.register.report_data import Note, PupilsOfDelivery
from aanwezig.register.staging import staged_schema, write_rows
from aanwezig.register.store import Store
from aanwezig.register.stored import Standing, rows_of

OLD_ROW = "REG-136"
# (rows read so far, bytes of all files together)
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Delivery:
    """What reading the files gave, before it meets the register.

    ``tables``: staged rows by table with the columns that the delivery speaks of; ``counts``: numbers for the
    report; ``notes``: what is to be said.
    """

    tables: dict[str, tuple[ir.Table, frozenset[str]]] = field(default_factory=dict)
    counts: dict[str, Any] = field(default_factory=dict)
    rows_per_file: list[int] = field(default_factory=list)
    unknown_codes: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    # What each file's columns are, and what is known of the pupils that an export of absences names.
    columns: list[tuple[FoundColumn, ...]] = field(default_factory=list)
    pupils: PupilsOfDelivery | None = None
    # None: so much could not be read that nothing can be said to have vanished.
    spared: frozenset[str] | None = frozenset()


@dataclass(frozen=True, slots=True)
class Task:
    """Everything an import works with."""

    files: tuple[Path, ...]
    school_id: str
    mapping: FileMapping
    store: Store
    work: Path
    engine: Engine
    log: FaultLog
    now: datetime
    progress: Progress
    stored: Mapping[str, Standing]
    # Whether the map was given with this import, and not the profile's own or the one that was kept.
    map_is_given: bool

    def rows(self, table: str) -> ir.Table:
        """The stored rows of a table."""
        return rows_of(self.engine, self.stored.get(table), table, self.work)


def small_table(task: Task, name: str, rows: Sequence[dict[str, Any]]) -> ir.Table:
    """A few rows as a staged table."""
    path = write_rows(task.work / f"{task.engine.new_name(f'made-{name}')}.parquet", table_of(name), rows)
    return task.engine.read_parquet(path).select(*staged_schema(table_of(name)).names)


def tell_old_faults(task: Task, tables: Sequence[str]) -> None:
    """Rows of stored tables that cannot be read: told, for such a table is written anew."""
    for name in tables:
        stored = task.stored.get(name)
        if stored is None:
            continue
        task.log.file_name = stored.name
        for fault in stored.faults:
            task.log.add(OLD_ROW, name, fault.row, fault.column, fault.value, fault.pupil_id, counts=False)
