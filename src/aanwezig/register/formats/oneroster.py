"""OneRoster 1.1 and 1.2 rosters: a zip with CSV files (1EdTech, CSV binding).

Only ids, birth dates, sex, classes and dates are taken; addresses and passwords are passed over, and names
unless they are asked for. OneRoster has no field for the prefix of a last name.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from aanwezig.engines.delimited import find_layout, read_batches
from aanwezig.register.fault_codes import make_error
from aanwezig.register.formats.opening import open_archive, unpack_entry
from aanwezig.register.formats.raw import RosterRow

FILES = ("users", "roles", "enrollments", "classes", "academicSessions", "demographics", "orgs", "manifest")
SEXES = {"male": "m", "female": "f", "m": "m", "f": "f"}
# A record marked so was withdrawn by who delivers.
WITHDRAWN = "tobedeleted"


@dataclass(slots=True)
class OneRoster:
    """What the files say beside the rows: the version, and what was left out."""

    with_names: bool = False
    version: str = ""
    withdrawn: int = 0
    orgs: int = 0
    without_birth_date: int = 0
    lacking: list[str] = field(default_factory=list)


Row = dict[str, str]


class _Bundle:
    def __init__(self, path: Path, folder: Path) -> None:
        self.where = path.name
        self.files: dict[str, Path] = {}
        with open_archive(path, "OneRoster-zip", "OneRoster zip") as archive:
            known: dict[str, zipfile.ZipInfo] = {}
            for entry in archive.infolist():
                name = _known_name(entry)
                if name is not None:
                    known.setdefault(name, entry)
            self._check(known)
            for name, entry in known.items():
                self.files[name] = folder / f"{name}.csv"
                unpack_entry(archive, entry, self.files[name], self.where)

    def _check(self, known: Collection[str]) -> None:
        if not {"users", "enrollments"} & set(known):
            raise make_error(
                "REG-101",
                self.where,
                expected_nl="OneRoster-zip",
                expected_en="OneRoster zip",
                reason_nl=": users.csv en enrollments.csv ontbreken",
                reason_en=": users.csv and enrollments.csv are missing",
            )

    def rows(self, name: str) -> Iterator[tuple[int, Row]]:
        """The rows of a file by the header's names, without those that were withdrawn or cannot be read."""
        path = self.files.get(name)
        if path is None or path.stat().st_size == 0:
            return
        layout = find_layout(path, expected=("sourcedId", "status"))
        for batch in read_batches(path, layout):
            for line, *cells in zip(batch.lines, *batch.columns, strict=True):
                row = dict(zip(layout.header, cells, strict=True))
                yield line, {key: value.strip() for key, value in row.items()}


def _known_name(entry: zipfile.ZipInfo) -> str | None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if entry.is_dir() or path.suffix.lower() != ".csv" or path.name.startswith("."):
        return None
    return next((name for name in FILES if name.lower() == path.stem.lower()), None)


def read_oneroster(path: Path, school_id: str, folder: Path, about: OneRoster) -> Iterator[RosterRow]:
    """Pupils and enrolments of a bundle, unpacked within the limits into ``folder``."""
    bundle = _Bundle(path, folder)
    about.lacking = [name for name in ("enrollments", "users", "demographics") if name not in bundle.files]
    for _, row in bundle.rows("manifest"):
        if row.get("propertyName") == "oneroster.version":
            about.version = row.get("value", "")
    about.orgs = len({row.get("sourcedId") for _, row in bundle.rows("orgs")})
    terms = {row.get("sourcedId", ""): row for _, row in bundle.rows("academicSessions")}
    classes = {row.get("sourcedId", ""): row for _, row in bundle.rows("classes")}
    persons = {row.get("sourcedId", ""): row for _, row in bundle.rows("demographics")}
    pupils, enrolled = _pupils_and_classes(bundle, about)
    for pupil, (line, user) in pupils.items():
        person = persons.get(pupil, {})
        birth_date = person.get("birthDate", "")
        about.without_birth_date += not birth_date
        cells = {
            "pupil_id": pupil,
            "birth_date": birth_date,
            "sex": SEXES.get(person.get("sex", "").lower(), ""),
        }
        yield RosterRow("pupils", line, cells)
        names = {
            "first_name": user.get("preferredFirstName") or user.get("givenName", ""),
            "last_name": user.get("preferredLastName") or user.get("familyName", ""),
        }
        if about.with_names and any(names.values()):
            yield RosterRow("persons", line, {"pupil_id": pupil, **names})
        if pupil in enrolled:
            yield _enrolment(pupil, school_id, user, enrolled[pupil], classes, terms)


def _withdrawn(row: Row) -> bool:
    return row.get("status", "").lower() == WITHDRAWN


def _pupils_and_classes(
    bundle: _Bundle, about: OneRoster
) -> tuple[dict[str, tuple[int, Row]], dict[str, list[tuple[int, Row]]]]:
    """Who is a pupil: by the role of a user (1.1), by the file of roles (1.2), or enrolled as one."""
    by_role = {
        row.get("userSourcedId", "")
        for _, row in bundle.rows("roles")
        if row.get("role", "").lower() == "student"
    }
    enrolled: dict[str, list[tuple[int, Row]]] = {}
    for line, row in bundle.rows("enrollments"):
        if _withdrawn(row):
            about.withdrawn += 1
        elif row.get("role", "").lower() == "student" and row.get("userSourcedId"):
            enrolled.setdefault(row["userSourcedId"], []).append((line, row))
    pupils: dict[str, tuple[int, Row]] = {}
    for line, row in bundle.rows("users"):
        key = row.get("sourcedId", "")
        is_pupil = (
            row.get("role", "").lower() == "student"
            or key in by_role
            or (key in enrolled and "role" not in row)
        )
        if not key or not is_pupil:
            continue
        if _withdrawn(row):
            about.withdrawn += 1
            continue
        pupils[key] = (line, row)
    return pupils, enrolled


def _enrolment(
    pupil: str,
    school_id: str,
    user: Row,
    rows: list[tuple[int, Row]],
    classes: dict[str, Row],
    terms: dict[str, Row],
) -> RosterRow:
    """One enrolment at the school from all of a pupil's classes: from the first day to the last."""

    def is_homeroom(entry: tuple[int, Row]) -> bool:
        return classes.get(entry[1].get("classSourcedId", ""), {}).get("classType", "").lower() == "homeroom"

    line, group_row = next((entry for entry in rows if is_homeroom(entry)), rows[0])
    stated = [row.get("beginDate", "") for _, row in rows if row.get("beginDate")]
    firsts = stated or [day for _, row in rows for day in _term_starts(row, classes, terms)]
    lasts = [row.get("endDate", "") for _, row in rows]
    cells = {
        "pupil_id": pupil,
        "school_id": school_id,
        "first_day": min(firsts, default=""),
        "last_day": max(lasts) if all(lasts) else "",
        "group": classes.get(group_row.get("classSourcedId", ""), {}).get("title", ""),
        "level": user.get("grades", "").split(",")[0].strip(),
    }
    if not cells["first_day"]:
        return RosterRow("enrolments", line, cells, code="REG-133")
    return RosterRow("enrolments", line, cells, assumed=None if stated else "first_day")


def _term_starts(row: Row, classes: dict[str, Row], terms: dict[str, Row]) -> Iterator[str]:
    ids = classes.get(row.get("classSourcedId", ""), {}).get("termSourcedIds", "")
    for key in ids.split(","):
        start = terms.get(key.strip(), {}).get("startDate", "")
        if start:
            yield start
