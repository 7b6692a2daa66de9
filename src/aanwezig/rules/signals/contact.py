"""Out of sight: nobody recorded contact with a child that is not at school (docs/specification/rules.md §5, no_contact)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.duties.in_force import is_current
from aanwezig.rules.finding import Finding, Judgement, NotDecidable
from aanwezig.rules.judging import make_finding, version_on
from aanwezig.rules.outside_school import gaps_of, parts_with_status
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.spells import whole_absences
from aanwezig.rules.walk import Walk, is_absence, walk_of
from aanwezig.rules.wording import day_text, days_text
from aanwezig.values import CannotTell
from aanwezig.values.period import ONE_DAY

RULE = "no_contact"
# More than four lesson weeks hold at least this many school days, a day a week and one more.
FEWEST_DAYS = 5


@dataclass(frozen=True, slots=True)
class _Away:
    """Days away from school, with why: 'not_enrolled', 'exempt' or 'absent'."""

    first: date
    last: date
    refs: tuple[str, ...]
    why: tuple[str, ...]


def no_contact(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Not enrolled, exempt or more than four weeks absent, and no contact recorded for four weeks.

    Contact is an observation ``contact`` or ``not_enrolled.last_contact_on``. One finding per time without
    contact, counted by calendar from the first day away or the day after the last contact.
    """
    facts, on = attendance.facts, attendance.setting.on
    rule = version_on(provisions, RULE, on)
    if rule is None:
        return Judgement()
    away, missing = _away(attendance, provisions, rule)
    if not away and not missing:
        return Judgement()
    contacts = {o.date: o.ref for o in facts.observations if o.kind == "contact" and o.date <= on}
    contacts |= {
        n.last_contact_on: n.ref for n in facts.not_enrolled if n.last_contact_on and n.last_contact_on <= on
    }
    findings: list[Finding] = []
    for span in away:
        findings.extend(_without_contact(attendance, rule, span, contacts))
    return Judgement(tuple(f for f in findings if is_current(f.last_day, attendance)), tuple(missing))


def _away(
    attendance: Attendance, provisions: Provisions, rule: RuleVersion
) -> tuple[list[_Away], list[NotDecidable]]:
    facts, on = attendance.facts, attendance.setting.on
    spans: list[_Away] = []
    missing: list[NotDecidable] = []
    for gap in gaps_of(attendance):
        if not is_current(gap.last, attendance):
            continue
        parts = parts_with_status(attendance, provisions, gap, rule["statuses"])
        if isinstance(parts, CannotTell):
            missing = [NotDecidable(RULE, facts.pupil_id, parts.missing)]
            continue
        spans += [_Away(first, last, gap.refs or (facts.ref,), ("not_enrolled",)) for first, last in parts]
    for exemption in facts.exemptions:
        last = min(on, exemption.period.last or on)
        if exemption.is_full and exemption.period.first <= last:
            spans.append(_Away(exemption.period.first, last, (exemption.ref,), ("exempt",)))
    walk = walk_of(attendance)
    if _has_long_run(walk):
        for absence in whole_absences(attendance, "any absence", is_absence):
            places = walk.places(absence.first, absence.last)
            if not walk.within(places[0], places[-1], int(rule["lesson_weeks_absent"])):
                refs = walk.refs(places[0], places[-1])
                spans.append(_Away(absence.first, absence.until, refs, ("absent",)))
    return _joined(spans), missing


def _has_long_run(walk: Walk) -> bool:
    """Whether enough days were missed whole without a break to be worth a closer look; most pupils have none."""
    run = 0
    before = -2
    for place in walk.marked:
        if walk.absent[place] < walk.possible[place]:
            continue
        run = run + 1 if place == before + 1 else 1
        before = place
        if run >= FEWEST_DAYS:
            return True
    return False


def _joined(spans: Sequence[_Away]) -> list[_Away]:
    """Spans that touch are one time away."""
    found: list[_Away] = []
    for span in sorted(spans, key=lambda s: (s.first, s.last)):
        if found and span.first <= found[-1].last + ONE_DAY:
            before = found[-1]
            found[-1] = _Away(
                before.first,
                max(before.last, span.last),
                tuple(dict.fromkeys(before.refs + span.refs)),
                tuple(dict.fromkeys(before.why + span.why)),
            )
        else:
            found.append(span)
    return found


def _without_contact(
    attendance: Attendance, rule: RuleVersion, span: _Away, contacts: dict[date, str]
) -> list[Finding]:
    days = sorted(day for day in contacts if day <= span.last)
    inside = [day for day in days if day >= span.first]
    starts = [span.first, *(day + ONE_DAY for day in inside)]
    ends = [*(day - ONE_DAY for day in inside), span.last]
    findings = []
    for first, last in zip(starts, ends, strict=True):
        length = (last - first).days + 1
        if length < int(rule["days_without_contact"]):
            continue
        before = max((day for day in days if day < first), default=None)
        enrolled = [e for e in attendance.facts.enrolments if last in e.period]
        findings.append(
            make_finding(
                rule,
                attendance.facts.pupil_id,
                max(enrolled, key=lambda e: e.period.first).school_id if enrolled else None,
                first,
                last,
                quantity=length,
                threshold=int(rule["days_without_contact"]),
                unit="days",
                facts=(*span.refs, *((contacts[before],) if before else ())),
                words={
                    "days": days_text(length),
                    "why": rule.explain(span.why[-1]),
                    "before": rule.explain("last_contact", day=day_text(before))
                    if before
                    else rule.explain("never_contact"),
                },
                details={
                    "why": list(span.why),
                    "away_since": span.first.isoformat(),
                    "last_contact_on": before.isoformat() if before else None,
                },
            )
        )
    return findings
