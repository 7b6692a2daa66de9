"""A store that holds facts in memory: it applies what an import hands over, and nothing else.

It is what a database does, without a database: standing rows out, fresh rows and ended keys in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from aanwezig.calendar import Calendars
from aanwezig.engines import Engine
from aanwezig.register import Batch, Standing, TableChange
from aanwezig.register.persons import table_of
from aanwezig.register.staging import stored_schema

Row = dict[str, Any]


@dataclass
class MemoryStore:
    """Rows per table, earlier ones included; ``calls``: what the import asked, in order."""

    keeps_only_known_pupils: bool = False
    wants_persons: bool = False
    name: str = "memory"
    rows: dict[str, list[Row]] = field(default_factory=dict)
    batches: list[dict[str, Any]] = field(default_factory=list)
    maps: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    faults: bytes | None = None
    calls: list[str] = field(default_factory=list)
    fails_at: str | None = None

    def earlier_files(self, school_id: str) -> dict[str, str]:
        self.calls.append("earlier_files")
        return {
            file["sha256"]: batch["batch"]
            for batch in self.batches
            if batch["school_id"] == school_id
            for file in batch["files"]
        }

    def saved_map(self, school_id: str, profile: str) -> Mapping[str, Any] | None:
        self.calls.append("saved_map")
        return self.maps.get((school_id, profile))

    @contextmanager
    def writing(self, school_id: str) -> Iterator[None]:
        self.calls.append("writing")
        yield
        self.calls.append("written")

    def standing(self, school_id: str, names: Collection[str], work: Path) -> dict[str, Standing]:
        self.calls.append("standing")
        found = {}
        for name in names:
            if name not in self.rows:
                continue
            rows = [
                row
                for row in self.rows[name]
                if row["superseded_at"] is None and row.get("school_id", school_id) == school_id
            ]
            path = work / f"memory-{name}.parquet"
            pq.write_table(pa.Table.from_pylist(rows, schema=stored_schema(table_of(name))), path)
            found[name] = Standing(path, name)
        return found

    def calendars(self, school_id: str, engine: Engine, on: date) -> Calendars | None:
        self.calls.append("calendars")
        return None

    def keep(self, batch: Batch) -> str:
        self.calls.append("keep")
        batch_id = f"batch-{len(self.batches) + 1}"
        new = dict(self.rows)
        for change in batch.changes:
            if change.table.name == self.fails_at:
                raise OSError("the disk is full")
            new[change.table.name] = applied(new.get(change.table.name, []), change, batch.school_id)
        self.rows = new
        self.batches.append({"batch": batch_id, **batch.entry()})
        if batch.school_map is not None:
            self.maps[batch.school_id, batch.profile] = batch.school_map
        return batch_id

    def put_faults(self, school_id: str, report: Path | None) -> Path | None:
        self.calls.append("put_faults")
        self.faults = None if report is None else report.read_bytes()
        return None


def applied(rows: list[Row], change: TableChange, school_id: str) -> list[Row]:
    """The rows after a change: fresh ones added, ended ones superseded."""
    key = change.table.key
    ended = {tuple(row[name] for name in key) for batch in change.ended() for row in batch.to_pylist()}
    found = []
    for row in rows:
        ends = (
            row["superseded_at"] is None
            and row.get("school_id", school_id) == school_id
            and tuple(row[name] for name in key) in ended
        )
        # The zone as Arrow gives it back, so that rows can be compared as text.
        found.append({**row, "superseded_at": change.now.astimezone(ZoneInfo("UTC"))} if ends else row)
    for batch in change.fresh():
        assert batch.schema == stored_schema(change.table)
        found += batch.to_pylist()
    return found
