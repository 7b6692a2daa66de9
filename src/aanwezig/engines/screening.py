"""Large Parquet files used where they lie: one query looks for rows that need a closer look.

Copying 200 million rows would take an hour. Where a file's stored types are the contract's already, the
engine screens it; only suspect rows go through the checks of every cell, the others are read as they are.
A row that is suspect for no reason is no harm, a bad row that is not suspect would be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_

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


def filled_columns(delivered: Delivered) -> frozenset[str]:
    """The columns in which some row has a value, by the files' own statistics; when in doubt it is in."""
    filled: set[str] = set()
    for file in delivered.files.files:
        with pq.ParquetFile(file) as opened:
            found = opened.metadata
            for place in range(found.num_columns):
                name = found.schema.column(place).name
                if name in filled or name not in delivered.columns:
                    continue
                for group in range(found.num_row_groups):
                    statistics = found.row_group(group).column(place).statistics
                    nulls = None if statistics is None else statistics.null_count
                    if nulls is None or nulls < found.row_group(group).num_rows:
                        filled.add(name)
                        break
    return frozenset(filled)


def suspect(rows: ir.Table, table: type[Table], filled: Collection[str]) -> ir.BooleanValue:
    """Whether a row needs a closer look; empty texts in columns that may be empty are left out of it."""
    reasons: list[ir.BooleanValue] = []
    for column in table.all_columns():
        if column.name in filled:
            reasons.extend(_suspect_cell(rows[column.name], column))
        elif not column.may_be_empty:
            return ibis.literal(True)
    reasons.extend(_suspect_row(rows, table, filled))
    return reduce(or_, [reason.fill_null(False) for reason in reasons])


def _suspect_cell(cell: ir.Value, column: Column) -> list[ir.BooleanValue]:
    found: list[ir.BooleanValue] = []
    if not column.may_be_empty:
        found.append(cell.isnull())
    if column.kind is Kind.CODE:
        known = [*column.values, ""] if column.may_be_empty else list(column.values)
        # Not in (…) says nothing of an empty cell: that one is looked at above.
        found.append(cell.notin(known))
    elif column.kind in (Kind.ID, Kind.TEXT):
        found.append(cell.strip() != cell)
        if not column.may_be_empty:
            found.append(cell == "")
    elif column.kind is Kind.TIME:
        found.append(~(cell.re_search(TIME_OF_DAY) | (cell == "")))
    elif column.kind is Kind.INTEGER:
        largest = LARGEST_INTEGER if column.maximum is None else column.maximum
        found.append((cell < (column.minimum or 0)) | (cell > largest))
    elif column.kind in (Kind.DATE, Kind.DATETIME):
        found.append((cell.year() < EARLIEST_YEAR) | (cell.year() > LATEST_YEAR))
    elif column.kind is Kind.NUMBER:
        found.append(cell.isnan() | cell.isinf())
    return found


def _suspect_row(rows: ir.Table, table: type[Table], filled: Collection[str]) -> list[ir.BooleanValue]:
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
        nothing = empty("minutes") & empty("lesson") & empty("part")
        found.append(nothing & (rows["reason"] != "late"))
    if table.name == "timetable":
        found.append(empty("weekday") == empty("date"))
    if table.name == "regions":
        found.append(empty("postcode4") & empty("municipality"))
    return found


def screen(rows: ir.Table, table: type[Table], filled: Collection[str]) -> ir.Table:
    """One row: ``suspects``, how many rows need a closer look, and per column that may be empty how many ''."""
    counts: dict[str, ir.Value] = {"suspects": suspect(rows, table, filled).cast("int64").sum().fill_null(0)}
    for name in texts_that_may_be_empty(table, filled):
        counts[name] = (rows[name] == "").fill_null(False).cast("int64").sum().fill_null(0)
    return rows.aggregate(**counts)


def texts_that_may_be_empty(table: type[Table], filled: Collection[str]) -> list[str]:
    """The columns in which '' means empty."""
    return [
        column.name
        for column in table.all_columns()
        if column.name in filled and column.may_be_empty and column.kind in TEXT_KINDS
    ]


def without_empty_texts(rows: ir.Table, counts: Mapping[str, int]) -> ir.Table:
    """'' as an empty cell, in the columns where the screening met it."""
    names = [name for name, number in counts.items() if name != "suspects" and number]
    return rows.mutate(**{name: rows[name].nullif("") for name in names}) if names else rows
