"""The faults of an import, written to the fault report while reading so that no file is too wrong to hold."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import IO, Any

from aanwezig.register.fault_codes import make_fault
from aanwezig.register.report_data import FaultGroup
from aanwezig.values import Fault

FIELDS = ("file", "code", "table", "row", "column", "value", "pupil_id", "what", "mend")
# Kept in memory for who calls from Python; the report has more.
KEPT = 1_000
# In the report per code: who has more than this looks for one cause and not at each row.
REPORTED = 100_000
# Of each code, for a page that shows the kinds of faults.
EXAMPLES = 5
MORE = "REG-034"
_NUMBER = re.compile(r"[+-]?[\d.,:]+")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


class FaultLog:
    """Faults in order of file and line; ``refused`` counts rows, a row with two faults once."""

    def __init__(self, path: Path, language: str) -> None:
        self.path, self.language = path, language
        self.file_name = ""
        self.refused_of: Counter[str] = Counter()
        # The first faults of each code, with the file of each.
        self.first: dict[str, list[tuple[str, Fault]]] = {}
        self.kept: list[Fault] = []
        self.counts: Counter[str] = Counter()
        self._file: IO[str] | None = None
        self._writer: Any = None

    def add(
        self,
        code: str,
        table: str,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        pupil_id: str | None = None,
        *,
        fill: dict[str, object] | None = None,
        counts: bool = True,
    ) -> None:
        """Note a fault; ``counts`` says that a row was refused for it alone."""
        self.refused_of[table] += counts
        self.counts[code] += 1
        if self.counts[code] > REPORTED:
            return
        fault = make_fault(code, table, row, column, value or None, pupil_id, **(fill or {}))
        first = self.first.setdefault(code, [])
        if len(first) < EXAMPLES:
            first.append((self.file_name, fault))
        if len(self.kept) < KEPT:
            self.kept.append(fault)
        self._write(fault)

    def refuse_row(self, table: str) -> None:
        """Count a row as refused whose faults are noted apart."""
        self.refused_of[table] += 1

    @property
    def refused(self) -> int:
        """Rows refused, of all tables."""
        return self.refused_of.total()

    def groups(self) -> tuple[FaultGroup, ...]:
        """The faults by code, the most frequent first."""
        return tuple(
            FaultGroup(code, self.counts[code], tuple(self.first[code]))
            for code in sorted(self.first, key=lambda code: (-self.counts[code], code))
        )

    def _write(self, fault: Fault) -> None:
        if self._writer is None:
            # A mark at the beginning tells spreadsheets that this is UTF-8.
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(FIELDS)
        row = {**fault.as_dict(self.language), "file": self.file_name}
        self._writer.writerow([_safe(row[name]) for name in FIELDS])

    def close(self) -> None:
        """Finish the report; a closing line for each code that has more faults than were written."""
        for code, number in sorted(self.counts.items()):
            if number > REPORTED:
                fault = make_fault(
                    MORE, "absences", None, None, None, None, count=number - REPORTED, code=code
                )
                self.kept.append(fault)
                self._write(fault)
        if self._file is not None:
            self._file.close()

    @property
    def is_empty(self) -> bool:
        return not self.counts


def _safe(cell: Any) -> Any:
    """A text that no spreadsheet takes for a formula."""
    risky = isinstance(cell, str) and cell.startswith(_RISKY) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if risky else cell
