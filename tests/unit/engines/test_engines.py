"""Opening an engine, what it says when it cannot be had, and streaming its answers."""

from __future__ import annotations

import builtins
import gc
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb as duckdb_package
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aanwezig.engines import Engine, open_engine, open_register_folder
from aanwezig.engines.duckdb_engine import DuckDBEngine
from aanwezig.engines.open_register import OpenRegister
from aanwezig.values import AanwezigError
from factories.folders import parquet_folder


@pytest.fixture
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


def test_spark_without_pyspark_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without(name: str, *more: Any, **named: Any) -> Any:
        if name.split(".")[0] == "pyspark":
            raise ImportError(name)
        return imported(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(AanwezigError) as caught:
        open_engine("spark")
    assert caught.value.code == "REG-009"
    assert "aanwezig[spark]" in caught.value.mend.nl


def test_spark_without_java_says_that_it_needs_java(monkeypatch: pytest.MonkeyPatch) -> None:
    session = pytest.importorskip("pyspark.sql", reason="pyspark is not installed").SparkSession
    monkeypatch.setattr(session, "getActiveSession", staticmethod(lambda: None))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(AanwezigError, match="needs Java"):
        open_engine("spark")


def test_duckdb_does_not_load_spark_or_start_java() -> None:
    code = "import sys; from aanwezig.engines import open_engine; open_engine('duckdb'); print('pyspark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("False", "")


@pytest.mark.spark
def test_spark_writes_nothing_between_what_a_command_prints() -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'aanwezig[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not on this machine")
    code = (
        "import pyarrow as pa; from aanwezig.engines import open_engine; e = open_engine('spark');"
        "print(e.to_arrow(e.from_arrow(pa.table({'a': [1, None]}))).to_pylist())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("[{'a': 1}, {'a': None}]", "")


def test_answers_stream_and_another_question_does_not_end_them(engine: Engine) -> None:
    rows = engine.from_arrow(pa.table({"number": range(300_000)}))
    total = 0
    for batch in engine.batches(rows, 50_000):
        total += batch.num_rows
        assert engine.to_arrow(rows.aggregate(number=rows.count())).column(0)[0].as_py() == 300_000
    assert total == 300_000


def test_a_folder_of_parquet_is_read_as_one(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    pq.write_table(pa.table({"a": [1]}), tmp_path / "one.parquet")
    pq.write_table(pa.table({"a": [2]}), tmp_path / "deep" / "two.parquet")
    assert set(engine.to_arrow(engine.read_parquet(tmp_path))["a"].to_pylist()) == {1, 2}


def test_the_same_question_to_two_engines_is_answered_from_the_rows_of_each() -> None:
    answers = []
    for number in (1, 2):
        with open_engine("duckdb") as engine:
            rows = engine.from_arrow(pa.table({"a": [number]}))
            kept = engine.keep(rows.mutate(b=rows.a * 10))
            answers.append(engine.to_arrow(kept.mutate(c=kept.b + 1)).to_pylist())
    assert answers == [[{"a": 1, "b": 10, "c": 11}], [{"a": 2, "b": 20, "c": 21}]]


def test_a_question_that_was_asked_before_keeps_no_engine_open() -> None:
    engine = open_engine("duckdb")
    assert isinstance(engine, DuckDBEngine)
    connection = engine.connection
    engine.to_arrow(engine.from_arrow(pa.table({"a": [1]})))
    del engine
    gc.collect()
    with pytest.raises(duckdb_package.ConnectionException):
        connection.con.sql("SELECT 1").fetchall()


def test_temporary_files_go_with_the_engine(engine: Engine) -> None:
    engine.from_arrow(pa.table({"a": pa.array(["x"]).dictionary_encode()}))
    folder = engine.folder
    assert list(folder.iterdir())
    engine.close()
    assert not folder.exists()


def test_a_full_memory_is_told_in_one_line(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = engine.from_arrow(pa.table({"a": [1]}))

    def full(*_: Any, **__: Any) -> None:
        raise duckdb_package.OutOfMemoryException("failed to allocate data of size 1.0 GiB")

    monkeypatch.setattr("aanwezig.engines.duckdb_engine.sql_of", full)
    with pytest.raises(AanwezigError) as caught:
        engine.to_arrow(rows)
    assert caught.value.code == "REG-036"


def test_a_file_that_goes_while_computing_is_told_in_one_line(engine: Engine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "one.parquet")
    rows = engine.read_parquet(tmp_path / "one.parquet")
    (tmp_path / "one.parquet").unlink()
    with pytest.raises(AanwezigError) as caught:
        engine.to_arrow(rows)
    assert caught.value.code == "REG-037"


@pytest.mark.parametrize("name", ["it's a folder", "with [signs] * and ?", 'double " quote', "ünïcode"])
def test_any_name_of_a_folder_will_do(engine: Engine, tmp_path: Path, name: str) -> None:
    folder = parquet_folder(tmp_path / name)
    rows = pa.table(
        {
            "pupil_id": ["p1"],
            "school_id": ["25PL00"],
            "date": [date(2025, 9, 8)],
            "minutes": [5],
            "reason": ["late"],
        }
    )
    pq.write_table(rows, folder / "absences.parquet")
    for direct_from_rows in (0, 10**9):
        register = OpenRegister(folder, engine, date(2025, 10, 1), direct_from_rows=direct_from_rows)
        assert register.arrow("absences")["minutes"].to_pylist() == [5]


def test_a_large_file_is_not_copied(engine: Engine, tmp_path: Path) -> None:
    folder = parquet_folder(tmp_path)
    rows = pa.table(
        {
            "pupil_id": ["p1"] * 250_000,
            "school_id": ["25PL00"] * 250_000,
            "date": [date(2025, 9, 8)] * 250_000,
            "minutes": pa.array([5] * 249_999 + [-5], pa.int32()),
            "reason": ["late"] * 250_000,
        }
    )
    pq.write_table(rows, folder / "absences.parquet")
    with open_register_folder(folder, engine, on=date(2025, 10, 1)) as register:
        found = register.table("absences")
        assert engine.to_arrow(
            found.aggregate(number=found.count(), minutes=found.minutes.sum())
        ).to_pylist() == [{"number": 249_999, "minutes": 249_999 * 5}]
        assert [(fault.code, fault.row, fault.value) for fault in register.faults] == [
            ("REG-017", 250_001, "-5")
        ]
        copy = register._asked.folder / "absences_duckdb.parquet"
        assert pq.read_metadata(copy).num_rows == 0
