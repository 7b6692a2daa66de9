"""Which tables a register folder holds (docs/specification/register.md §2): ``<table>.csv``, ``.tsv``, ``.parquet`` or a
folder of Parquet files."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aanwezig.engines.fault_codes import make_error
from aanwezig.tables import REQUIRED_TABLES, TABLES, Table

TEXT_SUFFIXES = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class TableFiles:
    """Where a table's rows are: one text file, or one or more Parquet files in order of name."""

    table: type[Table]
    files: tuple[Path, ...]
    is_text: bool

    @property
    def where(self) -> str:
        """The name that messages use: of the file, or of the folder that holds several."""
        return self.files[0].name if len(self.files) == 1 else self.files[0].parent.name


def find_tables(folder: Path) -> dict[str, TableFiles]:
    """The tables of a folder by name; AanwezigError when there is none, one is missing or one is there twice."""
    found, others = _look(folder)
    if not found:
        raise make_error("REG-002", str(folder))
    missing = [name for name in REQUIRED_TABLES if name not in found]
    if missing:
        raise make_error("REG-003", str(folder), tables=", ".join(missing), **_hint(missing, others))
    return found


def tables_there(folder: Path) -> dict[str, TableFiles]:
    """The tables that a folder holds so far, for an import that adds the others; none is required."""
    return _look(folder)[0]


def _look(folder: Path) -> tuple[dict[str, TableFiles], list[str]]:
    if not folder.is_dir():
        raise make_error("REG-001", str(folder))
    found: dict[str, list[Path]] = {}
    others: list[str] = []
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        raise make_error("REG-006", str(folder), reason_nl="geen toegang", reason_en="no access") from None
    for entry in entries:
        name = _table_of(entry)
        if name is None:
            others.append(entry.stem)
        else:
            found.setdefault(name, []).append(entry)
    for name, paths in found.items():
        if len(paths) > 1:
            raise make_error(
                "REG-005", str(folder), files=", ".join(path.name for path in paths) + f" ({name})"
            )
    return {name: _files(TABLES[name], paths[0]) for name, paths in found.items()}, others


def _table_of(entry: Path) -> str | None:
    suffix = entry.suffix.lower()
    if suffix not in (*TEXT_SUFFIXES, ".parquet") and not (suffix == "" and entry.is_dir()):
        return None
    name = entry.stem.lower() if suffix else entry.name.lower()
    return name if name in TABLES else None


def _hint(missing: Sequence[str], others: Sequence[str]) -> Mapping[str, str]:
    for name in missing:
        near = difflib.get_close_matches(name, others, n=1, cutoff=0.8)
        if near:
            return {
                "hint_nl": f" Is '{near[0]}' misschien '{name}'?",
                "hint_en": f" Is '{near[0]}' perhaps '{name}'?",
            }
    return {"hint_nl": "", "hint_en": ""}


def _files(table: type[Table], path: Path) -> TableFiles:
    if path.suffix.lower() in TEXT_SUFFIXES:
        if path.is_dir():
            raise make_error("REG-006", path.name, reason_nl="het is een map", reason_en="it is a folder")
        return TableFiles(table, (path,), is_text=True)
    if not path.is_dir():
        return TableFiles(table, (path,), is_text=False)
    # Spark and others put _SUCCESS, hidden and checksum files beside the data.
    files = tuple(
        sorted(
            file
            for file in path.rglob("*.parquet")
            if file.is_file()
            and not any(part.startswith((".", "_")) for part in file.relative_to(path).parts)
        )
    )
    if not files:
        raise make_error(
            "REG-006",
            path.name,
            reason_nl="in deze map staat geen Parquet-bestand",
            reason_en="this folder holds no Parquet file",
        )
    return TableFiles(table, files, is_text=False)
