"""Which days are school days, for who takes a long absence apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from aanwezig.calendar import Calendars, SchoolInfo
from aanwezig.register.options import Options


def school_days(calendars: Calendars | None, school_id: str, options: Options) -> Callable[[date], bool]:
    """By the register's calendars where they tell of the school, else by what the options say of it."""
    if calendars is None or school_id not in calendars.schools:
        info = SchoolInfo(
            school_id=school_id,
            sector=options.sector or "po",
            municipality=options.municipality,
            holiday_region=options.holiday_region,
        )
        calendars = Calendars([info])
    calendar = calendars.of(school_id)
    if calendars.has_group_timetable(school_id):
        # The export does not always name the group: any weekday may have lessons for it.
        return lambda day: day.weekday() < 5 and calendar.is_open(day)
    return lambda day: calendar.minutes(day) > 0
