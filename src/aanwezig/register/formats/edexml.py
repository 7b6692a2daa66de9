"""EDEXML rosters (Edustandaard, 2.0 and 2.1): the school, its groups and its pupils.

Addresses, national numbers and eckid are passed over, and names unless they are asked for. Source: EDEXML.structuur.xsd, .elementen.xsd.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from aanwezig.register.fault_codes import make_error
from aanwezig.register.formats.raw import RosterRow
from aanwezig.register.formats.xml_events import parse

# NEN-ISO 5218, as the schema has it.
SEXES = {"1": "m", "2": "f"}
_SCHOOL_YEAR = re.compile(r"(\d{4})-(\d{4})")
_FIELDS = ("geboortedatum", "geslacht", "jaargroep", "instroomdatum", "uitstroomdatum")
_NAMES = ("achternaam", "voorvoegsel", "roepnaam", "voornamen", "voorletters-1")


@dataclass(slots=True)
class _Pupil:
    line: int
    key: str
    group: str = ""
    location: str = ""
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Edexml:
    """What is known of the school once its element was read."""

    with_names: bool = False
    brin: str = ""
    school_year: str = ""
    reference_day: str = ""
    groups: dict[str, str] = field(default_factory=dict)
    locations: dict[str, str] = field(default_factory=dict)
    pupils: deque[_Pupil] = field(default_factory=deque)
    root_seen: bool = False
    _location_code: str = ""
    _pupil: _Pupil | None = None
    _key: str = ""

    @property
    def school_id(self) -> str:
        return self.brin + (self._location_code or "00").zfill(2) if self.brin else ""

    def start(self, path: tuple[str, ...], attributes: dict[str, str], line: int) -> None:
        self.root_seen = self.root_seen or path == ("EDEX",)
        key = attributes.get("key", "").strip()
        if path == ("EDEX", "leerlingen", "leerling"):
            self._pupil = _Pupil(line, key)
        elif self._pupil is not None and path[3:] == ("groep",):
            self._pupil.group = key
        elif self._pupil is not None and path[3:] == ("vestiging",):
            self._pupil.location = key
        elif len(path) == 3:
            self._key = key

    def end(self, path: tuple[str, ...], text: str, line: int) -> None:
        if self._pupil is not None:
            if path == ("EDEX", "leerlingen", "leerling"):
                self.pupils.append(self._pupil)
                self._pupil = None
            elif len(path) == 4 and (path[-1] in _FIELDS or (self.with_names and path[-1] in _NAMES)):
                self._pupil.fields[path[-1]] = text
            return
        if path[:2] == ("EDEX", "school") and len(path) == 3:
            self._school(path[-1], text)
        elif path[:3] == ("EDEX", "groepen", "groep") and path[3:] == ("naam",):
            self.groups[self._key] = text
        elif path[:3] == ("EDEX", "vestigingen", "vestiging") and path[3:] == ("naam",):
            self.locations[self._key] = text

    def _school(self, name: str, text: str) -> None:
        if name == "brincode":
            self.brin = text
        elif name == "dependancecode":
            self._location_code = text
        elif name == "schooljaar":
            self.school_year = text
        elif name == "peildatum":
            self.reference_day = text

    def first_of_year(self) -> str:
        match = _SCHOOL_YEAR.fullmatch(self.school_year)
        return f"{match[1]}-08-01" if match else ""


def read_edexml(path: Path, school_id: str, about: Edexml) -> Iterator[RosterRow]:
    """Pupils and enrolments; ``about`` is filled with what the file says of the school."""
    for _ in parse(path, about):
        while about.pupils:
            yield from _rows(about.pupils.popleft(), school_id, about)
    if not about.root_seen:
        raise make_error(
            "REG-101",
            path.name,
            expected_nl="EDEXML-bestand",
            expected_en="EDEXML file",
            reason_nl="",
            reason_en="",
        )


def _rows(pupil: _Pupil, school_id: str, about: Edexml) -> Iterator[RosterRow]:
    if not pupil.key:
        yield RosterRow("pupils", pupil.line, {}, code="REG-134")
        return
    fields = pupil.fields
    yield RosterRow(
        "pupils",
        pupil.line,
        {
            "pupil_id": pupil.key,
            "birth_date": fields.get("geboortedatum", ""),
            "sex": SEXES.get(fields.get("geslacht", ""), ""),
        },
    )
    person = {
        "first_name": fields.get("roepnaam") or fields.get("voornamen") or fields.get("voorletters-1", ""),
        "prefix": fields.get("voorvoegsel", ""),
        "last_name": fields.get("achternaam", ""),
    }
    if any(person.values()):
        yield RosterRow("persons", pupil.line, {"pupil_id": pupil.key, **person})
    first = fields.get("instroomdatum", "")
    enrolment = {
        "pupil_id": pupil.key,
        "school_id": school_id,
        "first_day": first or about.first_of_year(),
        "last_day": fields.get("uitstroomdatum", ""),
        "group": about.groups.get(pupil.group, pupil.group),
        "level": fields.get("jaargroep", ""),
    }
    if not enrolment["first_day"]:
        yield RosterRow("enrolments", pupil.line, enrolment, code="REG-133")
    else:
        yield RosterRow("enrolments", pupil.line, enrolment, assumed=None if first else "first_day")
