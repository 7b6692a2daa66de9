"""The tables about schools: who they are, when they are open, what was delivered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from aanwezig.simulate.days import WeekPattern, short_day_of
from aanwezig.simulate.levels import LEVELS
from aanwezig.simulate.parameters import SECTORS
from aanwezig.simulate.population import MOST_SECTIONS, VO, Population, group_name, has_other_calendar
from aanwezig.simulate.schools import Schools, partnership_of

Row = Mapping[str, Any]
TEST_WEEKS_IN = ((11, 10), (1, 12), (3, 20), (6, 15))


def school_rows(schools: Schools) -> list[Row]:
    return [
        {
            "school_id": schools.ids[n],
            "name": schools.names[n],
            "sector": SECTORS[int(schools.sector[n])],
            "municipality": schools.municipality[n],
            "partnership": None
            if SECTORS[int(schools.sector[n])] == "mbo"
            else partnership_of(schools.municipality[n], SECTORS[int(schools.sector[n])]),
            "holiday_region": schools.region[n] if schools.says_region[n] else None,
            "lesson_minutes": schools.lesson_minutes[n],
        }
        for n in range(len(schools))
    ]


def closure_rows(schools: Schools) -> list[Row]:
    return [
        {
            "school_id": schools.ids[n],
            "first_day": schools.days.index(first),
            "last_day": schools.days.index(last),
            "kind": kind,
        }
        for n in range(len(schools))
        for first, last, kind in schools.variants[int(schools.variant[n])].closures
    ]


def timetable_rows(schools: Schools, population: Population) -> list[Row]:
    """Weekdays, for groups with their own times once more, and the short day before Christmas."""
    stays = population.stays
    other = has_other_calendar(stays.level) & (
        schools.other_calendar[stays.school] != schools.calendar[stays.school]
    )
    groups: dict[int, set[str]] = {}
    keys = np.unique(stays.group_key[other])
    for key in keys.tolist():
        rest, section = divmod(key, MOST_SECTIONS)
        school, level = divmod(rest, len(LEVELS))
        groups.setdefault(school, set()).add(group_name(level, section))
    rows: list[Row] = []
    for n in range(len(schools)):
        pattern, own_other = schools.pattern[n], schools.other_pattern[n]
        if pattern.assumed:
            continue
        weeks: list[tuple[str | None, WeekPattern]] = [(None, pattern)]
        if own_other is not None:
            weeks += [(group, own_other) for group in sorted(groups.get(n, ()))]
        for group, week in weeks:
            rows += [
                {
                    "school_id": schools.ids[n],
                    "group": group,
                    "weekday": weekday + 1,
                    "date": None,
                    "minutes": week.minutes[weekday],
                    "lessons": week.lessons[weekday] if week.lessons else None,
                }
                for weekday in range(5)
            ]
        variant = schools.variants[int(schools.variant[n])]
        minutes, lessons = short_day_of(pattern, variant)
        if minutes is not None and variant.short_day is not None:
            rows.append(
                {
                    "school_id": schools.ids[n],
                    "group": None,
                    "weekday": None,
                    "date": schools.days.index(variant.short_day),
                    "minutes": minutes,
                    "lessons": lessons,
                }
            )
    return rows


def delivery_rows(schools: Schools, until: int) -> list[Row]:
    return [{"school_id": school_id, "last_day": until} for school_id in schools.ids]


def region_rows(population: Population) -> list[Row]:
    """Where a pupil lives: the partnership of that place, for primary and for secondary education."""
    return [
        {
            "postcode4": None,
            "municipality": code,
            "sector_group": group,
            "partnership": partnership_of(code, group),
            "first_day": None,
            "last_day": None,
        }
        for code in population.municipalities
        for group in ("po", "vo")
    ]


def test_week_rows(schools: Schools) -> list[Row]:
    """Four test weeks a year in secondary education, each a week with lessons."""
    days = schools.days
    rows: list[Row] = []
    for n in np.flatnonzero(schools.sector == VO).tolist():
        calendar = int(schools.calendar[n])
        for start in days.year_start[:-1].tolist():
            year = days.date_of(start).year
            for month, day in TEST_WEEKS_IN:
                wanted = days.index(days.first.replace(year=year + (month < 8), month=month, day=day))
                monday = wanted - days.date_of(wanted).weekday()
                while monday + 5 < days.length and not days.minutes[calendar, monday : monday + 5].all():
                    monday += 7
                if monday + 5 < days.length:
                    rows.append(
                        {
                            "school_id": schools.ids[n],
                            "first_day": monday,
                            "last_day": monday + 4,
                            "group": None,
                        }
                    )
    return rows
