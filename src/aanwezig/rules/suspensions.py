"""Suspension and expulsion (schorsing, verwijdering; docs/specification/rules.md §4; NJi 2020 chapter 6).

Counted in school days of that school, as they were decided, whatever the legal status of the pupil. What the
register cannot tell is left out: whether parents, pupil and teacher were heard, and whether the attendance
officer was told of an expulsion; the sentences name these steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.facts import Suspension
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import in_force, make_finding, version_on
from aanwezig.rules.leave_and_exemption import LEAVE_DUTIES
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.walk import stretches_of
from aanwezig.rules.wording import day_text, school_days_text
from aanwezig.values.period import ONE_DAY

EXPULSIONS = ("expulsion_intended", "expulsion")


def _of_kind(attendance: Attendance, kinds: Sequence[str]) -> list[Suspension]:
    """Decisions of these kinds that have begun, in order."""
    on = attendance.setting.on
    own = [s for s in attendance.facts.suspensions if s.kind in kinds and s.period.first <= on]
    return sorted(own, key=lambda s: (s.school_id, s.period.first, s.ref))


def _last(suspension: Suspension) -> date:
    return suspension.period.last or suspension.period.first


def suspended_days(attendance: Attendance, suspension: Suspension) -> list[date]:
    """The school days of the school in a suspension, as decided: those to come included."""
    calendar = attendance.calendar(suspension.school_id, suspension.period.first)
    return list(calendar.school_days(suspension.period.first, _last(suspension)))


def _finding(
    attendance: Attendance,
    rule: RuleVersion,
    suspensions: Sequence[Suspension],
    *,
    quantity: int | None = None,
    threshold: int | None = None,
    met: bool | None = None,
    sentence: str = "finding",
    words: dict[str, object] | None = None,
    due: date | None = None,
    facts: tuple[str, ...] = (),
) -> Finding:
    first = suspensions[0].period.first
    decided = max(_last(suspension) for suspension in suspensions)
    details: dict[str, object] = {"kind": suspensions[-1].kind, "decided_through": decided.isoformat()}
    told = suspensions[-1].inspectorate_told_on
    if told is not None:
        details["inspectorate_told_on"] = told.isoformat()
    return make_finding(
        rule,
        attendance.facts.pupil_id,
        suspensions[0].school_id,
        first,
        # A decision that still runs is reported up to the reference date.
        max(first, min(decided, attendance.setting.on)),
        quantity=quantity,
        threshold=threshold,
        unit=None if quantity is None else "days",
        facts=(*(suspension.ref for suspension in suspensions), *facts),
        sentence=sentence,
        words={
            "from": day_text(first),
            "to": day_text(decided),
            "days": school_days_text(quantity or 0),
            **(words or {}),
        },
        obligation="must",
        due=due,
        met=met,
        details=details,
    )


def suspension_too_long(attendance: Attendance, provisions: Provisions) -> Judgement:
    """More than five school days without a break; suspensions without a school day between them are one."""
    findings = []
    joined: list[list[Suspension]] = []
    for suspension in _of_kind(attendance, ("suspension",)):
        if joined and _follows(attendance, joined[-1], suspension):
            joined[-1].append(suspension)
        else:
            joined.append([suspension])
    for own in joined:
        rule = version_on(provisions, "suspension_too_long", own[0].period.first)
        days = {day for suspension in own for day in suspended_days(attendance, suspension)}
        if rule is not None and len(days) > int(rule["school_days"]):
            findings.append(
                _finding(
                    attendance, rule, own, quantity=len(days), threshold=int(rule["school_days"]), met=False
                )
            )
    return Judgement(tuple(findings))


def _follows(attendance: Attendance, before: Sequence[Suspension], after: Suspension) -> bool:
    if before[-1].school_id != after.school_id:
        return False
    last = max(_last(suspension) for suspension in before)
    calendar = attendance.calendar(after.school_id, after.period.first)
    return next(iter(calendar.school_days(last + ONE_DAY, after.period.first - ONE_DAY)), None) is None


def _told(attendance: Attendance, suspension: Suspension) -> bool:
    """Whether the Inspectorate had been told by the reference date."""
    told = suspension.inspectorate_told_on
    return told is not None and told <= attendance.setting.on


def suspension_inspectorate(attendance: Attendance, provisions: Provisions) -> Judgement:
    """A suspension of more than one school day: the Inspectorate is told, in writing and with the reasons."""
    findings = []
    for suspension in _of_kind(attendance, ("suspension",)):
        rule = version_on(provisions, "suspension_inspectorate", suspension.period.first)
        if rule is None:
            continue
        days = len(suspended_days(attendance, suspension))
        if days > int(rule["more_than_school_days"]):
            told = _told(attendance, suspension)
            findings.append(
                _finding(
                    attendance,
                    rule,
                    [suspension],
                    quantity=days,
                    threshold=int(rule["more_than_school_days"]),
                    met=told,
                    sentence="told" if told else "finding",
                    words={"told": day_text(suspension.inspectorate_told_on or suspension.period.first)},
                )
            )
    return Judgement(tuple(findings))


def suspension_reason(attendance: Attendance, provisions: Provisions) -> Judgement:
    """The register says that no reason was given in writing; where it says nothing, nothing is raised."""
    return _without_reason(attendance, provisions, "suspension_reason", ("suspension",))


def expulsion_reason(attendance: Attendance, provisions: Provisions) -> Judgement:
    """The same of an expulsion or the intention to expel."""
    return _without_reason(attendance, provisions, "expulsion_reason", EXPULSIONS)


def _without_reason(
    attendance: Attendance, provisions: Provisions, rule_id: str, kinds: Sequence[str]
) -> Judgement:
    findings = []
    for suspension in _of_kind(attendance, kinds):
        rule = version_on(provisions, rule_id, suspension.period.first)
        if rule is not None and suspension.reason_given is False:
            findings.append(_finding(attendance, rule, [suspension], met=False))
    return Judgement(tuple(findings))


def expulsion_inspectorate(attendance: Attendance, provisions: Provisions) -> Judgement:
    """An expulsion, or the intention: the Inspectorate and the attendance officer are told at once."""
    findings = []
    for suspension in _of_kind(attendance, EXPULSIONS):
        rule = version_on(provisions, "expulsion_inspectorate", suspension.period.first)
        if rule is not None:
            told = _told(attendance, suspension)
            findings.append(
                _finding(
                    attendance,
                    rule,
                    [suspension],
                    met=told,
                    sentence="told" if told else "finding",
                    words={"told": day_text(suspension.inspectorate_told_on or suspension.period.first)},
                    due=suspension.period.first,
                )
            )
    return Judgement(tuple(findings))


def expulsion_without_school(attendance: Attendance, provisions: Provisions) -> Judgement:
    """A final expulsion while the register shows no other school that will admit the pupil.

    Another school shows by an enrolment there, or an application that was accepted.
    """
    facts, on = attendance.facts, attendance.setting.on
    findings = []
    for suspension in _of_kind(attendance, ("expulsion",)):
        rule = version_on(provisions, "expulsion_without_school", suspension.period.first)
        if rule is None:
            continue
        first = suspension.period.first
        places = [
            e.ref
            for e in facts.enrolments
            if e.school_id != suspension.school_id
            and e.period.first <= on
            and (e.period.last is None or e.period.last >= first)
        ]
        places += [
            a.ref
            for a in facts.applications
            if a.school_id != suspension.school_id
            and a.state in ("offered", "enrolled")
            and a.state_since <= on
        ]
        findings.append(
            _finding(
                attendance,
                rule,
                [suspension],
                met=bool(places),
                sentence="admitted" if places else "finding",
                facts=tuple(places),
            )
        )
    return Judgement(tuple(findings))


def suspension_repeated(attendance: Attendance, provisions: Provisions) -> Judgement:
    """A signal: three suspensions of one day within twelve school weeks at a school."""
    by_school: dict[str, dict[date, Suspension]] = {}
    for suspension in _of_kind(attendance, ("suspension",)):
        days = suspended_days(attendance, suspension)
        if len(days) == 1 and days[0] <= attendance.setting.on:
            by_school.setdefault(suspension.school_id, {})[days[0]] = suspension
    findings: list[Finding] = []
    for school_id, own in by_school.items():
        ordered = sorted(own)
        for rule, start, end in in_force(provisions, "suspension_repeated", ordered[0], ordered[-1]):
            findings.extend(_repeated(attendance, rule, school_id, own, (start, end)))
    return Judgement(tuple(findings))


def _repeated(
    attendance: Attendance,
    rule: RuleVersion,
    school_id: str,
    own: Mapping[date, Suspension],
    judged: tuple[date, date],
) -> list[Finding]:
    number, weeks = int(rule["times"]), int(rule["school_weeks"])
    calendar = attendance.calendar(school_id, max(own))
    stretches = stretches_of(
        sorted(own),
        number,
        lambda first, last: last <= calendar.window_end(first, weeks),
        lambda day: judged[0] <= day <= judged[1],
    )
    return [
        make_finding(
            rule,
            attendance.facts.pupil_id,
            school_id,
            stretch.first,
            stretch.last,
            quantity=stretch.most,
            threshold=number,
            unit="reports",
            facts=tuple(own[day].ref for day in sorted(own) if stretch.first <= day <= stretch.last),
            words={"times": stretch.most, "weeks": weeks, "number": number},
        )
        for stretch in stretches
    ]


# The duties of a school that are not told to the absence register, with their functions.
SCHOOL_DUTIES: dict[str, Callable[[Attendance, Provisions], Judgement]] = {
    "suspension_too_long": suspension_too_long,
    "suspension_inspectorate": suspension_inspectorate,
    "suspension_reason": suspension_reason,
    "expulsion_reason": expulsion_reason,
    "expulsion_inspectorate": expulsion_inspectorate,
    "expulsion_without_school": expulsion_without_school,
    **LEAVE_DUTIES,
}
