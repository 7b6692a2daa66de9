"""DuckDB: everything on one machine, in memory, spilling to disk when a step asks more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar
from weakref import finalize

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from aanwezig.engines.engine import Engine, quoted, quoted_text, to_promised_types
from aanwezig.engines.fault_codes import make_error
from aanwezig.values import AanwezigError

SQL_TYPES = {
    "string": "VARCHAR",
    "date": "DATE",
    "timestamp('UTC', 6)": "TIMESTAMPTZ",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "boolean": "BOOLEAN",
}
# A larger Arrow table goes by way of a file, so that DuckDB need not hold it.
MOST_BYTES_IN_MEMORY = 256 * 2**20
QUESTIONS_REMEMBERED = 500


class DuckDBEngine(Engine):
    """DuckDB, without any download: only the extensions that are built in are used.

    Quirk cured here: rows of a query come in no promised order (``preserve_insertion_order`` is off,
    which saves memory), so whoever needs an order asks for it.
    """

    name: ClassVar[str] = "duckdb"
    read_errors = (duckdb.Error, pa.ArrowException, AanwezigError)

    def __init__(self, threads: int | None = None, memory_limit: str | None = None) -> None:
        super().__init__()
        settings: dict[str, str | int | bool] = {
            "autoinstall_known_extensions": False,
            "preserve_insertion_order": False,
        }
        if threads:
            settings["threads"] = threads
        if memory_limit:
            settings["memory_limit"] = memory_limit
        self.connection = ibis.duckdb.connect(**settings)
        self.connection.raw_sql("SET TimeZone = 'UTC'")
        # Not among the settings above: by those Ibis tells databases apart, and equal questions to two
        # engines would no longer be equal.
        self.connection.raw_sql(f"SET temp_directory = {quoted_text(self.folder / 'spill')}")
        # Remembered questions know their connection: it must not live as long as they.
        self._disconnect = finalize(self, self.connection.disconnect)

    def to_arrow(self, expression: ir.Table) -> pa.Table:
        with _told_in_one_line():
            found = self.connection.con.sql(self._sql(expression)).to_arrow_table()
            return to_promised_types(found, expression.schema())

    def _sql(self, expression: ir.Table) -> str:
        return sql_of(self.connection, expression.op())

    def batches(self, expression: ir.Table, rows: int = 1_000_000) -> Iterator[pa.RecordBatch]:
        # A cursor of its own: another question meanwhile would end this answer. Ibis' own way asks DuckDB 2
        # for a method that it no longer has.
        cursor = self.connection.con.cursor()
        cursor.execute("SET TimeZone = 'UTC'")
        wanted = expression.schema().to_pyarrow()
        with _told_in_one_line():
            relation = cursor.sql(self._sql(expression))
            reader = getattr(relation, "to_arrow_reader", None) or relation.fetch_record_batch
            for batch in reader(rows):
                yield from pa.Table.from_batches([batch]).cast(wanted).to_batches()

    def read_rows(
        self, files: Sequence[Path], columns: Mapping[str, str], row_counts: Sequence[int] | None = None
    ) -> ir.Table:
        selected = [
            f"CAST({quoted(name)} AS {SQL_TYPES[kind]}) AS {quoted(name)}" for name, kind in columns.items()
        ]
        if row_counts is not None:
            selected.append(f"{_place(row_counts)} AS _row")
        return self._view(f"SELECT {', '.join(selected)} FROM {_parquet(files)}")

    def read_parquet(self, path: Path | str) -> ir.Table:
        path = Path(path)
        return self._view(f"SELECT * FROM {_parquet([path / '**/*.parquet' if path.is_dir() else path])}")

    def from_arrow(self, table: pa.Table, name: str = "rows") -> ir.Table:
        # No memory or disk is saved by a file for what fits in memory; large or odd tables go by one.
        if table.nbytes > MOST_BYTES_IN_MEMORY or not all(map(_is_plain, table.schema.types)):
            return super().from_arrow(table, name)
        own, given = self.new_name(name), self.new_name("given")
        self.connection.con.register(given, table)
        try:
            self.connection.raw_sql(f"CREATE TABLE {quoted(own)} AS SELECT * FROM {quoted(given)}")
        finally:
            self.connection.con.unregister(given)
        return self.connection.table(own)

    def keep(self, expression: ir.Table) -> ir.Table:
        # Not Ibis' own cache: that drops its tables when Python forgets them, also after the engine is closed,
        # and then writes an error where nobody can catch it.
        name = self.new_name("kept")
        if self._kept:
            self._kept[-1].append(name)
        columns = ", ".join(map(quoted, expression.columns))
        with _told_in_one_line():
            self.connection.raw_sql(f"CREATE TABLE {quoted(name)} ({_definitions(expression.schema())})")
            self.connection.raw_sql(f"INSERT INTO {quoted(name)} ({columns}) {self._sql(expression)}")
        return self.connection.table(name)

    def forget(self, name: str) -> None:
        self.connection.raw_sql(f"DROP TABLE IF EXISTS {quoted(name)}")

    def _view(self, query: str) -> ir.Table:
        name = self.new_name("read")
        self.connection.raw_sql(f"CREATE VIEW {quoted(name)} AS {query}")
        return self.connection.table(name)

    def close(self) -> None:
        self._disconnect()
        super().close()


@lru_cache(maxsize=QUESTIONS_REMEMBERED)
def sql_of(connection: Any, question: Any) -> str:
    """A question in SQL. Writing it costs Ibis more than DuckDB needs to answer it, and the same come back.

    Names of tables are part of a question; their rows are not, nor which of two equal connections is asked.
    """
    text: str = connection.compile(question.to_expr())
    return text


def _definitions(schema: Any) -> str:
    """Columns as the definition of a table."""
    return ", ".join(column.sql("duckdb") for column in schema.to_sqlglot_column_defs("duckdb"))


def _is_plain(kind: pa.DataType) -> bool:
    """Whether DuckDB takes values of a type from memory as it would read them from Parquet."""
    return (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_float64(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_date32(kind)
        or kind == pa.timestamp("us", "UTC")
    )


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    """What goes wrong outside our hands while DuckDB computes, as an error that a user understands."""
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise make_error("REG-036") from error
    except duckdb.Error as error:
        # A damaged page of a file gives an error without a kind of its own.
        if type(error) is duckdb.Error or isinstance(error, duckdb.IOException):
            raise make_error("REG-037") from error
        raise


def _parquet(files: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(quoted_text(file) for file in files)}])"


def _place(row_counts: Sequence[int]) -> str:
    """``file_row_number`` and ``file_index`` are made only when a query asks for them."""
    if len(row_counts) == 1:
        return "CAST(file_row_number AS BIGINT) + 2"
    before, offsets = 2, []
    for count in row_counts:
        offsets.append(str(before))
        before += count
    numbers = f"[{', '.join(offsets)}]::BIGINT[]"
    return f"CAST(file_row_number AS BIGINT) + ({numbers})[CAST(file_index AS BIGINT) + 1]"
