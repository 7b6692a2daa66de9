"""Time in which a young person is enrolled nowhere (docs/specification/rules.md §6, Durations).

Counted by calendar: from the day after an enrolment ended (or, for somebody never enrolled, from
``not_enrolled.since``, else the first day with a duty) up to the day before the next one. A gap without a
school day of the region is no gap.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.judging import version_on
from aanwezig.rules.legal_status import RULE as LEGAL_STATUS
from aanwezig.rules.legal_status import statuses_of
from aanwezig.rules.provisions import Provisions
from aanwezig.values import CannotTell, SchoolYear
from aanwezig.values.period import ONE_DAY, birthday

# Nobody under this age has any duty, nor can a number of birthdays change a status after the other.
YOUNGEST, OLDEST = 5, 30


@dataclass(frozen=True, slots=True)
class Gap:
    """Days enrolled nowhere; ``refs`` are the facts that say so, ``reason`` why (table ``not_enrolled``)."""

    first: date
    last: date
    refs: tuple[str, ...]
    school_id: str | None
    reason: str | None


def gaps_of(attendance: Attendance) -> tuple[Gap, ...]:
    """The gaps of a pupil up to the reference date, in order, whatever the legal status; made once."""
    found = attendance.memo.get("gaps")
    if not isinstance(found, tuple):
        found = attendance.memo["gaps"] = tuple(_find(attendance))
    return found


def _find(attendance: Attendance) -> list[Gap]:
    facts, on = attendance.facts, attendance.setting.on
    enrolments = sorted((e for e in facts.enrolments if e.period.first <= on), key=lambda e: e.period.first)
    told = sorted((n for n in facts.not_enrolled if n.since <= on), key=lambda n: n.since)
    spans: list[tuple[date, date, str | None, str]] = []
    start: date | None
    if enrolments:
        first = enrolments[0].period.first
        if told and told[0].since < first:
            spans.append((told[0].since, first - ONE_DAY, None, ""))
        covered, school_id, ref = first - ONE_DAY, None, ""
        for enrolment in enrolments:
            if enrolment.period.first > covered + ONE_DAY:
                spans.append((covered + ONE_DAY, enrolment.period.first - ONE_DAY, school_id, ref))
            end = min(on, enrolment.period.last or on)
            if end >= covered:
                covered, school_id, ref = end, enrolment.school_id, enrolment.ref
        if covered < on:
            spans.append((covered + ONE_DAY, on, school_id, ref))
    else:
        start = told[0].since if told else None
        if start is None and facts.birth_date is not None:
            start = birthday(facts.birth_date, YOUNGEST)
        if start is not None and start <= on:
            spans.append((start, on, None, facts.ref))
    calendar = attendance.setting.calendars.of_region(facts.municipality)
    gaps = []
    for begin, end, school_id, ref in spans:
        if next(iter(calendar.school_days(begin, end)), None) is None:
            continue
        own = [n for n in told if n.since <= end]
        refs = tuple(filter(None, (ref, own[-1].ref if own else "")))
        gaps.append(Gap(begin, end, refs, school_id, own[-1].reason if own else None))
    return gaps


def parts_with_status(
    attendance: Attendance, provisions: Provisions, gap: Gap, wanted: Collection[str]
) -> list[tuple[date, date]] | CannotTell:
    """The parts of a gap in which the person has one of these legal statuses; CannotTell without a birth date.

    A part without a school day of the region is no part.
    """
    parts: list[tuple[date, date]] = []
    statuses = statuses_of(attendance, provisions)
    days = _change_days(attendance, gap)
    for index, day in enumerate(days):
        if version_on(provisions, LEGAL_STATUS, day) is None:
            continue
        end = days[index + 1] - ONE_DAY if index + 1 < len(days) else gap.last
        status = statuses.on(day)
        if isinstance(status, CannotTell):
            return status
        if status not in wanted:
            continue
        if parts and parts[-1][1] == day - ONE_DAY:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((day, end))
    calendar = attendance.setting.calendars.of_region(attendance.facts.municipality)
    return [part for part in parts if next(iter(calendar.school_days(*part)), None) is not None]


def _change_days(attendance: Attendance, gap: Gap) -> list[date]:
    """The days of a gap on which a status can change, its first day among them: asking each day would be slow."""
    facts = attendance.facts
    days = {gap.first}
    for exemption in facts.exemptions:
        days.add(exemption.period.first)
        if exemption.period.last is not None:
            days.add(exemption.period.last + ONE_DAY)
    for start in range(SchoolYear.of(gap.first).start_year, SchoolYear.of(gap.last).start_year + 1):
        days.add(SchoolYear(start).first)
    days.update(day for day in (facts.start_qualification_on, facts.pupil_recorded_on) if day is not None)
    if facts.pupil_recorded_on is not None:
        days.add(facts.pupil_recorded_on + ONE_DAY)
    if facts.birth_date is not None:
        days.update(birthday(facts.birth_date, age) for age in range(YOUNGEST, OLDEST))
        # The duty begins on a school day: look at each day of the time in which it can begin.
        young = birthday(facts.birth_date, YOUNGEST)
        day = max(gap.first, young)
        while day <= gap.last and (day - young).days < 180:
            days.add(day)
            day += ONE_DAY
    return sorted(day for day in days if gap.first <= day <= gap.last)
