"""What the processes add up to: marks, and the rows of other tables that come with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aanwezig.simulate.block import Block
from aanwezig.simulate.drawing import Array, ramp
from aanwezig.simulate.marks import Marks, Process, make_marks


@dataclass(frozen=True, slots=True)
class BesideRow:
    """A row of a table beside ``absences``, with the stay it belongs to; days as in ``Days``."""

    stay: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """Marks, and the rows of other tables that come with them, by table."""

    marks: list[Marks] = field(default_factory=list)
    beside: dict[str, list[BesideRow]] = field(default_factory=dict)

    def add(self, table: str, stay: int, **values: Any) -> None:
        self.beside.setdefault(table, []).append(BesideRow(stay, values))


def whole_days(
    block: Block,
    stay: Array,
    first: Array,
    length: Array,
    process: Process,
    reason: str | Array,
    authorised: np.int8 | Array,
) -> Marks:
    """A mark for each school day of runs that begin at a place in the year."""
    each = np.repeat(np.arange(len(stay)), length)
    ordinal = first[each] + ramp(length)
    day, inside = block.day_at(stay[each], ordinal)
    each, day = each[inside], day[inside]
    return make_marks(
        stay[each],
        day,
        process,
        reason if isinstance(reason, str) else reason[each],
        authorised[each] if isinstance(authorised, np.ndarray) else authorised,
    )
