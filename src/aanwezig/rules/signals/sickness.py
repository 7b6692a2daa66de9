"""Worrying sickness: how often and how long reported sick (MAZL; docs/specification/rules.md §5, §9.5).

A sick report is the start of a sick spell; any sick minutes make a sick day, and the first school day without
ends the spell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aanwezig.rules.attendance import Attendance, Mark
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import in_force, make_finding
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.walk import Walk, walk_of
from aanwezig.rules.wording import count_text, school_days_text
from aanwezig.values import BilingualText, SchoolYear


@dataclass(frozen=True, slots=True)
class SickSpell:
    """Sick school days that follow each other: places in the walk of the first and the last."""

    first: int
    last: int

    @property
    def days(self) -> int:
        return self.last - self.first + 1


def is_sick(mark: Mark) -> bool:
    return mark.absence.reason == "sick" and mark.minutes > 0


def sick_spells(attendance: Attendance) -> tuple[SickSpell, ...]:
    """The sick spells of a pupil in order, made once."""
    found = attendance.memo.get("sick spells")
    if not isinstance(found, tuple):
        found = _sick_spells(walk_of(attendance)) if "sick" in attendance.reasons else ()
        attendance.memo["sick spells"] = found
    return found


def _sick_spells(walk: Walk) -> tuple[SickSpell, ...]:
    spells: list[SickSpell] = []
    for place in walk.marked:
        if any(is_sick(mark) for mark in walk.days[place].marks):
            if spells and spells[-1].last == place - 1:
                spells[-1] = SickSpell(spells[-1].first, place)
            else:
                spells.append(SickSpell(place, place))
    return tuple(spells)


def reports_text(number: int) -> BilingualText:
    """'4 ziekmeldingen', '4 sick reports'."""
    return count_text(number, ("ziekmelding", "ziekmeldingen"), ("sick report", "sick reports"))


def mazl_4th(attendance: Attendance, provisions: Provisions) -> Judgement:
    """The fourth sick report in twelve school weeks; raised at the fourth, and again only after a new four."""
    spells = sick_spells(attendance)
    if not spells:
        return Judgement()
    walk = walk_of(attendance)
    findings: list[Finding] = []
    for rule, start, end in in_force(provisions, "mazl_4th", walk.dates[0], walk.dates[-1]):
        number, weeks = int(rule["reports"]), int(rule["school_weeks"])
        waiting: list[SickSpell] = []
        for spell in spells:
            waiting.append(spell)
            if len(waiting) < number or not walk.within(waiting[-number].first, spell.first, weeks):
                continue
            if start <= walk.dates[spell.first] <= end:
                findings.append(_fourth(walk, rule, waiting[-number:]))
            waiting = []
    return Judgement(tuple(findings))


def _fourth(walk: Walk, rule: RuleVersion, spells: Sequence[SickSpell]) -> Finding:
    days = [walk.dates[spell.first] for spell in spells]
    refs = [ref for spell in spells for ref in walk.refs(spell.first, spell.last, is_sick)]
    return make_finding(
        rule,
        walk.attendance.facts.pupil_id,
        walk.school(spells[-1].first, is_sick),
        days[0],
        days[-1],
        quantity=len(spells),
        threshold=int(rule["reports"]),
        unit="reports",
        facts=tuple(dict.fromkeys(refs)),
        words={"reports": reports_text(len(spells)), "weeks": int(rule["school_weeks"])},
        details={"reported_on": [day.isoformat() for day in days]},
    )


def mazl_7th(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Sick for the seventh school day in a row: day 7 triggers; one finding per spell."""
    findings = []
    walk = walk_of(attendance)
    for spell in sick_spells(attendance):
        last = walk.dates[spell.last]
        for rule, _, _ in in_force(provisions, "mazl_7th", last, last):
            number = int(rule["school_days"])
            if spell.days < number:
                continue
            findings.append(
                make_finding(
                    rule,
                    attendance.facts.pupil_id,
                    walk.school(spell.last, is_sick),
                    walk.dates[spell.first],
                    last,
                    quantity=spell.days,
                    threshold=number,
                    unit="days",
                    facts=walk.refs(spell.first, spell.last, is_sick),
                    words={"days": school_days_text(spell.days), "number": number},
                    details={"reached_on": walk.dates[spell.first + number - 1].isoformat()},
                )
            )
    return Judgement(tuple(findings))


def mazl_po(attendance: Attendance, provisions: Provisions) -> Judgement:
    """Primary education, where a school chose it: four sick reports or more than nine sick days in a school year.

    One finding per school year. ``quantity`` is the number of sick days where that is what was passed, else the
    number of reports.
    """
    spells = sick_spells(attendance)
    if not spells:
        return Judgement()
    walk = walk_of(attendance)
    findings: list[Finding] = []
    for rule, start, end in in_force(provisions, "mazl_po", walk.dates[0], walk.dates[-1]):
        if not rule["enabled"]:
            continue
        by_year: dict[SchoolYear, list[SickSpell]] = {}
        for spell in spells:
            if start <= walk.dates[spell.last] <= end:
                by_year.setdefault(SchoolYear.of(walk.dates[spell.first]), []).append(spell)
        for own in by_year.values():
            findings.extend(_po_year(walk, rule, own))
    return Judgement(tuple(findings))


def _po_year(walk: Walk, rule: RuleVersion, spells: Sequence[SickSpell]) -> list[Finding]:
    school_id = walk.school(spells[-1].last, is_sick)
    if walk.attendance.setting.calendars.schools[school_id].sector not in rule["sectors"]:
        return []
    reports, days = len(spells), sum(spell.days for spell in spells)
    too_many_days = days > int(rule["more_than_days"])
    if reports < int(rule["reports"]) and not too_many_days:
        return []
    first: date = walk.dates[spells[0].first]
    refs = [ref for spell in spells for ref in walk.refs(spell.first, spell.last, is_sick)]
    return [
        make_finding(
            rule,
            walk.attendance.facts.pupil_id,
            school_id,
            first,
            walk.dates[spells[-1].last],
            quantity=days if too_many_days else reports,
            threshold=int(rule["more_than_days"]) if too_many_days else int(rule["reports"]),
            unit="days" if too_many_days else "reports",
            facts=tuple(dict.fromkeys(refs)),
            words={
                "reports": reports_text(reports),
                "days": school_days_text(days),
                "number": int(rule["reports"]),
                "more_than": int(rule["more_than_days"]),
            },
            details={"reports": reports, "days": days},
        )
    ]
