"""Laws that hold for every delivery."""

from __future__ import annotations

import random
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aanwezig.register import import_files, undo_batch
from factories.memory_store import MemoryStore

FIRST, SECOND, THIRD = (datetime(2025, 10, day, 12, 0, tzinfo=UTC) for day in (1, 2, 3))
DAYS = [date(2025, 9, 1) + timedelta(n) for n in range(5)]
Row = tuple[str, date, str, str, str, str]

ROWS: st.SearchStrategy[list[Row]] = st.lists(
    st.tuples(
        st.sampled_from(["p1", "p2", "p3"]),
        st.sampled_from(DAYS),
        st.sampled_from(["", "1", "2"]),
        st.sampled_from(["30", "60"]),
        st.sampled_from(["sick", "truant", "late"]),
        st.sampled_from(["", "yes", "no"]),
    ),
    max_size=12,
)
SOME = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SCOPE = {"options": {"from": "2025-09-01", "to": "2025-09-30"}}


def written(folder: Path, name: str, rows: list[Row], dutch: bool = False) -> Path:
    path = folder / name
    lines = ["pupil_id;date;lesson;minutes;reason;authorised"]
    for pupil, day, *others in rows:
        lines.append(";".join((pupil, f"{day:%d-%m-%Y}" if dutch else day.isoformat(), *others)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def put(folder: Path, path: Path, now: datetime) -> Any:
    return import_files(path, "25PL00", mapping=SCOPE, into=folder / "r", now=now, confirm=True)


def standing(folder: Path) -> list[tuple[Any, ...]]:
    path = folder / "r" / "absences.parquet"
    if not path.exists():
        return []
    names = ("absence_id", "pupil_id", "date", "lesson", "minutes", "reason", "authorised")
    rows = [row for row in pq.read_table(path).to_pylist() if row["superseded_at"] is None]
    return sorted((tuple(row[name] for name in names) for row in rows), key=repr)


def content(folder: Path) -> dict[str, bytes]:
    if not folder.exists():
        return {}
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "lock"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@SOME
@given(ROWS, st.randoms())
def test_importing_twice_in_any_order_is_importing_once(rows: list[Row], chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        put(folder, written(folder, "a.csv", rows), FIRST)
        before = content(folder / "r")
        shuffled = list(rows)
        chance.shuffle(shuffled)
        report = put(folder, written(folder, "b.csv", shuffled), SECOND)
        assert report.batch_id is None
        assert content(folder / "r") == before


@SOME
@given(ROWS, ROWS)
def test_a_delivery_and_then_its_correction_is_the_correction_as_known_later(
    rows: list[Row], corrected: list[Row]
) -> None:
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as other:
        folder, alone = Path(name), Path(other)
        put(folder, written(folder, "a.csv", rows), FIRST)
        known_first = standing(folder)
        put(folder, written(folder, "b.csv", corrected), SECOND)
        put(alone, written(alone, "b.csv", corrected), SECOND)
        assert standing(folder) == standing(alone)
        # What was known between the two deliveries can still be asked for.
        path = folder / "r" / "absences.parquet"
        found = pq.read_table(path).to_pylist() if path.exists() else []
        between = [
            row
            for row in found
            if row["recorded_at"] <= FIRST and (row["superseded_at"] is None or row["superseded_at"] > FIRST)
        ]
        names = ("absence_id", "pupil_id", "date", "lesson", "minutes", "reason", "authorised")
        assert sorted((tuple(row[name] for name in names) for row in between), key=repr) == known_first


@SOME
@given(ROWS, ROWS)
def test_undo_restores_every_byte(rows: list[Row], others: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        put(folder, written(folder, "a.csv", rows), FIRST)
        before = content(folder / "r")
        report = put(folder, written(folder, "b.csv", others), SECOND)
        if report.batch_id is not None:
            undo_batch(folder / "r", report.batch_id)
        assert content(folder / "r") == before


@SOME
@given(ROWS)
def test_dutch_and_iso_dates_give_the_same_register(rows: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as other:
        iso, dutch = Path(name), Path(other)
        put(iso, written(iso, "a.csv", rows), FIRST)
        put(dutch, written(dutch, "a.csv", rows, dutch=True), FIRST)
        assert standing(iso) == standing(dutch)


@SOME
@given(ROWS)
def test_every_row_read_is_kept_doubled_or_refused(rows: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = put(folder, written(folder, "a.csv", rows), FIRST)
        assert report.rows_read == len(rows) == report.new + report.doubles + report.refused


@SOME
@given(st.tuples(ROWS, ROWS, ROWS))
def test_fresh_rows_and_ended_keys_applied_to_what_stood_give_what_the_folder_gets(
    deliveries: tuple[list[Row], ...],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, store = Path(name), MemoryStore()
        for number, (rows, now) in enumerate(zip(deliveries, (FIRST, SECOND, THIRD), strict=True)):
            path = written(folder, f"{number}.csv", rows)
            told = put(folder, path, now)
            other = import_files(path, "25PL00", mapping=SCOPE, into=store, now=now, confirm=True)
            assert other.numbers() == told.numbers()
        for table in ("absences", "deliveries"):
            path = folder / "r" / f"{table}.parquet"
            in_folder = pq.read_table(path).to_pylist() if path.exists() else []
            assert sorted(map(repr, store.rows.get(table, []))) == sorted(map(repr, in_folder))
