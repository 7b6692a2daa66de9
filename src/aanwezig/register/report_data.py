"""The parts of an import's report that a page or a program shows: counts, faults by kind, pupils."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aanwezig.values import BilingualText, Fault
from aanwezig.values.text import Language

# Stops for confirmation when more than so many rows and more than so many percent would vanish or change.
CONFIRM_ROWS, CONFIRM_PERCENT = 10, 10


@dataclass(frozen=True, slots=True)
class Note(BilingualText):
    """Something to tell beside the numbers, in the words of the command line.

    ``code``: what it is about, for a page that leaves it out or says it in its own words.
    """

    code: str = ""


def note(code: str, nl: str, en: str) -> Note:
    """A note of that code."""
    return Note(nl, en, code)


@dataclass(frozen=True, slots=True)
class TableCounts:
    """What a delivery does to one table.

    Rows of the register, but ``refused``: rows of the files. ``base``: the rows that stood in the declared
    period, or else in the days that the delivery touches; of other tables than ``absences`` all that stood.
    """

    table: str
    new: int = 0
    unchanged: int = 0
    changed: int = 0
    vanished: int = 0
    refused: int = 0
    base: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether the table stays as it is."""
        return not (self.new or self.changed or self.vanished)

    @property
    def needs_confirmation(self) -> bool:
        """More than 10 rows and more than 10 % would vanish or change (product.md, by whole numbers)."""
        touched = self.changed + self.vanished
        return touched > CONFIRM_ROWS and touched * 100 > self.base * CONFIRM_PERCENT

    def as_dict(self) -> dict[str, Any]:
        return {
            "table": self.table,
            "new": self.new,
            "unchanged": self.unchanged,
            "changed": self.changed,
            "vanished": self.vanished,
            "refused": self.refused,
            "base": self.base,
            "needs_confirmation": self.needs_confirmation,
        }


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """The faults of one code: how many, and the first few of them (``file`` beside each)."""

    code: str
    count: int
    examples: tuple[tuple[str, Fault], ...]

    @property
    def what(self) -> BilingualText:
        """What is wrong, in the words of the first."""
        return self.examples[0][1].what

    @property
    def mend(self) -> BilingualText:
        """What to do about it, in the words of the first."""
        return self.examples[0][1].mend

    def as_dict(self, language: Language) -> dict[str, Any]:
        return {
            "code": self.code,
            "count": self.count,
            "what": self.what.in_language(language),
            "mend": self.mend.in_language(language),
            "examples": [{"file": file, **fault.as_dict(language)} for file, fault in self.examples],
        }


@dataclass(frozen=True, slots=True)
class PupilsOfDelivery:
    """What is known of the pupils that an export of absences names.

    ``named``: pupils in rows that could be read. ``known_by``: ``register``, where the store has a roster;
    ``delivery``, where it has none and pupils are made from this list; ``nothing``, where neither can tell, and
    it is not known of anybody whether he is a pupil here. ``unknown``: pupils that the register lacks, with
    ``unknown_rows`` refused rows; ``unknown_ids`` names the first of them with their numbers of rows.
    ``made``: pupils made from this list. ``told``: the columns of the list that tell of pupils themselves; with
    ``birth_date`` among them a register without a roster can begin from this list.
    """

    named: int = 0
    known_by: str = "register"
    unknown: int = 0
    unknown_rows: int = 0
    unknown_ids: tuple[tuple[str, int], ...] = ()
    made: int = 0
    told: tuple[str, ...] = ()

    @property
    def can_be_made(self) -> bool:
        """Whether the list holds what pupils and enrolments are made from, where no roster stands yet."""
        return self.known_by != "register" and "birth_date" in self.told

    def as_dict(self) -> dict[str, Any]:
        return {
            "named": self.named,
            "known_by": self.known_by,
            "unknown": self.unknown,
            "unknown_rows": self.unknown_rows,
            "unknown_ids": [{"pupil_id": pupil, "rows": rows} for pupil, rows in self.unknown_ids],
            "made": self.made,
            "told": list(self.told),
            "can_be_made": self.can_be_made,
        }
