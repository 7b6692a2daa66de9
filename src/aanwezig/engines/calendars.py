"""The schools' calendars out of a register (docs/specification/register.md §2, §6)."""

from __future__ import annotations

from typing import Protocol

import pyarrow as pa

from aanwezig.calendar import Calendars, Closure, SchoolInfo, TimetableRow
from aanwezig.values import Period


class ArrowTables(Protocol):
    """What calendars are made from: tables in memory, by name."""

    def arrow(self, name: str) -> pa.Table: ...


def calendars_of(register: ArrowTables) -> Calendars:
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
