"""Whose duty applies: the legal status of a person on a day (docs/specification/rules.md §1).

In this order: ``exempt``, ``not_yet``, ``compulsory`` (leerplichtig), ``qualification``
(kwalificatieplichtig), ``rmc``, ``none``. Ages, and the days from when they hold, are in
``data/legal_status.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.facts import PupilFacts, Setting
from aanwezig.rules.provisions import Provisions
from aanwezig.values import CannotTell, SchoolYear
from aanwezig.values.period import ONE_DAY, birthday

RULE = "legal_status"
STATUSES = ("exempt", "not_yet", "compulsory", "qualification", "rmc", "none")
# Those under the Compulsory Education Act, and those of whom absence is told at all.
COMPULSORY = frozenset({"compulsory", "qualification"})
DUTY = frozenset({"compulsory", "qualification", "rmc"})
# No school is closed for longer; a calendar without any school day would else be walked for ever.
LONGEST_CLOSURE = timedelta(days=420)

Status = str | CannotTell


@dataclass(frozen=True, slots=True)
class _Ages:
    """The days on which a status of one person changes, by one version of the text."""

    start_month: date
    last_compulsory_day: date
    qualification_ends: date
    rmc_ends: date


class Statuses:
    """The legal status of one person on any day; make it once, ask it often."""

    def __init__(self, facts: PupilFacts, setting: Setting, provisions: Provisions) -> None:
        self._facts = facts
        self._setting = setting
        self._provisions = provisions
        self._known: dict[date, Status] = {}
        self._ages: dict[str, _Ages] = {}
        self._first_days: dict[date, date] = {}

    def on(self, day: date) -> Status:
        """The status on a day; CannotTell without a date of birth, NotInForce before the text holds."""
        status = self._known.get(day)
        if status is None:
            status = self._known[day] = self._work_out(day)
        return status

    def _work_out(self, day: date) -> Status:
        facts = self._facts
        for exemption in facts.exemptions:
            if exemption.is_full and day in exemption.period:
                return "exempt"
        if facts.birth_date is None:
            return CannotTell("birth_date")
        ages = self._ages_on(day, facts.birth_date)
        if day < ages.start_month or day < self._first_school_day(ages.start_month, day):
            return "not_yet"
        if day <= ages.last_compulsory_day:
            return "compulsory"
        if facts.start_qualification_on is not None and facts.start_qualification_on <= day:
            return "none"
        if day < ages.qualification_ends:
            return "none" if facts.qualification_exempt else "qualification"
        return "rmc" if day < ages.rmc_ends else "none"

    def _ages_on(self, day: date, birth_date: date) -> _Ages:
        rule = self._provisions.on(RULE, day)
        ages = self._ages.get(rule.version)
        if ages is None:
            turned = birthday(birth_date, rule["start_age"])
            month = date(turned.year + turned.month // 12, turned.month % 12 + 1, 1)
            last = SchoolYear.of(birthday(birth_date, rule["compulsory_until_age"])).last
            completed = self._all_years_completed_on(rule["full_school_years"])
            if completed is not None:
                last = min(last, completed)
            ages = _Ages(
                start_month=month,
                last_compulsory_day=last,
                qualification_ends=birthday(birth_date, rule["qualification_until_age"]),
                rmc_ends=birthday(birth_date, rule["rmc_upper_age"]),
            )
            self._ages[rule.version] = ages
        return ages

    def _all_years_completed_on(self, needed: int) -> date | None:
        """The last compulsory day by full school years; None when their number is not known.

        The number is that of the 31 July before it was recorded (before the reference date when nobody
        said when), and each later school year adds one. The status never changes before the record.
        """
        number = self._facts.school_years_completed
        if number is None:
            return None
        recorded = self._facts.pupil_recorded_on
        counted_on = SchoolYear.of(recorded or self._setting.on).first - ONE_DAY
        ended = date(counted_on.year + needed - number, 7, 31)
        return max(ended, recorded) if recorded is not None else ended

    def _first_school_day(self, month: date, asked: date) -> date:
        """The first school day from the first of a month on; the day after ``asked`` when none came yet."""
        known = self._first_days.get(month)
        if known is not None:
            return known
        day = month
        while day <= asked and day <= month + LONGEST_CLOSURE:
            if self._is_school_day(day):
                self._first_days[month] = day
                return day
            day += ONE_DAY
        return day

    def _is_school_day(self, day: date) -> bool:
        """By the school of enrolment, else by the region of the municipality, else Monday to Friday."""
        calendars = self._setting.calendars
        enrolments = [enrolment for enrolment in self._facts.enrolments if day in enrolment.period]
        if enrolments:
            return any(calendars.of(e.school_id, e.group).is_school_day(day) for e in enrolments)
        return calendars.of_region(self._facts.municipality).is_school_day(day)


def legal_status(facts: PupilFacts, setting: Setting, day: date, provisions: Provisions) -> Status:
    """The legal status of a person on a day, or what is missing to tell (docs/specification/rules.md §1)."""
    return Statuses(facts, setting, provisions).on(day)


def statuses_of(attendance: Attendance, provisions: Provisions) -> Statuses:
    """The statuses of a pupil, shared by all rules that judge its attendance."""
    key = ("statuses", provisions)
    found = attendance.memo.get(key)
    if not isinstance(found, Statuses):
        found = attendance.memo[key] = Statuses(attendance.facts, attendance.setting, provisions)
    return found


def is_responsible(facts: PupilFacts, day: date, provisions: Provisions) -> bool | CannotTell:
    """Whether the young person is responsible beside the parents: from the 12th birthday."""
    if facts.birth_date is None:
        return CannotTell("birth_date")
    return day >= birthday(facts.birth_date, provisions.on(RULE, day)["responsible_from_age"])
