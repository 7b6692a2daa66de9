"""Checks delivered cells against the contract, a batch of rows at a time.

Dates and codes repeat a lot: each different text of a batch is parsed once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from aanwezig.engines.arrow_types import ROW, arrow_schema, arrow_type
from aanwezig.engines.cells import EMPTY, LARGEST_INTEGER, OUT_OF_BOUNDS, UNKNOWN_CODE, parser_of
from aanwezig.engines.fault_list import FaultList
from aanwezig.tables import Column, Kind, Table

BEGIN_AFTER_END, NO_LENGTH, WEEKDAY_OR_DATE, NO_PLACE = "REG-020", "REG-021", "REG-022", "REG-033"
# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RowRule:
    """A rule about several cells of one row: ``broken`` gives the rows that break it."""

    code: str
    column: str
    needs: tuple[str, ...]
    broken: Callable[[pa.Table], pa.ChunkedArray[Any]]


def _begin_after_end(first: str, last: str) -> RowRule:
    return RowRule(BEGIN_AFTER_END, first, (first, last), lambda rows: pc.greater(rows[first], rows[last]))


def _no_length(rows: pa.Table) -> Any:
    nothing = pc.and_(
        pc.is_null(rows["minutes"]), pc.and_(pc.is_null(rows["lesson"]), pc.is_null(rows["part"]))
    )
    return pc.and_(nothing, pc.not_equal(rows["reason"], "late"))


def row_rules(table: type[Table]) -> tuple[RowRule, ...]:
    """The rules about whole rows of a table (docs/specification/register.md §2)."""
    names = {column.name for column in table.all_columns()}
    rules = []
    if {"first_day", "last_day"} <= names:
        rules.append(_begin_after_end("first_day", "last_day"))
    if table.name == "observations":
        rules.append(_begin_after_end("date", "last_day"))
    if table.name == "absences":
        rules.append(RowRule(NO_LENGTH, "minutes", ("minutes", "lesson", "part", "reason"), _no_length))
    if table.name == "timetable":
        rules.append(
            RowRule(
                WEEKDAY_OR_DATE,
                "weekday",
                ("weekday", "date"),
                lambda rows: pc.equal(pc.is_null(rows["weekday"]), pc.is_null(rows["date"])),
            )
        )
    if table.name == "regions":
        rules.append(
            RowRule(
                NO_PLACE,
                "municipality",
                ("postcode4", "municipality"),
                lambda rows: pc.and_(pc.is_null(rows["postcode4"]), pc.is_null(rows["municipality"])),
            )
        )
    return tuple(rules)


def fill_of(code: str, column: Column) -> dict[str, object]:
    """What the texts of a fault of this column still ask for."""
    if code == UNKNOWN_CODE:
        return {"allowed": ", ".join(column.values)}
    if code == OUT_OF_BOUNDS:
        maximum = LARGEST_INTEGER if column.maximum is None else column.maximum
        return {"minimum": column.minimum or 0, "maximum": maximum}
    return {}


class RowChecker:
    """Checks batches of one table and keeps the faults; good rows come back typed."""

    def __init__(self, table: type[Table], faults: FaultList) -> None:
        self.table, self.faults = table, faults
        self.schema = arrow_schema(table)
        self.rules = row_rules(table)

    def check(self, cells: Mapping[str, pa.Array[Any]], rows: Sequence[int] | pa.Array[Any]) -> pa.Table:
        """The good rows of a batch; ``cells`` are the delivered columns as text, ``rows`` the line of each."""
        lines = rows if isinstance(rows, pa.Array) else pa.array(rows, pa.int64())
        size = len(lines)
        typed: dict[str, pa.Array[Any]] = {}
        wrong: dict[str, tuple[npt.NDArray[np.uint8], list[str]]] = {}
        for column in self.table.all_columns():
            if column.name not in cells:
                missing: pa.Array[Any] = pa.array([None] * size, arrow_type(column))
                typed[column.name] = missing
                continue
            typed[column.name], codes, names = parse_column(column, cells[column.name])
            if codes.any():
                wrong[column.name] = (codes, names)
        typed[ROW] = lines
        found = pa.table(typed, schema=self.schema)
        bad: Mask = np.zeros(size, dtype=bool)
        for name, (codes, _) in wrong.items():
            # A fact that may be unknown is told and left empty: a child does not go out of view by a slip.
            if not self.table.column(name).nullable:
                bad |= codes > 0
        broken = []
        for rule in self.rules:
            mask = _as_mask(rule.broken(found))
            for name in rule.needs:
                if name in wrong:
                    mask &= wrong[name][0] == 0
            if mask.any():
                broken.append((rule, mask))
                bad |= mask
        if wrong or broken:
            self._note(cells, lines, wrong, broken)
        if not bad.any():
            return found
        return found.filter(pa.array(~bad))

    def _note(
        self,
        cells: Mapping[str, pa.Array[Any]],
        lines: pa.Array[Any],
        wrong: Mapping[str, tuple[npt.NDArray[np.uint8], list[str]]],
        broken: Sequence[tuple[RowRule, Mask]],
    ) -> None:
        pupils = cells.get("pupil_id")

        def note(at: int, code: str, name: str, **fill: object) -> None:
            pupil = (pupils[at].as_py() or "").strip() if pupils is not None else ""
            value = cells[name][at].as_py() if name in cells else None
            self.faults.add(code, lines[at].as_py(), name, value, pupil or None, **fill)

        for column in self.table.all_columns():
            if column.name in wrong:
                codes, names = wrong[column.name]
                for at in np.flatnonzero(codes):
                    code = names[codes[at] - 1]
                    note(int(at), code, column.name, **fill_of(code, column))
        for rule, mask in broken:
            for at in np.flatnonzero(mask):
                note(int(at), rule.code, rule.column)


def _as_mask(found: Any) -> Mask:
    mask: Mask = np.array(pc.fill_null(found, False).to_numpy(zero_copy_only=False), dtype=bool)
    return mask


def parse_column(
    column: Column, cells: pa.Array[Any]
) -> tuple[pa.Array[Any], npt.NDArray[np.uint8], list[str]]:
    """A column's typed values, and per cell 0 or one more than the place of its fault in the list of codes."""
    cells = pc.fill_null(cells, "")
    parse = parser_of(column)
    if parse is None:
        values = pc.utf8_trim_whitespace(cells)
        empty = pc.equal(values, "")
        values = pc.if_else(empty, pa.scalar(None, pa.string()), values)
        codes = np.zeros(len(cells), dtype=np.uint8)
        if not column.may_be_empty:
            codes[_as_mask(empty)] = 1
        return values, codes, [EMPTY]
    encoded: Any = cells.dictionary_encode()
    names: list[str] = []
    parsed, faults = [], []
    for text in encoded.dictionary.to_pylist():
        stripped = text.strip()
        if stripped:
            value, fault = parse(stripped)
        else:
            value, fault = None, None if column.may_be_empty else EMPTY
        parsed.append(value)
        if fault is None:
            faults.append(0)
        else:
            if fault not in names:
                names.append(fault)
            faults.append(names.index(fault) + 1)
    values = pa.array(parsed, arrow_type(column)).take(encoded.indices)
    indices = encoded.indices.to_numpy(zero_copy_only=False)
    return values, np.array(faults, dtype=np.uint8)[indices], names


def is_plain(column: Column) -> bool:
    """Whether any text will do in the column."""
    return column.kind in (Kind.ID, Kind.TEXT)
