"""Two rows of one id known at the same time: which one stands (docs/specification/register.md §2)."""

from __future__ import annotations

from collections.abc import Collection
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from aanwezig.engines.arrow_types import ROW
from aanwezig.engines.engine import Engine
from aanwezig.tables import Table

DOUBLE = "REG-029"
# So many ids are compared at a time; more would not fit in memory.
IDS_AT_A_TIME = 20_000_000
UTC_TIME = "timestamp('UTC', 6)"


def find_doubles(
    engine: Engine, rows: ir.Table, table: type[Table], filled: Collection[str], number: int
) -> pa.Table | None:
    """The rows that do not stand, in order of line; None when there are none.

    The row recorded last stands, among equals the first line. A row without ``recorded_at`` counts as
    recorded on the table's own day. Rows whose whole key is empty have no identity and are no doubles.
    """
    key = key_of(table, filled)
    if not key:
        return None
    named = rows
    if all(table.column(name).may_be_empty for name in key):
        named = rows.filter(reduce(or_, [rows[name].notnull() for name in key]))
    if not _any_double(engine, named, key, number):
        return None
    place = ibis.row_number().over(
        group_by=key,
        order_by=[ibis.desc(recorded(named, table), nulls_first=False), ibis.asc(named[ROW])],
    )
    ranked = named.mutate(_place=place)
    shown = list(dict.fromkeys([ROW, *table.key, *(["pupil_id"] if "pupil_id" in rows.columns else [])]))
    losers = ranked.filter(ranked["_place"] > 0).select(*shown)
    return engine.to_arrow(losers.order_by(ROW))


def key_of(table: type[Table], filled: Collection[str]) -> list[str]:
    """The columns that name a row, of those that may have a value."""
    return [name for name in table.key if name in filled]


def _any_double(engine: Engine, rows: ir.Table, key: list[str], number: int) -> bool:
    parts = 1 << (number // IDS_AT_A_TIME).bit_length()
    for part in range(parts):
        some = rows if parts == 1 else rows.filter((rows[key[0]].hash() & (parts - 1)) == part)
        often = some.group_by(key).aggregate(times=some.count())
        if engine.to_arrow(often.filter(often.times > 1).limit(1)).num_rows:
            return True
    return False


def recorded(rows: ir.Table, table: type[Table]) -> ir.Value:
    """When each row became known, empty where nothing says so."""
    if table.known_from is None:
        return rows["recorded_at"]
    return rows["recorded_at"].fill_null(rows[table.known_from].cast(UTC_TIME))
