"""Where the rows of a register are weighed on one engine: known, in time, of known pupils, and no doubles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from aanwezig.engines.arrow_types import ROW, arrow_schema
from aanwezig.engines.doubles import DOUBLE, find_doubles
from aanwezig.engines.engine import Engine
from aanwezig.engines.fault_list import FaultList
from aanwezig.engines.known_time import dated_up_to, known_rows
from aanwezig.engines.reading import Delivered
from aanwezig.engines.screening import can_be_read_directly
from aanwezig.engines.table_rows import TableRows, ibis_types, no_rows, rows_of
from aanwezig.tables import TABLES, Table

# Facts of a pupil or school that the register does not hold are refused.
BELONGS_TO = (("pupil_id", "pupils", "REG-027"), ("school_id", "schools", "REG-028"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a register is asked for: which tables lie where, the two days, and a folder for clean copies."""

    delivered: Mapping[str, Delivered]
    on: date
    known: date | None
    folder: Path
    direct_from_rows: int

    def is_direct(self, name: str) -> bool:
        """Whether a table is so large that the engine reads it where it lies."""
        found = self.delivered.get(name)
        return found is not None and can_be_read_directly(found, self.direct_from_rows)


class Desk:
    """The tables of a register on one engine, each made when first asked for."""

    def __init__(self, engine: Engine, asked: Asked) -> None:
        self.engine, self.asked = engine, asked
        self._rows: dict[str, TableRows] = {}
        self._tables: dict[str, ir.Table] = {}

    def has(self, name: str) -> bool:
        """Whether the table was delivered, with or without rows."""
        return name in self.asked.delivered

    def arrow(self, name: str) -> pa.Table:
        """The rows that count in memory, in order of line."""
        found = self.engine.to_arrow(self.table(name).order_by(ROW))
        return found.cast(arrow_schema(TABLES[name]))

    def table(self, name: str) -> ir.Table:
        """The rows that count, every contract column and ``_row``."""
        if name not in self._tables:
            self._tables[name] = self._counting_rows(TABLES[name])
        return self._tables[name]

    def faults(self, name: str) -> FaultList:
        """The rows of a table that were refused."""
        self.table(name)
        return self._read(name).faults

    def _read(self, name: str) -> TableRows:
        if name not in self._rows:
            path = self.asked.folder / f"{name}_{self.engine.name}.parquet"
            delivered = self.asked.delivered.get(name)
            self._rows[name] = (
                no_rows(self.engine, TABLES[name], path)
                if delivered is None
                else rows_of(self.engine, delivered, path, self.asked.direct_from_rows)
            )
        return self._rows[name]

    def _counting_rows(self, table: type[Table]) -> ir.Table:
        read = self._read(table.name)
        rows = read.rows
        if read.number:
            rows = known_rows(rows, table, self.asked.known, read.filled)
            rows = dated_up_to(rows, table, self.asked.on)
            for column, home, code in BELONGS_TO:
                if table.name != home and column in rows.columns:
                    rows = self._of_known(rows, read.faults, column, home, code)
            rows = self._without_doubles(rows, read)
        return rows.select(*[column.name for column in table.all_columns()], ROW)

    def every_row(self, name: str) -> ir.Table:
        """The good rows of a table whenever they were known."""
        return self._read(name).rows

    def close(self) -> None:
        """Free what the engine holds for this desk."""

    def _of_known(self, rows: ir.Table, faults: FaultList, column: str, home: str, code: str) -> ir.Table:
        """Only rows whose pupil (or school) the register holds; for the others a fault.

        Facts of a pupil who was not known yet on the day asked for are left out without one.
        """
        if not self._rows_exist(rows.anti_join(self.table(home), column)):
            return rows
        strange = rows.anti_join(self.every_row(home), column)
        shown = list(dict.fromkeys(name for name in (ROW, column, "pupil_id") if name in rows.columns))
        number = self.engine.to_arrow(strange.aggregate(number=strange.count())).column("number")[0].as_py()
        for row in self._first(strange.select(*shown), faults.kept):
            faults.add(code, row[ROW], column, row[column], row.get("pupil_id"))
        faults.add_uncounted(code, max(0, number - faults.kept))
        return rows.semi_join(self.table(home), column)

    def _without_doubles(self, rows: ir.Table, read: TableRows) -> ir.Table:
        losers = self._doubles(rows, read)
        if losers is None:
            return rows
        return rows.anti_join(self.engine.from_arrow(losers.select([ROW]), "doubles"), ROW)

    def _doubles(self, rows: ir.Table, read: TableRows) -> pa.Table | None:
        """The rows that do not stand, each with a fault; None when there are none."""
        losers = find_doubles(self.engine, rows, read.table, read.filled, read.number)
        if losers is None:
            return None
        key = read.table.key
        for row in losers.slice(0, read.faults.kept).to_pylist():
            column = key[0] if len(key) == 1 else None
            value = str(row[key[0]]) if len(key) == 1 else None
            read.faults.add(DOUBLE, row[ROW], column, value, row.get("pupil_id"), key=", ".join(key))
        read.faults.add_uncounted(DOUBLE, max(0, losers.num_rows - read.faults.kept))
        return losers

    def _rows_exist(self, rows: ir.Table) -> bool:
        return self.engine.to_arrow(rows.select(ROW).limit(1)).num_rows > 0

    def _first(self, rows: ir.Table, number: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.engine.to_arrow(rows.order_by(ROW).limit(number)).to_pylist()
        return found


class FarDesk(Desk):
    """A desk on an engine far away: small tables are weighed at a near one and handed over as clean Parquet.

    Each question to Spark costs a part of a second, whatever the size.
    """

    def __init__(self, engine: Engine, asked: Asked, near: Desk) -> None:
        super().__init__(engine, asked)
        self.near = near

    def faults(self, name: str) -> FaultList:
        return super().faults(name) if self.asked.is_direct(name) else self.near.faults(name)

    def every_row(self, name: str) -> ir.Table:
        if self.asked.is_direct(name):
            return super().every_row(name)
        return self._handed_over(TABLES[name], self.near.every_row(name), "every")

    def _counting_rows(self, table: type[Table]) -> ir.Table:
        if self.asked.is_direct(table.name):
            return super()._counting_rows(table)
        return self._handed_over(table, self.near.table(table.name), "counting")

    def _handed_over(self, table: type[Table], rows: ir.Table, what: str) -> ir.Table:
        path = self.asked.folder / f"{table.name}_{what}.parquet"
        schema = arrow_schema(table)
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in self.near.engine.batches(rows, 200_000):
                writer.write_batch(batch.cast(schema))
        return self.engine.read_clean(path, ibis_types(table) | {ROW: "int64"})
