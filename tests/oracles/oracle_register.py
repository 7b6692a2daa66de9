"""The slow second reader: a register folder of CSV files as plain rows (standard library only).

Written from docs/specification/register.md alone, without looking at how Aanwezig reads a register, so that the two can be
held against each other. Every function is one sentence of that text; the docstring names its section.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ONE_DAY = timedelta(days=1)

REASONS = {
    *("sick", "medical", "leave", "religion", "truant", "late", "sent_out", "sent_home"),
    *("suspended", "luxury", "elsewhere", "exempt", "unknown"),
}
PARTS = {"day", "morning", "afternoon"}
DATES = {
    *("date", "first_day", "last_day", "birth_date", "start_qualification_on", "since", "sent_on"),
    *("applied_on", "state_since", "inspectorate_told_on", "decided_on", "last_contact_on"),
}
NUMBERS = {
    *("minutes", "lesson_minutes", "weekday", "lessons", "school_years_completed", "minutes_per_week"),
}
BOOLEANS = {"qualification_exempt"}
TRUE, FALSE = {"true", "1", "ja"}, {"false", "0", "nee"}
TABLES = (
    *("schools", "closures", "timetable", "pupils", "enrolments", "absences", "exemptions", "leave"),
    *("suspensions", "notifications", "deliveries", "reduced_programmes", "not_enrolled", "applications"),
)
# "Every fact counts as known from its first day": which column that is; None: 'rows without a day: always'.
FIRST_DAY = {
    "absences": "date",
    "enrolments": "first_day",
    "exemptions": "first_day",
    "leave": "first_day",
    "suspensions": "first_day",
    "reduced_programmes": "first_day",
    "notifications": "sent_on",
    "not_enrolled": "since",
    "applications": "applied_on",
}
KEYS = {
    "schools": ("school_id",),
    "pupils": ("pupil_id",),
    "enrolments": ("pupil_id", "school_id", "first_day"),
    "absences": ("absence_id",),
    "exemptions": ("pupil_id", "ground", "first_day"),
    "suspensions": ("pupil_id", "school_id", "first_day", "kind"),
}


@dataclass
class Register:
    """The rows of every table as known on ``known`` and not dated after ``on``; and a place to remember days."""

    on: date
    known: date | None
    tables: dict[str, list[Row]]
    memory: dict[Any, Any] = field(default_factory=dict)

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def school(self, school_id: str) -> Row:
        return next(row for row in self.rows("schools") if row["school_id"] == school_id)

    def pupil(self, pupil_id: str) -> Row:
        return next(row for row in self.rows("pupils") if row["pupil_id"] == pupil_id)

    def of_pupil(self, table: str, pupil_id: str) -> list[Row]:
        key = ("of_pupil", table, pupil_id)
        if key not in self.memory:
            self.memory[key] = [row for row in self.rows(table) if row["pupil_id"] == pupil_id]
        found: list[Row] = self.memory[key]
        return found


def read_register(folder: Path, on: date, known: date | None = None) -> Register:
    """All tables of a folder; a missing optional table has no rows (register.md §2)."""
    raw = {table: read_table(folder / f"{table}.csv", table) for table in TABLES}
    tables: dict[str, list[Row]] = {}
    for table, rows in raw.items():
        rows = [row for row in rows if is_known(table, row, known)]
        rows = [row for row in rows if not is_dated_later(table, row, on)]
        tables[table] = one_row_per_id(table, rows)
    pupils = {row["pupil_id"] for row in tables["pupils"]}
    schools = {row["school_id"] for row in tables["schools"]}
    for table, rows in tables.items():
        tables[table] = [
            row
            for row in rows
            if row.get("pupil_id", next(iter(pupils), None)) in pupils
            and row.get("school_id", next(iter(schools), None)) in schools
        ]
    return Register(on, known, tables)


def read_table(path: Path, table: str) -> list[Row]:
    """The good rows of one file; a row that cannot be read is refused and the others stay (register.md §4)."""
    if not path.exists():
        return []
    rows = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for cells in reader:
            try:
                row = read_row(table, cells)
            except ValueError:
                continue
            row["_line"] = reader.line_num
            rows.append(row)
    return rows


def read_row(table: str, cells: dict[str, str]) -> Row:
    """Empty is None; dates ISO; booleans true/false, 1/0, ja/nee (register.md §2). ValueError: refused."""
    row: Row = {}
    for column, text in cells.items():
        text = (text or "").strip()
        row[column] = read_cell(column, text) if text else None
    if table == "absences":
        if (
            row["reason"] not in REASONS
        ):  # interfaces.md: 'an unknown reason code in a register refuses that row'
            raise ValueError("reason")
        if row.get("part") and row["part"] not in PARTS:
            raise ValueError("part")
        if row["date"] is None or row["pupil_id"] is None or row["school_id"] is None:
            raise ValueError("needed cell empty")
    return row


def read_cell(column: str, text: str) -> Any:
    if column in DATES:
        return date.fromisoformat(text)
    if column in ("recorded_at", "superseded_at"):
        return read_moment(text)
    if column in NUMBERS:
        number = int(text)
        if number < 0:
            raise ValueError("negative")
        return number
    if column in BOOLEANS:
        if text.lower() in TRUE | FALSE:
            return text.lower() in TRUE
        raise ValueError("boolean")
    return text


def read_moment(text: str) -> datetime:
    """Europe/Amsterdam when naive (register.md §2)."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.replace(tzinfo=AMSTERDAM) if moment.tzinfo is None else moment.astimezone(AMSTERDAM)


