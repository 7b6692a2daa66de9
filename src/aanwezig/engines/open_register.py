"""A register folder, opened: its tables clean, typed and as known on a day (domain/register.md §2)."""

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

from aanwezig.engines.arrow_types import ROW, arrow_schema
from aanwezig.engines.doubles import find_doubles
from aanwezig.engines.engine import Engine
from aanwezig.engines.fault_list import FaultList
from aanwezig.engines.folder import find_tables
from aanwezig.engines.known_time import dated_up_to, known_rows
from aanwezig.engines.open_engine import open_engine
from aanwezig.engines.reading import Delivered, look_at
from aanwezig.engines.screening import DIRECT_FROM_ROWS
from aanwezig.engines.table_rows import TableRows, no_rows, rows_of
from aanwezig.tables import TABLES, Table
from aanwezig.values import Fault

# Facts of a pupil or school that the register does not hold are refused.
BELONGS_TO = (("pupil_id", "pupils", "REG-027"), ("school_id", "schools", "REG-028"))


class OpenRegister:
    """The facts of a register folder as known on ``known``, dated up to ``on``.

    Tables are read when first asked for; ``faults`` reads all of them. Use as a context manager, or
    ``close`` it, so that the temporary files go.
    """

    def __init__(
        self,
        path: Path,
        engine: Engine,
        on: date,
        known: date | None = None,
        direct_from_rows: int = DIRECT_FROM_ROWS,
    ) -> None:
        self.path, self.engine, self.on, self.known = path, engine, on, known
        self._direct_from_rows = direct_from_rows
        self._delivered: dict[str, Delivered] = {
            name: look_at(files) for name, files in find_tables(path).items()
        }
        self._folder = Path(tempfile.mkdtemp(prefix="aanwezig-register-"))
        self._remove = finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._rows: dict[str, TableRows] = {}
        self._tables: dict[str, ir.Table] = {}
        self._arrow: dict[str, pa.Table] = {}

    def has(self, name: str) -> bool:
        """Whether the table was delivered, with or without rows."""
        return name in self._delivered

    def table(self, name: str) -> ir.Table:
        """The rows that count, every contract column and ``_row``; KeyError for a table of no contract."""
        if name not in self._tables:
            self._tables[name] = self._counting_rows(TABLES[name])
        return self._tables[name]

    def arrow(self, name: str) -> pa.Table:
        """The same in memory, in order of line."""
        if name not in self._arrow:
            found = self.engine.to_arrow(self.table(name).order_by(ROW))
            self._arrow[name] = found.cast(arrow_schema(TABLES[name]))
        return self._arrow[name]

    @property
    def faults(self) -> list[Fault]:
        """Every row that was refused, by table in the order of the contract and by line."""
        found = []
        for name in TABLES:
            if self.has(name):
                self.table(name)
                found.extend(self._rows[name].faults.faults)
        return found

    def ref(self, table: str, row: Mapping[str, Any]) -> str:
        """How a finding names a fact: ``table:id``, or ``table:row`` where the table has no id of its own."""
        return fact_ref(table, row)

    def close(self) -> None:
        """Remove the temporary files; the engine stays open, for it may serve other registers."""
        self._remove()

    def __enter__(self) -> OpenRegister:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, name: str) -> TableRows:
        if name not in self._rows:
            table = TABLES[name]
            path = self._folder / f"{name}.parquet"
            delivered = self._delivered.get(name)
            self._rows[name] = (
                no_rows(self.engine, table, path)
                if delivered is None
                else rows_of(self.engine, delivered, path, self._direct_from_rows)
            )
        return self._rows[name]

    def _counting_rows(self, table: type[Table]) -> ir.Table:
        read = self._read(table.name)
        rows = known_rows(read.rows, table, self.known, read.filled)
        rows = dated_up_to(rows, table, self.on)
        for column, home, code in BELONGS_TO:
            if table.name != home and column in rows.columns:
                rows = self._of_known(rows, read.faults, column, home, code)
        rows = self._without_doubles(rows, read)
        return rows.select(*[column.name for column in table.all_columns()], ROW)

    def _of_known(self, rows: ir.Table, faults: FaultList, column: str, home: str, code: str) -> ir.Table:
        """Only rows whose pupil (or school) the register holds; for the others a fault."""
        if not self._rows_exist(rows.anti_join(self.table(home), column)):
            return rows
        strange = rows.anti_join(self._read(home).rows, column)
        shown = [ROW, column] + (["pupil_id"] if "pupil_id" in rows.columns and column != "pupil_id" else [])
        number = int(self._one_number(strange.count()))
        for row in self._first(strange.select(*shown), faults.kept):
            faults.add(code, row[ROW], column, row[column], row.get("pupil_id"))
        faults.add_uncounted(code, max(0, number - faults.kept))
        return rows.semi_join(self.table(home), column)

    def _without_doubles(self, rows: ir.Table, read: TableRows) -> ir.Table:
        losers = find_doubles(self.engine, rows, read.table, read.filled)
        if losers is None:
            return rows
        key = read.table.key
        for row in losers.slice(0, read.faults.kept).to_pylist():
            column = key[0] if len(key) == 1 else None
            value = str(row[key[0]]) if len(key) == 1 else None
            read.faults.add("REG-029", row[ROW], column, value, row.get("pupil_id"), key=", ".join(key))
        read.faults.add_uncounted("REG-029", max(0, losers.num_rows - read.faults.kept))
        return rows.anti_join(self.engine.from_arrow(losers.select([ROW]), "doubles"), ROW)

    def _rows_exist(self, rows: ir.Table) -> bool:
        return self.engine.to_arrow(rows.select(ROW).limit(1)).num_rows > 0

    def _one_number(self, expression: ir.Scalar) -> Any:
        return self.engine.to_arrow(expression.as_table()).column(0)[0].as_py()

    def _first(self, rows: ir.Table, number: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.engine.to_arrow(rows.order_by(ROW).limit(number)).to_pylist()
        return found


def open_register_folder(
    path: Path | str, engine: Engine | None = None, *, on: date, known: date | None = None
) -> OpenRegister:
    """Open a register folder; AanwezigError for a missing or empty folder, missing tables or columns."""
    return OpenRegister(Path(path), engine or open_engine("duckdb"), on, known)


def fact_ref(table: str, row: Mapping[str, Any]) -> str:
    """``table:id`` where the row has an id of its own, else ``table:row`` with the line in the file."""
    key = TABLES[table].key
    own = row.get(key[0]) if len(key) == 1 else None
    return f"{table}:{row[ROW] if own is None else own}"


def fact_refs(table: str, rows: pa.Table) -> list[str]:
    """How findings name the facts of an Arrow table, row by row."""
    key = TABLES[table].key
    lines = rows[ROW].to_pylist()
    if len(key) != 1:
        return [f"{table}:{line}" for line in lines]
    ids = rows[key[0]].to_pylist()
    return [f"{table}:{line if own is None else own}" for own, line in zip(ids, lines, strict=True)]
