"""Batches: kept whole or not at all, told, and taken back."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aanwezig.register import batches as module
from aanwezig.register import import_files, read_batches, undo_batch
from aanwezig.register.batches import UNDOABLE, locked
from aanwezig.values import AanwezigError

NOW = datetime(2025, 10, 1, 12, 0, tzinfo=UTC)
HEADER = "pupil_id,date,part,reason\n"


def export(folder: Path, *lines: str, name: str = "x.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def imported(register: Path, path: Path, number: int = 0) -> str:
    report = import_files(
        path, "25PL00", into=register, now=NOW + timedelta(minutes=number), who="tester", confirm=True
    )
    assert report.batch_id is not None
    return report.batch_id


def content(folder: Path) -> dict[str, bytes]:
    """Every file but the lock, which is empty and only there while something is kept."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def test_a_batch_tells_file_hash_who_when_and_numbers(tmp_path: Path) -> None:
    register = tmp_path / "r"
    batch = imported(register, export(tmp_path, "p1,2025-09-08,day,sick", "p1,2025-02-30,day,sick"))
    (line,) = read_batches(register)
    assert line["batch"] == batch
    assert (line["who"], line["at"]) == ("tester", "2025-10-01T12:00:00+00:00")
    assert (line["rows_read"], line["new"], line["unchanged"], line["superseded"], line["refused"]) == (
        2,
        1,
        0,
        0,
        1,
    )
    (file,) = line["files"]
    assert file["name"] == "x.csv"
    assert len(file["sha256"]) == 64


def test_undo_brings_the_folder_back_to_the_byte(tmp_path: Path) -> None:
    register = tmp_path / "r"
    imported(register, export(tmp_path, "p1,2025-09-08,day,sick"))
    before = content(register)
    batch = imported(register, export(tmp_path, "p1,2025-09-08,day,truant", "p2,2025-09-08,day,sick"), 1)
    assert content(register) != before
    assert undo_batch(register, batch)["batch"] == batch
    assert content(register) == before


def test_undo_of_the_first_batch_leaves_what_was_there(tmp_path: Path) -> None:
    register = tmp_path / "r"
    register.mkdir()
    (register / "absences.csv").write_text(
        "pupil_id,school_id,date,part,reason,note\np9,25PL00,2025-09-01,day,sick,own column\n",
        encoding="utf-8",
    )
    before = content(register)
    batch = imported(register, export(tmp_path, "p1,2025-09-08,day,sick"))
    undo_batch(register, batch)
    assert content(register) == before
    assert not (register / ".batches").exists()


def test_a_batch_on_which_a_later_one_builds_is_not_undone(tmp_path: Path) -> None:
    register = tmp_path / "r"
    first = imported(register, export(tmp_path, "p1,2025-09-08,day,sick"))
    second = imported(register, export(tmp_path, "p2,2025-09-08,day,sick"), 1)
    with pytest.raises(AanwezigError, match=second) as error:
        undo_batch(register, first)
    assert error.value.code == "REG-114"
    undo_batch(register, second)
    undo_batch(register, first)
    assert read_batches(register) == []


def test_an_unknown_batch_and_a_missing_folder_are_told(tmp_path: Path) -> None:
    register = tmp_path / "r"
    imported(register, export(tmp_path, "p1,2025-09-08,day,sick"))
    with pytest.raises(AanwezigError) as error:
        undo_batch(register, "nonsense")
    assert error.value.code == "REG-113"
    with pytest.raises(AanwezigError) as error:
        undo_batch(tmp_path / "nowhere", "nonsense")
    assert error.value.code == "REG-001"


def test_a_table_changed_by_something_else_is_not_overwritten_by_undo(tmp_path: Path) -> None:
    register = tmp_path / "r"
    batch = imported(register, export(tmp_path, "p1,2025-09-08,day,sick"))
    with (register / "absences.parquet").open("ab") as file:
        file.write(b"x")
    with pytest.raises(AanwezigError) as error:
        undo_batch(register, batch)
    assert error.value.code == "REG-114"


def test_only_the_last_batches_can_be_undone_and_the_lines_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "UNDOABLE", 2)
    assert UNDOABLE > 2
    register = tmp_path / "r"
    ids = [imported(register, export(tmp_path, f"p{n},2025-09-08,day,sick"), n) for n in range(3)]
    assert [line["batch"] for line in read_batches(register)] == ids
    kept = {path.name for path in (register / ".batches").iterdir() if path.is_dir()}
    assert kept == set(ids[1:])
    undo_batch(register, ids[2])
    undo_batch(register, ids[1])
    with pytest.raises(AanwezigError) as error:
        undo_batch(register, ids[0])
    assert error.value.code == "REG-114"


