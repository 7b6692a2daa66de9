"""A register from tables in memory is the one from a folder of the same rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aanwezig.engines import (
    Engine,
    OpenRegister,
    calendars_of,
    open_engine,
    open_register_folder,
    open_register_tables,
)
from aanwezig.engines.arrow_types import arrow_schema
from aanwezig.engines.duckdb_engine import DuckDBEngine
from aanwezig.findings import check
from aanwezig.simulate import simulate
from aanwezig.tables import TABLES
from aanwezig.values import AanwezigError

ON = date(2025, 12, 1)
FEW = settings(deadline=None, max_examples=25)
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine("duckdb") as opened:
        yield opened


days = st.integers(-60, 60).map(lambda number: ON + timedelta(days=number))
moments = st.one_of(
    st.none(),
    st.tuples(days, st.integers(0, 23)).map(
        lambda at: datetime(at[0].year, at[0].month, at[0].day, at[1], 30, tzinfo=UTC)
    ),
)
pupil_ids = st.sampled_from(["p1", "p2", "p3", "stranger"])
school_ids = st.sampled_from(["25PL00", "25PL00", "03XY01", "99ZZ99"])


def rows_of(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[Rows]:
    known = {"recorded_at": moments, "superseded_at": st.one_of(st.none(), moments)}
    return st.lists(st.fixed_dictionaries({**columns, **known}), max_size=14)


@st.composite
def registers(draw: st.DrawFn) -> dict[str, pa.Table]:
    """Rows that each pass every check of a cell; together they may have every other fault."""
    rows: dict[str, Rows] = {
        "schools": [
            {"school_id": school_id, "name": "De Brug", "sector": "po", "holiday_region": "noord"}
            for school_id in draw(st.sampled_from([["25PL00"], ["25PL00", "03XY01", "25PL00"]]))
        ],
        "pupils": draw(
            rows_of(
                pupil_id=st.sampled_from(["p1", "p2", "p3"]),
                birth_date=st.sampled_from([date(2014, 3, 1), None]),
            )
        ),
        "enrolments": draw(
            rows_of(
                pupil_id=pupil_ids,
                school_id=school_ids,
                first_day=days,
                last_day=st.none(),
                group=st.sampled_from(["5a", None]),
            )
        ),
        "absences": draw(
            rows_of(
                pupil_id=pupil_ids,
                school_id=school_ids,
                date=days,
                minutes=st.integers(0, 400),
                reason=st.sampled_from(["sick", "truant", "late"]),
                authorised=st.sampled_from(["yes", "no", None]),
                absence_id=st.sampled_from([None, "a1", "a2", "a3", "a4", "a5", "a6"]),
            )
        ),
    }
    if draw(st.booleans()):
        rows["deliveries"] = draw(rows_of(school_id=school_ids, first_day=days.map(earliest), last_day=days))
    return {name: typed(name, found) for name, found in rows.items()}


def earliest(day: date) -> date:
    return day - timedelta(days=200)


def typed(name: str, rows: Rows) -> pa.Table:
    schema = arrow_schema(TABLES[name])
    names = [f for f in schema.names if f != "_row"]
    return pa.Table.from_pylist(rows, schema=pa.schema([schema.field(f) for f in names]))


def written(tables: dict[str, pa.Table], folder: Path) -> Path:
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return folder


def same(one: OpenRegister, other: OpenRegister, names: list[str]) -> None:
    for name in names:
        assert one.has(name) == other.has(name)
        assert one.arrow(name).equals(other.arrow(name)), name
        in_engine = other.engine.to_arrow(other.table(name).order_by("_row"))
        assert in_engine.cast(one.arrow(name).schema).equals(one.arrow(name)), name
    assert one.faults == other.faults


@FEW
@given(registers(), st.one_of(st.none(), days))
def test_both_doors_give_the_same_rows_and_faults(tables: dict[str, pa.Table], known: date | None) -> None:
    with tempfile.TemporaryDirectory() as folder, open_engine("duckdb") as engine:
        path = written(tables, Path(folder))
        with (
            open_register_folder(path, engine, on=ON, known=known) as from_folder,
            open_register_tables(tables, engine, on=ON, known=known) as from_tables,
        ):
            same(from_folder, from_tables, [*tables, "leave"])


@pytest.mark.parametrize("known", [None, date(2026, 2, 1)])
def test_a_simulated_register_is_judged_the_same(engine: Engine, tmp_path: Path, known: date | None) -> None:
    simulate(tmp_path, pupils=60, seed=5, schools=2)
    tables = {path.stem: pq.read_table(path) for path in tmp_path.glob("*.parquet")}
    on = date(2026, 3, 2)
    with (
        open_register_folder(tmp_path, engine, on=on, known=known) as from_folder,
        open_register_tables(tables, engine, on=on, known=known, name="ours") as from_tables,
    ):
        same(from_folder, from_tables, list(TABLES))
        assert calendars_of(from_folder).schools == calendars_of(from_tables).schools
        assert check(from_folder) == check(from_tables)
        assert str(from_tables.path) == "ours"


def test_nothing_is_written_and_nothing_stays_in_the_engine(engine: Engine) -> None:
    tables = {
        "schools": typed("schools", [{"school_id": "25PL00", "name": "De Brug", "sector": "po"}]),
        "pupils": typed("pupils", [{"pupil_id": "p1"}]),
        "enrolments": typed("enrolments", []),
        "absences": typed(
            "absences", [{"pupil_id": "p1", "school_id": "25PL00", "date": ON, "reason": "late"}]
        ),
    }
    before = tables_of(engine)
    with open_register_tables(tables, engine, on=ON) as register:
        for name in TABLES:
            register.table(name)
        assert engine.to_arrow(register.table("absences")).num_rows == 1
        assert tables_of(engine) != before
    assert tables_of(engine) == before
    assert not list(engine.folder.glob("*.parquet"))


def tables_of(engine: Engine) -> list[tuple[str]]:
    assert isinstance(engine, DuckDBEngine)
    return sorted(engine.connection.con.sql("SELECT table_name FROM duckdb_tables()").fetchall())


def test_what_is_missing_is_named() -> None:
    schools = typed("schools", [])
    with open_engine("duckdb") as engine:
        with pytest.raises(AanwezigError, match="pupils"):
            open_register_tables({"schools": schools}, engine, on=ON)
        with pytest.raises(KeyError, match="scholen"):
            open_register_tables({"scholen": schools}, engine, on=ON)
        tables = {name: typed(name, []) for name in ("schools", "pupils", "enrolments", "absences")}
        with pytest.raises(AanwezigError, match="school_id"):
            open_register_tables(
                {**tables, "absences": tables["absences"].drop_columns(["school_id"])}, engine, on=ON
            )
