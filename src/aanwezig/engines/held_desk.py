"""Tables that lie in memory already, typed and checked: what a look at whole columns proves is not asked of the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute

from aanwezig.engines.arrow_types import ROW, arrow_schema, arrow_type
from aanwezig.engines.desk import BELONGS_TO, Asked, Desk
from aanwezig.engines.doubles import key_of
from aanwezig.engines.engine import Engine
from aanwezig.engines.fault_codes import make_error
from aanwezig.engines.fault_list import FaultList
from aanwezig.engines.known_time import dated_up_to, end_of_day, known_rows
from aanwezig.engines.reading import FIRST_ROW
from aanwezig.engines.table_rows import TableRows
from aanwezig.tables import REQUIRED_TABLES, TABLES, Table

# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute


class HeldDesk(Desk):
    """A desk whose rows are Arrow tables; the engine gets those that somebody asks it about.

    The steps are those of every desk. Most change nothing (all rows are known, every pupil is there, no id
    stands twice), and that is seen in a column faster than a question to an engine is put.
    """

    def __init__(self, engine: Engine, asked: Asked, held: Mapping[str, pa.Table], where: str) -> None:
        super().__init__(engine, asked)
        self._held = {name: _by_contract(TABLES[name], rows) for name, rows in _required(held, where).items()}
        self._counting: dict[str, pa.Table] = {}
        self._faults: dict[str, FaultList] = {}
        self._every: dict[str, ir.Table] = {}

    def has(self, name: str) -> bool:
        return name in self._held

    def arrow(self, name: str) -> pa.Table:
        if name not in self._counting:
            self._counting[name] = self._weighed(TABLES[name])
        return self._counting[name]

    def every_row(self, name: str) -> ir.Table:
        if name not in self._every:
            self._every[name] = self.engine.from_arrow(self._all(TABLES[name]), name)
        return self._every[name]

    def faults(self, name: str) -> FaultList:
        self.arrow(name)
        return self._faults.setdefault(name, FaultList(name))

    def close(self) -> None:
        for table in (*self._tables.values(), *self._every.values()):
            self.engine.forget(table.op().name)

    def _counting_rows(self, table: type[Table]) -> ir.Table:
        return self.engine.from_arrow(self.arrow(table.name), table.name)

    def _all(self, table: type[Table]) -> pa.Table:
        found = self._held.get(table.name)
        return arrow_schema(table).empty_table() if found is None else found

    def _weighed(self, table: type[Table]) -> pa.Table:
        rows = self._all(table)
        faults = self._faults.setdefault(table.name, FaultList(table.name))
        if not rows.num_rows:
            return rows
        filled = frozenset(name for name in rows.column_names if rows[name].null_count < rows.num_rows)
        if not self._all_count(rows, table):
            with self._brought(rows) as there:
                known = known_rows(there, table, self.asked.known, filled)
                rows = self._taken(dated_up_to(known, table, self.asked.on), table)
        for column, home, code in BELONGS_TO:
            if table.name != home and column in rows.column_names:
                ids = self.arrow(home)[column]
                if not pc.all(pc.is_in(rows[column], ids, skip_nulls=True)).as_py():
                    with self._brought(rows) as there:
                        rows = self._taken(self._of_known(there, faults, column, home, code), table)
        if _may_have_doubles(rows, table, filled):
            with self._brought(rows) as there:
                losers = self._doubles(there, TableRows(table, there, filled, faults, rows.num_rows))
            if losers is not None:
                rows = rows.filter(pc.invert(pc.is_in(rows[ROW], losers[ROW].combine_chunks())))
        return rows

    def _all_count(self, rows: pa.Table, table: type[Table]) -> bool:
        """Whether every row is known on the day asked for, and none is dated after the reference date."""
        if rows["superseded_at"].null_count < rows.num_rows:
            return False
        if table.known_from is not None and _after(rows[table.known_from], self.asked.on):
            return False
        known = self.asked.known
        if known is None:
            return True
        recorded = rows["recorded_at"]
        return recorded.null_count == 0 and not pc.any(pc.greater_equal(recorded, end_of_day(known))).as_py()

    @contextmanager
    def _brought(self, rows: pa.Table) -> Iterator[ir.Table]:
        """The rows as a table of the engine, for one step."""
        there = self.engine.from_arrow(rows, "weighed")
        yield there
        self.engine.forget(there.op().name)

    def _taken(self, rows: ir.Table, table: type[Table]) -> pa.Table:
        schema = arrow_schema(table)
        return self.engine.to_arrow(rows.select(*schema.names).order_by(ROW)).cast(schema)


def _after(days: Any, on: Any) -> bool:
    return bool(pc.any(pc.greater(days, pa.scalar(on, pa.date32()))).as_py())


def _may_have_doubles(rows: pa.Table, table: type[Table], filled: frozenset[str]) -> bool:
    """Whether two rows may have one key: not when there are as many different keys as rows."""
    key = key_of(table, filled)
    if not key or rows.num_rows < 2:
        return False
    if len(key) == 1:
        return bool(pc.count_distinct(rows[key[0]], mode="all").as_py() < rows.num_rows)
    return rows.select(key).group_by(key, use_threads=False).aggregate([]).num_rows < rows.num_rows


def _required(held: Mapping[str, pa.Table], where: str) -> Mapping[str, pa.Table]:
    """The tables as they are; KeyError for one of no contract, AanwezigError when a required one is missing."""
    strange = [name for name in held if name not in TABLES]
    if strange:
        raise KeyError(*strange)
    missing = [name for name in REQUIRED_TABLES if name not in held]
    if missing:
        raise make_error("REG-003", where, tables=", ".join(missing), hint_nl="", hint_en="")
    return held


def _by_contract(table: type[Table], rows: pa.Table) -> pa.Table:
    """Every contract column in order, empty where it was not given, and the place of each row as its line."""
    missing = [c.name for c in table.all_columns() if not c.optional and c.name not in rows.column_names]
    if missing:
        shown = ", ".join(rows.column_names[:40]) or "-"
        raise make_error("REG-004", table.name, columns=", ".join(missing), found=shown)
    columns: list[Any] = [
        rows[column.name].cast(arrow_type(column))
        if column.name in rows.column_names
        else pa.array([None] * rows.num_rows, arrow_type(column))
        for column in table.all_columns()
    ]
    columns.append(pa.array(np.arange(FIRST_ROW, FIRST_ROW + rows.num_rows), pa.int64()))
    return pa.Table.from_arrays(columns, schema=arrow_schema(table))
