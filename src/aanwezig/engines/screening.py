"""Large Parquet files used where they lie: one query looks for rows that need a closer look.

Copying 200 million rows would take an hour. Where a file's stored types are the contract's already, the
engine screens it; only suspect rows go through the checks of every cell, the others are read as they are.
A row that is suspect for no reason is no harm, a bad row that is not suspect would be. What the files' own
statistics prove is not looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from aanwezig.engines.cells import EARLIEST_YEAR, LARGEST_INTEGER, LATEST_YEAR
from aanwezig.engines.reading import Delivered
from aanwezig.tables import Column, Kind, Table

# Below this a copy costs a second at most, and every cell is looked at in one and the same way.
DIRECT_FROM_ROWS = 200_000
TIME_OF_DAY = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
# Signs that a file name may not hold, because engines read them as patterns.
PATTERN_SIGNS = frozenset("*?[]{}")

SUSPECTS = "suspects"
BOUNDED_KINDS = (Kind.INTEGER, Kind.DATE, Kind.DATETIME)
TEXT_KINDS = (Kind.ID, Kind.TEXT, Kind.CODE, Kind.TIME)


def can_be_read_directly(delivered: Delivered, from_rows: int) -> bool:
    """Whether the files are large, lie where an engine can read them, and hold the contract's own types."""
    if delivered.schema is None or sum(delivered.row_counts) < from_rows:
        return False
    if any(PATTERN_SIGNS & set(str(file)) for file in delivered.files.files):
        return False
    for name, place in delivered.columns.items():
        stored = delivered.schema.field(place)
        if stored.name != name or not _is_own_type(delivered.table.column(name), stored.type):
            return False
    return _same_types(delivered)


def _same_types(delivered: Delivered) -> bool:
    assert delivered.schema is not None
    wanted = {name: delivered.schema.field(place).type for name, place in delivered.columns.items()}
    for file in delivered.files.files[1:]:
        schema = pq.read_schema(file)
        if any(name not in schema.names or schema.field(name).type != kind for name, kind in wanted.items()):
            return False
    return True


def _is_own_type(column: Column, stored: pa.DataType) -> bool:
    kind = column.kind
    if pa.types.is_null(stored):
        return column.may_be_empty
    if kind in TEXT_KINDS:
        if pa.types.is_dictionary(stored):
            stored = stored.value_type
        return pa.types.is_string(stored) or pa.types.is_large_string(stored)
    if kind is Kind.DATE:
        return pa.types.is_date32(stored)
    if kind is Kind.DATETIME:
        return pa.types.is_timestamp(stored) and stored.tz is not None and stored.unit in ("us", "ms")
    if kind is Kind.INTEGER:
        return pa.types.is_integer(stored) and not pa.types.is_uint64(stored)
    if kind is Kind.NUMBER:
        return pa.types.is_float64(stored)
    return kind is Kind.BOOLEAN and pa.types.is_boolean(stored)


@dataclass(frozen=True, slots=True)
class Known:
    """What the files' own statistics say of a column; None where they do not say.

    ``filled``: whether some row may have a value. ``nulls``: whether some row may have none.
    """

    filled: bool = False
    nulls: bool = False
    least: Any = None
    most: Any = None
    bounded: bool = True

    def and_also(self, statistics: pq.Statistics | None, rows: int) -> Known:
        """With one more block of rows."""
        nulls = None if statistics is None else statistics.null_count
        if nulls == rows:
            return replace(self, nulls=True)
        bounded = self.bounded and statistics is not None and statistics.has_min_max
        if not bounded:
            return Known(True, self.nulls or nulls != 0, bounded=False)
        assert statistics is not None
        least = statistics.min if self.least is None else min(self.least, statistics.min)
        most = statistics.max if self.most is None else max(self.most, statistics.max)
        return Known(True, self.nulls or nulls != 0, least, most)

    @property
    def always_there(self) -> bool:
        """Whether no row is empty, not by '' either."""
        return not self.nulls and self.bounded and self.least != ""

    def between(self, first: Any, last: Any) -> bool:
        """Whether every value is known to lie between the two, both included."""
        return self.bounded and self.least is not None and first <= self.least and self.most <= last


def known_columns(delivered: Delivered) -> dict[str, Known]:
    """What statistics say of each delivered column in which some row may have a value."""
    found = {name: Known() for name in delivered.columns}
    for file in delivered.files.files:
        with pq.ParquetFile(file) as opened:
            metadata = opened.metadata
            places = {metadata.schema.column(place).path: place for place in range(metadata.num_columns)}
            for name, known in found.items():
                for number in range(metadata.num_row_groups):
                    group = metadata.row_group(number)
                    known = known.and_also(group.column(places[name]).statistics, group.num_rows)
                found[name] = known
    return {name: known for name, known in found.items() if known.filled}


