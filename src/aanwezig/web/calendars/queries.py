"""The calendar and lesson times of a school as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from aanwezig.calendar import public_holidays, region_holidays, region_of_municipality
from aanwezig.calendar.holidays import holiday_data, known_school_years
from aanwezig.calendar.school_calendar import DEFAULT_DAY_MINUTES
from aanwezig.values import Period, SchoolYear
from aanwezig.web.calendars.domain import WeekTimes, of_year
from aanwezig.web.facts.changes import current
from aanwezig.web.organisations.models import Organisation

WEEKDAYS = range(1, 6)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """``region``: holiday region, with whether it follows from the municipality; ``is_known``: its holidays ship."""

    year: SchoolYear
    region: str | None
    region_is_assumed: bool
    is_known: bool
    holidays: tuple[Period, ...]
    public: tuple[date, ...]
    closures: tuple[Any, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Times:
    """The lesson times that were entered, and what holds without them (minutes a day by sector)."""

    weeks: tuple[WeekTimes, ...]
    groups: tuple[str, ...]
    assumed_minutes: int
    lesson_minutes: int | None
    region: str | None
    has_school: bool


def _school_row(school: Organisation) -> Any:
    return current("schools").filter(school_id=school.code).first()


def calendar_year(school: Organisation, year: SchoolYear) -> CalendarYear:
    """Holidays, public holidays and the school's own closures of a school year; two queries."""
    row = _school_row(school)
    own = row.holiday_region if row else None
    region = own or (region_of_municipality(row.municipality) if row else None)
    closures = current("closures").filter(
        school_id=school.code, first_day__lte=year.last, last_day__gte=year.first
    )
    data = holiday_data()
    return CalendarYear(
        year=year,
        region=region,
        region_is_assumed=own is None,
        is_known=year in known_school_years(),
        holidays=tuple(of_year(region_holidays(region), year)) if region else (),
        public=tuple(
            sorted(
                day
                for number in (year.start_year, year.start_year + 1)
                for day in public_holidays(number)
                if year.first <= day <= year.last
            )
        ),
        closures=tuple(closures.order_by("first_day")),
        source=str(data.get("source", "")) if isinstance(data.get("source"), str) else "",
    )


def lesson_times(school: Organisation) -> Times:
    """The timetable rows by weekday, first those of the whole school, then per group; three queries."""
    row = _school_row(school)
    rows = list(current("timetable").filter(school_id=school.code, date__isnull=True))
    by_group: dict[str | None, dict[int, Any]] = {}
    for one in rows:
        by_group.setdefault(one.group, {})[one.weekday] = one
    weeks = tuple(
        WeekTimes(
            group,
            tuple(days[day].minutes if day in days else None for day in WEEKDAYS),
            tuple(days[day].lessons if day in days else None for day in WEEKDAYS),
        )
        for group, days in sorted(by_group.items(), key=lambda item: (item[0] is not None, item[0] or ""))
    )
    groups = current("enrolments").filter(school_id=school.code, last_day__isnull=True).exclude(group=None)
    sector = row.sector if row else "vo"
    return Times(
        weeks=weeks,
        groups=tuple(sorted(groups.values_list("group", flat=True).distinct())),
        assumed_minutes=DEFAULT_DAY_MINUTES[sector],
        lesson_minutes=row.lesson_minutes if row else None,
        region=row.holiday_region if row else None,
        has_school=row is not None,
    )
