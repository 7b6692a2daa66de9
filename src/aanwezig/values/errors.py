"""What goes wrong, told in one shape: what, where, how to mend, and a code.

``Fault`` goes to who delivered a file and may hold the cell as delivered; ``what`` and ``mend`` never
hold a pupil's number or free text, because logs and screens repeat them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aanwezig.values.text import BilingualText


@dataclass(frozen=True, slots=True)
class Fault:
    """A row refused or cut while reading (docs/specification/interfaces.md, JSON of check: ``faults``).

    ``row`` is the line in the file (the first data line is 2), None when the fault is of the whole table.
    """

    code: str
    table: str
    row: int | None
    column: str | None
    value: str | None
    pupil_id: str | None
    what: BilingualText
    mend: BilingualText

    def as_dict(self, language: str = "en") -> dict[str, Any]:
        return {
            "code": self.code,
            "table": self.table,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "pupil_id": self.pupil_id,
            "what": self.what.nl if language == "nl" else self.what.en,
            "mend": self.mend.nl if language == "nl" else self.mend.en,
        }


class AanwezigError(Exception):
    """An error that a user can understand and mend; the command line shows it in one line, exit code 2."""

    def __init__(self, code: str, what: BilingualText, mend: BilingualText, where: str | None = None) -> None:
        self.code, self.what, self.mend, self.where = code, what, mend, where
        super().__init__(self.in_language("en"))

    def in_language(self, language: str) -> str:
        what = self.what.nl if language == "nl" else self.what.en
        mend = self.mend.nl if language == "nl" else self.mend.en
        place = f"{self.where}: " if self.where else ""
        return f"{place}{what} {mend} [{self.code}]"
