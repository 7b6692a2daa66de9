"""Who a pupil is: names, which the register contract does not have and an application shows.

A register folder never holds them. A store that wants them gets them as a side table, laid over what it has
as any other table; they are in no message, log, fault or line of a batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from aanwezig.engines.cells import Parsed
from aanwezig.tables import TABLES, Column, Kind, Table
from aanwezig.values import BilingualText as T

NAMES = ("first_name", "prefix", "last_name")
# No name is longer; what is, is cut.
LONGEST = {"first_name": 100, "prefix": 30, "last_name": 100}


@dataclass(frozen=True, slots=True)
class Person:
    """A pupil's names as the school gives them: the first name in use, the prefix (van der), the last name."""

    pupil_id: str
    first_name: str | None = None
    prefix: str | None = None
    last_name: str | None = None


class Persons(Table):
    """The side table; it is no part of the register contract."""

    name = "persons"
    meaning = T("Namen van leerlingen", "Names of pupils")
    key = ("pupil_id",)
    known_from = None
    columns = (
        Column("pupil_id", Kind.ID, T("De leerling", "The pupil")),
        Column("first_name", Kind.TEXT, T("Roepnaam", "First name in use"), optional=True),
        Column("prefix", Kind.TEXT, T("Tussenvoegsel", "Prefix of the last name"), optional=True),
        Column("last_name", Kind.TEXT, T("Achternaam", "Last name"), optional=True),
    )


def table_of(name: str) -> type[Table]:
    """A table that an import can bring: of the contract, or ``persons``."""
    return Persons if name == Persons.name else TABLES[name]


def parse_name(column: str, text: str) -> Parsed:
    """A name of that column in one line; there is no wrong name, so that none is ever told."""
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return name[: LONGEST[column]].strip() or None, None


def persons_in(batches: Iterable[pa.RecordBatch]) -> Iterator[Person]:
    """The persons of ``TableChange.fresh`` of this table."""
    for batch in batches:
        for row in batch.select(["pupil_id", *NAMES]).to_pylist():
            yield Person(**row)
