"""A roster as a list in CSV, Excel or Parquet, by the columns that its profile and map name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aanwezig.engines.cells import AMSTERDAM
from aanwezig.engines.delimited import Batch
from aanwezig.register.columns import FoundColumn, found_columns
from aanwezig.register.formats import RawFile, RosterRow
from aanwezig.register.formats.opening import unpacked
from aanwezig.register.formats.tabular import open_tabular
from aanwezig.register.persons import NAMES
from aanwezig.register.profile import FileMapping, Header, check_header, is_complete, resolve_header
from aanwezig.values import SchoolYear

PUPIL_COLUMNS = (
    "pupil_id",
    "birth_date",
    "sex",
    "municipality",
    "start_qualification_on",
    "qualification_exempt",
    "school_years_completed",
)
ENROLMENT_COLUMNS = ("pupil_id", "first_day", "last_day", "group", "level", "end_reason")
SEXES = {
    **dict.fromkeys(("m", "man", "male", "jongen", "j", "1"), "m"),
    **dict.fromkeys(("v", "vrouw", "f", "female", "meisje", "2"), "f"),
}
NO_ID = "REG-134"
Cells = dict[str, str]


@dataclass(slots=True)
class RosterList:
    """What a list tells beside its rows, complete when all rows were taken."""

    header: Header
    rows: int = 0
    other_school: int = 0
    schools: frozenset[str] = frozenset()
    columns: tuple[FoundColumn, ...] = ()


def open_roster_list(
    path: Path, mapping: FileMapping, school_id: str, now: datetime, with_names: bool, stack: ExitStack
) -> tuple[RosterList, Iterator[RosterRow]]:
    """Open a list; ``stack`` keeps its unpacked copy until the rows were taken.

    Where the list names schools and ours is one of them, only its rows are taken; where not, all.
    """
    source = stack.enter_context(unpacked(path))
    raw = _open(source, mapping)
    header = resolve_header(mapping, raw.names)
    check_header(mapping, header, path.name, raw.may_have_title)
    about = RosterList(header, schools=_schools(source, mapping, header))
    return about, _rows(raw, about, mapping, school_id, now, with_names)


def _open(path: Path, mapping: FileMapping) -> RawFile:
    expected = tuple(name for theirs in mapping.columns.values() for name in theirs)
    return open_tabular(
        path,
        mapping.options,
        expected,
        lambda names: is_complete(mapping, resolve_header(mapping, names)),
    )


def _schools(path: Path, mapping: FileMapping, header: Header) -> frozenset[str]:
    """The schools that a list names, by our ids."""
    place = header.places.get("school_id")
    if place is None:
        return frozenset()
    named = {cell.strip() for batch in _open(path, mapping).batches for cell in set(batch.columns[place])}
    return frozenset(mapping.schools.get(name, name) for name in named if name)


def _rows(
    raw: RawFile, about: RosterList, mapping: FileMapping, school_id: str, now: datetime, with_names: bool
) -> Iterator[RosterRow]:
    header = about.header
    only_ours = bool(mapping.schools) or school_id in about.schools
    begins = mapping.options.first_day or SchoolYear.of(now.astimezone(AMSTERDAM).date()).first
    seen: dict[str, Cells] = {}
    first: Batch | None = None
    for batch in raw.batches:
        first = first or batch
        about.rows += len(batch.faults)
        for fault in batch.faults:
            yield RosterRow("pupils", fault.line, {}, code=fault.code, fill=dict(fault.fill))
        for line, *cells in zip(batch.lines, *batch.columns, strict=True):
            about.rows += 1
            row = {ours: cells[place].strip() for ours, place in header.places.items()}
            named = row.get("school_id", "")
            if only_ours and named and mapping.schools.get(named, named) != school_id:
                about.other_school += 1
                continue
            if not row["pupil_id"]:
                yield RosterRow("pupils", line, {}, code=NO_ID)
                continue
            yield from _of_line(row, line, school_id, begins.isoformat(), seen, with_names)
    about.columns = found_columns(header, first)


def _of_line(
    row: Cells, line: int, school_id: str, begins: str, seen: dict[str, Cells], with_names: bool
) -> Iterator[RosterRow]:
    pupil = {name: row[name] for name in PUPIL_COLUMNS if name in row}
    if "sex" in pupil:
        pupil["sex"] = SEXES.get(pupil["sex"].casefold(), pupil["sex"])
    # A pupil with two enrolments has two lines; that is no fault as long as they say the same of the pupil.
    if seen.setdefault(row["pupil_id"], pupil) is pupil or seen[row["pupil_id"]] != pupil:
        yield RosterRow("pupils", line, pupil)
    names = {name: row[name] for name in NAMES if row.get(name)}
    if with_names and names:
        yield RosterRow("persons", line, {"pupil_id": row["pupil_id"], **names})
    enrolment = {name: row[name] for name in ENROLMENT_COLUMNS if name in row} | {"school_id": school_id}
    stated = enrolment.get("first_day", "")
    enrolment["first_day"] = stated or begins
    yield RosterRow("enrolments", line, enrolment, assumed=None if stated else "first_day")
