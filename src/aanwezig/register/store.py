"""Where an import is kept: what an import asks of that place, and what it hands over to be kept.

Reading, mapping, checking and laying over are the same wherever facts lie; a register folder
(``folder_store.py``) and a database differ only behind the ``Store`` of this module.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from aanwezig.calendar import Calendars
from aanwezig.engines import Engine
from aanwezig.register.options import Options
from aanwezig.register.report import ImportReport
from aanwezig.register.stored import Standing
from aanwezig.tables import Table

# The tables that a delivery is laid over, in an order in which each refers only to earlier ones. Of the others
# an import asks only the calendars.
WANTED = ("schools", "pupils", "persons", "enrolments", "absences", "deliveries")


class TableChange(Protocol):
    """What a delivery changes in one table: rows to add and rows to end. ``merging.Merge`` is one.

    Adding ``fresh`` and giving ``superseded_at`` to the rows of ``ended`` turns what stood into what stands.
    Both are read while the import's engine is open, as often as wanted, without holding a table in memory. A
    store in which a key may stand only once ends rows before it adds.
    """

    @property
    def table(self) -> type[Table]:
        """Its name, key and columns."""

    @property
    def now(self) -> datetime:
        """The moment (UTC) from which the change is known: ``superseded_at`` of every row that ends."""

    def fresh(self) -> Iterator[pa.RecordBatch]:
        """New rows and corrections, in the table's order: every column of ``stored_schema(table)``.

        ``recorded_at`` is filled, ``superseded_at`` empty. A correction is a whole row: what the delivery does
        not speak of is as it stood.
        """

    def ended(self) -> Iterator[pa.RecordBatch]:
        """The key columns and ``state`` (``changed`` or ``vanished``) of standing rows that end.

        They name rows of the delivery's school that stand; another school's row with an equal key is not meant.
        """

    def write_whole(self, path: Path) -> int:
        """Write the table as it is afterwards, earlier rows included; how many rows that are."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything that one import keeps. ``changes``: the tables that change, in the order of ``WANTED``.

    ``school_map``: the map of this school and profile to keep, as JSON-able content; None leaves the kept one.
    ``report``: the report so far, still without the batch's id.
    """

    at: datetime
    who: str | None
    report: ImportReport
    options: Options
    map_sha256: str
    changes: Sequence[TableChange]
    school_map: Mapping[str, Any] | None = None

    @property
    def school_id(self) -> str:
        return self.report.school_id

    @property
    def profile(self) -> str:
        return self.report.profile

    def entry(self) -> dict[str, Any]:
        """The batch as plain values: who, when, which files and hashes, and the numbers (register.md §4)."""
        return {
            "at": self.at.isoformat(timespec="seconds"),
            "who": self.who,
            "school_id": self.school_id,
            "profile": self.profile,
            "files": [
                {"name": file.name, "sha256": file.sha256, "bytes": file.bytes, "rows": file.rows}
                for file in self.report.files
            ],
            "map_sha256": self.map_sha256,
            "from": _day(self.options.first_day),
            "to": _day(self.options.last_day),
            **self.report.numbers(),
            "roster": self.report.roster,
        }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


class Store(Protocol):
    """A place that keeps facts. An import calls, in this order:

    1. ``saved_map``, unless a map was given, and ``earlier_files``;
    2. ``writing``, unless it is a dry run; everything after this happens inside;
    3. ``standing`` once, ``calendars`` perhaps;
    4. ``keep`` once, when there is something to keep and nothing stopped the import;
    5. ``put_faults``, always, after ``writing`` has ended, unless an AanwezigError came first.

    Errors for the user are AanwezigError, without pupils' data in them.
    """

    @property
    def name(self) -> str:
        """What messages call it, such as the folder's path."""

    @property
    def keeps_only_known_pupils(self) -> bool:
        """Whether a row may only be kept when its pupil is kept too.

        True: rows of a pupil who neither stands nor comes with this delivery are refused and counted as unknown
        pupils, also where there are no pupils yet. False: without a table ``pupils`` every row is kept.
        """

    @property
    def wants_persons(self) -> bool:
        """Whether it keeps pupils' names: then a table ``persons`` (``persons.Persons``) is laid over as well.

        ``standing`` gives the names that are kept, and ``Batch.changes`` brings what is new or other; only of
        pupils who stand or come with the delivery, where that is known. False: names are not even read.
        """

    def earlier_files(self, school_id: str) -> Mapping[str, str]:
        """The sha256 of every file that was imported for the school, and the batch that brought it."""

    def saved_map(self, school_id: str, profile: str) -> Mapping[str, Any] | None:
        """The content of the map kept of a school and profile, as ``Batch.school_map`` gave it; None: none."""

    def writing(self, school_id: str) -> AbstractContextManager[None]:
        """From here on no other import changes what this school has; AanwezigError when one is going on.

        An exception inside leaves everything as it was.
        """

    def standing(self, school_id: str, names: Collection[str], work: Path) -> Mapping[str, Standing]:
        """What is kept of these tables, as Parquet with ``stored_schema``; ``work``: a folder for such files.

        A table that is not there is left out: that means that nothing is known of it, and not that it is empty
        (no ``pupils``: pupils may be made from an export of absences). Rows that do not stand may be left out,
        but then ``TableChange.write_whole`` lacks them. Rows of other schools may be there: where they are, an
        id that another school has is refused; where not, ids are per school. ``pupils`` holds everybody whom
        a delivery of this school may name, and nobody else: who stands here is corrected by what the school says.
        Ids are the school's own; where two schools may use one number for two pupils, a store of several schools
        has to tell them apart, and give and take them the school's way. Every row of ``absences`` has an ``absence_id``.
        """

    def calendars(self, school_id: str, engine: Engine, on: date) -> Calendars | None:
        """The calendar of the school, to take long absences apart; None when it cannot be told."""

    def keep(self, batch: Batch) -> str:
        """Keep all of a batch or nothing of it; the new batch's id comes back."""

    def put_faults(self, school_id: str, report: Path | None) -> Path | None:
        """Put the fault report (CSV, UTF-8 with a mark) where who imports finds it; None: there were no faults.

        It names pupils: for who imports and nobody else. Where it lies comes back, None when it is not a file.
        """
