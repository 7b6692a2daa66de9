"""Leave within its limits, and exemptions that end (docs/specification/rules.md §3).

Holiday leave (article 11 under f) once a school year, at most ten school days, never in the first two lesson
weeks. Weighty circumstances (under g): the head up to ten school days a school year, from day 11 the attendance
officer. A child under 6 may stay home some hours a week; what is more is unauthorised.

Not judged: whether sickness was told within two days. A register says when a row was recorded, not when the
parents called, so it cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from aanwezig.rules.attendance import EXEMPT_REASON, Attendance, Exact
from aanwezig.rules.duties.in_force import is_current
from aanwezig.rules.facts import Exemption, Leave
from aanwezig.rules.finding import Finding, Judgement, NotDecidable
from aanwezig.rules.judging import make_finding, version_on
from aanwezig.rules.legal_status import statuses_of
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.wording import day_text, days_text, hours_text, school_days_text
from aanwezig.values import CannotTell, SchoolYear, monday_of
from aanwezig.values.period import ONE_DAY, birthday

UNDER_6 = ("under6_5h", "under6_10h")


def _granted(attendance: Attendance, ground: str) -> list[Leave]:
    """Leave granted on a ground that has begun, in order of its first day."""
    on = attendance.setting.on
    own = [
        leave
        for leave in attendance.facts.leave
        if leave.ground == ground and leave.granted == "yes" and leave.period.first <= on
    ]
    return sorted(own, key=lambda leave: (leave.period.first, leave.ref))


def _school_days(attendance: Attendance, leave: Leave) -> list[date]:
    """The school days of the school in a leave; those to come were granted too, so they count."""
    calendar = attendance.calendar(leave.school_id, leave.period.first)
    return list(calendar.school_days(leave.period.first, leave.period.last or leave.period.first))


def _by_year(attendance: Attendance, ground: str) -> Iterator[tuple[SchoolYear, list[tuple[Leave, date]]]]:
    """Per school year the school days of leave on a ground, each with the leave that gives it, in order."""
    years: dict[SchoolYear, list[tuple[Leave, date]]] = {}
    for leave in _granted(attendance, ground):
        for day in _school_days(attendance, leave):
            years.setdefault(SchoolYear.of(day), []).append((leave, day))
    yield from sorted(years.items())


def _refs(leaves: Iterator[Leave] | list[Leave]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(leave.ref for leave in leaves))


def leave_holiday_too_long(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Holiday leave of more than ten school days in a school year."""
    findings = []
    for _, days in _by_year(attendance, "art11_f"):
        rule = version_on(provisions, "leave_holiday_too_long", days[0][1])
        if rule is None or len(days) <= int(rule["school_days"]):
            continue
        findings.append(
            _leave_finding(
                attendance, rule, days, len(days), int(rule["school_days"]), len({d[0].ref for d in days})
            )
        )
    return Judgement(tuple(findings))


def _leave_finding(
    attendance: Attendance,
    rule: RuleVersion,
    days: list[tuple[Leave, date]],
    quantity: int,
    threshold: int,
    times: int,
) -> Finding:
    first, last = days[0][1], min(days[-1][1], attendance.setting.on)
    return make_finding(
        rule,
        attendance.facts.pupil_id,
        days[-1][0].school_id,
        first,
        max(first, last),
        quantity=quantity,
        threshold=threshold,
        unit="days" if rule.data.unit == "days" else "reports",
        facts=_refs([leave for leave, _ in days]),
        obligation="must",
        words={
            "days": school_days_text(len(days)),
            "limit": school_days_text(threshold),
            "times": times,
            "begin": day_text(first),
        },
        details={"school_days": len(days), "granted_through": days[-1][1].isoformat()},
    )


