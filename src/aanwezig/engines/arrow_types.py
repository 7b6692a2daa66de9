"""How the register contract's columns are stored as Arrow, the same for every engine."""

from __future__ import annotations

import pyarrow as pa

from aanwezig.tables import Column, Kind, Table

ROW = "_row"
ARROW_TYPES: dict[Kind, pa.DataType] = {
    Kind.ID: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.CODES: pa.string(),
    Kind.DATE: pa.date32(),
    Kind.DATETIME: pa.timestamp("us", "UTC"),
    Kind.TIME: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
}


def arrow_type(column: Column) -> pa.DataType:
    """The stored type of a column."""
    return ARROW_TYPES[column.kind]


def arrow_schema(table: type[Table]) -> pa.Schema:
    """Every contract column of a table and ``_row``, the line in the file (the first data line is 2)."""
    fields = [pa.field(column.name, arrow_type(column)) for column in table.all_columns()]
    return pa.schema([*fields, pa.field(ROW, pa.int64())])
