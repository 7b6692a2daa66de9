"""Marks that contradict each other (docs/specification/register.md §3; docs/specification/product.md, integrity worklist)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from aanwezig.rules.attendance import HALVES, NO_ABSENCE, PRESENT_REASON, Attendance, RowFault
from aanwezig.rules.facts import Absence
from aanwezig.rules.faults.rows import finding_of, rows_text
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import make_finding, version_on
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.wording import school_days_text

# A reason that is a valid one by itself marked 'no', and one that never is marked 'yes' (register.md §3).
CONTRADICTIONS = (("sick", False), ("truant", True))


def _rows_by_day(attendance: Attendance) -> dict[tuple[str, date], list[Absence]]:
    """The rows of each school and day that the school has delivered, in order of line."""
    rows: dict[tuple[str, date], list[Absence]] = {}
    for row in attendance.facts.absences:
        if row.date <= attendance.setting.last_day(row.school_id):
            rows.setdefault((row.school_id, row.date), []).append(row)
    return {key: sorted(rows[key], key=lambda row: row.row) for key in sorted(rows)}


def _judged(
    attendance: Attendance, provisions: Provisions, rule_id: str, faults: Iterator[RowFault]
) -> Judgement:
    found = (finding_of(attendance, provisions, fault, rule_id) for fault in faults)
    return Judgement(tuple(finding for finding in found if finding is not None))


def two_marks(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Two rows on one lesson or part with different reasons; present against absent is a fault of its own."""
    faults = [fault for fault in attendance.faults if fault.kind == "two_marks"]
    if not faults:
        return Judgement()
    reasons = {row.ref: row.reason for row in attendance.facts.absences}
    own = (
        fault
        for fault in faults
        if len({reasons[ref] for ref in fault.facts if reasons.get(ref) != PRESENT_REASON}) > 1
    )
    return _judged(attendance, provisions, "two_marks", own)


def present_and_absent(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Present elsewhere and absent at the same lesson or part of a day; one finding per school and day."""
    if PRESENT_REASON not in attendance.reasons:
        return Judgement()

    def faults() -> Iterator[RowFault]:
        for (school_id, day), rows in _rows_by_day(attendance).items():
            present = [row for row in rows if row.reason == PRESENT_REASON]
            absent = [row for row in rows if row.reason not in NO_ABSENCE]
            both = [(p, a) for p in present for a in absent if _same_time(p, a)]
            if both:
                refs = dict.fromkeys(row.ref for pair in both for row in pair)
                yield RowFault("present_and_absent", school_id, day, tuple(refs))

    return _judged(attendance, provisions, "present_and_absent", faults())


def _same_time(one: Absence, other: Absence) -> bool:
    """Whether two rows are surely about the same time: a lesson, a part, a start, or the whole day."""
    if one.lesson is not None and other.lesson is not None:
        return one.lesson == other.lesson
    if "day" in (one.part, other.part):
        return True
    if one.part in HALVES and other.part in HALVES:
        return one.part == other.part
    return one.start_time is not None and one.start_time == other.start_time


def reason_contradicts_mark(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Sick and not authorised, or truant and authorised: both are kept; one finding per school, day and reason."""
    found: dict[tuple[str, date, str], list[Absence]] = {}
    for row in attendance.facts.absences:
        contradicts = (row.reason, row.authorised) in CONTRADICTIONS
        if contradicts and row.date <= attendance.setting.last_day(row.school_id):
            found.setdefault((row.school_id, row.date, row.reason), []).append(row)
    findings = []
    for (school_id, day, reason), rows in sorted(found.items()):
        rule = version_on(provisions, "reason_contradicts_mark", day)
        if rule is not None:
            findings.append(
                make_finding(
                    rule,
                    attendance.facts.pupil_id,
                    school_id,
                    day,
                    day,
                    facts=tuple(row.ref for row in sorted(rows, key=lambda row: row.row)),
                    sentence=reason,
                    words={"rows": rows_text(len(rows))},
                    details={"reason": reason},
                )
            )
    return Judgement(tuple(findings))


Shape = tuple[tuple[str | None, ...], ...]


def stale_repeat(attendance: Attendance, provisions: Provisions) -> Judgement:
    """A day whose marks are exactly those of the school day before, as if they were copied.

    One reason on following days is what illness looks like, so it says nothing. Only a day with several rows
    that differ in reason (sick in lesson 2, late in lesson 4) is not repeated by chance. One finding per run of
    days; the first day is the one that the others repeat. Whether a whole group repeats the day before cannot be
    seen from one pupil: an import sees it.
    """
    if not _may_repeat(attendance, provisions):
        return Judgement()
    rows = _rows_by_day(attendance)
    findings: list[Finding] = []
    for school_id in attendance.school_ids:
        run: list[date] = []
        shape: Shape | None = None
        rule: RuleVersion | None = None
        for day in [*attendance.marked_at_school(school_id)]:
            own = rows.get((school_id, day.date), [])
            now = version_on(provisions, "stale_repeat", day.date)
            found = _shape(own, now) if now is not None else None
            if found is not None and found == shape and _next_to(attendance, run[-1], day.date):
                run.append(day.date)
                continue
            findings += _repeat(attendance, rule, school_id, run, rows)
            run, shape, rule = [day.date], found, now
        findings += _repeat(attendance, rule, school_id, run, rows)
    return Judgement(tuple(findings))


def _may_repeat(attendance: Attendance, provisions: Provisions) -> bool:
    """Whether two days have rows of different reasons at one school, where the rule asks for those."""
    if len(attendance.marked_days) < 2:
        return False
    if any(int(version["reasons"]) < 2 for _, _, version in provisions.versions("stale_repeat")):
        return True
    reasons: dict[tuple[str, date], str] = {}
    mixed = {
        key
        for row in attendance.facts.absences
        if reasons.setdefault(key := (row.school_id, row.date), row.reason) != row.reason
    }
    return len(mixed) > 1


def _shape(rows: Sequence[Absence], rule: RuleVersion) -> Shape | None:
    """What a day's rows say, without when they were recorded; None where a repeat would say nothing."""
    if len(rows) < int(rule["rows"]) or len({row.reason for row in rows}) < int(rule["reasons"]):
        return None
    said = (
        (
            row.lesson,
            row.part,
            row.start_time,
            None if row.minutes is None else str(row.minutes),
            row.reason,
            None if row.authorised is None else str(row.authorised),
        )
        for row in rows
    )
    return tuple(sorted(said, key=repr))


def _next_to(attendance: Attendance, day: date, following: date) -> bool:
    """Whether two days are school days that follow each other."""
    return attendance.position[following] - attendance.position[day] == 1


def _repeat(
    attendance: Attendance,
    rule: RuleVersion | None,
    school_id: str,
    run: Sequence[date],
    rows: dict[tuple[str, date], list[Absence]],
) -> list[Finding]:
    if rule is None or len(run) < 2:
        return []
    return [
        make_finding(
            rule,
            attendance.facts.pupil_id,
            school_id,
            run[0],
            run[-1],
            quantity=len(run),
            threshold=2,
            unit="days",
            facts=tuple(row.ref for day in run for row in rows[(school_id, day)]),
            words={"days": school_days_text(len(run)), "rows": rows_text(len(rows[(school_id, run[0])]))},
        )
    ]
