"""Write plain rows as a register folder of CSV files."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def write_folder(folder: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """One file per table, with every column that some row has; None is empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for row in rows:
                writer.writerow(["" if row.get(column) is None else row[column] for column in columns])
    return folder
