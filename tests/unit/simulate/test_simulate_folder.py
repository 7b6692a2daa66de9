"""Where a simulation is written, what it refuses, and that the same seed gives the same bytes."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from aanwezig.simulate import national, simulate
from aanwezig.values import AanwezigError, SchoolYear


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    first, again, other = (tmp_path / name for name in ("first", "again", "other"))
    for folder, seed in ((first, 7), (again, 7), (other, 8)):
        simulate(folder, pupils=400, seed=seed, truth=True)
    assert fingerprint(first) == fingerprint(again)
    assert fingerprint(first)["absences.parquet"] != fingerprint(other)["absences.parquet"]


def test_the_truth_is_only_written_where_it_is_asked_for_and_changes_nothing_else(tmp_path: Path) -> None:
    with_truth, without = tmp_path / "with", tmp_path / "without"
    told = simulate(with_truth, pupils=120, seed=2, truth=True)
    untold = simulate(without, pupils=120, seed=2)
    assert told.truth == with_truth / "truth"
    assert untold.truth is None
    assert not (without / "truth").exists()
    shared = {name: mark for name, mark in fingerprint(with_truth).items() if not name.startswith("truth")}
    assert shared == fingerprint(without)
    parameters = json.loads((with_truth / "truth/parameters.json").read_text("utf-8"))
    assert parameters["everyday"]["sick_spells"]["po"] > 0
    readme = (with_truth / "truth/README.md").read_text("utf-8")
    assert "De waarheid" in readme
    assert "The truth" in readme


def test_an_earlier_simulation_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "register"
    simulate(folder, pupils=90, seed=1, truth=True)
    simulate(folder, pupils=60, seed=1)
    assert json.loads((folder / "simulation.json").read_text("utf-8"))["pupils"] == 60
    assert not (folder / "truth").exists()


def test_a_simulation_that_was_broken_off_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "register"
    folder.mkdir()
    (folder / "simulation.json").write_text('{"complete": false}', "utf-8")
    (folder / "absences.parquet").write_bytes(b"half")
    assert simulate(folder, pupils=30, seed=1).pupils == 30


@pytest.mark.parametrize(
    "names", [["absences.csv"], ["simulation.json", "absences.csv"], ["simulation.json", "notes.txt"]]
)
def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("somebody's own", "utf-8")
    with pytest.raises(AanwezigError) as refused:
        simulate(tmp_path, pupils=30, seed=1)
    assert refused.value.code == "SIM-002"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert all((tmp_path / name).read_text("utf-8") == "somebody's own" for name in names)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "register").write_text("x", "utf-8")
    for target in (tmp_path / "register", tmp_path / "register" / "deeper"):
        with pytest.raises(AanwezigError) as refused:
            simulate(target, pupils=30, seed=1)
        assert refused.value.code in ("SIM-002", "SIM-003")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"pupils": 0}, "at least 1"),
        ({"pupils": -5}, "at least 1"),
        ({"pupils": 100_000_000}, "at most"),
        ({"pupils": 10, "schools": 0}, "at least 1 school"),
        ({"pupils": 10, "schools": 11}, "no more schools than pupils"),
        ({"pupils": 10, "seed": -1}, "0 or more"),
        ({"pupils": 10, "years": 0}, "Known are"),
        ({"pupils": 10, "school_year": SchoolYear(1999)}, "2025-2026"),
        ({"pupils": 10, "until": date(2027, 1, 1)}, "Choose a day"),
    ],
)
def test_numbers_that_cannot_be_are_refused_with_what_can(
    tmp_path: Path, options: dict[str, object], says: str
) -> None:
    folder = tmp_path / "register"
    with pytest.raises(AanwezigError) as refused:
        simulate(folder, **{"seed": 1, **options})  # type: ignore[arg-type]
    assert refused.value.code == "SIM-001"
    assert says in refused.value.in_language("en")
    assert refused.value.in_language("nl") != refused.value.in_language("en")
    assert not folder.exists()


def test_progress_is_told_up_to_the_last_pupil(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    simulate(tmp_path / "a", pupils=70, seed=1, progress=lambda done, total: told.append((done, total)))
    national(tmp_path / "b", 70, 500, 1, progress=lambda done, total: told.append((done, total)))
    assert told == [(70, 70), (70, 70)]
