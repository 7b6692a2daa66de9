"""When a pupil starts at a school: at a school year, at a school change, or for the first time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.walk import Walk
from aanwezig.values import SchoolYear


@dataclass(frozen=True, slots=True)
class SchoolStart:
    """``place``: the first school day after it; ``kind``: 'school_year', 'school_change' or 'first_school'."""

    place: int
    kind: str
    school_id: str


def school_changes(attendance: Attendance, walk: Walk) -> list[SchoolStart]:
    """The starts at another school than before, the first school included, in order.

    An enrolment beside one that goes on (symbiosis) is no change, nor is a new enrolment at the same school.
    """
    starts: list[SchoolStart] = []
    before: list[tuple[str, date, date | None]] = []
    for enrolment in sorted(attendance.facts.enrolments, key=lambda e: (e.period.first, e.school_id)):
        first = enrolment.period.first
        running = [b for b in before if b[2] is None or b[2] >= first]
        latest = max(before, key=lambda b: (b[2] or date.max, b[1]), default=None)
        before.append((enrolment.school_id, first, enrolment.period.last))
        if running or (latest is not None and latest[0] == enrolment.school_id):
            continue
        places = walk.places(first, enrolment.period.last or attendance.setting.on)
        if places:
            kind = "school_change" if latest is not None else "first_school"
            starts.append(SchoolStart(places[0], kind, enrolment.school_id))
    return starts


def starts_of(attendance: Attendance, walk: Walk, since: date) -> list[SchoolStart]:
    """The starts from a day on, in order: of each school year, and at another school within one."""
    found = {start.place: start for start in school_changes(attendance, walk)}
    on = attendance.setting.on
    for start_year in range(SchoolYear.of(since).start_year, SchoolYear.of(on).start_year + 1):
        year = SchoolYear(start_year)
        places = walk.places(year.first, year.last)
        if places and _is_at_start_of_year(attendance, walk, places[0], year):
            known = found.get(places[0])
            if known is None or known.kind == "first_school":
                found[places[0]] = SchoolStart(places[0], "school_year", walk.school(places[0]))
    return [found[place] for place in sorted(found) if walk.dates[place] >= since]


def _is_at_start_of_year(attendance: Attendance, walk: Walk, place: int, year: SchoolYear) -> bool:
    """Whether the pupil's first school day of a year is also the school's first."""
    day = walk.dates[place]
    calendar = attendance.calendar(walk.school(place), day)
    return not any(
        calendar.minutes(date.fromordinal(n)) for n in range(year.first.toordinal(), day.toordinal())
    )
