"""The register as the measures see it.

Ibis ships no types that a checker can follow: tables and columns are ``Any`` here, by names that say which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from aanwezig.engines import OpenRegister

Register = OpenRegister
IbisTable = Any
IbisValue = Any


def arrow_table(columns: Mapping[str, Any]) -> pa.Table:
    """Columns as an Arrow table; they may be arrays or chunked arrays."""
    make: Any = pa.table
    table: pa.Table = make(dict(columns))
    return table


def dates(days: Sequence[date | None]) -> Any:
    """Days as an Arrow column."""
    return pa.array(list(days), pa.date32())
