"""The typed facts of one pupil that rules reason about (the register's rows, read and known).

Each fact carries ``ref``, how a finding names it: ``table:id`` or ``table:row``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from aanwezig.calendar import Calendars
from aanwezig.values import Period

# In a class with a field called ``date`` the type needs another name.
Day = date


@dataclass(frozen=True, slots=True)
class Absence:
    """A row of ``absences``; ``authorised`` None means that nobody said."""

    ref: str
    school_id: str
    date: date
    reason: str
    authorised: bool | None = None
    minutes: int | None = None
    lesson: str | None = None
    part: str | None = None
    start_time: str | None = None
    subject: str | None = None
    recorded_at: datetime | None = None
    # Its place in the file: the order among the rows of a pupil, whatever stands between them.
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Enrolment:
    ref: str
    school_id: str
    period: Period
    group: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    ref: str
    ground: str
    period: Period

    @property
    def is_full(self) -> bool:
        """Whether it takes away the whole duty (article 5 or 15), not some hours of a child under 6."""
        return not self.ground.startswith("under6")


@dataclass(frozen=True, slots=True)
class Leave:
    ref: str
    school_id: str
    period: Period
    ground: str
    granted: str
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    ref: str
    school_id: str
    period: Period
    kind: str
    reason_given: bool | None = None
    inspectorate_told_on: date | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    ref: str
    school_id: str
    category: str
    first_day: date
    last_day: date | None
    sent_on: date
    status: str


@dataclass(frozen=True, slots=True)
class ReducedProgramme:
    ref: str
    school_id: str
    period: Period
    minutes_per_week: int
    ground: str
    agreed_by: str | None = None


@dataclass(frozen=True, slots=True)
class NotEnrolled:
    ref: str
    since: date
    reason: str
    last_contact_on: date | None = None


@dataclass(frozen=True, slots=True)
class Application:
    ref: str
    school_id: str
    applied_on: date
    state: str
    state_since: date


@dataclass(frozen=True, slots=True)
class Result:
    ref: str
    date: date
    subject: str | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Observation:
    """What a person recorded: contact, return, distress, a case in tier 3 opened or closed."""

    ref: str
    date: date
    kind: str
    last_day: Day | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """Care or a participation in an arrangement: something that runs from-to and is of a kind."""

    ref: str
    kind: str
    period: Period


@dataclass(frozen=True, slots=True)
class PupilFacts:
    """All that is known of one pupil on the reference date; nothing dated later."""

    pupil_id: str
    birth_date: date | None = None
    municipality: str | None = None
    start_qualification_on: date | None = None
    qualification_exempt: bool = False
    school_years_completed: int | None = None
    # The day the pupil's row was recorded; the number of completed years is that of 31 July before it.
    pupil_recorded_on: date | None = None
    ref: str = ""
    enrolments: tuple[Enrolment, ...] = ()
    absences: tuple[Absence, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    leave: tuple[Leave, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    notifications: tuple[Notification, ...] = ()
    reduced_programmes: tuple[ReducedProgramme, ...] = ()
    not_enrolled: tuple[NotEnrolled, ...] = ()
    applications: tuple[Application, ...] = ()
    results: tuple[Result, ...] = ()
    observations: tuple[Observation, ...] = ()
    participations: tuple[Spell, ...] = ()
    care: tuple[Spell, ...] = ()


@dataclass(frozen=True, slots=True)
class TestWeek:
    school_id: str
    period: Period
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for every pupil: the reference date, the calendars and how fresh the data are.

    ``complete_through``: per school the last day up to which absence is complete (table ``deliveries``);
    a school that is not in it delivered up to the reference date, 'not stated'.
    """

    on: date
    calendars: Calendars
    complete_through: Mapping[str, date] = field(default_factory=dict)
    test_weeks: tuple[TestWeek, ...] = ()

    def last_day(self, school_id: str) -> date:
        """The last day of which something can be said for a school: never past what it delivered."""
        return min(self.on, self.complete_through.get(school_id, self.on))
