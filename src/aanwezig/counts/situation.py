"""What holds of one person on one day: the facts that every definition of home-sitters looks at, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from aanwezig.counts.profiles import Duration
from aanwezig.rules.legal_status import Status
from aanwezig.values.period import ONE_DAY, add_months


@dataclass(frozen=True, slots=True)
class Run:
    """A state that goes on: its first day is day 1 (docs/specification/rules.md §6, Durations).

    ``long_from``: the day from which it has lasted more than four weeks; None while it has not. ``last``: the last
    day of which is known that it goes on. ``reasons``: the marks of an absence, for the words.
    """

    first: date
    last: date
    long_from: date | None
    reasons: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    def lasted(self, duration: Duration, day: date) -> bool:
        """Whether on a day in it the run has lasted so long."""
        if duration == "from_day_1":
            return True
        if self.long_from is None or day < self.long_from:
            return False
        if duration == "more_than_4_weeks":
            return True
        three_months = add_months(self.first, 3)
        return day >= (three_months if duration == "more_than_3_months" else three_months - ONE_DAY)

    def days(self, day: date) -> int:
        """Calendar days up to and with a day."""
        return (day - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Span:
    """Days from-to on which something holds, and the first day of what it rests on."""

    first: date
    last: date
    since: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Situation:
    """One person on one day; None means that it does not hold.

    On a day without school the state of the last school day holds; durations count to the day itself.
    ``administrative``: the register says that not being enrolled is a fault of administration. ``offers``: what the
    person has on the day (``arrangement``, ``care``) and the states of its applications. ``offers_known``: whether
    the register has any table that could tell. ``undelivered_days``: so many days ago is the last of which the school
    delivered absence. ``never_known``: no date of birth and nothing else says since when the person should be at school.
    """

    pupil_id: str
    on: date
    status: Status
    enrolled: bool
    exemption: Run | None
    ground: str | None
    not_enrolled: Run | None
    why_not_enrolled: str | None
    unauthorised: Run | None
    absence: Run | None
    no_education: Run | None
    relative: Span | None
    part_time: Span | None
    followed: Fraction | None
    offers: frozenset[str]
    offers_known: bool
    certificate: bool
    undelivered_days: int = 0
    has_open_marks: bool = False
    never_known: bool = False

    @property
    def administrative(self) -> bool:
        return self.why_not_enrolled == "administrative" and not self.enrolled

    @property
    def state(self) -> str:
        if self.ground is not None:
            return "exempt"
        return "enrolled" if self.enrolled else "not_enrolled"
