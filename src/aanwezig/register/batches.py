"""Batches: what each import brought, kept so that it can be told and taken back (docs/specification/register.md §4).

``batches.jsonl`` in the register folder has a line per batch. What a batch replaced lies in ``.batches/<id>``
until it is one of the older ones. Files change place only when everything is written; a plan on disk makes
that an import that was cut off half-way is taken back by the next one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from aanwezig.register.fault_codes import make_error

BATCHES, KEPT_FOLDER, PLAN, LOCK = "batches.jsonl", ".batches", "plan.json", "lock"
# So many batches can be taken back, the last one first; of older ones only the line is kept.
UNDOABLE = 10
CHUNK = 1 << 20


def file_hash(path: Path) -> str:
    """The sha256 of a file, or of the files of a folder."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            with file.open("rb") as content:
                while chunk := content.read(CHUNK):
                    digest.update(chunk)
    return digest.hexdigest()


def new_batch_id(now: datetime) -> str:
    """An id that sorts by time."""
    return f"{now:%Y%m%dT%H%M%SZ}-{uuid4().hex[:6]}"


def read_batches(folder: Path) -> list[dict[str, Any]]:
    """The batches of a register folder, oldest first."""
    try:
        lines = (folder / BATCHES).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        if line.strip():
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                entry = None
            if not isinstance(entry, dict) or "batch" not in entry:
                raise make_error("REG-006", BATCHES, reason_nl="het is beschadigd", reason_en="it is damaged")
            found.append(entry)
    return found


