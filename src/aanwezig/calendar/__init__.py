"""School years, holiday regions, school days, lesson weeks, working days, timetables (docs/specification/register.md §6)."""

from aanwezig.calendar.holidays import HolidayRegion, region_holidays, region_of_municipality
from aanwezig.calendar.public_holidays import public_holidays
from aanwezig.calendar.school_calendar import (
    DEFAULT_LESSON_MINUTES,
    HOUR_SECTORS,
    LESSON_SECTORS,
    SECTORS,
    Calendars,
    Closure,
    SchoolCalendar,
    SchoolInfo,
    TimetableRow,
)
from aanwezig.calendar.working_days import add_working_days, is_working_day, working_days_between

__all__ = [
    "DEFAULT_LESSON_MINUTES",
    "HOUR_SECTORS",
    "LESSON_SECTORS",
    "SECTORS",
    "Calendars",
    "Closure",
    "HolidayRegion",
    "SchoolCalendar",
    "SchoolInfo",
    "TimetableRow",
    "add_working_days",
    "is_working_day",
    "public_holidays",
    "region_holidays",
    "region_of_municipality",
    "working_days_between",
]
