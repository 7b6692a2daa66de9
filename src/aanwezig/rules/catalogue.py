"""All rules by id, and how they judge one pupil."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.duties import DUTIES
from aanwezig.rules.duties.in_force import is_current
from aanwezig.rules.faults import FAULT_RULES
from aanwezig.rules.finding import Finding, Judgement, NotDecidable
from aanwezig.rules.provisions import Provisions, all_provisions
from aanwezig.rules.signals import SIGNALS
from aanwezig.rules.signals.transition import with_companions
from aanwezig.rules.suspensions import SCHOOL_DUTIES

RuleFunction = Callable[[Attendance, Provisions], Judgement]

RULES: Mapping[str, RuleFunction] = {**DUTIES, **SCHOOL_DUTIES, **SIGNALS, **FAULT_RULES}


@cache
def categories() -> Mapping[str, tuple[str, ...]]:
    """The categories of the absence register that are no rule of their own, with the rules that bear on them.

    ``other`` is told after a talk, not by a count: its rules are signals.
    """
    found: dict[str, list[str]] = {}
    for provision in all_provisions().values():
        if provision.category and provision.category not in RULES and provision.id in RULES:
            found.setdefault(provision.category, []).append(provision.id)
    return {category: tuple(sorted(rules)) for category, rules in found.items()}


def rules_named(names: Iterable[str] | None = None) -> tuple[str, ...]:
    """Rule ids for names of rules or of categories, in a fixed order; all when none is named.

    KeyError with the name when there is no such rule.
    """
    if names is None:
        return tuple(RULES)
    chosen: set[str] = set()
    for name in names:
        if name in RULES:
            chosen.add(name)
        elif name in categories():
            chosen.update(categories()[name])
        else:
            raise KeyError(name)
    return tuple(rule for rule in RULES if rule in chosen)


def judge(attendance: Attendance, provisions: Provisions, rules: Iterable[str] | None = None) -> Judgement:
    """What the rules say of one pupil, reported for the school year of the reference date only.

    Findings of earlier school years were needed to count (a window may begin in one), but are not told.
    """
    findings: list[Finding] = []
    not_decidable: list[NotDecidable] = []
    for rule in rules_named(rules):
        said = RULES[rule](attendance, provisions)
        findings += [finding for finding in said.findings if is_current(finding.last_day, attendance)]
        not_decidable += said.not_decidable
    told = with_companions(tuple(sorted(findings, key=lambda finding: finding.sort_key)))
    return Judgement(told, tuple(sorted(set(not_decidable))))
