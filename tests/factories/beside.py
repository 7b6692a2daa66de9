"""Builders for facts beside absence: suspensions, observations, applications, results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from aanwezig.rules.facts import (
    Absence,
    Application,
    NotEnrolled,
    Observation,
    ReducedProgramme,
    Result,
    Setting,
    Spell,
    Suspension,
)
from factories.registers import PO, Day, absence, day, period


def suspension(
    first: Day,
    last: Day | None = None,
    kind: str = "suspension",
    reason_given: bool | None = None,
    told: Day | None = None,
    school_id: str = PO,
) -> Suspension:
    return Suspension(
        f"suspensions:{first}-{kind}",
        school_id,
        period(first, last or first),
        kind,
        reason_given,
        day(told) if told else None,
    )


def observed(kind: str, on: Day, last: Day | None = None) -> Observation:
    return Observation(f"observations:{kind}-{on}", day(on), kind, day(last) if last else None)


def applied(state: str, since: Day, school_id: str = "99ZZ00") -> Application:
    return Application(f"applications:{since}", school_id, day(since), state, day(since))


def out_of_school(since: Day, reason: str = "unknown", last_contact: Day | None = None) -> NotEnrolled:
    return NotEnrolled(
        f"not_enrolled:{since}", day(since), reason, day(last_contact) if last_contact else None
    )


def programme(
    first: Day, last: Day | None = None, minutes: int = 600, agreed_by: str | None = None, school_id: str = PO
) -> ReducedProgramme:
    return ReducedProgramme(
        f"reduced_programmes:{first}", school_id, period(first, last), minutes, "other", agreed_by
    )


def participation(first: Day, last: Day | None = None) -> Spell:
    return Spell(f"participations:{first}", "arrangement", period(first, last))


def result(on: Day, value: float | None, subject: str | None = "wiskunde") -> Result:
    return Result(f"results:{on}", day(on), subject, value)


def school_days(on: Setting, first: Day, number: int, school_id: str = PO) -> list[date]:
    """The first so many school days from a day on."""
    calendar = on.calendars.of(school_id)
    found: list[date] = []
    start = day(first)
    while len(found) < number:
        following = start if calendar.is_school_day(start) else calendar.next_school_day(start)
        assert following is not None
        found.append(following)
        start = date.fromordinal(following.toordinal() + 1)
    return found


def on_days(days: Sequence[Day], reason: str = "sick", part: str = "day") -> list[Absence]:
    """A row for each of these days."""
    return [absence(each, reason, part=part) for each in days]
