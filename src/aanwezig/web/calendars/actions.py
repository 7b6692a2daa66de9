"""Changes to the calendar and the lesson times of a school: facts, so the results follow."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from aanwezig.values import AanwezigError, BilingualText
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import require
from aanwezig.web.audit.actions import record_change
from aanwezig.web.calendars import domain
from aanwezig.web.calendars.domain import WeekTimes
from aanwezig.web.facts.changes import add_fact, correct_fact, current, withdraw_fact
from aanwezig.web.facts.models import FACTS, School
from aanwezig.web.organisations.models import Organisation

WRONG = {
    "order": (
        ("De laatste dag ligt voor de eerste.", "The last day lies before the first."),
        ("Draai de dagen om.", "Swap the days."),
    ),
    "too_long": (
        (
            f"Een sluiting duurt korter dan {domain.LONGEST_CLOSURE} dagen.",
            f"A closure is shorter than {domain.LONGEST_CLOSURE} days.",
        ),
        ("Kijk de jaartallen na.", "Check the years."),
    ),
    "kind": (
        ("Deze soort sluiting bestaat niet.", "This kind of closure does not exist."),
        ("Kies er een uit de lijst.", "Choose one from the list."),
    ),
    "overlap": (
        ("Deze dagen vallen samen met een andere sluiting.", "These days overlap with another closure."),
        ("Haal die eerst weg, of kies andere dagen.", "Remove that one first, or choose other days."),
    ),
    "minutes": (
        (
            f"Lestijd per dag is 0 tot en met {domain.MOST_MINUTES_A_DAY} minuten.",
            f"Lesson time a day is 0 up to {domain.MOST_MINUTES_A_DAY} minutes.",
        ),
        ("Verbeter het aantal minuten.", "Correct the number of minutes."),
    ),
    "lessons": (
        ("Een dag heeft 0 tot en met 20 lessen.", "A day has 0 up to 20 lessons."),
        ("Verbeter het aantal lessen.", "Correct the number of lessons."),
    ),
    "lessons_without_minutes": (
        ("Er zijn lessen ingevuld zonder minuten.", "Lessons are given without minutes."),
        ("Vul ook de minuten in.", "Fill in the minutes too."),
    ),
    "gone": (
        ("Deze sluiting staat er niet meer.", "This closure is no longer there."),
        ("Ververs de pagina.", "Reload the page."),
    ),
}


def _refuse(wrong: str | None) -> None:
    if wrong is not None:
        what, mend = WRONG[wrong]
        raise AanwezigError("WEB-451", BilingualText(*what), BilingualText(*mend))


def add_closure(actor: Actor | None, school: Organisation, first: date, last: date, kind: str) -> None:
    """A closed period, a study day, or days on which the school is open in a holiday."""
    decision = require(actor, "calendar.edit", school)
    assert actor is not None
    _refuse(domain.closure_wrong(first, last, kind))
    with transaction.atomic():
        # Locked, so that two people cannot add overlapping ones.
        School.objects.select_for_update().get(code=school.code)
        standing = current("closures").filter(school_id=school.code).values_list("first_day", "last_day")
        _refuse("overlap" if domain.overlapping(first, last, standing) else None)
        add_fact(
            "closures",
            actor.user_id,
            {"school_id": school.code, "first_day": first, "last_day": last, "kind": kind},
        )
        record_change(
            actor,
            "calendar.add",
            decision=decision,
            details={"first": first.isoformat(), "last": last.isoformat(), "kind": kind},
        )


def remove_closure(actor: Actor | None, school: Organisation, closure: int) -> None:
    """Take a closure away; the region's holidays hold again for those days."""
    decision = require(actor, "calendar.edit", school)
    assert actor is not None
    with transaction.atomic():
        row = (
            FACTS["closures"]
            .objects.filter(pk=closure, school_id=school.code, superseded_at__isnull=True)
            .first()
        )
        _refuse("gone" if row is None else None)
        withdraw_fact(row)
        record_change(
            actor,
            "calendar.remove",
            decision=decision,
            details={"first": row.first_day.isoformat(), "kind": row.kind},
        )


def set_week(actor: Actor | None, school: Organisation, week: WeekTimes) -> None:
    """The lesson times of the school or one group for Monday to Friday; an empty day has no school."""
    decision = require(actor, "calendar.edit", school)
    assert actor is not None
    for minutes, lessons in zip(week.minutes, week.lessons, strict=True):
        _refuse(domain.weekday_wrong(minutes, lessons))
    with transaction.atomic():
        School.objects.select_for_update().get(code=school.code)
        rows = current("timetable").filter(school_id=school.code, group=week.group, date__isnull=True)
        standing = {row.weekday: row for row in rows}
        for weekday, (minutes, lessons) in enumerate(zip(week.minutes, week.lessons, strict=True), start=1):
            row = standing.get(weekday)
            values = {"minutes": minutes, "lessons": lessons}
            if row is None and minutes is not None:
                add_fact(
                    "timetable",
                    actor.user_id,
                    {"school_id": school.code, "group": week.group, "weekday": weekday, **values},
                )
            elif row is not None and minutes is None:
                withdraw_fact(row)
            elif row is not None and (row.minutes, row.lessons) != (minutes, lessons):
                correct_fact(row, actor.user_id, values)
        record_change(actor, "timetable.set", decision=decision, subject=(week.group or "")[:60])


def set_school(
    actor: Actor | None, school: Organisation, region: str | None, lesson_minutes: int | None
) -> None:
    """The holiday region and the length of a lesson of a school."""
    decision = require(actor, "calendar.edit", school)
    assert actor is not None
    _refuse("minutes" if lesson_minutes is not None and not 1 <= lesson_minutes <= 600 else None)
    with transaction.atomic():
        row = current("schools").filter(school_id=school.code).select_for_update().first()
        _refuse("gone" if row is None else None)
        values = {"holiday_region": region or None, "lesson_minutes": lesson_minutes}
        if any(getattr(row, name) != value for name, value in values.items()):
            correct_fact(row, actor.user_id, values)
            record_change(actor, "calendar.school", decision=decision, details=values)
