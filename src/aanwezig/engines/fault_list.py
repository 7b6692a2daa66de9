"""Faults found while reading, bounded: a file in which every row is wrong must not fill the memory."""

from __future__ import annotations

from collections import Counter

from aanwezig.engines.fault_codes import make_fault
from aanwezig.values import Fault

FAULTS_KEPT = 50_000


class FaultList:
    """The faults of a table: the first ``kept`` of each code in full, the others by their number."""

    def __init__(self, table: str, kept: int = FAULTS_KEPT) -> None:
        self.table, self.kept = table, kept
        self._faults: list[Fault] = []
        self._seen: Counter[str] = Counter()

    def add(
        self,
        code: str,
        row: int | None,
        column: str | None = None,
        value: str | None = None,
        pupil_id: str | None = None,
        **fill: object,
    ) -> None:
        """Note a fault; its texts are made only while faults of its code are still kept in full."""
        self._seen[code] += 1
        if self._seen[code] <= self.kept:
            self._faults.append(make_fault(code, self.table, row, column, value, pupil_id, **fill))

    def add_uncounted(self, code: str, number: int) -> None:
        """Note that so many more rows have a fault, without looking at each."""
        self._seen[code] += number

    @property
    def faults(self) -> list[Fault]:
        """In order of line, with a closing one for each code that has more than were kept."""
        kept = Counter(fault.code for fault in self._faults)
        more = [
            make_fault("REG-034", self.table, count=number - kept[code], other=code)
            for code, number in sorted(self._seen.items())
            if number > kept[code]
        ]
        return sorted(self._faults, key=lambda fault: fault.row or 0) + more
