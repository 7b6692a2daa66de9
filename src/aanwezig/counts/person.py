"""One person by one definition: the plain function that is the specification of every count."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from aanwezig.counts.history import OFFER_TABLES, History
from aanwezig.counts.outcome import Answer, judge
from aanwezig.counts.profiles import ProfileData
from aanwezig.counts.worth_looking import days_to_look
from aanwezig.rules.attendance import Attendance
from aanwezig.rules.provisions import Provisions
from aanwezig.values import Outcome, SchoolYear


def person_in(
    profile: ProfileData,
    attendance: Attendance,
    on: date,
    provisions: Provisions | None = None,
    *,
    year: SchoolYear | None = None,
    tables: Collection[str] = OFFER_TABLES,
) -> Answer:
    """Whether a person counts by a profile on a day, up to the reference date of its attendance.

    ``year``: at any time in that school year up to the day, in the category held longest. ``tables``: which tables
    the register has; without any of arrangements, care and applications nobody can tell who has an offer.
    """
    return placed(profile, History(attendance, provisions or Provisions(), tables), on, year)


def placed(profile: ProfileData, history: History, on: date, year: SchoolYear | None = None) -> Answer:
    """The same for a history made before."""
    if year is not None:
        return _at_any_time(profile, history, year.first, min(on, year.last), longest=True)
    if profile.moment == "school_year":
        return _at_any_time(profile, history, SchoolYear.of(on).first, on, longest=False)
    return on_day(profile, history, on)


def on_day(profile: ProfileData, history: History, day: date) -> Answer:
    """What a profile says on one day."""
    now, perhaps = history.situations(day)
    return judge(profile, now, perhaps)


def _at_any_time(profile: ProfileData, history: History, first: date, last: date, *, longest: bool) -> Answer:
    """At any time in a period: the category held longest, or else the first in order; the last day it held is told."""
    order = {category.id: place for place, category in enumerate(profile.categories)}
    held: dict[tuple[str, bool], tuple[int, Answer]] = {}
    open_answer: Answer | None = None
    no: Answer | None = None
    for day in days_to_look(history, profile, first, last):
        answer = on_day(profile, history, day)
        if answer.category is not None:
            key = (answer.category, answer.left_out)
            held[key] = (held.get(key, (0, answer))[0] + 1, answer)
        elif answer.answer is Outcome.CANNOT_TELL:
            open_answer = answer
        else:
            no = answer
    counted = {key: one for key, one in held.items() if not key[1]} or held
    if counted:
        if longest:
            key = min(counted, key=lambda key: (-counted[key][0], order[key[0]]))
        else:
            key = min(counted, key=lambda key: order[key[0]])
        return counted[key][1]
    return open_answer or no or on_day(profile, history, last)
