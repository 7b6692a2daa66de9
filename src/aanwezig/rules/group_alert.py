"""When many pupils of a group pass one criterion, the question is tier 1 (docs/specification/rules.md §5, group_alert)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from aanwezig.rules.facts import Setting
from aanwezig.rules.finding import Finding
from aanwezig.rules.judging import make_finding, percent, percent_text, version_on
from aanwezig.rules.provisions import Provisions, RuleVersion, all_provisions

RULE = "group_alert"
# Who is in a higher band passes the criterion of the lower ones too.
HIGHER_BANDS = {"at_risk": ("chronic", "severe"), "chronic": ("severe",)}


class Group(NamedTuple):
    """A class (``group``), a year or level (``level``), or the school as a whole (``school``)."""

    school_id: str
    name: str
    kind: str = "group"


def group_alerts(
    findings: Iterable[Finding],
    members: Mapping[Group, Collection[str]] | Mapping[tuple[str, str], Collection[str]],
    setting: Setting,
    provisions: Provisions,
) -> list[Finding]:
    """An alert per group and criterion that more than ten percent of at least ten pupils pass.

    ``findings`` are those of all pupils, ``members`` the pupils of each group on the reference date: a
    ``Group``, or school and name of a class. The pupils' own findings are not changed.
    """
    rule = version_on(provisions, RULE, setting.on)
    if rule is None:
        return []
    passed: dict[str, dict[str, list[Finding]]] = {}
    for finding in findings:
        if finding.pupil_id is not None:
            passed.setdefault(finding.rule, {}).setdefault(finding.pupil_id, []).append(finding)
    alerts = []
    for key in sorted(members):
        group = Group(*key)
        pupils = set(members[key])  # type: ignore[index]
        if len(pupils) < int(rule["minimum_pupils"]):
            continue
        for criterion in rule["criteria"]:
            own = _of_members(passed, criterion, group, pupils)
            if own and len(own) * 100 > len(pupils) * int(rule["more_than_percent"]):
                alerts.append(_alert(rule, group, criterion, own, len(pupils)))
    return alerts


def _of_members(
    passed: Mapping[str, Mapping[str, list[Finding]]], criterion: str, group: Group, pupils: Collection[str]
) -> dict[str, list[Finding]]:
    """The findings by which members pass a criterion; those of another school do not count."""
    found: dict[str, list[Finding]] = {}
    for rule in (criterion, *HIGHER_BANDS.get(criterion, ())):
        by_pupil = passed.get(rule, {})
        for pupil_id in pupils & by_pupil.keys() if isinstance(pupils, set) else by_pupil:
            own = [f for f in by_pupil[pupil_id] if f.school_id in (None, group.school_id)]
            if own:
                found.setdefault(pupil_id, []).extend(own)
    return found


def _alert(
    rule: RuleVersion, group: Group, criterion: str, own: Mapping[str, list[Finding]], size: int
) -> Finding:
    findings = [finding for pupil_id in sorted(own) for finding in own[pupil_id]]
    share = percent(len(own), size)
    return make_finding(
        rule,
        None,
        group.school_id,
        min(finding.first_day for finding in findings if finding.first_day),
        max(finding.last_day for finding in findings if finding.last_day),
        quantity=share,
        threshold=int(rule["more_than_percent"]),
        unit="percent",
        facts=tuple(f"pupils:{pupil_id}" for pupil_id in sorted(own)),
        words={
            "group": rule.explain(f"group_{group.kind}", called=group.name),
            "criterion": all_provisions()[criterion].title.text(),
            "number": len(own),
            "size": size,
            "share": percent_text(share),
        },
        details={
            "group": group.name,
            "group_kind": group.kind,
            "criterion": criterion,
            "pupils": len(own),
            "group_size": size,
        },
    )
