"""What every measure starts from: stretches and calendars as tables of the engine, and what the absences hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from aanwezig.calendar import Calendars
from aanwezig.engines import calendars_of
from aanwezig.measures.calendar_table import CalendarBook, book_range
from aanwezig.measures.register_view import IbisTable, Register
from aanwezig.measures.stretches import OPEN, stretches_of
from aanwezig.values import SchoolYear

# Each lesson gets a bit of a whole number, with room to add a million of them up.
MANY_LESSONS = 40


@dataclass(frozen=True, slots=True)
class Contents:
    """What the absences of the register have filled: what is not there costs nothing."""

    # A part of the day or a start time.
    has_parts: bool
    has_lessons: bool
    # Names of lessons: a school day has about ten. Of more than many some; the others cost time, no more.
    lessons: tuple[str, ...]
    # A pupil at two schools on one day.
    has_shared: bool

    @property
    def has_slots(self) -> bool:
        """Whether rows may speak of the same time."""
        return self.has_parts or self.has_lessons


@dataclass(frozen=True, slots=True)
class Prepared:
    """A register made ready for measuring from ``first`` up to its reference date."""

    register: Register
    first: date
    stretches: IbisTable
    calendar: IbisTable
    contents: Contents

    @property
    def on(self) -> date:
        return self.register.on

    def bring(self, table: pa.Table, name: str) -> IbisTable:
        """A small table made here, as a table of the engine."""
        return bring(self.register, table, name)

    @property
    def open_stretches(self) -> IbisTable:
        """The stretches of which something can be said and in which something was possible."""
        return self.stretches.filter(self.stretches.state == OPEN)


def bring(register: Register, table: pa.Table, name: str) -> IbisTable:
    return register.engine.from_arrow(table, f"measure_{name}")


def prepare(register: Register, first: date | None = None, calendars: Calendars | None = None) -> Prepared:
    """Make a register ready from ``first`` on (default: the school year of its reference date)."""
    start = first or SchoolYear.of(register.on).first
    if calendars is None:
        calendars = calendars_of(register)
    book = CalendarBook(*book_range(start, register.on))
    stretches = stretches_of(register, calendars, book, start)
    return Prepared(
        register,
        start,
        bring(register, stretches, "stretches"),
        bring(register, book.table(), "calendar"),
        _contents(register, bool(pc.any(stretches["is_shared"]).as_py())),
    )


def _contents(register: Register, has_shared: bool) -> Contents:
    rows = register.table("absences")
    to_arrow = register.engine.to_arrow
    names = rows.filter(rows.lesson.notnull()).select("lesson").distinct().limit(MANY_LESSONS)
    lessons: list[Any] = to_arrow(names)["lesson"].to_pylist()
    parts = rows.filter(rows.part.notnull() | rows.start_time.notnull()).select("date").limit(1)
    return Contents(
        has_parts=to_arrow(parts).num_rows > 0,
        has_lessons=bool(lessons),
        lessons=tuple(sorted(lessons)),
        has_shared=has_shared,
    )
