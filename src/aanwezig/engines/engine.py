"""What the rest asks of an engine; each engine cures its own quirks behind these methods."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar
from weakref import finalize

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq


class Engine(ABC):
    """A database engine behind Ibis. Expressions made from one engine's tables stay with that engine.

    Tables come from Parquet files only: in-memory tables that Ibis sent to Spark lost values. All times
    are UTC.
    """

    name: ClassVar[str]
    # What the engine raises for a file that it cannot read to its end.
    read_errors: tuple[type[Exception], ...]

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="aanwezig-"))
        self._remove = finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self._numbers = itertools.count(1)
        # Names of what is kept, per call of ``kept_only_here`` that is still going on.
        self._kept: list[list[str]] = []

    @abstractmethod
    def to_arrow(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression, with the types that Ibis promises for it."""

    @abstractmethod
    def batches(self, expression: ir.Table, rows: int = 1_000_000) -> Iterator[pa.RecordBatch]:
        """The rows of an expression a batch at a time, for results that are too large to hold."""

    @abstractmethod
    def read_rows(
        self, files: Sequence[Path], columns: Mapping[str, str], row_counts: Sequence[int] | None = None
    ) -> ir.Table:
        """Parquet files as one table of the columns asked for, each cast to the Ibis type given.

        With ``row_counts`` (rows per file) there is a column ``_row`` too: the place among all rows, the
        first being 2 as in a text file with a header.
        """

    def read_clean(self, path: Path, columns: Mapping[str, str]) -> ir.Table:
        """One Parquet file that we wrote ourselves, of exactly these columns and types."""
        return self.read_rows([path], columns)

    @abstractmethod
    def read_parquet(self, path: Path | str) -> ir.Table:
        """A Parquet file, or a folder of them, as it is."""

    def from_arrow(self, table: pa.Table, name: str = "rows") -> ir.Table:
        """An Arrow table as a table of the engine, by way of a temporary Parquet file."""
        path = self.folder / f"{self.new_name(name)}.parquet"
        pq.write_table(table, path)
        return self.read_parquet(path)

    def keep(self, expression: ir.Table) -> ir.Table:
        """The rows of an expression, worked out once where the engine can, for who asks for them more often."""
        return expression

    @contextmanager
    def kept_only_here(self) -> Iterator[None]:
        """What is kept inside is forgotten at the end: its tables cannot be read after that."""
        self._kept.append([])
        try:
            yield
        finally:
            for name in self._kept.pop():
                self.forget(name)

    def forget(self, name: str) -> None:  # noqa: B027 - an engine that keeps nothing has nothing to forget
        """Free what was kept under a name."""

    def new_name(self, name: str) -> str:
        """A name that nothing of this engine has yet."""
        return f"{name}_{next(self._numbers)}"

    def close(self) -> None:
        """Free the engine and its temporary files; tables of it cannot be read after this."""
        self._remove()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def quoted(name: str, sign: str = '"') -> str:
    """A name for use in SQL."""
    return sign + name.replace(sign, sign * 2) + sign


def quoted_text(text: str | Path) -> str:
    """A text for use in SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def to_promised_types(table: pa.Table, schema: Any) -> pa.Table:
    """Cast to the Arrow types of an Ibis schema where an engine gave other ones."""
    wanted = schema.to_pyarrow()
    return table if table.schema == wanted else table.cast(wanted)
