"""Two rows of one id known at the same time: which one stands (domain/register.md §2)."""

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

UTC_TIME = "timestamp('UTC', 6)"


def find_doubles(
    engine: Engine, rows: ir.Table, table: type[Table], filled: Collection[str]
) -> pa.Table | None:
    """The rows that do not stand, in order of line; None when there are none.

    The row recorded last stands, among equals the first line. A row without ``recorded_at`` counts as
    recorded on the table's own day. Rows whose whole key is empty have no identity and are no doubles.
    """
    key = [name for name in table.key if name in filled]
    if not key or not any(name in filled for name in table.key):
        return None
    named = rows
    if all(table.column(name).may_be_empty for name in key):
        named = rows.filter(reduce(or_, [rows[name].notnull() for name in key]))
    often = named.group_by(key).aggregate(times=named.count())
    if engine.to_arrow(often.filter(often.times > 1).limit(1)).num_rows == 0:
        return None
    place = ibis.row_number().over(
        group_by=key,
        order_by=[ibis.desc(recorded(named, table), nulls_first=False), ibis.asc(named[ROW])],
    )
    ranked = named.mutate(_place=place)
    shown = list(dict.fromkeys([ROW, *table.key, *(["pupil_id"] if "pupil_id" in rows.columns else [])]))
    losers = ranked.filter(ranked["_place"] > 0).select(*shown)
    return engine.to_arrow(losers.order_by(ROW))


def recorded(rows: ir.Table, table: type[Table]) -> ir.Value:
    """When each row became known, empty where nothing says so."""
    if table.known_from is None:
        return rows["recorded_at"]
    return rows["recorded_at"].fill_null(rows[table.known_from].cast(UTC_TIME))
