"""The register as the measures see it.

Ibis ships no types that a checker can follow: tables and columns are ``Any`` here, by names that say which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import pyarrow as pa

from aanwezig.engines import Engine

IbisTable = Any
IbisValue = Any


class Register(Protocol):
    """What measures ask of a register: an open one, or a part of it."""

    @property
    def engine(self) -> Engine: ...

    @property
    def on(self) -> date: ...

    def has(self, name: str) -> bool:
        """Whether the table was delivered."""

    def table(self, name: str) -> IbisTable:
        """The rows that count, as a table of the engine."""

    def arrow(self, name: str) -> pa.Table:
        """The same in memory."""


def arrow_table(columns: Mapping[str, Any]) -> pa.Table:
    """Columns as an Arrow table; they may be arrays or chunked arrays."""
    make: Any = pa.table
    table: pa.Table = make(dict(columns))
    return table


def dates(days: Sequence[date | None]) -> Any:
    """Days as an Arrow column."""
    return pa.array(list(days), pa.date32())