def is_known(table: str, row: Row, known: date | None) -> bool:
    """As known on K: recorded by the end of day K and not superseded by then; without K: not superseded (§2)."""
    superseded = row.get("superseded_at")
    if known is None:
        return superseded is None
    if superseded is not None and superseded.date() <= known:
        return False
    if row.get("recorded_at") is not None:
        return bool(row["recorded_at"].date() <= known)
    column = FIRST_DAY.get(table)
    first_day = row.get(column) if column else None
    return first_day is None or first_day <= known


def is_dated_later(table: str, row: Row, on: date) -> bool:
    """Facts dated later than the reference date are not read (interfaces.md); calendars are no such facts."""
    column = FIRST_DAY.get(table)
    first_day = row.get(column) if column else None
    return first_day is not None and first_day > on


def one_row_per_id(table: str, rows: list[Row]) -> list[Row]:
    """Two rows of one id known at once: the one recorded last stands, among equals the first line (§2)."""
    if table not in KEYS:
        return rows
    best: dict[Any, Row] = {}
    for row in rows:
        key = tuple(row.get(column) for column in KEYS[table])
        if None in key:  # a row without an id is no double of anything
            key = ("line", row["_line"])
        if key not in best or recorded_order(table, row) > recorded_order(table, best[key]):
            best[key] = row
    chosen = {id(row) for row in best.values()}
    return [row for row in rows if id(row) in chosen]


def recorded_order(table: str, row: Row) -> datetime:
    """When a row was recorded; where that is not said, its first day counts (§2)."""
    if row.get("recorded_at") is not None:
        moment: datetime = row["recorded_at"]
        return moment
    column = FIRST_DAY.get(table)
    day = row.get(column) if column else None
    return (
        datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM)
        if day
        else datetime.min.replace(tzinfo=AMSTERDAM)
    )


def fact_name(table: str, row: Row) -> str:
    """A fact is table:id, or table:row (interfaces.md)."""
    return f"{table}:{row.get('absence_id') or row['_line']}"


def school_year_of(day: date) -> tuple[date, date]:
    """School years run 1 August-31 July (register.md §6)."""
    start = day.year if day.month >= 8 else day.year - 1
    return date(start, 8, 1), date(start + 1, 7, 31)


def days_from_to(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def end_of_data(reg: Register, school_id: str) -> date:
    """Absence is complete up to the delivered day; not stated: up to the reference date (register.md §2)."""
    days = [
        row["last_day"] for row in reg.rows("deliveries") if row["school_id"] == school_id and row["last_day"]
    ]
    return min([max(days), reg.on]) if days else reg.on


def enrolment_on(reg: Register, pupil_id: str, school_id: str, day: date) -> Row | None:
    """The enrolment of a pupil at a school on a day; first and last day are included (register.md §2)."""
    for row in reg.of_pupil("enrolments", pupil_id):
        if row["school_id"] == school_id and row["first_day"] <= day and (row["last_day"] or date.max) >= day:
            return row
    return None


def schools_on(reg: Register, pupil_id: str, day: date) -> list[str]:
    """The schools of enrolment on a day; there may be two (symbiosis, register.md §5)."""
    found = {
        row["school_id"]
        for row in reg.of_pupil("enrolments", pupil_id)
        if row["first_day"] <= day <= (row["last_day"] or date.max)
    }
    return sorted(found)


def schools_ever(reg: Register, pupil_id: str) -> list[str]:
    return sorted({row["school_id"] for row in reg.of_pupil("enrolments", pupil_id)})
