"""The lean register of the size of a country, tried small."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from aanwezig.engines import open_engine, open_register_folder
from aanwezig.simulate import lean, national
from aanwezig.values import AanwezigError, SchoolYear

PUPILS, ROWS = 6_000, 500_000


@pytest.fixture(scope="module")
def lean_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation")
    made = national(folder, PUPILS, ROWS, 1)
    assert made.rows["pupils"] == PUPILS
    assert abs(made.rows["absences"] - ROWS) < 0.03 * ROWS
    return folder


def test_rows_are_sorted_by_pupil_and_date_over_all_files(lean_register: Path) -> None:
    table = pq.read_table(lean_register / "absences.parquet")
    assert table.column_names == list(lean.COLUMNS) or set(table.column_names) == set(lean.COLUMNS)
    keys = list(
        zip(
            table["pupil_id"].to_pylist(), table["date"].to_pylist(), table["lesson"].to_pylist(), strict=True
        )
    )
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys), "one row a lesson"


def test_the_engine_reads_the_lean_register_without_a_fault(lean_register: Path) -> None:
    register = open_register_folder(
        lean_register, open_engine("duckdb"), on=SchoolYear(2025).last, known=None
    )
    for name in ("schools", "pupils", "enrolments", "absences"):
        register.arrow(name)
    assert register.faults == []


def test_threads_and_the_cut_in_files_change_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, cut = tmp_path / "one", tmp_path / "two", tmp_path / "cut"
    national(one, 3_000, 120_000, 5, threads=1)
    national(two, 3_000, 120_000, 5, threads=2)
    monkeypatch.setattr(lean, "PUPILS_A_FILE", 700)
    national(cut, 3_000, 120_000, 5, threads=2)
    tables = [pq.read_table(folder / "absences.parquet") for folder in (one, two, cut)]
    assert len(list((cut / "absences.parquet").iterdir())) == 5
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])
    assert (one / "absences.parquet/part-00000.parquet").read_bytes() == (
        two / "absences.parquet/part-00000.parquet"
    ).read_bytes()


def test_shares_of_the_lean_register_are_believable(lean_register: Path) -> None:
    table = pq.read_table(lean_register / "absences.parquet").to_pandas()
    absent = table[table.reason != "elsewhere"]
    share = absent.minutes.sum() / (PUPILS * 190 * 290)
    assert 0.04 < share < 0.10
    assert (absent[absent.authorised == "no"].minutes.sum() / absent.minutes.sum()) < 0.25
    assert absent.minutes.between(1, 60).all()


def test_more_rows_than_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AanwezigError) as refused:
        national(tmp_path / "register", 10, 100_000, 1)
    assert refused.value.code == "SIM-001"
    assert not (tmp_path / "register").exists()
