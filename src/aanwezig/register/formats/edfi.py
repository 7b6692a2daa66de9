"""Ed-Fi attendance events: the XML interchange StudentAttendance, or the same as a flat list."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path

from aanwezig.register.fault_codes import make_error
from aanwezig.register.formats.raw import RawFile, in_batches
from aanwezig.register.formats.xml_events import parse

EVENTS = ("StudentSchoolAttendanceEvent", "StudentSectionAttendanceEvent", "StudentProgramAttendanceEvent")
NAMES = (
    "StudentUniqueId",
    "SchoolId",
    "EventDate",
    "AttendanceEventCategory",
    "EventDuration",
    "SchoolAttendanceDuration",
    "ArrivalTime",
    "DepartureTime",
)


def is_xml(path_start: bytes) -> bool:
    return path_start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def open_edfi(path: Path) -> RawFile:
    """The events of an XML interchange, under the names that Ed-Fi gives."""
    return RawFile(NAMES, in_batches(_rows(path), len(NAMES)), form="xml")


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    events = _Events()
    for _ in parse(path, events):
        while events.rows:
            yield events.rows.popleft()
    if not events.root_seen:
        raise make_error(
            "REG-101",
            path.name,
            expected_nl="uitwisseling van aanwezigheid van Ed-Fi",
            expected_en="Ed-Fi attendance interchange",
            reason_nl="",
            reason_en="",
        )


class _Events:
    """Gathers the fields of one event; a reference nested deeper (the session's school) is not the event's own."""

    def __init__(self) -> None:
        self.rows: deque[tuple[int, list[str]]] = deque()
        self.root_seen = False
        self.depth = 0
        self.line = 0
        self.found: dict[str, str] = {}

    def start(self, path: tuple[str, ...], attributes: dict[str, str], line: int) -> None:
        if path[0] == "InterchangeStudentAttendance":
            self.root_seen = True
        if path[-1] in EVENTS:
            self.depth, self.line, self.found = len(path), line, {}

    def end(self, path: tuple[str, ...], text: str, line: int) -> None:
        if not self.depth:
            return
        if len(path) == self.depth:
            if path[-1] in EVENTS:
                self.rows.append((self.line, [self.found.get(name, "") for name in NAMES]))
            self.depth = 0
            return
        name = path[-1]
        if (
            name in NAMES
            and name not in self.found
            and "SessionReference" not in path
            and "SectionReference" not in path
        ):
            # A descriptor is named by its address; what stands behind the # is the code.
            self.found[name] = text.rpartition("#")[2] if name == "AttendanceEventCategory" else text
