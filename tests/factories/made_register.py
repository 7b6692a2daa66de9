"""A register that ``aanwezig.simulate`` wrote, as tests read it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from aanwezig.simulate import SimulationSummary


@dataclass(frozen=True)
class MadeRegister:
    folder: Path
    summary: SimulationSummary

    def rows(self, table: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = pq.read_table(self.folder / f"{table}.parquet").to_pylist()
        return found

    def truth(self, table: str) -> list[dict[str, Any]]:
        return self.rows(f"truth/{table}")
