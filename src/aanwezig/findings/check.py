"""All rules over a register: the plain function of each pupil, collected (docs/specification/interfaces.md, check)."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from aanwezig.engines import OpenRegister
from aanwezig.findings.pupils import pupils_of, setting_of
from aanwezig.findings.remembered import Judged, Remembered
from aanwezig.rules.attendance import Attendance
from aanwezig.rules.catalogue import RULES, judge, rules_named
from aanwezig.rules.facts import PupilFacts, Setting
from aanwezig.rules.finding import Finding, NotDecidable
from aanwezig.rules.group_alert import Group, group_alerts
from aanwezig.rules.provisions import Provisions, all_provisions
from aanwezig.rules.tier import TierProposal, propose_tier
from aanwezig.rules.wording import day_text
from aanwezig.values import AanwezigError, BilingualText, Fault, NotInForce

GROUP_ALERT = "group_alert"


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule that was applied, in the version that held, with its source."""

    id: str
    version: str
    source: str
    title: BilingualText

    def as_dict(self) -> dict[str, str]:
        return {"id": self.id, "version": self.version, "source": self.source}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the rules say of a register.

    ``faults``: rows refused or cut while reading. ``tiers``: the proposal per pupil, for a person to take
    or leave; empty when only some rules were asked for, because it rests on all of them.
    """

    findings: tuple[Finding, ...]
    not_decidable: tuple[NotDecidable, ...]
    faults: tuple[Fault, ...]
    rules: tuple[RuleInfo, ...]
    tiers: dict[str, TierProposal]
    pupils: int


def known_rules() -> tuple[str, ...]:
    """The ids that ``rules`` of ``check`` takes."""
    return (*RULES, GROUP_ALERT)


def check(
    register: OpenRegister,
    rules: Sequence[str] | None = None,
    provisions: Provisions | None = None,
    progress: Callable[[int], None] | None = None,
    remembered: Remembered | None = None,
) -> CheckResult:
    """Apply all rules, or those named, to every pupil of a register on its reference date.

    ``progress`` is called with the number of pupils done. ``remembered``: what was said before of the same setting with
    the same provisions, when all rules are asked for; it remembers this time's. AanwezigError for a rule that does not
    exist.
    """
    provisions = provisions or Provisions()
    setting = setting_of(register)
    chosen = _chosen(rules)
    if rules is not None:
        provisions = provisions.switched_on(chosen)
    else:
        # A rule that begins later does not hold yet; only who asks for it by name hears so.
        chosen = tuple(rule for rule in chosen if _holds(rule, setting, provisions)) or chosen
    applied = tuple(_info(rule, setting, provisions) for rule in chosen)
    findings: list[Finding] = []
    open_questions: list[NotDecidable] = []
    tiers: dict[str, TierProposal] = {}
    members: dict[Group, list[str]] = {}
    judged: list[Judged] = []
    number = 0
    per_pupil = None if rules is None else tuple(rule for rule in chosen if rule != GROUP_ALERT)
    if GROUP_ALERT in chosen:
        # A group's alert rests on its pupils' findings, asked for or not.
        per_pupil = None
    with _without_collecting():
        for facts in pupils_of(register):
            if rules is None:
                known = remembered.of(facts) if remembered is not None else None
                one = known or _judged(facts, setting, provisions)
                judgement, tiers[facts.pupil_id] = one.judgement, one.tier
                if remembered is not None:
                    judged.append(one)
            else:
                attendance = Attendance(facts, setting)
                judgement = judge(attendance, provisions, per_pupil)
                attendance.memo.clear()
            findings.extend(judgement.findings)
            open_questions.extend(judgement.not_decidable)
            for group in groups_of(facts, setting):
                members.setdefault(group, []).append(facts.pupil_id)
            number += 1
            if progress and number % 100 == 0:
                progress(number)
    if rules is None and remembered is not None:
        remembered.replace(judged)
    if GROUP_ALERT in chosen:
        findings.extend(group_alerts(findings, members, setting, provisions))
    return CheckResult(
        findings=tuple(sorted((f for f in findings if f.rule in chosen), key=lambda f: f.sort_key)),
        not_decidable=tuple(sorted({q for q in open_questions if q.rule in chosen})),
        faults=tuple(register.faults),
        rules=applied,
        tiers=tiers,
        pupils=number,
    )


def _judged(facts: PupilFacts, setting: Setting, provisions: Provisions) -> Judged:
    attendance = Attendance(facts, setting)
    judgement = judge(attendance, provisions)
    tier = propose_tier(attendance, judgement, provisions)
    # What rules keep there points back at it: without this it would stay until a collection.
    attendance.memo.clear()
    return Judged(facts, judgement, tier)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Python looks for rings of dead objects the more often the more live ones are made: a fifth of the time here.

    Nothing made in between forms a ring that stays.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def groups_of(facts: PupilFacts, setting: Setting) -> set[Group]:
    """The class, year and school to which a pupil belongs on the reference date."""
    found: set[Group] = set()
    for enrolment in facts.enrolments:
        if setting.on in enrolment.period:
            found.add(Group(enrolment.school_id, enrolment.school_id, "school"))
            if enrolment.group is not None:
                found.add(Group(enrolment.school_id, enrolment.group, "group"))
            if enrolment.level is not None:
                found.add(Group(enrolment.school_id, enrolment.level, "level"))
    return found


def _chosen(rules: Sequence[str] | None) -> tuple[str, ...]:
    """The ids asked for; a category of notification stands for the rules that bear on it."""
    if rules is None:
        return known_rules()
    chosen: list[str] = []
    for rule in rules:
        if rule == GROUP_ALERT:
            chosen.append(rule)
            continue
        try:
            chosen.extend(rules_named([rule]))
        except KeyError:
            names = ", ".join(sorted(known_rules()))
            raise AanwezigError(
                "CHK-001",
                BilingualText(f"De regel '{rule}' bestaat niet.", f"There is no rule '{rule}'."),
                BilingualText(f"Kies uit: {names}.", f"Choose from: {names}."),
            ) from None
    return tuple(dict.fromkeys(chosen))


def _holds(rule: str, setting: Setting, provisions: Provisions) -> bool:
    try:
        provisions.on(rule, setting.on)
    except NotInForce:
        return False
    return True


def _info(rule: str, setting: Setting, provisions: Provisions) -> RuleInfo:
    """The version in force on the reference date; AanwezigError before the first one."""
    data = all_provisions()[rule]
    try:
        version = provisions.on(rule, setting.on)
    except NotInForce:
        first, on = day_text(data.versions[0].first), day_text(setting.on)
        raise AanwezigError(
            "CHK-002",
            BilingualText(
                f"Van de regel '{rule}' is geen tekst bekend die geldt op {on.nl}.",
                f"Of the rule '{rule}' no text is known that holds on {on.en}.",
            ),
            BilingualText(
                f"Kies een peildatum vanaf {first.nl}, of alleen regels die op die dag gelden.",
                f"Choose a reference date from {first.en} on, or only rules that hold on that day.",
            ),
        ) from None
    source = "; ".join(", ".join(filter(None, (s.cite, s.place, s.article))) for s in data.sources)
    return RuleInfo(rule, version.version, source, data.title.text())
