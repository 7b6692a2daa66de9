"""A register folder as the place where imports are kept: lock, ``batches.jsonl``, undo and saved maps."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from aanwezig.calendar import Calendars
from aanwezig.engines import Engine, calendars_of, open_register_folder
from aanwezig.register.batches import Replacement, keep, locked, new_batch_id, read_batches
from aanwezig.register.fault_codes import make_error
from aanwezig.register.saved_map import as_text, file_name, read_content
from aanwezig.register.store import Batch
from aanwezig.register.stored import Standing, as_parquet, entry_of, stored_tables
from aanwezig.values import AanwezigError


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A register folder; it need not exist yet. AanwezigError when there is something else of that name."""

    folder: Path
    keeps_only_known_pupils: bool = False
    wants_persons: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise make_error("REG-116", str(self.folder))

    @property
    def name(self) -> str:
        return str(self.folder)

    def earlier_files(self, school_id: str) -> dict[str, str]:
        """Files of every school of the folder: one export may hold several schools."""
        return {
            file["sha256"]: str(entry["batch"])
            for entry in read_batches(self.folder)
            for file in entry.get("files", ())
        }

    def saved_map(self, school_id: str, profile: str) -> Mapping[str, Any] | None:
        return read_content(self.folder / file_name(school_id, profile))

    def writing(self, school_id: str) -> AbstractContextManager[None]:
        return locked(self.folder)

    def standing(self, school_id: str, names: Collection[str], work: Path) -> dict[str, Standing]:
        """Whole tables, all schools and earlier rows included: what changes is written anew."""
        return {
            name: as_parquet(files, work)
            for name, files in stored_tables(self.folder).items()
            if name in names
        }

    def calendars(self, school_id: str, engine: Engine, on: date) -> Calendars | None:
        try:
            with open_register_folder(self.folder, engine, on=on) as register:
                return calendars_of(register)
        except AanwezigError:
            return None

    def keep(self, batch: Batch) -> str:
        batch_id = new_batch_id(batch.at)
        there = stored_tables(self.folder)
        replacements = []
        new_folder = self.folder / ".batches" / batch_id / "new"
        new_folder.mkdir(parents=True)
        try:
            for change in batch.changes:
                name = change.table.name
                path = new_folder / f"{name}.parquet"
                change.write_whole(path)
                old = entry_of(there[name]).name if name in there else None
                replacements.append(Replacement(name, path, f"{name}.parquet", old))
            kept_map = self._map_to_keep(batch, new_folder)
            if kept_map is not None:
                replacements.append(kept_map)
        except BaseException:
            shutil.rmtree(new_folder.parent, ignore_errors=True)
            raise
        keep(self.folder, batch_id, replacements, {"batch": batch_id, **batch.entry()})
        return batch_id

    def _map_to_keep(self, batch: Batch, to: Path) -> Replacement | None:
        """The school's map as a new file, when it says other than the kept one."""
        if batch.school_map is None:
            return None
        name, text = file_name(batch.school_id, batch.profile), as_text(batch.school_map)
        old = self.folder / name
        if old.exists() and old.read_text(encoding="utf-8") == text:
            return None
        path = to / name
        path.write_text(text, encoding="utf-8")
        return Replacement("", path, name, name if old.exists() else None)

    def put_faults(self, school_id: str, report: Path | None) -> Path | None:
        """Beside the register folder, so that a dry run leaves the folder itself as it was."""
        target = self.folder.absolute()
        path = target.with_name(f"{target.name}-import-faults.csv")
        if report is None:
            path.unlink(missing_ok=True)
            return None
        content = report.read_bytes()
        for place in (path, target / "import-faults.csv", Path(tempfile.gettempdir()) / path.name):
            try:
                place.write_bytes(content)
                # It names pupils: for who imports and nobody else.
                place.chmod(0o600)
            except OSError:
                continue
            return place
        return None
