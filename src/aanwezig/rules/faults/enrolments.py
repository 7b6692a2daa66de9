"""Enrolments that overlap (docs/specification/register.md §5: overlaps are reported)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.facts import Enrolment
from aanwezig.rules.finding import Judgement
from aanwezig.rules.judging import make_finding, version_on
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.wording import days_text


def _overlaps(attendance: Attendance, same_school: bool) -> Iterator[tuple[Enrolment, Enrolment, date, date]]:
    """Pairs of enrolments with the days they share, up to the reference date."""
    on = attendance.setting.on
    ordered = sorted(attendance.facts.enrolments, key=lambda e: (e.period.first, e.school_id, e.ref))
    for one, other in combinations(ordered, 2):
        if (one.school_id == other.school_id) is not same_school:
            continue
        first = max(one.period.first, other.period.first)
        last = min(on, one.period.last or on, other.period.last or on)
        if first <= last:
            yield one, other, first, last


def _judge(attendance: Attendance, provisions: Provisions, rule_id: str, same_school: bool) -> Judgement:
    findings = []
    for one, other, first, last in _overlaps(attendance, same_school):
        rule = version_on(provisions, rule_id, last)
        if rule is None:
            continue
        length = (last - first).days + 1
        findings.append(
            make_finding(
                rule,
                attendance.facts.pupil_id,
                other.school_id,
                first,
                last,
                quantity=length,
                threshold=1,
                unit="days",
                facts=(one.ref, other.ref),
                words={"days": days_text(length)},
                details={"schools": sorted({one.school_id, other.school_id})},
            )
        )
    return Judgement(tuple(findings))


def overlapping_enrolments(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Two enrolments at one school on the same days: for the days they share the later begun holds."""
    if len(attendance.facts.enrolments) < 2:
        return Judgement()
    return _judge(attendance, provisions, "overlapping_enrolments", same_school=True)


def enrolled_at_two_schools(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Enrolled at two schools on the same days: right in symbiosis, else one of them should have ended."""
    if len(attendance.facts.enrolments) < 2:
        return Judgement()
    return _judge(attendance, provisions, "enrolled_at_two_schools", same_school=False)