def suspicions(rows: ir.Table, table: type[Table], filled: Mapping[str, Known]) -> list[ir.BooleanValue]:
    """What makes a row need a closer look, each apart; '' in columns that may be empty is left out."""
    found: list[ir.BooleanValue] = []
    for column in table.all_columns():
        if column.name in filled:
            found.extend(_suspect_cell(rows[column.name], column, filled[column.name]))
        elif not column.may_be_empty:
            return [ibis.literal(True)]
    return found + _suspect_row(rows, table, filled)


def suspect(rows: ir.Table, table: type[Table], filled: Mapping[str, Known]) -> ir.BooleanValue:
    """Whether a row needs a closer look for any reason."""
    found = suspicions(rows, table, filled)
    return reduce(or_, [reason.fill_null(False) for reason in found], ibis.literal(False))


def _suspect_cell(cell: ir.Value, column: Column, known: Known) -> list[ir.BooleanValue]:
    found: list[ir.BooleanValue] = []
    if not column.may_be_empty and known.nulls:
        found.append(cell.isnull())
    if column.kind is Kind.CODE:
        codes = [*column.values, ""] if column.may_be_empty else list(column.values)
        # Not in (…) says nothing of an empty cell: that one is looked at above.
        found.append(cell.notin(codes))
    elif column.kind in (Kind.ID, Kind.TEXT):
        found.append(cell.endswith(" "))
        # "!" is the first sign after the space: where the least text begins with it or a later one, so all of them do and none is empty.
        if not (known.bounded and known.least >= "!"):
            found.append(cell.startswith(" "))
            if not column.may_be_empty:
                found.append(cell == "")
    elif column.kind is Kind.TIME:
        found.append(~(cell.re_search(TIME_OF_DAY) | (cell == "")))
    elif column.kind is Kind.NUMBER:
        found.append(cell.isnan() | cell.isinf())
    elif column.kind in BOUNDED_KINDS:
        least, most = _bounds(column)
        if not known.between(least, most):
            found.append((cell < least) | (cell > most))
    return found


def _bounds(column: Column) -> tuple[Any, Any]:
    if column.kind is Kind.INTEGER:
        return column.minimum or 0, LARGEST_INTEGER if column.maximum is None else column.maximum
    if column.kind is Kind.DATE:
        return date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31)
    # A day less at either end: the checks of cells look at the year as it was written.
    return datetime(EARLIEST_YEAR, 1, 2, tzinfo=UTC), datetime(LATEST_YEAR, 12, 30, tzinfo=UTC)


def _suspect_row(rows: ir.Table, table: type[Table], filled: Mapping[str, Known]) -> list[ir.BooleanValue]:
    def empty(name: str) -> ir.BooleanValue:
        if name not in filled:
            return ibis.literal(True)
        cell = rows[name]
        return cell.isnull() | (cell == "") if table.column(name).kind in TEXT_KINDS else cell.isnull()

    found: list[ir.BooleanValue] = []
    if {"first_day", "last_day"} <= set(filled):
        found.append(rows["first_day"] > rows["last_day"])
    if table.name == "observations" and "last_day" in filled:
        found.append(rows["date"] > rows["last_day"])
    if table.name == "absences":
        lengths = ("minutes", "lesson", "part")
        if not any(name in filled and filled[name].always_there for name in lengths):
            nothing = reduce(and_, [empty(name) for name in lengths])
            found.append(nothing & (rows["reason"] != "late"))
    if table.name == "timetable":
        found.append(empty("weekday") == empty("date"))
    if table.name == "regions":
        found.append(empty("postcode4") & empty("municipality"))
    return found


def screen(rows: ir.Table, table: type[Table], filled: Mapping[str, Known]) -> ir.Table | None:
    """How many rows (``number``) each suspicion meets, and how many '' each column (``what``) holds.

    None when statistics alone say that there is nothing to look for. A scan for each suspicion, because an
    engine looks at one column's dictionary once per block; all of them in one scan took twenty times longer.
    """
    searches = [(SUSPECTS, reason) for reason in suspicions(rows, table, filled)]
    searches += [(name, rows[name] == "") for name in texts_that_may_be_empty(table, filled)]
    counts = []
    for what, condition in searches:
        met = rows.filter(condition)
        counts.append(met.aggregate(number=met.count()).mutate(what=ibis.literal(what)))
    return ibis.union(*counts, distinct=False) if counts else None


def texts_that_may_be_empty(table: type[Table], filled: Mapping[str, Known]) -> list[str]:
    """The columns in which '' means empty, and in which it may stand."""
    return [
        column.name
        for column in table.all_columns()
        if column.name in filled
        and column.may_be_empty
        and column.kind in TEXT_KINDS
        and not (filled[column.name].bounded and filled[column.name].least)
    ]


def without_empty_texts(rows: ir.Table, counts: Mapping[str, int]) -> ir.Table:
    """'' as an empty cell, in the columns where the screening met it."""
    names = [name for name, number in counts.items() if name != SUSPECTS and number]
    return rows.mutate(**{name: rows[name].nullif("") for name in names}) if names else rows