def leave_holiday_twice(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Holiday leave granted for a second time in a school year; two rows that join are one leave."""
    findings = []
    for _, days in _by_year(attendance, "art11_f"):
        rule = version_on(provisions, "leave_holiday_twice", days[0][1])
        times = 1 + sum(
            1
            for (before, last), (after, first) in pairwise(days)
            if before.ref != after.ref and not _joins(attendance, after, last, first)
        )
        if rule is not None and times > int(rule["times"]):
            findings.append(_leave_finding(attendance, rule, days, times, int(rule["times"]), times))
    return Judgement(tuple(findings))


def _joins(attendance: Attendance, leave: Leave, last: date, first: date) -> bool:
    """Whether no school day lies between two days of leave."""
    calendar = attendance.calendar(leave.school_id, leave.period.first)
    return next(iter(calendar.school_days(last + ONE_DAY, first - ONE_DAY)), None) is None


def leave_first_weeks(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Holiday leave in the first two lesson weeks of a school year."""
    findings = []
    for year, days in _by_year(attendance, "art11_f"):
        rule = version_on(provisions, "leave_first_weeks", days[0][1])
        if rule is None:
            continue
        weeks = int(rule["lesson_weeks"])
        early = [
            (leave, day) for leave, day in days if day <= _end_of_first_weeks(attendance, leave, year, weeks)
        ]
        if early:
            findings.append(_leave_finding(attendance, rule, early, len(early), 0, 1))
    return Judgement(tuple(findings))


def _end_of_first_weeks(attendance: Attendance, leave: Leave, year: SchoolYear, weeks: int) -> date:
    """The Sunday of the last of the first lesson weeks of a school year."""
    calendar = attendance.calendar(leave.school_id, leave.period.first)
    first = next(iter(calendar.school_days(year.first, year.last)), year.last)
    monday = calendar.lesson_week_after(monday_of(first), weeks - 1)
    return (monday or year.last) + timedelta(days=6)


def leave_weighty_over_10(attendance: Attendance, provisions: Provisions) -> Judgement:
    """More than ten school days for weighty circumstances in a school year, the rest not by the attendance officer.

    Who decided is missing: cannot tell.
    """
    findings: list[Finding] = []
    missing: list[NotDecidable] = []
    for _, days in _by_year(attendance, "art11_g"):
        rule = version_on(provisions, "leave_weighty_over_10", days[0][1])
        if rule is None:
            continue
        limit = int(rule["school_days"])
        over = days[limit:]
        by_head = [(leave, day) for leave, day in over if leave.decided_by == "head"]
        if by_head:
            last = min(by_head[-1][1], attendance.setting.on)
            findings.append(
                make_finding(
                    rule,
                    attendance.facts.pupil_id,
                    by_head[-1][0].school_id,
                    days[0][1],
                    max(days[0][1], last),
                    quantity=len(days),
                    threshold=limit,
                    unit="days",
                    facts=_refs([leave for leave, _ in days]),
                    obligation="must",
                    words={
                        "days": school_days_text(len(days)),
                        "over": school_days_text(len(by_head)),
                        "limit": limit,
                    },
                    details={"over_the_limit": len(by_head), "from": by_head[0][1].isoformat()},
                )
            )
        elif any(leave.decided_by is None for leave, _ in over) and is_current(
            min(over[-1][1], attendance.setting.on), attendance
        ):
            missing.append(NotDecidable("leave_weighty_over_10", attendance.facts.pupil_id, "decided_by"))
    return Judgement(tuple(findings), tuple(missing))


def under6_surplus(attendance: Attendance, provisions: Provisions) -> Judgement:
    """A child under 6 at home for more hours in a week than was allowed; from the 6th birthday none are.

    One finding per week in which the register has hours with reason ``exempt``.
    """
    facts = attendance.facts
    allowed = [exemption for exemption in facts.exemptions if exemption.ground in UNDER_6]
    if not allowed:
        return Judgement()
    weeks: dict[tuple[str, date], list[tuple[date, Exact, str]]] = {}
    for day in attendance.marked_days:
        for school in day.schools:
            for mark in school.marks:
                if mark.absence.reason == EXEMPT_REASON and mark.minutes > 0:
                    key = (school.school_id, monday_of(day.date))
                    weeks.setdefault(key, []).append((day.date, mark.minutes, mark.absence.ref))
    if not weeks:
        return Judgement()
    if facts.birth_date is None:
        return Judgement((), (NotDecidable("under6_surplus", facts.pupil_id, "birth_date"),))
    six = birthday(facts.birth_date, 6)
    findings = []
    for (school_id, _), rows in sorted(weeks.items(), key=lambda item: (item[0][1], item[0][0])):
        rule = version_on(provisions, "under6_surplus", rows[0][0])
        if rule is None:
            continue
        used: Exact = sum((minutes for day, minutes, _ in rows if day < six), 0)
        after: Exact = sum((minutes for day, minutes, _ in rows if day >= six), 0)
        allowance = _allowance(rule, allowed, [day for day, _, _ in rows if day < six])
        surplus = max(0, used - allowance) + after
        if surplus <= 0:
            continue
        findings.append(
            make_finding(
                rule,
                facts.pupil_id,
                school_id,
                rows[0][0],
                rows[-1][0],
                quantity=used + after,
                threshold=allowance,
                unit="minutes",
                facts=(*(ref for _, _, ref in rows), *(exemption.ref for exemption in allowed)),
                sentence="birthday" if after and used <= allowance else "finding",
                words={
                    "used": hours_text(used + after),
                    "allowed": hours_text(allowance),
                    "surplus": hours_text(surplus),
                    "six": day_text(six),
                },
                details={"surplus_minutes": float(surplus)},
            )
        )
    return Judgement(tuple(findings))


def _allowance(rule: RuleVersion, allowed: list[Exemption], days: list[date]) -> int:
    """The minutes a week that hold on these days: the most of the exemptions in force on one of them."""
    found = [
        int(rule[f"{exemption.ground}_minutes"])
        for exemption in allowed
        if any(day in exemption.period for day in days)
    ]
    return max(found, default=0)


def exemption_ending(attendance: Attendance, provisions: Provisions) -> Judgement:
    """An exemption that runs out within sixty days, or has ended without an enrolment next.

    An exemption that another one follows is not ending. Hours of a child under 6 end by themselves.
    """
    facts, on = attendance.facts, attendance.setting.on
    ending = [e for e in facts.exemptions if e.is_full and e.period.last is not None and e.period.first <= on]
    rule = version_on(provisions, "exemption_ending", on)
    if not ending or rule is None:
        return Judgement()
    findings: list[Finding] = []
    missing: list[NotDecidable] = []
    for exemption in ending:
        last = exemption.period.last
        if last is None or _goes_on(attendance, exemption, last):
            continue
        if last >= on:
            if (last - on).days <= int(rule["days_before"]):
                findings.append(_running_out(attendance, rule, exemption, last))
            continue
        found = _ended(attendance, provisions, rule, exemption, last)
        if isinstance(found, CannotTell):
            missing.append(NotDecidable("exemption_ending", facts.pupil_id, found.missing))
        elif found is not None:
            findings.append(found)
    return Judgement(tuple(findings), tuple(dict.fromkeys(missing)))


def _goes_on(attendance: Attendance, exemption: Exemption, last: date) -> bool:
    return any(
        other is not exemption and other.is_full and last + ONE_DAY in other.period
        for other in attendance.facts.exemptions
    )


def _running_out(attendance: Attendance, rule: RuleVersion, exemption: Exemption, last: date) -> Finding:
    on = attendance.setting.on
    left = (last - on).days
    first = max(exemption.period.first, last - timedelta(days=int(rule["days_before"])))
    return make_finding(
        rule,
        attendance.facts.pupil_id,
        None,
        first,
        on,
        quantity=left,
        threshold=int(rule["days_before"]),
        unit="days",
        facts=(exemption.ref,),
        sentence="running_out" if left else "running_out_today",
        words={"last": day_text(last), "days": days_text(left)},
        details={"ends_on": last.isoformat(), "ground": exemption.ground},
    )


def _ended(
    attendance: Attendance, provisions: Provisions, rule: RuleVersion, exemption: Exemption, last: date
) -> Finding | CannotTell | None:
    """What to say of an exemption that has ended: nothing where the pupil was enrolled by the next school day."""
    facts, on = attendance.facts, attendance.setting.on
    calendar = attendance.setting.calendars.of_region(facts.municipality)
    next_day = last + ONE_DAY
    if any(next_day in e.period for e in facts.enrolments):
        return None
    begun = [e.period.first for e in facts.enrolments]
    begun += [e.period.first for e in facts.exemptions if e.is_full]
    following = [first for first in begun if first > last]
    until = min([on, *(first - ONE_DAY for first in following)])
    school_day = next(iter(calendar.school_days(next_day, until)), None)
    if school_day is None or not is_current(until, attendance):
        return None
    status = statuses_of(attendance, provisions).on(school_day)
    if isinstance(status, CannotTell):
        return status
    if status not in rule["statuses"]:
        return None
    length = (until - last).days
    return make_finding(
        rule,
        facts.pupil_id,
        None,
        next_day,
        until,
        quantity=length,
        threshold=1,
        unit="days",
        facts=(exemption.ref,),
        sentence="ended",
        words={"last": day_text(last), "days": days_text(length)},
        details={"ends_on": last.isoformat(), "ground": exemption.ground},
    )


# Limits that the act sets: somebody must act on what goes beyond them.
LEAVE_DUTIES = {
    "leave_holiday_too_long": leave_holiday_too_long,
    "leave_holiday_twice": leave_holiday_twice,
    "leave_first_weeks": leave_first_weeks,
    "leave_weighty_over_10": leave_weighty_over_10,
}
LEAVE_SIGNALS = {"under6_surplus": under6_surplus, "exemption_ending": exemption_ending}
