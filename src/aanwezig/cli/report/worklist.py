"""What there is to do, from findings and faults: duties by due day, pupils with their reasons, data to mend.

Plain values in the language of the reader; the text output and the HTML report show the same lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from aanwezig.calendar import working_days_between
from aanwezig.cli.texts import Texts
from aanwezig.rules.finding import Finding, NotDecidable
from aanwezig.rules.provisions import all_provisions
from aanwezig.rules.tier import TierProposal
from aanwezig.values import Fault
from aanwezig.values.forms import Forms

DutyState = Literal["late", "open", "may", "met"]
# Late first, what is done last.
STATE_ORDER: dict[DutyState, int] = {"late": 0, "open": 1, "may": 2, "met": 3}
SOON_WORKING_DAYS = 2
# What is about more pupils first.
ALERT_ORDER = {"school": 0, "level": 1, "group": 2}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pupil is enrolled on the reference date, or was last."""

    school_id: str
    school: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty with the time that is left in words; ``soon``: due within two working days."""

    rule: str
    title: str
    pupil_id: str | None
    place: Place | None
    period: str
    sentence: str
    state: DutyState
    due: date | None
    when: str
    soon: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    rule: str
    title: str
    period: str
    sentence: str
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class GroupAlert:
    """A group (``kind`` group, level or school) of which many pupils pass one criterion."""

    group: str
    kind: str
    criterion: str
    pupils: int
    size: int
    sentence: str

    @property
    def share(self) -> float:
        return self.pupils / self.size if self.size else 0.0


@dataclass(frozen=True, slots=True)
class FlaggedPupil:
    """A pupil with the signals about it; ``tier`` is a proposal, None where none was made."""

    pupil_id: str
    place: Place | None
    tier: int | None
    tier_reason: str | None
    signals: tuple[Signal, ...]
    duties: tuple[Duty, ...] = ()


@dataclass(frozen=True, slots=True)
class FaultPlace:
    """Where a fault sits: enough to find the row again."""

    where: str
    pupil_id: str | None
    column: str | None
    value: str | None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """Faults of one kind, with how to mend them."""

    code: str
    what: str
    mend: str
    places: tuple[FaultPlace, ...]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that cannot be answered for these pupils, because a fact is missing."""

    rule: str
    title: str
    missing: str
    missing_label: str
    pupils: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worklist:
    duties: tuple[Duty, ...]
    pupils: tuple[FlaggedPupil, ...]
    alerts: tuple[GroupAlert, ...]
    contradictions: tuple[FaultGroup, ...]
    faults: tuple[FaultGroup, ...]
    questions: tuple[OpenQuestion, ...]

    @property
    def open_duties(self) -> tuple[Duty, ...]:
        """Those that must still be done."""
        return tuple(duty for duty in self.duties if duty.state in ("late", "open"))

    @property
    def late(self) -> int:
        return sum(duty.state == "late" for duty in self.duties)

    @property
    def faulty_rows(self) -> int:
        return sum(len(group.places) for group in (*self.faults, *self.contradictions))

    @property
    def undecided_pupils(self) -> int:
        return len({pupil for question in self.questions for pupil in question.pupils})


def rule_title(rule: str, say: Texts) -> str:
    provision = all_provisions().get(rule)
    return say.of(provision.title.text()) if provision else rule


