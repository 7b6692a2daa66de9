"""Laws that hold for every pupil: of signals, suspensions and faults."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aanwezig.rules.catalogue import judge
from aanwezig.rules.facts import Absence, Enrolment, PupilFacts
from aanwezig.rules.finding import Finding
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.tier import propose_tier
from factories.beside import observed, suspension
from factories.registers import OTHER_PO, PO, absence, attendance, enrolment, pupil, setting, week_timetable

TIMETABLE = week_timetable(300) + week_timetable(300, OTHER_PO)
ON = setting("2026-02-06", timetable=TIMETABLE)
PROVISIONS = Provisions()
FIRST = date(2025, 8, 11)
REASONS = ("sick", "truant", "late", "sent_home", "elsewhere", "exempt", "unknown", "leave")
# One finding per stretch: of these rules no two findings of a pupil share a day at a school.
APART = (
    "kearney_10",
    "mazl_4th",
    "mazl_7th",
    "lateness",
    "absolute",
    "change",
    "no_contact",
    "kearney_distress",
)

days = st.integers(0, 180).map(lambda n: FIRST + timedelta(days=n))
rows = st.builds(
    lambda day, reason, minutes, school_id: absence(day, reason, minutes, school_id=school_id),
    days,
    st.sampled_from(REASONS),
    st.integers(0, 400),
    st.sampled_from((PO, PO, OTHER_PO)),
)


@st.composite
def pupils(draw: Any) -> PupilFacts:
    moved = draw(st.booleans())
    change = draw(days)
    enrolments: tuple[Enrolment, ...] = (enrolment("2025-08-01"),)
    if moved:
        gap = draw(st.integers(1, 40))
        later = change + timedelta(days=gap)
        enrolments = (enrolment("2025-08-01", change), enrolment(later, school_id=OTHER_PO))
    begin = draw(days)
    spell = [absence(begin + timedelta(days=n), "sick", 300) for n in range(draw(st.integers(0, 45)))]
    returned = draw(st.lists(days, max_size=2, unique=True))
    suspended = draw(st.lists(st.tuples(days, st.integers(0, 9)), max_size=3, unique_by=lambda s: s[0]))
    return pupil(
        draw(st.lists(rows, max_size=40)) + spell,
        enrolments=enrolments,
        observations=tuple(observed("return", each) for each in returned if each <= ON.on),
        suspensions=tuple(suspension(each, each + timedelta(days=length)) for each, length in suspended),
    )


def findings(facts: PupilFacts) -> tuple[Finding, ...]:
    return judge(attendance(facts, ON), PROVISIONS).findings


def with_rows(facts: PupilFacts, *added: Absence) -> PupilFacts:
    return replace(facts, absences=(*facts.absences, *added))


def most(found: tuple[Finding, ...], rule: str) -> float:
    return max((float(f.quantity) for f in found if f.rule == rule and f.quantity is not None), default=0.0)


@settings(deadline=None, max_examples=60)
@given(pupils())
def test_a_finding_has_its_days_in_order_and_not_after_the_reference_date(facts: PupilFacts) -> None:
    for finding in findings(facts):
        assert finding.first_day is not None
        assert finding.last_day is not None
        assert finding.first_day <= finding.last_day <= ON.on
        assert finding.explanation.nl != finding.explanation.en
        assert "{" not in finding.explanation.nl + finding.explanation.en
        finding.as_dict()


@settings(deadline=None, max_examples=60)
@given(pupils())
def test_a_criterion_of_absence_begins_and_ends_on_days_enrolled(facts: PupilFacts) -> None:
    for finding in findings(facts):
        if finding.kind == "signal" and finding.rule not in ("absolute", "no_contact"):
            for day in (finding.first_day, finding.last_day):
                assert day is not None
                assert any(day in e.period for e in facts.enrolments), finding.rule


@settings(deadline=None, max_examples=60)
@given(pupils())
def test_there_is_one_finding_per_stretch(facts: PupilFacts) -> None:
    found = findings(facts)
    for rule in APART:
        own = sorted(
            (f.first_day, f.last_day) for f in found if f.rule == rule and f.first_day and f.last_day
        )
        assert all(before[1] < after[0] for before, after in pairwise(own)), rule


@settings(deadline=None, max_examples=60)
@given(pupils(), days)
def test_a_whole_day_more_missed_never_lowers_a_count(facts: PupilFacts, day: date) -> None:
    if any(row.date == day for row in facts.absences):
        return
    before, after = findings(facts), findings(with_rows(facts, absence(day, "medical", 300)))
    for rule in ("kearney_25", "kearney_10"):
        assert most(after, rule) >= most(before, rule)


@settings(deadline=None, max_examples=60)
@given(pupils(), days)
def test_presence_elsewhere_raises_no_signal_of_absence(facts: PupilFacts, day: date) -> None:
    if any(row.date == day for row in facts.absences):
        return

    def told(found: tuple[Finding, ...]) -> list[tuple[str, Any, Any, Any]]:
        return [(f.rule, f.first_day, f.last_day, f.quantity) for f in found if f.kind == "signal"]

    assert told(findings(facts)) == told(findings(with_rows(facts, absence(day, "elsewhere", 300))))


@settings(deadline=None, max_examples=60)
@given(pupils(), st.randoms())
def test_the_order_of_rows_does_not_matter(facts: PupilFacts, random: Any) -> None:
    shuffled = list(facts.absences)
    random.shuffle(shuffled)

    def told(found: tuple[Finding, ...]) -> list[Any]:
        return [(f.sort_key, f.quantity, sorted(f.facts)) for f in found]

    assert told(findings(facts)) == told(findings(replace(facts, absences=tuple(shuffled))))


@settings(deadline=None, max_examples=60)
@given(pupils())
def test_a_tier_has_its_reasons_and_an_open_case_keeps_it_at_3(facts: PupilFacts) -> None:
    seen = attendance(facts, ON)
    proposal = propose_tier(seen, judge(seen, PROVISIONS), PROVISIONS)
    assert proposal.tier == max((reason.tier for reason in proposal.reasons), default=1)
    open_case = replace(facts, observations=(*facts.observations, observed("tier3_case_opened", ON.on)))
    again = attendance(open_case, ON)
    assert propose_tier(again, judge(again, PROVISIONS), PROVISIONS).tier == 3


@settings(deadline=None, max_examples=40)
@given(pupils(), st.integers(1, 120))
def test_what_is_not_delivered_is_not_judged(facts: PupilFacts, back: int) -> None:
    """With a delivery up to a day the signals of absence are those of a register read on that day."""
    last = ON.on - timedelta(days=back)
    through = setting(ON.on, timetable=TIMETABLE, complete_through={PO: last, OTHER_PO: last})
    for finding in judge(attendance(facts, through), PROVISIONS).findings:
        if finding.rule.startswith(("kearney_", "mazl_")) or finding.rule in (
            "lateness",
            "relapse",
            "change",
        ):
            assert finding.last_day is not None
            assert finding.last_day <= last
