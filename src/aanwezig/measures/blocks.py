"""Measuring a large register a block of pupils at a time, so that memory does not grow with the nation.

A figure of a pupil rests on that pupil's rows alone, and a unit's figure is a sum over its pupils: blocks can
be measured apart and added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from aanwezig.engines import Engine
from aanwezig.measures.register_view import IbisTable, Register

# About 16 million rows of absence: some gigabytes.
PUPILS_A_BLOCK = 200_000


class PupilBlock:
    """The pupils of a register from one id up to another; what is not of pupils is whole."""

    def __init__(self, whole: Register, first: str, last: str) -> None:
        self.whole = whole
        self._first, self._last = first, last

    @property
    def engine(self) -> Engine:
        return self.whole.engine

    @property
    def on(self) -> date:
        return self.whole.on

    def has(self, name: str) -> bool:
        return self.whole.has(name)

    def table(self, name: str) -> IbisTable:
        rows = self.whole.table(name)
        if "pupil_id" not in rows.columns:
            return rows
        return rows.filter(rows.pupil_id.between(self._first, self._last))

    def arrow(self, name: str) -> pa.Table:
        rows = self.whole.arrow(name)
        if "pupil_id" not in rows.column_names:
            return rows
        return rows.filter((pc.field("pupil_id") >= self._first) & (pc.field("pupil_id") <= self._last))


def blocks_of(register: Register, size: int = PUPILS_A_BLOCK) -> Iterator[Register]:
    """The register itself when it has no more pupils than a block, else its blocks in order of pupil id."""
    ids: Any = register.arrow("pupils")["pupil_id"]
    if len(ids) <= size:
        yield register
        return
    ordered = ids.take(pc.sort_indices(ids))
    for start in range(0, len(ordered), size):
        edges = ordered.take([start, min(start + size, len(ordered)) - 1]).to_pylist()
        yield PupilBlock(register, *edges)


def added_up(parts: Sequence[pa.Table], keys: Sequence[str]) -> pa.Table:
    """The rows of all parts as one table; rows of one key are added, column by column."""
    together = pa.concat_tables(parts)
    if len(parts) == 1:
        return together
    sums = [name for name in together.column_names if name not in keys]
    grouped = together.group_by(list(keys)).aggregate([(name, "sum") for name in sums])
    return grouped.select([*keys, *(f"{name}_sum" for name in sums)]).rename_columns([*keys, *sums])