@dataclass(frozen=True, slots=True)
class Replacement:
    """A table's new file, and what it takes the place of (None: nothing)."""

    table: str
    new: Path
    name: str
    old: str | None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Only one import at a time in a folder; a lock of a process that is gone does not count."""
    kept = folder / KEPT_FOLDER
    try:
        kept.mkdir(parents=True, exist_ok=True)
        handle = os.open(kept / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        raise make_error("REG-116", str(folder)) from None
    try:
        try:
            _take(handle)
        except OSError:
            raise make_error("REG-112", str(folder)) from None
        _take_back_half_done(folder)
        yield
    finally:
        os.close(handle)
        _clear(folder)


def _take(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        # The system frees it when the process ends, however it ends.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _clear(folder: Path) -> None:
    """Leave no empty folder behind where nothing was kept."""
    kept = folder / KEPT_FOLDER
    try:
        if [entry.name for entry in kept.iterdir()] == [LOCK]:
            (kept / LOCK).unlink()
            kept.rmdir()
            if not any(folder.iterdir()):
                folder.rmdir()
    except OSError:
        return


def keep(folder: Path, batch_id: str, replacements: Sequence[Replacement], entry: Mapping[str, Any]) -> None:
    """Put the new files in place and add the batch's line: all of it, or after a cut nothing."""
    home = folder / KEPT_FOLDER / batch_id
    before = home / "before"
    before.mkdir(parents=True, exist_ok=True)
    record = {
        **entry,
        "tables": [
            {
                "table": item.table,
                "file": item.name,
                "before": item.old,
                "sha256": file_hash(item.new),
            }
            for item in replacements
        ],
    }
    if (folder / BATCHES).exists():
        shutil.copy2(folder / BATCHES, before / BATCHES)
    _write_whole(home / PLAN, json.dumps(record, ensure_ascii=False))
    for item in replacements:
        if item.old is not None:
            _link_or_copy(folder / item.old, before / item.old)
    for item in replacements:
        item.new.replace(folder / item.name)
        if item.old is not None and item.old != item.name:
            _remove(folder / item.old)
    lines = [*read_batches(folder), record]
    _write_whole(folder / BATCHES, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    (home / PLAN).unlink()
    shutil.rmtree(home / "new", ignore_errors=True)
    _forget_older(folder, [line["batch"] for line in lines])


def _write_whole(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _link_or_copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_link_file, dirs_exist_ok=True)
    else:
        _link_file(source, target)


def _link_file(source: Path | str, target: Path | str) -> None:
    # The file is replaced and never written to, so a second name keeps it without a copy.
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _forget_older(folder: Path, ids: Sequence[str]) -> None:
    for batch_id in ids[:-UNDOABLE]:
        shutil.rmtree(folder / KEPT_FOLDER / batch_id, ignore_errors=True)


def _take_back_half_done(folder: Path) -> None:
    (folder / f"{BATCHES}.part").unlink(missing_ok=True)
    known = {str(line.get("batch")) for line in read_batches(folder)}
    for home in (folder / KEPT_FOLDER).iterdir():
        # Written and never put in place: nothing of it counts.
        if home.is_dir() and home.name not in known and not (home / PLAN).exists():
            shutil.rmtree(home)
    for plan in (folder / KEPT_FOLDER).glob(f"*/{PLAN}"):
        record = json.loads(plan.read_text(encoding="utf-8"))
        is_kept = any(line.get("batch") == record.get("batch") for line in read_batches(folder))
        if is_kept and not record.get("undo"):
            # Everything was in place already, only the plan was left.
            plan.unlink()
        else:
            _take_back(folder, plan.parent, record)


def _take_back(folder: Path, home: Path, record: Mapping[str, Any]) -> None:
    before = home / "before"
    for item in record["tables"]:
        name, old = item["file"], item["before"]
        if old is not None and (before / old).exists():
            if name != old:
                _remove(folder / name)
            if (before / old).is_dir():
                _remove(folder / old)
            (before / old).replace(folder / old)
        elif old is None:
            _remove(folder / name)
    if (before / BATCHES).exists():
        (before / BATCHES).replace(folder / BATCHES)
    elif any(line.get("batch") == record["batch"] for line in read_batches(folder)):
        (folder / BATCHES).unlink()
    shutil.rmtree(home)


def undo_batch(into: Path | str, batch_id: str) -> dict[str, Any]:
    """Bring a register folder back to what it was before a batch; the batch's line is returned.

    AanwezigError when it is no batch of this folder, not the last one, too old, or when a table was changed
    since by something else.
    """
    folder = Path(into)
    if not folder.is_dir():
        raise make_error("REG-001", str(folder))
    with locked(folder):
        batches = read_batches(folder)
        ids = [str(entry.get("batch")) for entry in batches]
        if batch_id not in ids:
            raise make_error("REG-113", str(folder), known=", ".join(ids[-UNDOABLE:]) or "-")
        if ids[-1] != batch_id:
            raise make_error(
                "REG-114",
                str(folder),
                reason_nl="een latere levering bouwt erop voort",
                reason_en="a later batch builds on it",
                mend_nl=f"Draai eerst deze terug: {ids[-1]}.",
                mend_en=f"First undo this one: {ids[-1]}.",
            )
        record, home = batches[-1], folder / KEPT_FOLDER / batch_id
        if not home.is_dir():
            raise make_error(
                "REG-114",
                str(folder),
                reason_nl="wat zij verving is niet meer bewaard",
                reason_en="what it replaced is no longer kept",
                mend_nl="Lees de juiste export opnieuw in: wat anders is, wordt dan verbeterd.",
                mend_en="Import the right export again: what is different is then corrected.",
            )
        for item in record["tables"]:
            path = folder / item["file"]
            if not path.exists() or file_hash(path) != item["sha256"]:
                raise make_error(
                    "REG-114",
                    str(folder),
                    reason_nl=f"{item['file']} is daarna door iets anders veranderd",
                    reason_en=f"{item['file']} was changed since by something else",
                    mend_nl="Zet dat bestand eerst terug.",
                    mend_en="Put that file back first.",
                )
        # From here on a cut leaves the plan, and the next import finishes taking back.
        _write_whole(home / PLAN, json.dumps({**record, "undo": True}, ensure_ascii=False))
        _take_back(folder, home, record)
    return record
