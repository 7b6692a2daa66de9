"""Not enrolled at any school while that is compulsory (absoluut verzuim; docs/specification/rules.md §5, §6 Durations)."""

from __future__ import annotations

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.duties.in_force import is_current
from aanwezig.rules.finding import Finding, Judgement, NotDecidable
from aanwezig.rules.judging import make_finding, version_on
from aanwezig.rules.outside_school import gaps_of, parts_with_status
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.wording import day_text, days_text
from aanwezig.values import CannotTell

RULE = "absolute"


def absolute(attendance: Attendance, provisions: Provisions) -> Judgement:
    """One finding per gap between enrolments, or after the last, on days with a duty; counted by calendar."""
    facts = attendance.facts
    findings: list[Finding] = []
    missing: list[NotDecidable] = []
    if facts.birth_date is None and not facts.enrolments and not facts.not_enrolled:
        return Judgement((), (NotDecidable(RULE, facts.pupil_id, "birth_date"),))
    for gap in gaps_of(attendance):
        rule = version_on(provisions, RULE, gap.last)
        if rule is None:
            continue
        parts = parts_with_status(attendance, provisions, gap, rule["statuses"])
        if isinstance(parts, CannotTell):
            if is_current(gap.last, attendance):
                missing.append(NotDecidable(RULE, facts.pupil_id, parts.missing))
            continue
        for first, last in parts:
            length = (last - first).days + 1
            findings.append(
                make_finding(
                    rule,
                    facts.pupil_id,
                    None,
                    first,
                    last,
                    quantity=length,
                    threshold=1,
                    unit="days",
                    facts=gap.refs or (facts.ref,),
                    sentence="still" if last == attendance.setting.on else "finding",
                    words={"days": days_text(length), "first": day_text(first)},
                    details={"last_school": gap.school_id, "why": gap.reason},
                )
            )
    return Judgement(tuple(findings), tuple(dict.fromkeys(missing)))
