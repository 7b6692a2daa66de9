"""The schools' calendars out of a register (docs/specification/register.md §2, §6)."""

from __future__ import annotations

from aanwezig.calendar import Calendars, Closure, SchoolInfo, TimetableRow
from aanwezig.engines.open_register import OpenRegister
from aanwezig.values import Period


def calendars_of(register: OpenRegister) -> Calendars:
    """The calendars of all schools of a register, from ``schools``, ``closures`` and ``timetable``."""
    schools = [
        SchoolInfo(
            school_id=row["school_id"],
            sector=row["sector"],
            name=row["name"],
            municipality=row["municipality"],
            partnership=row["partnership"],
            holiday_region=row["holiday_region"],
            lesson_minutes=row["lesson_minutes"],
        )
        for row in register.arrow("schools").to_pylist()
    ]
    closures = [
        (row["school_id"], Closure(Period(row["first_day"], row["last_day"]), row["kind"]))
        for row in register.arrow("closures").to_pylist()
    ]
    timetable = [
        (
            row["school_id"],
            TimetableRow(
                minutes=row["minutes"],
                weekday=row["weekday"],
                date=row["date"],
                group=row["group"],
                lessons=row["lessons"],
            ),
        )
        for row in register.arrow("timetable").to_pylist()
    ]
    return Calendars(schools, closures, timetable)
