"""A register, opened: its tables clean, typed and as known on a day (docs/specification/register.md §2)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any
from weakref import finalize

import ibis.expr.types as ir
import pyarrow as pa

from aanwezig.engines.arrow_types import ROW
from aanwezig.engines.desk import Asked, Desk, FarDesk
from aanwezig.engines.engine import Engine
from aanwezig.engines.folder import find_tables
from aanwezig.engines.held_desk import HeldDesk
from aanwezig.engines.open_engine import open_engine
from aanwezig.engines.reading import look_at
from aanwezig.engines.screening import DIRECT_FROM_ROWS
from aanwezig.tables import TABLES
from aanwezig.values import Fault


class OpenRegister:
    """The facts of a register as known on ``known``, dated up to ``on``; made by the functions below.

    Tables are read when first asked for; ``faults`` reads all of them. Use as a context manager, or
    ``close`` it, so that the temporary files go. ``held``: the tables themselves, instead of a folder's.
    """

    def __init__(
        self,
        path: Path,
        engine: Engine,
        on: date,
        known: date | None = None,
        direct_from_rows: int = DIRECT_FROM_ROWS,
        held: Mapping[str, pa.Table] | None = None,
    ) -> None:
        self.path, self.engine, self.on, self.known = path, engine, on, known
        delivered = (
            {name: look_at(files) for name, files in find_tables(path).items()} if held is None else {}
        )
        folder = Path(tempfile.mkdtemp(prefix="aanwezig-register-"))
        self._remove = finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._asked = Asked(delivered, on, known, folder, direct_from_rows)
        self._near_engine = engine if engine.name == "duckdb" else open_engine("duckdb")
        self._near = (
            Desk(self._near_engine, self._asked)
            if held is None
            else HeldDesk(self._near_engine, self._asked, held, str(path))
        )
        self._desk = self._near if engine is self._near_engine else FarDesk(engine, self._asked, self._near)
        self._arrow: dict[str, pa.Table] = {}

    def has(self, name: str) -> bool:
        """Whether the table was delivered, with or without rows."""
        return self._near.has(name)

    def table(self, name: str) -> ir.Table:
        """The rows that count, every contract column and ``_row``; KeyError for a table of no contract."""
        return self._desk.table(name)

    def arrow(self, name: str) -> pa.Table:
        """The same in memory, in order of line."""
        if name not in self._arrow:
            desk = self._desk if self._asked.is_direct(name) else self._near
            self._arrow[name] = desk.arrow(name)
        return self._arrow[name]

    def every_row(self, name: str) -> ir.Table:
        """The good rows of a table whenever they were known: superseded ones, doubles and strangers too."""
        return self._near.every_row(name)

    @property
    def faults(self) -> list[Fault]:
        """Every row that was refused, by table in the order of the contract and by line."""
        return [fault for name in TABLES if self.has(name) for fault in self._desk.faults(name).faults]

    def ref(self, table: str, row: Mapping[str, Any]) -> str:
        """How a finding names a fact: ``table:id``, or ``table:row`` where the table has no id of its own."""
        return fact_ref(table, row)

    def close(self) -> None:
        """Remove the temporary files; the engine stays open, for it may serve other registers."""
        self._near.close()
        if self._near_engine is not self.engine:
            self._near_engine.close()
        self._remove()

    def __enter__(self) -> OpenRegister:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_register_folder(
    path: Path | str, engine: Engine | None = None, *, on: date, known: date | None = None
) -> OpenRegister:
    """Open a register folder; AanwezigError for a missing or empty folder, missing tables or columns."""
    return OpenRegister(Path(path), engine or open_engine("duckdb"), on, known)


def open_register_tables(
    tables: Mapping[str, pa.Table],
    engine: Engine | None = None,
    *,
    on: date,
    known: date | None = None,
    name: str = "tables",
) -> OpenRegister:
    """Open a register whose tables were read and checked before, such as our own database's.

    ``tables``: by name, each with the contract's columns in the contract's types (an optional column may be
    missing), in an order that is always the same: the place of a row stands for its line, and among equals
    the first decides. Cells are not looked at; what counts on the two days, unknown pupils and schools and
    doubles are as in a folder. ``name`` stands for the path. KeyError for a table of no contract,
    AanwezigError when a required table or column is missing; pa.ArrowInvalid for another type.
    """
    return OpenRegister(Path(name), engine or open_engine("duckdb"), on, known, held=tables)


def fact_ref(table: str, row: Mapping[str, Any]) -> str:
    """``table:id`` where the row has an id of its own, else ``table:row`` with the line in the file."""
    key = TABLES[table].key
    own = row.get(key[0]) if len(key) == 1 else None
    return f"{table}:{row[ROW] if own is None else own}"


def fact_columns(table: str) -> tuple[str, ...]:
    """The columns that ``fact_refs`` needs."""
    key = TABLES[table].key
    return (*key, ROW) if len(key) == 1 else (ROW,)


def fact_refs(table: str, rows: pa.Table) -> list[str]:
    """How findings name the facts of an Arrow table, row by row."""
    key = TABLES[table].key
    lines = rows[ROW].to_pylist()
    if len(key) != 1:
        return [f"{table}:{line}" for line in lines]
    ids = rows[key[0]].to_pylist()
    return [f"{table}:{line if own is None else own}" for own, line in zip(ids, lines, strict=True)]
