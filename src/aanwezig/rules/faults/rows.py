"""Faults met while rows became days: where a row cannot stand (docs/specification/register.md §5; docs/specification/rules.md §9.2)."""

from __future__ import annotations

from aanwezig.rules.attendance import Attendance, RowFault
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import make_finding, version_on
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.wording import count_text, number_text
from aanwezig.values import BilingualText


def rows_text(number: int) -> BilingualText:
    """'1 regel', '2 regels'."""
    return count_text(number, ("regel", "regels"), ("row", "rows"))


def finding_of(
    attendance: Attendance, provisions: Provisions, fault: RowFault, rule_id: str
) -> Finding | None:
    """A fault of one day as a finding; None where no version of the rule holds."""
    rule = version_on(provisions, rule_id, fault.date)
    if rule is None:
        return None
    return make_finding(
        rule,
        attendance.facts.pupil_id,
        fault.school_id,
        fault.date,
        fault.date,
        quantity=fault.quantity,
        threshold=fault.threshold,
        unit=None if fault.quantity is None else "minutes",
        facts=fault.facts,
        words={
            "rows": rows_text(len(fault.facts)),
            "registered": number_text(fault.quantity or 0),
            "possible": number_text(fault.threshold or 0),
        },
    )


def _of_kind(attendance: Attendance, provisions: Provisions, kind: str) -> Judgement:
    found = (
        finding_of(attendance, provisions, fault, kind) for fault in attendance.faults if fault.kind == kind
    )
    return Judgement(tuple(finding for finding in found if finding is not None))


def absence_on_closed_day(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Absence on a day without possible time: it counts nowhere."""
    return _of_kind(attendance, provisions, "absence_on_closed_day")


def absence_outside_enrolment(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Absence at a school on a day the pupil is not enrolled there: it counts nowhere."""
    return _of_kind(attendance, provisions, "absence_outside_enrolment")


def absence_while_exempt(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Absence on a day with an exemption by article 5 or 15: nothing was possible, so it counts nowhere."""
    return _of_kind(attendance, provisions, "absence_while_exempt")


def more_than_possible(attendance: Attendance, provisions: Provisions) -> Judgement:
    """More minutes absent than the timetable of the day has: cut to what was possible."""
    return _of_kind(attendance, provisions, "more_than_possible")
