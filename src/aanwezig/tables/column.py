"""What a column of the register contract is: its kind, whether it may be empty, its meaning in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from aanwezig.values import BilingualText


class Kind(Enum):
    """How a cell is written and stored."""

    ID = "id"  # text that names something; never free text
    TEXT = "text"
    CODE = "code"  # one of the column's values
    CODES = "codes"  # several of the column's values, separated by a space, comma or semicolon
    DATE = "date"  # ISO
    DATETIME = "datetime"  # ISO, Europe/Amsterdam when naive; stored as UTC
    TIME = "time"  # hh:mm, kept as text
    INTEGER = "integer"  # not negative
    NUMBER = "number"  # decimal
    BOOLEAN = "boolean"  # true/false, 1/0, ja/nee


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``optional`` means that it may be empty or missing, ``nullable`` that only the cell may be."""

    name: str
    kind: Kind
    meaning: BilingualText
    optional: bool = False
    nullable: bool = False
    unit: str | None = None
    values: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None

    @property
    def may_be_empty(self) -> bool:
        return self.optional or self.nullable


class Table:
    """Base of the contract's classes: each gives its name, columns and key, and is never instantiated."""

    name: str
    meaning: BilingualText
    columns: tuple[Column, ...]
    # What names a fact: two rows of one key known at the same time are a fault; empty: rows have no identity.
    key: tuple[str, ...]
    optional: bool = True
    # The day a fact counts as known from when it has no recorded_at (register.md §2); None: always known.
    known_from: str | None = "first_day"

    @classmethod
    def column(cls, name: str) -> Column:
        """The column of that name; KeyError when the table has none."""
        for column in cls.all_columns():
            if column.name == name:
                return column
        raise KeyError(name)

    @classmethod
    def all_columns(cls) -> tuple[Column, ...]:
        """The table's columns and the two of known time that every table may carry."""
        names = {column.name for column in cls.columns}
        return cls.columns + tuple(column for column in KNOWN_TIME if column.name not in names)


KNOWN_TIME = (
    Column(
        "recorded_at",
        Kind.DATETIME,
        BilingualText("Wanneer dit feit bekend werd", "When this fact became known"),
        optional=True,
    ),
    Column(
        "superseded_at",
        Kind.DATETIME,
        BilingualText(
            "Wanneer een nieuwere rij deze verving of het feit werd ingetrokken",
            "When a newer row replaced this one or the fact was withdrawn",
        ),
        optional=True,
    ),
)
