"""Laws that hold for every made-up register, however small and whatever the seed."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aanwezig.engines import open_engine, open_register_folder
from aanwezig.simulate import simulate
from aanwezig.tables import TABLES
from aanwezig.values import SchoolYear

YEAR = SchoolYear(2025)
LONG_AGO, FAR_OFF = datetime(1900, 1, 1, tzinfo=UTC), datetime(2900, 1, 1, tzinfo=UTC)
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def sizes(draw: st.DrawFn) -> dict[str, Any]:
    pupils = draw(st.integers(1, 220))
    return {
        "pupils": pupils,
        "schools": draw(st.none() | st.integers(1, min(pupils, 30))),
        "seed": draw(st.integers(0, 2**63)),
        "until": draw(st.none() | st.dates(YEAR.first, YEAR.last)),
        "truth": draw(st.booleans()),
    }


@few
@given(size=sizes())
def test_every_register_reads_without_a_fault_and_has_its_pupils(size: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = simulate(folder, **size)
        on = size["until"] or YEAR.last
        register = open_register_folder(Path(folder), open_engine("duckdb"), on=on, known=None)
        for name in TABLES:
            if register.has(name):
                register.arrow(name)
        assert register.faults == []
        assert made.rows["pupils"] == size["pupils"]
        assert made.rows["schools"] == (size["schools"] or made.schools)


@few
@given(size=sizes())
def test_of_one_key_one_row_is_known_at_a_time(size: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        simulate(folder, **size)
        for name, table in TABLES.items():
            path = Path(folder) / f"{name}.parquet"
            if not path.exists() or not table.key:
                continue
            versions: dict[tuple[Any, ...], list[tuple[datetime, datetime]]] = defaultdict(list)
            for row in pq.read_table(path).to_pylist():
                known = row.get("recorded_at") or LONG_AGO, row.get("superseded_at") or FAR_OFF
                assert known[0] < known[1]
                versions[tuple(row.get(column) for column in table.key)].append(known)
            for spans in versions.values():
                spans.sort()
                assert all(first[1] <= second[0] for first, second in pairwise(spans)), name


@few
@given(size=sizes())
def test_nobody_misses_more_than_there_was_nor_more_of_a_kind_than_in_all(size: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        simulate(folder, **{**size, "truth": True})
        for row in pq.read_table(Path(folder) / "truth/pupils.parquet").to_pylist():
            assert 0 <= row["absent_minutes"] <= row["possible_minutes"]
            for part in ("truly_sick", "sick_marked", "problematic", "unauthorised"):
                assert 0 <= row[f"{part}_minutes"] <= row["absent_minutes"], part


@few
@given(size=sizes())
def test_nothing_in_a_register_is_of_after_its_last_day(size: dict[str, Any]) -> None:
    until = size["until"] or YEAR.last
    with tempfile.TemporaryDirectory() as folder:
        simulate(folder, **size)
        for name, table in TABLES.items():
            path = Path(folder) / f"{name}.parquet"
            if not path.exists() or table.known_from is None:
                continue
            for row in pq.read_table(path).to_pylist():
                assert row[table.known_from] <= until, name
                for column in ("recorded_at", "superseded_at"):
                    assert row.get(column) is None or row[column].date() <= until, name