def make_worklist(
    findings: Iterable[Finding],
    questions: Iterable[NotDecidable],
    faults: Iterable[Fault],
    *,
    on: date,
    say: Texts,
    places: Mapping[str, Place] | None = None,
    tiers: Mapping[str, tuple[int, str | None]] | None = None,
    notified: Mapping[int, date] | None = None,
) -> Worklist:
    """Sort out what was found.

    ``tiers``: the proposed tier of a pupil and its reason. ``notified``: by the place of a finding among
    ``findings``, the day its notification was sent.
    """
    places, tiers, notified = places or {}, tiers or {}, notified or {}
    forms = Forms(say.language)
    duties: list[Duty] = []
    signals: dict[str, list[Signal]] = {}
    alerts: list[GroupAlert] = []
    contradictions: list[Finding] = []
    for index, finding in enumerate(findings):
        if finding.kind == "duty":
            duties.append(_duty(finding, on, say, forms, places, notified.get(index)))
        elif finding.kind == "fault":
            contradictions.append(finding)
        elif finding.pupil_id is None:
            alerts.append(_alert(finding, say))
        else:
            signals.setdefault(finding.pupil_id, []).append(_signal(finding, say, forms))
    duties.sort(key=lambda d: (STATE_ORDER[d.state], d.due or date.max, d.pupil_id or "", d.rule))
    return Worklist(
        duties=tuple(duties),
        pupils=_pupils(signals, duties, places, tiers),
        alerts=tuple(sorted(alerts, key=lambda a: (ALERT_ORDER.get(a.kind, 3), -a.share, a.group))),
        contradictions=_contradiction_groups(contradictions, say, forms),
        faults=_fault_groups(faults, say),
        questions=_questions(questions, say),
    )


def _duty(
    finding: Finding,
    on: date,
    say: Texts,
    forms: Forms,
    places: Mapping[str, Place],
    sent_on: date | None,
) -> Duty:
    state, when, soon = due_in_words(finding, on, say, forms, sent_on)
    return Duty(
        finding.rule,
        rule_title(finding.rule, say),
        finding.pupil_id,
        places.get(finding.pupil_id or ""),
        forms.period(finding.first_day, finding.last_day),
        say.of(finding.explanation),
        state,
        finding.due,
        when,
        soon,
    )


def due_in_words(
    finding: Finding, on: date, say: Texts, forms: Forms, sent_on: date | None = None
) -> tuple[DutyState, str, bool]:
    """Where a duty stands on a day: done, too late, or how many working days are left."""
    if finding.met:
        return "met", say("due.met_on", day=forms.day(sent_on)) if sent_on else say("due.met"), False
    if finding.obligation == "may":
        return "may", say("due.may"), False
    if finding.due is None:
        return "open", say("due.no_day"), False
    if finding.due < on:
        late = working_days_between(finding.due, on)
        return "late", say("due.late_one" if late == 1 else "due.late", days=max(late, 1)), False
    left = working_days_between(on, finding.due)
    if finding.due == on:
        return "open", say("due.today"), True
    words = say("due.left_one" if left == 1 else "due.left", days=left)
    return "open", words, left <= SOON_WORKING_DAYS


def reason_sentence(finding: Finding, say: Texts) -> str:
    """The explanation without its closing words on what a signal is not: a list says those once."""
    sentence = say.of(finding.explanation)
    provision = all_provisions().get(finding.rule)
    if provision is not None and provision.is_not is not None:
        sentence = sentence.removesuffix(say.of(provision.is_not.text())).rstrip()
    return sentence or say.of(finding.explanation)


def _alert(finding: Finding, say: Texts) -> GroupAlert:
    details = finding.details
    return GroupAlert(
        group=str(details.get("group", "–")),
        kind=str(details.get("group_kind", "group")),
        criterion=rule_title(str(details.get("criterion", finding.rule)), say),
        pupils=int(details.get("pupils", 0)),
        size=int(details.get("group_size", 0)),
        sentence=reason_sentence(finding, say),
    )


def _signal(finding: Finding, say: Texts, forms: Forms) -> Signal:
    return Signal(
        finding.rule,
        rule_title(finding.rule, say),
        forms.period(finding.first_day, finding.last_day),
        reason_sentence(finding, say),
        finding.first_day,
        finding.last_day,
    )


