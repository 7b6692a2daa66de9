"""Small groups hidden in what leaves the school (docs/specification/register.md §5)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SMALLEST_GROUP = 5
# What names a row stays: whose figure, of when.
NAMES = ("unit", "unit_id", "school_id", "period", "date", "weekday", "lesson")


def hide_small(table: pa.Table, minimum: int = SMALLEST_GROUP) -> pa.Table:
    """The table with every figure of a group of fewer than ``minimum`` pupils empty, and ``hidden`` beside it.

    A number of pupils that is not known counts as small. For what leaves the school: within it nothing is hidden.
    ValueError for a table without the number of pupils.
    """
    if "pupils" not in table.column_names:
        raise ValueError("without the column 'pupils' nobody can tell which groups are small")
    pupils: Any = table["pupils"]
    small = np.asarray(pupils.fill_null(0).to_numpy()) < minimum
    columns: dict[str, Any] = {}
    for name in table.column_names:
        column = table[name]
        columns[name] = column if name in NAMES else _emptied(column, small)
    make: Any = pa.table
    shown: pa.Table = make({**columns, "hidden": pa.array(small)})
    return shown


def _emptied(column: Any, where: Any) -> Any:
    """A column with the cells at ``where`` empty."""
    return pc.if_else(pa.array(where), pa.scalar(None, column.type), column)
