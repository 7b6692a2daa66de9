"""Which version of a rule judges a day, and what of its readings a finding must tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.finding import Finding, Judgement, NotDecidable
from aanwezig.rules.provisions import RuleVersion, all_provisions
from aanwezig.values import SchoolYear


def holds_since(rule: str) -> date:
    """The first day on which any version of a rule holds."""
    return min(version.first for version in all_provisions()[rule].versions)


def readings(rule: RuleVersion) -> dict[str, Any]:
    """The readings and values that somebody chose instead of the defaults, for ``details``."""
    return {"readings": dict(sorted(rule.chosen.items()))} if rule.chosen else {}


def is_current(last_day: date | None, attendance: Attendance) -> bool:
    """Whether a finding is reported: its last day lies in the school year of the reference date, up to it."""
    on = attendance.setting.on
    return last_day is None or SchoolYear.of(on).first <= last_day <= on


def judgement(
    attendance: Attendance, rule: str, findings: Iterable[Finding], missing: Iterable[str] = ()
) -> Judgement:
    """The findings in order, and for each fact that is missing an entry."""
    pupil_id = attendance.facts.pupil_id
    return Judgement(
        tuple(sorted(findings, key=lambda finding: finding.sort_key)),
        tuple(NotDecidable(rule, pupil_id, column) for column in dict.fromkeys(missing)),
    )