def _pupils(
    signals: Mapping[str, Sequence[Signal]],
    duties: Sequence[Duty],
    places: Mapping[str, Place],
    tiers: Mapping[str, tuple[int, str | None]],
) -> tuple[FlaggedPupil, ...]:
    """Highest tier first, then most reasons; a pupil with only an open duty is there too."""
    own_duties: dict[str, list[Duty]] = {}
    for duty in duties:
        if duty.pupil_id is not None:
            own_duties.setdefault(duty.pupil_id, []).append(duty)
    listed = set(signals) | {p for p, own in own_duties.items() if any(d.state != "met" for d in own)}
    flagged = []
    for pupil_id in listed:
        tier, reason = tiers.get(pupil_id, (None, None))
        flagged.append(
            FlaggedPupil(
                pupil_id,
                places.get(pupil_id),
                tier,
                reason,
                tuple(sorted(signals.get(pupil_id, ()), key=_latest_first)),
                tuple(own_duties.get(pupil_id, ())),
            )
        )
    flagged.sort(key=lambda p: (-(p.tier or 0), -len(p.signals) - len(p.duties), p.pupil_id))
    return tuple(flagged)


def _latest_first(signal: Signal) -> tuple[int, str]:
    return (-(signal.last_day or date.min).toordinal(), signal.rule)


def _contradiction_groups(findings: Sequence[Finding], say: Texts, forms: Forms) -> tuple[FaultGroup, ...]:
    groups: dict[str, list[FaultPlace]] = {}
    for finding in findings:
        where = ", ".join(finding.facts[:3]) + (" …" if len(finding.facts) > 3 else "")
        day = forms.period(finding.first_day, finding.last_day)
        place = FaultPlace(where, finding.pupil_id, None, day, say.of(finding.explanation))
        groups.setdefault(finding.rule, []).append(place)
    made = []
    for rule, places in groups.items():
        provision = all_provisions().get(rule)
        mend = say.of(provision.who.text()) if provision and provision.who else say("fault.mend_at_school")
        made.append(FaultGroup(rule, rule_title(rule, say), mend, tuple(places)))
    return tuple(sorted(made, key=lambda group: (-len(group.places), group.code)))


def _fault_groups(faults: Iterable[Fault], say: Texts) -> tuple[FaultGroup, ...]:
    groups: dict[tuple[str, str, str, str | None], list[FaultPlace]] = {}
    for fault in faults:
        key = (fault.code, say.of(fault.what), say.of(fault.mend), fault.column)
        row = say("fault.row", table=fault.table, row=fault.row) if fault.row else fault.table
        groups.setdefault(key, []).append(FaultPlace(row, fault.pupil_id, fault.column, fault.value))
    made = [FaultGroup(code, what, mend, tuple(places)) for (code, what, mend, _), places in groups.items()]
    return tuple(sorted(made, key=lambda group: (-len(group.places), group.code)))


def _questions(questions: Iterable[NotDecidable], say: Texts) -> tuple[OpenQuestion, ...]:
    groups: dict[tuple[str, str], list[str]] = {}
    for question in questions:
        groups.setdefault((question.rule, question.missing), []).append(question.pupil_id)
    made = [
        OpenQuestion(rule, rule_title(rule, say), missing, missing_label(missing, say), tuple(pupils))
        for (rule, missing), pupils in groups.items()
    ]
    return tuple(sorted(made, key=lambda question: (-len(question.pupils), question.rule)))


def missing_label(column: str, say: Texts) -> str:
    """The meaning of a missing column, from the contract of the tables; the name itself where none has it."""
    from aanwezig.tables import TABLES

    name = column.rpartition(".")[2]
    for table in TABLES.values():
        for one in table.all_columns():
            if one.name == name:
                return say.of(one.meaning)
    return column


def as_tiers(proposals: Mapping[str, TierProposal], say: Texts) -> dict[str, tuple[int, str | None]]:
    """The proposals of ``check``: the tier, and what speaks for it in one line."""
    found: dict[str, tuple[int, str | None]] = {}
    for pupil_id, proposal in proposals.items():
        why = [say.of(reason.text) for reason in proposal.reasons if reason.tier == proposal.tier]
        if proposal.provisional and why:
            why.append(say("tiers.provisional"))
        found[pupil_id] = (proposal.tier, " ".join(why) or None)
    return found
