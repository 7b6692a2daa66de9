"""The year calendars of pupils: from their days to marks, over backgrounds that pupils of one group share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from aanwezig.cli.texts import Texts
from aanwezig.engines import OpenRegister
from aanwezig.findings import pupils_of, setting_of
from aanwezig.pictures.heat_map import (
    DayMark,
    background,
    category_of,
    describe,
    heat_map,
    school_days_of,
)
from aanwezig.rules.attendance import Attendance, PupilDay
from aanwezig.values import SchoolYear
from aanwezig.values.forms import Forms


@dataclass(frozen=True, slots=True)
class PupilYear:
    """A pupil's calendar and the days in words."""

    picture: Markup
    summary: str
    days: tuple[DayMark, ...]


def pupil_years(
    opened: OpenRegister, pupils: Sequence[str], say: Texts
) -> tuple[Mapping[str, PupilYear], tuple[Markup, ...]]:
    """The calendars of these pupils, and the backgrounds they lie on."""
    forms = Forms(say.language)
    year = SchoolYear.of(opened.on)
    setting = setting_of(opened)
    backgrounds: dict[tuple[date, ...], str] = {}
    drawn: list[Markup] = []
    years: dict[str, PupilYear] = {}
    for number, facts in enumerate(pupils_of(opened, pupils), start=1):
        attendance = Attendance(facts, setting)
        marks = tuple(_marks(attendance, year))
        if not attendance.school_ids:
            continue
        school_days = tuple(school_days_of(attendance.calendar(attendance.school_ids[-1]), year))
        if school_days not in backgrounds:
            name = backgrounds[school_days] = f"year-{len(backgrounds) + 1}"
            drawn.append(background(year, school_days, opened.on, forms, name))
        title = say("heat.title", year=year)
        picture = heat_map(
            f"h{number}", backgrounds[school_days], year, marks, title, describe(marks, say.language)
        )
        years[facts.pupil_id] = PupilYear(picture, describe(marks, say.language), tuple(reversed(marks)))
    return years, tuple(drawn)


def _marks(attendance: Attendance, year: SchoolYear) -> list[DayMark]:
    return [
        made
        for day in attendance.days
        if day.date in year.period and (day.absent or day.late_count)
        if (made := _mark(day)) is not None
    ]


def _mark(day: PupilDay) -> DayMark | None:
    """The kind that took most time that day; of equals the one recorded first."""
    time: dict[str, float] = {}
    reasons: dict[str, None] = {}
    for mark in day.marks:
        if mark.is_absence:
            kind = category_of(mark.absence.reason, mark.absence.authorised)
            time[kind] = time.get(kind, 0) + float(mark.minutes)
            reasons[mark.absence.reason] = None
    if not time:
        return None
    most = max(time, key=lambda kind: time[kind])
    return DayMark(day.date, most, tuple(reasons), day.absent, day.possible)
