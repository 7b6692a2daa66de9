"""Made-up pupils and schools in a few words, for examples that read like a story.

Plain functions that build the typed facts: ``pupil(truant("2025-09-08", 330), ...)``. Every value has a
quiet default: a compulsory pupil at one school in noord that states no timetable, reference date far on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from aanwezig.calendar import Calendars, Closure, SchoolInfo, TimetableRow
from aanwezig.rules.attendance import Attendance
from aanwezig.rules.facts import (
    Absence,
    Enrolment,
    Exemption,
    Leave,
    Notification,
    PupilFacts,
    Setting,
)
from aanwezig.values import Period

PO = "25PL00"
VO = "03XY01"
OTHER_PO = "11AB00"
AMSTERDAM = "0363"
Day = str | date


def day(value: Day) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def period(first: Day, last: Day | None = None) -> Period:
    return Period(day(first), day(last) if last is not None else None)


def school(
    school_id: str = PO, sector: str = "po", region: str | None = "noord", lesson_minutes: int | None = None
) -> SchoolInfo:
    return SchoolInfo(
        school_id=school_id, sector=sector, name="Test", holiday_region=region, lesson_minutes=lesson_minutes
    )


def week_timetable(
    minutes: int | Mapping[int, int], school_id: str = PO, group: str | None = None
) -> list[Any]:
    """A real timetable: so many minutes on every weekday, or per weekday (1 Monday)."""
    per_day = minutes if isinstance(minutes, Mapping) else dict.fromkeys(range(1, 6), minutes)
    return [
        (school_id, TimetableRow(minutes=number, weekday=weekday, group=group))
        for weekday, number in per_day.items()
    ]


def closure(first: Day, last: Day | None = None, kind: str = "study_day", school_id: str = PO) -> Any:
    return (school_id, Closure(period(first, last or first), kind))


def setting(
    on: Day = "2026-07-03",
    schools: Iterable[SchoolInfo] = (),
    closures: Iterable[Any] = (),
    timetable: Iterable[Any] = (),
    complete_through: Mapping[str, Day] | None = None,
) -> Setting:
    """The schools' calendars and the reference date; without ``schools`` one primary school in noord."""
    delivered = {school_id: day(last) for school_id, last in (complete_through or {}).items()}
    known = list(schools) or [school(), school(VO, "vo", lesson_minutes=50), school(OTHER_PO)]
    return Setting(day(on), Calendars(known, closures, timetable), delivered)


def enrolment(
    first: Day = "2019-08-01", last: Day | None = None, school_id: str = PO, group: str | None = None
) -> Enrolment:
    return Enrolment(f"enrolments:{school_id}-{first}", school_id, period(first, last), group)


_rows = count(2)


def absence(
    on: Day,
    reason: str = "truant",
    minutes: int | None = None,
    *,
    authorised: bool | None = None,
    lesson: str | int | None = None,
    part: str | None = None,
    school_id: str = PO,
    ref: str | None = None,
    recorded: str | None = None,
    start_time: str | None = None,
) -> Absence:
    """A row of ``absences``; without ``ref`` it is named by its line."""
    row = next(_rows)
    return Absence(
        ref=f"absences:{ref or row}",
        school_id=school_id,
        date=day(on),
        reason=reason,
        authorised=authorised,
        minutes=minutes,
        lesson=None if lesson is None else str(lesson),
        part=part,
        start_time=start_time,
        recorded_at=datetime.fromisoformat(recorded) if recorded else None,
        row=row,
    )


def truant(on: Day, minutes: int | None = None, **more: Any) -> Absence:
    return absence(on, "truant", minutes, **more)


def unknown(on: Day, minutes: int | None = None, **more: Any) -> Absence:
    return absence(on, "unknown", minutes, **more)


def sick(on: Day, minutes: int | None = None, **more: Any) -> Absence:
    return absence(on, "sick", minutes, **more)


def lessons(on: Day, number: int, reason: str = "truant", school_id: str = VO, **more: Any) -> list[Absence]:
    """So many whole lessons of a day, one row each."""
    return [absence(on, reason, lesson=hour, school_id=school_id, **more) for hour in range(1, number + 1)]


def weekdays(first: Day, last: Day) -> list[date]:
    """Monday to Friday, closures included."""
    found, current = [], day(first)
    while current <= day(last):
        if current.weekday() < 5:
            found.append(current)
        current += timedelta(days=1)
    return found


def whole_days(first: Day, last: Day, reason: str = "truant", **more: Any) -> list[Absence]:
    """A row 'whole day' for each weekday from first to last (leave closed days out yourself)."""
    return [absence(on, reason, part="day", **more) for on in weekdays(first, last)]


def whole_school_days(
    on: Setting, first: Day, last: Day, reason: str = "truant", **more: Any
) -> list[Absence]:
    """A row 'whole day' for each school day of the school."""
    school_id = more.get("school_id", PO)
    calendar = on.calendars.of(school_id)
    return [
        absence(found, reason, part="day", **more) for found in calendar.school_days(day(first), day(last))
    ]


def exemption(ground: str, first: Day, last: Day | None = None) -> Exemption:
    return Exemption(f"exemptions:{ground}", ground, period(first, last))


def leave(
    first: Day,
    last: Day,
    granted: str = "yes",
    ground: str = "art11_f",
    school_id: str = PO,
    decided_by: str | None = None,
) -> Leave:
    return Leave(f"leave:{first}", school_id, period(first, last), ground, granted, decided_by)


def notification(
    category: str, first: Day, last: Day | None, sent_on: Day, status: str = "registered", school_id: str = PO
) -> Notification:
    return Notification(
        f"notifications:{category}-{sent_on}",
        school_id,
        category,
        day(first),
        day(last) if last is not None else None,
        day(sent_on),
        status,
    )


def pupil(*rows: Absence | list[Absence], **facts: Any) -> PupilFacts:
    """A pupil born on 1 March 2014 (compulsory in 2025-26), enrolled at the primary school."""
    flat: list[Absence] = []
    for row in rows:
        flat += row if isinstance(row, list) else [row]
    given = {"pupil_id": "p1", "birth_date": date(2014, 3, 1), "enrolments": (enrolment(),), **facts}
    for name in ("birth_date", "start_qualification_on", "pupil_recorded_on"):
        if isinstance(given.get(name), str):
            given[name] = day(given[name])
    return replace(PupilFacts(**given), absences=tuple(flat))


def attendance(facts: PupilFacts, on: Setting | Day = "2026-07-03") -> Attendance:
    return Attendance(facts, on if isinstance(on, Setting) else setting(on))
