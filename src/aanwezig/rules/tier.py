"""The tier that is proposed for a pupil, with the reasons (docs/specification/rules.md §5; NJi 2020 §2.2; MD-MTSS).

A proposal for a person to take or leave: no score, no ranking. Tier 1 is what every pupil gets, 2 is extra, 3 is
intensive and for one pupil. It never falls by itself while a case in tier 3 is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.bands import boundaries_on, rate_since, year_band
from aanwezig.rules.facts import Observation
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.judging import percent, percent_text
from aanwezig.rules.provisions import Provisions, RuleVersion, all_provisions
from aanwezig.rules.wording import day_text
from aanwezig.values import BilingualText, monday_of

RULE = "tier"


@dataclass(frozen=True, slots=True)
class TierReason:
    """One reason for a tier: the rule or fact it comes from, and the sentence that says so."""

    tier: int
    because: str
    text: BilingualText
    facts: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "tier": self.tier,
            "because": self.because,
            "text": self.text.as_dict(),
            "facts": list(self.facts),
        }


@dataclass(frozen=True, slots=True)
class TierProposal:
    """Tier 1, 2 or 3 with every reason for it (those for a lower tier too, highest first).

    ``provisional``: too little of the school year has passed to say what share was missed.
    """

    tier: int
    reasons: tuple[TierReason, ...]
    provisional: bool

    def as_dict(self) -> dict[str, Any]:
        return {
            "tier": self.tier,
            "provisional": self.provisional,
            "reasons": [reason.as_dict() for reason in self.reasons],
        }


def propose_tier(attendance: Attendance, judgement: Judgement, provisions: Provisions) -> TierProposal:
    """The proposal on the reference date, from all that the rules said of the pupil."""
    rule = provisions.on(RULE, attendance.setting.on)
    since = recent_since(attendance, int(rule["recent_lesson_weeks"]))
    year = year_band(attendance, provisions)
    provisional = year is None or year.provisional
    reasons = [
        *_from_bands(attendance, provisions, rule, since),
        *_from_findings(rule, judgement.findings, since),
    ]
    case = open_case(attendance.facts.observations, attendance.setting.on)
    if case is not None:
        said = rule.explain("open_case", day=day_text(case.date))
        reasons.append(TierReason(3, "tier3_case_opened", said, (case.ref,)))
    reasons.sort(key=lambda reason: (-reason.tier, reason.because))
    return TierProposal(max((reason.tier for reason in reasons), default=1), tuple(reasons), provisional)


def recent_since(attendance: Attendance, lesson_weeks: int) -> date:
    """The Monday of the first of the last lesson weeks, the week of the last known day among them."""
    on = attendance.setting.on
    enrolments = sorted(attendance.facts.enrolments, key=lambda e: e.period.first)
    current = [e for e in enrolments if on in e.period] or enrolments[-1:]
    if current:
        school_id = current[-1].school_id
        calendar = attendance.calendar(school_id, current[-1].period.first)
        last = attendance.setting.last_day(school_id)
    else:
        calendar = attendance.setting.calendars.of_region(attendance.facts.municipality)
        last = on
    monday = monday_of(last)
    steps = lesson_weeks - 1 if calendar.is_lesson_week(monday) else lesson_weeks
    return calendar.lesson_week_before(monday, steps) or date.min


def _from_bands(
    attendance: Attendance, provisions: Provisions, rule: RuleVersion, since: date
) -> Iterable[TierReason]:
    boundaries = boundaries_on(provisions, attendance.setting.on)
    year = year_band(attendance, provisions)
    if boundaries is None or not attendance.marked_days:
        return
    if year is not None and not year.provisional and year.band in ("chronic", "severe"):
        share = percent_text(percent(year.absent, year.possible))
        severe = year.band == "severe"
        yield TierReason(3 if severe else 2, year.band, rule.explain("year", share=share))
    absent, possible, days = rate_since(attendance, since)
    # As with the year: of a handful of days no share can be told.
    if days >= boundaries.provisional_days and absent * 100 >= possible * boundaries.severe_from:
        said = rule.explain(
            "recent", share=percent_text(percent(absent, possible)), weeks=rule["recent_lesson_weeks"]
        )
        yield TierReason(3, "severe_recently", said)


def _from_findings(rule: RuleVersion, findings: Iterable[Finding], since: date) -> Iterable[TierReason]:
    """One reason per rule, from its last finding of the last lesson weeks."""
    latest: dict[str, Finding] = {}
    for finding in findings:
        last = finding.last_day
        if last is None or last < since:
            continue
        known = latest.get(finding.rule)
        if known is None or known.last_day is None or known.last_day <= last:
            latest[finding.rule] = finding
    for tier, parameter in ((3, "tier_3_rules"), (2, "tier_2_rules")):
        for name in rule[parameter]:
            found = latest.get(name)
            if found is not None and found.last_day is not None:
                said = rule.explain(
                    "finding", title=all_provisions()[name].title.text(), day=day_text(found.last_day)
                )
                yield TierReason(tier, name, said, found.facts)


def open_case(observations: Iterable[Observation], on: date) -> Observation | None:
    """The record that opened a case in tier 3 that nobody closed; closed on the same day counts as closed."""
    case: Observation | None = None
    order = {"tier3_case_opened": 0, "tier3_case_closed": 1}
    own = [o for o in observations if o.kind in order and o.date <= on]
    for observation in sorted(own, key=lambda o: (o.date, order[o.kind])):
        case = observation if observation.kind == "tier3_case_opened" else None
    return case
