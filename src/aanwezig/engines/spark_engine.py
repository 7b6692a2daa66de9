"""Apache Spark behind the same door: for when one machine is not enough, and to check the other engine."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.dataset as ds

from aanwezig.engines.engine import Engine, quoted, to_promised_types
from aanwezig.engines.fault_codes import make_error
from aanwezig.values import AanwezigError

SQL_TYPES = {
    "string": "string",
    "date": "date",
    "timestamp('UTC', 6)": "timestamp",
    "int64": "bigint",
    "float64": "double",
    "boolean": "boolean",
}
LOCAL_MEMORY = "4g"
LOCAL_PARTITIONS = 8


class SparkEngine(Engine):
    """Spark on this machine, or on a cluster when its session is given.

    Quirks cured here:

    - results are fetched as Arrow: by way of pandas, as Ibis does, whole numbers beside empty cells became
      broken ones and empty cells ``nan``;
    - tables come from Parquet only: in-memory tables lost values on the way;
    - the virtual machine writes to its own log file, not between what a command prints;
    - its session lives as long as the process, for a start takes ten seconds.
    """

    name: ClassVar[str] = "spark"

    def __init__(self, session: Any = None) -> None:
        super().__init__()
        self.session = session or local_session()
        self.connection = ibis.pyspark.connect(self.session)
        self.read_errors = _read_errors()
        self._views: list[str] = []

    def to_arrow(self, expression: ir.Table) -> pa.Table:
        return to_promised_types(_fetched(self._frame(expression)), expression.schema())

    def batches(self, expression: ir.Table, rows: int = 1_000_000) -> Iterator[pa.RecordBatch]:
        path = self.folder / f"{self.new_name('batches')}.parquet"
        self._frame(expression).write.parquet(_uri(path))
        wanted = expression.schema().to_pyarrow()
        try:
            for batch in ds.dataset(path, format="parquet").to_batches(batch_size=rows):
                yield from pa.Table.from_batches([batch]).select(wanted.names).cast(wanted).to_batches()
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def read_rows(
        self, files: Sequence[Path], columns: Mapping[str, str], row_counts: Sequence[int] | None = None
    ) -> ir.Table:
        selected = [
            f"CAST({quoted(name, '`')} AS {SQL_TYPES[kind]}) AS {quoted(name, '`')}"
            for name, kind in columns.items()
        ]
        if row_counts is None:
            return self._view(self.session.read.parquet(*map(_uri, files)).selectExpr(*selected))
        frames, before = [], 2
        for file, count in zip(files, row_counts, strict=True):
            place = f"CAST(_metadata.row_index AS bigint) + {before} AS _row"
            frames.append(self.session.read.parquet(_uri(file)).selectExpr(*selected, place))
            before += count
        return self._view(functools.reduce(lambda above, below: above.unionAll(below), frames))

    def read_clean(self, path: Path, columns: Mapping[str, str]) -> ir.Table:
        # With the schema given, Spark starts no job to look for it.
        schema = ", ".join(f"{quoted(name, '`')} {SQL_TYPES[kind]}" for name, kind in columns.items())
        return self._view(self.session.read.schema(schema).parquet(_uri(path)))

    def read_parquet(self, path: Path | str) -> ir.Table:
        return self._view(self.session.read.parquet(_uri(Path(path))))

    def _view(self, frame: Any) -> ir.Table:
        name = self.new_name(f"aanwezig_{id(self)}")
        frame.createOrReplaceTempView(name)
        self._views.append(name)
        table = self.connection.table(name)
        # Ibis forgets that Spark's times have a zone.
        moments = {
            name: table[name].cast("timestamp('UTC', 6)")
            for name, kind in table.schema().items()
            if kind.is_timestamp()
        }
        return table.mutate(**moments) if moments else table

    def _frame(self, expression: ir.Table) -> Any:
        return self.session.sql(self.connection.compile(expression))

    def close(self) -> None:
        for name in self._views:
            self.session.catalog.dropTempView(name)
        super().close()


def _read_errors() -> tuple[type[Exception], ...]:
    from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    return (PySparkException, Py4JJavaError, pa.ArrowException)


def _uri(path: Path) -> str:
    return path.resolve().as_uri()


def _fetched(frame: Any) -> pa.Table:
    if hasattr(frame, "toArrow"):
        found: pa.Table = frame.toArrow()
        return found
    # Spark 3.5 has the same without a public name.
    from pyspark.sql.pandas.types import to_arrow_schema

    schema = to_arrow_schema(frame.schema)
    return pa.Table.from_batches(frame._collect_as_arrow(), schema)


def missing(what_nl: str, what_en: str, mend_nl: str, mend_en: str) -> AanwezigError:
    """The error of a machine on which Spark cannot run."""
    return make_error("REG-009", what_nl=what_nl, what_en=what_en, mend_nl=mend_nl, mend_en=mend_en)


def local_session() -> Any:
    """The process's own session: UTC, quiet, few partitions. AanwezigError without pyspark or Java."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise missing(
            "Spark is niet geïnstalleerd.",
            "Spark is not installed.",
            "Installeer het met pip install 'aanwezig[spark]', of gebruik duckdb.",
            "Install it by pip install 'aanwezig[spark]', or use duckdb.",
        ) from None
    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and Path(home, "bin", "java").exists()):
        raise missing(
            "Spark heeft Java nodig en dat is er niet.",
            "Spark needs Java and there is none.",
            "Installeer Java 17, of gebruik duckdb.",
            "Install Java 17, or use duckdb.",
        )
    builder = (
        SparkSession.builder.master("local[*]")
        .appName("aanwezig")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", str(LOCAL_PARTITIONS))
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .config("spark.driver.memory", os.environ.get("AANWEZIG_SPARK_MEMORY", LOCAL_MEMORY))
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        # Nothing of a register beside the user's own files.
        .config("spark.sql.warehouse.dir", str(Path(tempfile.gettempdir(), "aanwezig-warehouse")))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "OFF")
    )
    try:
        with _silent_children():
            session = builder.getOrCreate()
    except Exception as error:
        # Whatever keeps the virtual machine from starting, the user can only look at Java.
        raise missing(
            "Spark start niet.",
            "Spark does not start.",
            "Kijk of Java 17 werkt ('java -version'), of gebruik duckdb.",
            "Check that Java 17 works ('java -version'), or use duckdb.",
        ) from error
    session.sparkContext.setLogLevel("OFF")
    return session


@contextlib.contextmanager
def _silent_children() -> Iterator[None]:
    """Programs started within this block write nothing to our standard output and error.

    The Java machine prints warnings of its own when it starts, before any setting of Spark counts.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept[0], 1)
        os.dup2(kept[1], 2)
        for descriptor in (*kept, nowhere):
            os.close(descriptor)
