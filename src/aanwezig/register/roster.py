"""Reading a roster (EDEXML, OneRoster): pupils, enrolments and the school."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from aanwezig.register.cells import parse_day, parse_id
from aanwezig.register.formats import RosterRow, read_roster
from aanwezig.register.formats.edexml import Edexml
from aanwezig.register.formats.oneroster import OneRoster
from aanwezig.register.formats.registry import About
from aanwezig.register.staging import FILE, LINE, StagedTable, staged_schema
from aanwezig.register.stored import live
from aanwezig.register.task import Delivery, Task, small_table, tell_old_faults
from aanwezig.tables import TABLES, Kind
from aanwezig.values import BilingualText

T = BilingualText
DATES_SWAPPED, DOUBLE = "REG-020", "REG-029"
FLUSH_ROWS = 20_000
COLUMNS = {
    "pupils": ("pupil_id", "birth_date", "sex"),
    "enrolments": ("pupil_id", "school_id", "first_day", "last_day", "group", "level"),
}
# A birth date is older than absence may be.
EARLIEST_BIRTH = 1900


class _Table:
    """Gathers good rows of one table, each key once."""

    def __init__(self, name: str, task: Task) -> None:
        self.name, self.task = name, task
        self.path = task.work / f"roster-{name}.parquet"
        self.stage = StagedTable(self.path, staged_schema(TABLES[name]))
        self.rows: list[dict[str, Any]] = []
        self.keys: set[tuple[Any, ...]] = set()

    def add(self, row: dict[str, Any], line: int, file: int) -> None:
        key = tuple(row[name] for name in TABLES[self.name].key)
        if key in self.keys:
            self.task.log.add(
                DOUBLE,
                self.name,
                line,
                None,
                None,
                row["pupil_id"],
                fill={"key": ", ".join(TABLES[self.name].key)},
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
    """Read the files of a roster; names, addresses and national numbers are never looked at."""
    delivery = Delivery()
    tell_old_faults(task, ("pupils", "enrolments", "schools"))
    tables = {name: _Table(name, task) for name in COLUMNS}
    assumed: Counter[str] = Counter()
    open_enrolments = _open_enrolments(task)
    total = sum(path.stat().st_size for path in task.files)
    read = 0
    for number, path in enumerate(task.files):
        task.log.file_name = path.name
        folder = task.work / f"unpacked-{number}"
        folder.mkdir()
        about, rows = read_roster(path, task.mapping.profile.reader, task.school_id, folder)
        before = read
        for row in rows:
            read += row.table == "pupils"
            _take(task, tables, row, number, assumed, open_enrolments)
            if read % 1000 == 0:
                task.progress(read, total)
        delivery.rows_per_file.append(read - before)
        _tell(task, delivery, about, path)
    for name, table in tables.items():
        table.close()
        rows = task.engine.read_parquet(table.path)
        if name == "enrolments" and task.store.keeps_only_known_pupils:
            rows = _of_known_pupils(task, rows, delivery.tables["pupils"][0])
        delivery.tables[name] = (rows, frozenset(COLUMNS[name]))
    task.progress(read, total)
    delivery.counts["rows_read"] = read
    if assumed["first_day"]:
        delivery.notes.append(
            T(
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


def _open_enrolments(task: Task) -> set[str]:
    """Pupils with a running enrolment at the school: an assumed first day makes no second one."""
    if "enrolments" not in task.stored:
        return set()
    rows = live(task.rows("enrolments"))
    running = rows.filter((rows["school_id"] == task.school_id) & rows["last_day"].isnull())
    found = task.engine.to_arrow(running.select("pupil_id").distinct())["pupil_id"].to_pylist()
    return {str(pupil) for pupil in found}


def _take(
    task: Task,
    tables: dict[str, _Table],
    row: RosterRow,
    file: int,
    assumed: Counter[str],
    open_enrolments: set[str],
) -> None:
    pupil = row.cells.get("pupil_id")
    if row.code is not None:
        task.log.add(row.code, row.table, row.line, None, None, pupil, fill=row.fill)
        return
    found: dict[str, Any] = {}
    for name, value, code in _parsed(row):
        if code is not None:
            # A pupil with a birth date that cannot be read is a pupil still: what needs the date cannot be told.
            is_pupil = name == "birth_date"
            task.log.add(code, row.table, row.line, name, row.cells[name], pupil, counts=not is_pupil)
            if not is_pupil:
                return
        found[name] = value
    if row.table == "enrolments":
        if row.assumed and pupil in open_enrolments:
            return
        assumed["first_day"] += bool(row.assumed)
        if found["last_day"] is not None and found["last_day"] < found["first_day"]:
            task.log.add(DATES_SWAPPED, row.table, row.line, "last_day", row.cells["last_day"], pupil)
            return
    tables[row.table].add(found, row.line, file)


def _parsed(row: RosterRow) -> Iterator[tuple[str, Any, str | None]]:
    for name in COLUMNS[row.table]:
        text = row.cells.get(name, "").strip()
        if not text:
            yield name, None, None
        elif TABLES[row.table].column(name).kind is Kind.DATE:
            if name == "birth_date" and text[:2] == "19":
                # Older pupils (vso, mbo) were born before the years that absence may have.
                yield name, *_old_date(text)
            else:
                yield name, *parse_day(text[:10])
        else:
            yield name, *parse_id(text)


def _old_date(text: str) -> tuple[date | None, str | None]:
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None, parse_day(text[:10])[1] or "REG-120"
    return (found, None) if found.year >= EARLIEST_BIRTH else (None, "REG-015")


def _tell(task: Task, delivery: Delivery, about: About, path: Path) -> None:
    if isinstance(about, Edexml):
        if about.school_id and about.school_id != task.school_id:
            delivery.notes.append(
                T(
                    f"{path.name} is van school {about.school_id}; zoals gevraagd is alles bij {task.school_id} gezet.",
                    f"{path.name} is of school {about.school_id}; as asked everything was taken as of {task.school_id}.",
                )
            )
        if len(about.locations) > 1:
            delivery.notes.append(
                T(
                    f"{path.name} noemt {len(about.locations)} vestigingen; alle leerlingen zijn bij "
                    f"{task.school_id} gezet.",
                    f"{path.name} names {len(about.locations)} locations; all pupils were taken as of {task.school_id}.",
                )
            )
    elif isinstance(about, OneRoster):
        if about.without_birth_date:
            delivery.notes.append(
                T(
                    f"Van {about.without_birth_date} leerlingen staat er geen geboortedatum (demographics.csv): "
                    "wat van de leeftijd afhangt, is dan niet te bepalen.",
                    f"Of {about.without_birth_date} pupils no birth date is given (demographics.csv): what depends "
                    "on age cannot be told.",
                )
            )
        if "enrollments" in about.lacking:
            delivery.notes.append(
                T(
                    f"In {path.name} ontbreekt enrollments.csv: er zijn geen inschrijvingen.",
                    f"{path.name} has no enrollments.csv: there are no enrolments.",
                )
            )
        if about.withdrawn:
            delivery.notes.append(
                T(
                    f"{about.withdrawn} ingetrokken regels (tobedeleted) zijn overgeslagen.",
                    f"{about.withdrawn} withdrawn records (tobedeleted) were left out.",
                )
            )
        if about.orgs > 1:
            delivery.notes.append(
                T(
                    f"{path.name} noemt {about.orgs} organisaties; alle leerlingen zijn bij {task.school_id} gezet.",
                    f"{path.name} names {about.orgs} organisations; all pupils were taken as of {task.school_id}.",
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
            T(
                "De leerlinglijst zegt niet tot welke sector de school hoort: 'schools' is niet aangevuld. Zet in "
                '[options] van een indeling: sector = "po" (of sbo, so, vo, pro, vso, mbo).',
                "The roster does not say to which sector the school belongs: 'schools' was not completed. Put in "
                '[options] of a map: sector = "po" (or sbo, so, vo, pro, vso, mbo).',
            )
        )
        return
    if options.sector is None:
        delivery.notes.append(
            T(
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
