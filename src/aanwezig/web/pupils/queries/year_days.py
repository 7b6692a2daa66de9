"""The days of a pupil's school year: what was missed, and why a day holds nothing.

Made by the plain ``rules.attendance.Attendance``: the calendar shows what the rules saw, each minute once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aanwezig.calendar import SchoolCalendar
from aanwezig.calendar.holidays import region_holidays
from aanwezig.calendar.public_holidays import is_public_holiday
from aanwezig.pictures.heat_map import category_of
from aanwezig.pictures.texts import Texts
from aanwezig.pictures.year_calendar import CalendarDay, Slice
from aanwezig.rules.attendance import Attendance, Mark, PupilDay, SchoolDay
from aanwezig.values import SchoolYear
from aanwezig.values.forms import Forms
from aanwezig.values.text import Language
from aanwezig.web.pupils.queries.one_pupil import PupilSource

State = Literal["closed", "not_enrolled", "exempt", "no_data", "coming"]
HALF_DAYS = {"morning": 0.0, "afternoon": 0.5}


@dataclass(frozen=True, slots=True)
class MissedLesson:
    """One registration as it counts on its day: when, why, how many minutes, allowed or not (None: nobody said).

    ``counts``: False for what is no absence (present elsewhere, exempt). ``begin``: from where in the school day it
    was, as a share of it; None where the register does not say.
    """

    when: str
    subject: str
    reason_text: str
    category: str
    minutes: float
    authorised: bool | None
    counts: bool
    begin: float | None


@dataclass(frozen=True, slots=True)
class MissedDay:
    """A day with a registration, for the table beside the picture."""

    day: date
    absent: float
    possible: float
    is_whole: bool
    lessons: tuple[MissedLesson, ...]


@dataclass(frozen=True, slots=True)
class PupilYearDays:
    """The school year of one pupil. ``delivered``: per school the last day of which absence is complete
    (None: not stated); ``no_data_days``: school days up to today of which nothing is known yet."""

    year: SchoolYear
    squares: tuple[CalendarDay, ...]
    missed: tuple[MissedDay, ...]
    school_days: int
    no_data_days: int
    delivered: tuple[tuple[str, date | None], ...]


def year_days(source: PupilSource, language: Language) -> PupilYearDays:
    """Every day of the school year, with what was missed on it."""
    attendance = Attendance(source.of_year(), source.setting)
    say, forms = Texts(language), Forms(language)
    exempt = set(attendance.exempt_dates)
    squares: list[CalendarDay] = []
    missed: list[MissedDay] = []
    for day in source.year.period.days():
        pupil_day = attendance.by_date.get(day)
        if pupil_day is not None and pupil_day.marks:
            one = _missed(pupil_day, source, say)
            missed.append(one)
            words = _in_words(one, forms)
            if any(lesson.counts for lesson in one.lessons):
                squares.append(CalendarDay(day, "absent", _slices(one), words))
            else:
                squares.append(CalendarDay(day, "present", (), words))
        elif pupil_day is not None:
            squares.append(CalendarDay(day, "present"))
        else:
            squares.append(CalendarDay(day, *_why_not(source, day, exempt)))
    enrolled = [school for school in attendance.school_ids if school in source.setting.calendars.schools]
    return PupilYearDays(
        source.year,
        tuple(squares),
        tuple(reversed(missed)),
        len(attendance.days),
        sum(one.state == "no_data" for one in squares),
        tuple(
            (source.school_name(school), source.setting.complete_through.get(school)) for school in enrolled
        ),
    )


def _missed(one: PupilDay, source: PupilSource, say: Texts) -> MissedDay:
    lessons = tuple(_lesson(mark, school, source, say) for school in one.schools for mark in school.marks)
    return MissedDay(
        one.date, float(one.absent), float(one.possible), one.absent >= one.possible > 0, lessons
    )


def _lesson(mark: Mark, school: SchoolDay, source: PupilSource, say: Texts) -> MissedLesson:
    row = mark.absence
    begin = HALF_DAYS.get(row.part or "")
    if row.lesson is not None and row.lesson.isdigit() and school.timetabled:
        length = source.setting.calendars.schools[school.school_id].lesson_length
        begin = min((int(row.lesson) - 1) * length / school.timetabled, 1.0)
    if row.lesson is not None:
        when = _("lesson %(number)s") % {"number": row.lesson}
    elif row.part is not None:
        when = {"day": _("whole day"), "morning": _("morning"), "afternoon": _("afternoon")}[row.part]
    elif row.start_time:
        when = _("from %(time)s") % {"time": row.start_time}
    else:
        when = _("part of the day")
    return MissedLesson(
        when,
        row.subject or "",
        say(f"reason.{row.reason}"),
        category_of(row.reason, row.authorised),
        float(mark.minutes),
        row.authorised,
        mark.is_absence,
        begin,
    )


def _slices(one: MissedDay) -> tuple[Slice, ...]:
    """Where in the day something was missed; what the register gives no place for comes after the rest."""
    whole = one.possible or one.absent or 1.0
    placed: list[Slice] = []
    free = 0.0
    for lesson in sorted(one.lessons, key=lambda each: (each.begin is None, each.begin or 0.0)):
        if not lesson.counts:
            continue
        begin = min(free if lesson.begin is None else max(lesson.begin, free), 1.0)
        free = min(begin + lesson.minutes / whole, 1.0)
        placed.append(Slice(lesson.category, begin, free))
    return tuple(placed)


def _in_words(one: MissedDay, forms: Forms) -> str:
    told = list(dict.fromkeys(f"{lesson.when} {lesson.reason_text}" for lesson in one.lessons))
    minutes = ngettext("%(number)s minute", "%(number)s minutes", round(one.absent)) % {
        "number": forms.number(one.absent)
    }
    return f"{', '.join(told)} ({minutes})"


def _why_not(source: PupilSource, day: date, exempt: set[date]) -> tuple[State, tuple[Slice, ...], str]:
    """Why a day is no day of the pupil's, and the words for it (as the other fields of ``CalendarDay``)."""
    schools = [
        row for row in source.enrolments_on(day) if row["school_id"] in source.setting.calendars.schools
    ]
    if not schools:
        return "not_enrolled", (), _("not enrolled")
    if day in exempt:
        return "exempt", (), _("exempt")
    calendars = [source.setting.calendars.of(row["school_id"], row["group"]) for row in schools]
    open_ones = [one for one in calendars if one.is_school_day(day)]
    if not open_ones:
        return "closed", (), _closed_because(calendars[0], day)
    if day > source.on:
        return "coming", (), ""
    return "no_data", (), _("no data yet: the school has not delivered this day")


def _closed_because(calendar: SchoolCalendar, day: date) -> str:
    kinds = [closure.kind for closure in calendar.closures if day in closure.period]
    if "study_day" in kinds:
        return _("study day")
    if is_public_holiday(day, liberation_day=calendar.liberation_day_free) or "public_holiday" in kinds:
        return _("public holiday")
    if "holiday" in kinds or (
        calendar.region and any(day in holiday for holiday in region_holidays(calendar.region))
    ):
        return _("holiday")
    return _("no lessons by the timetable")
