"""The ladder of steps: what is counted of a pupil's absence, when a step was needed, and whether it was done.

Plain values and functions over a pupil's attendance, no Django. Counted as the rules count
(docs/specification/rules.md §5): spells are not broken by days without school.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from aanwezig.rules.attendance import Attendance, Mark
from aanwezig.rules.signals.lateness import is_late
from aanwezig.rules.signals.sickness import is_sick
from aanwezig.rules.unauthorised import Counts, counts_for_long_absence
from aanwezig.rules.walk import Walk, stretches_of, walk_of
from aanwezig.values import SchoolYear
from aanwezig.web.signals.domain import Word

Counted = Literal["sick_reports", "unauthorised", "absent_days", "late"]
Action = Literal["talk", "letter", "home_visit", "team", "notification"]
StepState = Literal["not_reached", "missing", "done", "not_needed"]

# Which words of a person show that an action was done (kinds of ``words.KINDS``).
DONE_BY: Mapping[Action, tuple[str, ...]] = {
    "talk": ("talk", "home_visit"),
    "letter": ("letter",),
    "home_visit": ("home_visit",),
    "team": ("team",),
    "notification": ("notification",),
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """At ``number`` times of what is ``counted``, within so many school weeks, or (None) within the school year."""

    number: int
    counted: Counted
    weeks: int | None


@dataclass(frozen=True, slots=True)
class Need:
    """A step was needed from ``reached_on``; ``days`` are what was counted from the first to the last day of it."""

    reached_on: date
    first_day: date
    last_day: date
    quantity: int


def happenings(attendance: Attendance, counted: Counted, school: str) -> list[int]:
    """The places in the pupil's school days of what is counted at one school, in order.

    Sick reports and unauthorised absences: the first day of each spell. Days absent: each day of which at least
    half was missed, whatever the reason. Late: each time, twice on one day is two.
    """
    walk = walk_of(attendance)
    if counted == "late":
        return [place for place in walk.marked for mark in _marks(walk, place, school) if is_late(mark)]
    if counted == "absent_days":
        return [place for place in walk.marked if _half_missed(walk, place, school)]
    counts: Callable[[Mark], bool] = is_sick
    if counted == "unauthorised":

        def counts(mark: Mark) -> bool:
            return counts_for_long_absence(mark.absence, attendance.facts) is Counts.YES

    days = [place for place in walk.marked if any(counts(mark) for mark in _marks(walk, place, school))]
    before = {place + 1 for place in days}
    return [place for place in days if place not in before]


def _marks(walk: Walk, place: int, school: str) -> tuple[Mark, ...]:
    return tuple(mark for mark in walk.days[place].marks if mark.absence.school_id == school)


def _half_missed(walk: Walk, place: int, school: str) -> bool:
    possible = sum(day.possible for day in walk.days[place].schools if day.school_id == school)
    absent = sum(mark.minutes for mark in _marks(walk, place, school) if mark.is_absence)
    return absent > 0 and absent * 2 >= possible


def needs(attendance: Attendance, threshold: Threshold, school: str, year: SchoolYear) -> tuple[Need, ...]:
    """The times in a school year that a step was needed: once per stretch in which the number is reached.

    The window runs as that of the rules; it may begin before the summer, the step is needed in ``year``.
    """
    walk = walk_of(attendance)
    events = happenings(attendance, threshold.counted, school)
    weeks = threshold.weeks
    if weeks is None:
        events = [place for place in events if walk.dates[place] >= year.first]
    found = stretches_of(
        events,
        threshold.number,
        lambda first, last: weeks is None or walk.within(first, last, weeks),
        lambda place: year.first <= walk.dates[place] <= year.last,
    )
    return tuple(
        Need(
            walk.dates[stretch.reached],
            walk.dates[stretch.first],
            walk.dates[stretch.last],
            stretch.most,
        )
        for stretch in found
    )


def count_now(attendance: Attendance, threshold: Threshold, school: str, on: date) -> int:
    """How often it is now: in the school weeks that end on the pupil's last known school day, or this school year."""
    walk = walk_of(attendance)
    events = happenings(attendance, threshold.counted, school)
    if not walk.dates:
        return 0
    if threshold.weeks is None:
        return sum(walk.dates[place] >= SchoolYear.of(on).first for place in events)
    last = len(walk.dates) - 1
    weeks = threshold.weeks
    return sum(walk.within(place, last, weeks) for place in events)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a person recorded of a step: done, or not needed because."""

    state: Literal["done", "not_needed"]
    on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """How a step stands for a pupil; ``by_word``: done because somebody recorded such a talk, letter, …"""

    state: StepState
    since: date | None = None
    on: date | None = None
    by_word: bool = False


def standing(
    action: Action, reached: Iterable[date], outcomes: Iterable[Outcome], words: Iterable[Word]
) -> Standing:
    """How a step stands: done, missing, not needed; it counts from the last day on which it became needed.

    A talk, letter, visit or notification on that day or later does it; so does what a person recorded of the step.
    """
    since = max(reached, default=None)
    if since is None:
        return Standing("not_reached")
    own = [outcome for outcome in outcomes if outcome.on >= since]
    if own:
        last = max(own, key=lambda outcome: outcome.on)
        return Standing(last.state, since, last.on)
    said = [word.day for word in words if word.kind in DONE_BY[action] and word.day >= since]
    if said:
        return Standing("done", since, min(said), by_word=True)
    return Standing("missing", since)
