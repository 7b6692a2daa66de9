"""Reading a roster (EDEXML, OneRoster, a list): pupils, enrolments, the school, and names where they are wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from aanwezig.engines.cells import parse_boolean, parse_integer
from aanwezig.register.cells import EARLIEST_YEAR, parse_day, parse_id
from aanwezig.register.formats import RosterRow, read_roster
from aanwezig.register.formats.edexml import Edexml
from aanwezig.register.formats.oneroster import OneRoster
from aanwezig.register.formats.registry import About
from aanwezig.register.options import Options
from aanwezig.register.persons import NAMES, Persons, parse_name, table_of
from aanwezig.register.report_data import note
from aanwezig.register.roster_list import ENROLMENT_COLUMNS, PUPIL_COLUMNS, RosterList, open_roster_list
from aanwezig.register.staging import FILE, LINE, StagedTable, staged_schema
from aanwezig.register.stored import live
from aanwezig.register.task import Delivery, Task, small_table, tell_old_faults
from aanwezig.tables import Kind

DATES_SWAPPED, DOUBLE = "REG-020", "REG-029"
FLUSH_ROWS = 20_000
PERSONS = Persons.name
EARLIEST_BIRTH = 1900
COLUMNS = {
    "pupils": PUPIL_COLUMNS,
    "enrolments": ("school_id", *ENROLMENT_COLUMNS),
    PERSONS: ("pupil_id", *NAMES),
}
# What the systems' own forms speak of; a list speaks of the columns that it has.
SPOKEN_OF = {
    Edexml: frozenset(
        ("pupil_id", "school_id", "birth_date", "sex", "first_day", "last_day", "group", "level", *NAMES)
    ),
    OneRoster: frozenset(
        (
            "pupil_id",
            "school_id",
            "birth_date",
            "sex",
            "first_day",
            "last_day",
            "group",
            "level",
            "first_name",
            "last_name",
        )
    ),
}


class _Table:
    """Gathers good rows of one table, each key once."""

    def __init__(self, name: str, task: Task) -> None:
        self.name, self.task = name, task
        self.path = task.work / f"roster-{name}.parquet"
        self.table = table_of(name)
        self.stage = StagedTable(self.path, staged_schema(self.table))
        self.rows: list[dict[str, Any]] = []
        self.keys: set[tuple[Any, ...]] = set()

    def add(self, row: dict[str, Any], line: int, file: int) -> None:
        key = tuple(row[name] for name in self.table.key)
        if key in self.keys:
            if self.name == PERSONS:
                return
            self.task.log.add(
                DOUBLE,
                self.name,
                line,
                None,
                None,
                row["pupil_id"],
                fill={"key": ", ".join(self.table.key)},
            )
            return
        self.keys.add(key)
        self.rows.append({**row, LINE: line, FILE: file})
        if len(self.rows) >= FLUSH_ROWS:
            self.flush()

    def flush(self) -> None:
        if self.rows:
            self.stage.add(
                {name: [row.get(name) for row in self.rows] for name in self.rows[0]}, len(self.rows)
            )
            self.rows = []

    def close(self) -> None:
        self.flush()
        self.stage.close()


def read_rosters(task: Task) -> Delivery:
    """Read the files of a roster; addresses and national numbers are never looked at."""
    delivery = Delivery()
    tell_old_faults(task, ("pupils", "enrolments", "schools"))
    wants = task.store.wants_persons
    tables = {name: _Table(name, task) for name in COLUMNS if wants or name != PERSONS}
    spoken_of: list[frozenset[str]] = []
    assumed: Counter[str] = Counter()
    open_enrolments = _open_enrolments(task)
    total = sum(path.stat().st_size for path in task.files)
    read = 0
    for number, path in enumerate(task.files):
        task.log.file_name = path.name
        folder = task.work / f"unpacked-{number}"
        folder.mkdir()
        before = read
        with ExitStack() as stack:
            about: About | RosterList
            if task.mapping.profile.reader == "tabular":
                about, rows = open_roster_list(path, task.mapping, task.school_id, task.now, wants, stack)
            else:
                reader = task.mapping.profile.reader
                about, rows = read_roster(path, reader, task.school_id, folder, with_names=wants)
            for row in rows:
                read += row.table == "pupils"
                if row.table in tables:
                    _take(task, tables, row, number, assumed, open_enrolments)
                if read % 1000 == 0:
                    task.progress(read, total)
        if isinstance(about, RosterList):
            # A pupil may be on several lines.
            read = before + about.rows
            delivery.columns.append(about.columns)
            spoken_of.append(frozenset(about.header.places) | {"school_id", "first_day"})
        else:
            spoken_of.append(SPOKEN_OF[type(about)])
        delivery.rows_per_file.append(read - before)
        _tell(task, delivery, about, path)
    common = frozenset.intersection(*spoken_of)
    for name, table in tables.items():
        table.close()
        rows_of_table = task.engine.read_parquet(table.path)
        if name == PERSONS or (name == "enrolments" and task.store.keeps_only_known_pupils):
            rows_of_table = _of_known_pupils(task, rows_of_table, delivery.tables["pupils"][0])
        if name != PERSONS or common & set(NAMES):
            delivery.tables[name] = (rows_of_table, common & set(COLUMNS[name]))
    task.progress(read, total)
    delivery.counts["rows_read"] = read
    if assumed["first_day"]:
        delivery.notes.append(
            note(
                "first_day_assumed",
                f"Van {assumed['first_day']} leerlingen staat er geen eerste dag van inschrijving; daarvoor is het "
                "begin van het schooljaar of de lesperiode genomen.",
                f"Of {assumed['first_day']} pupils no first day of enrolment is given; the beginning of the school "
                "year or term was taken.",
            )
        )
    _add_school(task, delivery)
    return delivery


def _of_known_pupils(task: Task, rows: ir.Table, come: ir.Table) -> ir.Table:
    """Without enrolments of pupils whose own row was refused; that was told."""
    known = come.select("pupil_id")
    if "pupils" in task.stored:
        known = ibis.union(known, live(task.rows("pupils")).select("pupil_id"))
    return rows.semi_join(known, "pupil_id")


def _open_enrolments(task: Task) -> dict[str, date]:
    """Pupils with a running enrolment at the school, and its first day: an assumed one makes no second."""
    if "enrolments" not in task.stored:
        return {}
    rows = live(task.rows("enrolments"))
    running = rows.filter((rows["school_id"] == task.school_id) & rows["last_day"].isnull())
    last = running.group_by("pupil_id").aggregate(first_day=running["first_day"].max())
    return {row["pupil_id"]: row["first_day"] for row in task.engine.to_arrow(last).to_pylist()}


def _take(
    task: Task,
    tables: dict[str, _Table],
    row: RosterRow,
    file: int,
    assumed: Counter[str],
    open_enrolments: dict[str, date],
) -> None:
    pupil = row.cells.get("pupil_id")
    if row.code is not None:
        task.log.add(row.code, row.table, row.line, None, None, pupil, fill=row.fill)
        return
    found: dict[str, Any] = {}
    for name, value, code in _parsed(row, task.mapping.options):
        if code is not None:
            # A pupil with a birth date that cannot be read is a pupil still: what needs the date cannot be told.
            is_pupil = name == "birth_date"
            task.log.add(code, row.table, row.line, name, row.cells[name], pupil, counts=not is_pupil)
            if not is_pupil:
                return
        found[name] = value
    if row.table == "enrolments":
        known = open_enrolments.get(found["pupil_id"]) if row.assumed else None
        found["first_day"] = known or found["first_day"]
        assumed["first_day"] += bool(row.assumed and known is None)
        if found["last_day"] is not None and found["last_day"] < found["first_day"]:
            task.log.add(DATES_SWAPPED, row.table, row.line, "last_day", row.cells["last_day"], pupil)
            return
    tables[row.table].add(found, row.line, file)


def _parsed(row: RosterRow, options: Options) -> Iterator[tuple[str, Any, str | None]]:
    table = table_of(row.table)
    for name in COLUMNS[row.table]:
        text = row.cells.get(name, "").strip()
        column = table.column(name)
        if not text:
            yield name, None, None
        elif row.table == PERSONS and name in NAMES:
            yield name, *parse_name(name, text)
        elif column.kind is Kind.DATE:
            # Older pupils (vso, mbo) were born before the years that absence may have.
            earliest = EARLIEST_BIRTH if name == "birth_date" else EARLIEST_YEAR
            day = text[:10] if text[4:5] == "-" else text.split()[0]
            yield name, *parse_day(day, options.order, options.date_order is not None, earliest)
        elif column.kind is Kind.INTEGER:
            yield name, *parse_integer(text, column.minimum, column.maximum)
        elif column.kind is Kind.BOOLEAN:
            yield name, *parse_boolean(text)
        else:
            yield name, *parse_id(text)


def _tell(task: Task, delivery: Delivery, about: About | RosterList, path: Path) -> None:
    if isinstance(about, Edexml):
        if about.school_id and about.school_id != task.school_id:
            delivery.notes.append(
                note(
                    "other_school",
                    f"{path.name} is van school {about.school_id}; zoals gevraagd is alles bij {task.school_id} gezet.",
                    f"{path.name} is of school {about.school_id}; as asked everything was taken as of {task.school_id}.",
                )
            )
        if len(about.locations) > 1:
            delivery.notes.append(
                note(
                    "several_locations",
                    f"{path.name} noemt {len(about.locations)} vestigingen; alle leerlingen zijn bij "
                    f"{task.school_id} gezet.",
                    f"{path.name} names {len(about.locations)} locations; all pupils were taken as of {task.school_id}.",
                )
            )
    elif isinstance(about, RosterList):
        _tell_of_list(task, delivery, about)
    else:
        if about.without_birth_date:
            delivery.notes.append(
                note(
                    "no_birth_dates",
                    f"Van {about.without_birth_date} leerlingen staat er geen geboortedatum (demographics.csv): "
                    "wat van de leeftijd afhangt, is dan niet te bepalen.",
                    f"Of {about.without_birth_date} pupils no birth date is given (demographics.csv): what depends "
                    "on age cannot be told.",
                )
            )
        if "enrollments" in about.lacking:
            delivery.notes.append(
                note(
                    "no_enrolments_file",
                    f"In {path.name} ontbreekt enrollments.csv: er zijn geen inschrijvingen.",
                    f"{path.name} has no enrollments.csv: there are no enrolments.",
                )
            )
        if about.withdrawn:
            delivery.notes.append(
                note(
                    "withdrawn",
                    f"{about.withdrawn} ingetrokken regels (tobedeleted) zijn overgeslagen.",
                    f"{about.withdrawn} withdrawn records (tobedeleted) were left out.",
                )
            )
        if about.orgs > 1:
            delivery.notes.append(
                note(
                    "several_organisations",
                    f"{path.name} noemt {about.orgs} organisaties; alle leerlingen zijn bij {task.school_id} gezet.",
                    f"{path.name} names {about.orgs} organisations; all pupils were taken as of {task.school_id}.",
                )
            )


def _tell_of_list(task: Task, delivery: Delivery, about: RosterList) -> None:
    delivery.counts["other_school"] = delivery.counts.get("other_school", 0) + about.other_school
    if about.schools and task.school_id not in about.schools and not task.mapping.schools:
        delivery.notes.append(
            note(
                "other_schools",
                f"Het bestand noemt {len(about.schools)} scholen, maar niet {task.school_id}. Zoals gevraagd zijn alle "
                f"leerlingen bij {task.school_id} gezet. Klopt dat niet, zet dan in [schools] van een indeling welke "
                "school welke is.",
                f"The file names {len(about.schools)} schools, but not {task.school_id}. As asked all pupils were taken "
                f"as of {task.school_id}. If that is wrong, say in [schools] of a map which school is which.",
            )
        )


def _add_school(task: Task, delivery: Delivery) -> None:
    """The school itself, where the register does not have it and its sector is known."""
    options = task.mapping.options
    if "schools" in task.stored:
        rows = live(task.rows("schools"))
        if task.engine.to_arrow(rows.filter(rows["school_id"] == task.school_id).limit(1)).num_rows:
            return
    sector = options.sector or ("po" if task.mapping.profile.reader == "edexml" else None)
    if sector is None:
        delivery.notes.append(
            note(
                "sector_unknown",
                "De leerlinglijst zegt niet tot welke sector de school hoort: 'schools' is niet aangevuld. Zet in "
                '[options] van een indeling: sector = "po" (of sbo, so, vo, pro, vso, mbo).',
                "The roster does not say to which sector the school belongs: 'schools' was not completed. Put in "
                '[options] of a map: sector = "po" (or sbo, so, vo, pro, vso, mbo).',
            )
        )
        return
    if options.sector is None:
        delivery.notes.append(
            note(
                "sector_assumed",
                "De sector van de school is op 'po' gezet. Klopt dat niet, zet dan 'sector' in [options].",
                "The sector of the school was set to 'po'. If that is wrong, put 'sector' in [options].",
            )
        )
    school = {
        "school_id": task.school_id,
        "name": options.school_name or task.school_id,
        "sector": sector,
        "municipality": options.municipality,
        "partnership": options.partnership,
        "holiday_region": options.holiday_region,
        "lesson_minutes": options.lesson_minutes,
    }
    delivery.tables["schools"] = (small_table(task, "schools", [school]), frozenset(school))