class Cut(BaseException):
    """The power goes."""


@pytest.mark.parametrize("step", range(1, 8))
def test_an_import_that_is_cut_off_anywhere_leaves_the_old_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    register = tmp_path / "r"
    register.mkdir()
    (register / "absences.csv").write_text("pupil_id,school_id,date,part,reason\n", encoding="utf-8")
    before = content(register)
    path = export(tmp_path, "p1,2025-09-08,day,sick")
    calls = 0

    def cut(original):  # type: ignore[no-untyped-def]
        def cutting(*args, **kwargs):  # type: ignore[no-untyped-def]
            nonlocal calls
            calls += 1
            if calls == step:
                raise Cut
            return original(*args, **kwargs)

        return cutting

    with monkeypatch.context() as patch:
        for name in ("_link_or_copy", "_remove", "_write_whole", "_forget_older"):
            patch.setattr(module, name, cut(getattr(module, name)))
        patch.setattr(Path, "replace", cut(Path.replace))
        try:
            imported(register, path)
        except Cut:
            pass
        else:
            pytest.skip("the import has fewer steps than this")
    with locked(register):
        pass
    if read_batches(register):
        # Cut off after everything was in place: then it counts as done.
        undo_batch(register, read_batches(register)[-1]["batch"])
    assert content(register) == before


def test_two_imports_at_once_are_not_possible(tmp_path: Path) -> None:
    register = tmp_path / "r"
    path = export(tmp_path, "p1,2025-09-08,day,sick")
    (register / ".batches").mkdir(parents=True)
    other = os.open(register / ".batches" / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(other, fcntl.LOCK_EX)
    try:
        with pytest.raises(AanwezigError) as error:
            imported(register, path)
        assert error.value.code == "REG-112"
    finally:
        os.close(other)
    assert imported(register, path)


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    register = tmp_path / "r"
    register.write_text("x", encoding="utf-8")
    with pytest.raises(AanwezigError) as error:
        imported(register, export(tmp_path, "p1,2025-09-08,day,sick"))
    assert error.value.code == "REG-116"


def test_files_of_one_delivery_are_read_together_and_overlap_counts_once(tmp_path: Path) -> None:
    register = tmp_path / "r"
    first = export(tmp_path, "p1,2025-09-08,day,sick", "p1,2025-09-09,day,sick", name="a.csv")
    second = export(tmp_path, "p1,2025-09-09,day,sick", "p1,2025-09-10,day,sick", name="b.csv")
    report = import_files([first, second], "25PL00", into=register, now=NOW)
    assert (report.rows_read, report.new, report.doubles) == (4, 3, 1)
    assert [file.rows for file in report.files] == [2, 2]


def test_the_same_file_given_twice_is_told(tmp_path: Path) -> None:
    path = export(tmp_path, "p1,2025-09-08,day,sick")
    with pytest.raises(AanwezigError) as error:
        import_files([path, path], "25PL00", into=tmp_path / "r", now=NOW)
    assert error.value.code == "REG-117"


def test_progress_tells_rows_and_bytes(tmp_path: Path) -> None:
    path = export(tmp_path, "p1,2025-09-08,day,sick", "p2,2025-09-08,day,sick")
    told: list[tuple[int, int]] = []
    import_files(
        path, "25PL00", into=tmp_path / "r", now=NOW, progress=lambda rows, size: told.append((rows, size))
    )
    assert told[-1] == (2, path.stat().st_size)


def test_a_batch_is_one_line_of_json(tmp_path: Path) -> None:
    register = tmp_path / "r"
    imported(register, export(tmp_path, "p1,2025-09-08,day,sick"))
    imported(register, export(tmp_path, "p2,2025-09-08,day,sick"), 1)
    lines = (register / "batches.jsonl").read_text(encoding="utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == 2


def test_a_damaged_list_of_batches_is_told(tmp_path: Path) -> None:
    register = tmp_path / "r"
    register.mkdir()
    (register / "batches.jsonl").write_text("{broken\n", encoding="utf-8")
    with pytest.raises(AanwezigError) as error:
        imported(register, export(tmp_path, "p1,2025-09-08,day,sick"))
    assert error.value.code == "REG-006"
