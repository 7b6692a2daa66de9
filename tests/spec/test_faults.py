"""Contradictions between accepted facts, by example (docs/specification/register.md §3, §5; docs/specification/product.md)."""

from __future__ import annotations

import pytest

from aanwezig.rules.catalogue import RULES
from aanwezig.rules.facts import Absence, PupilFacts, Setting
from aanwezig.rules.faults import FAULT_RULES
from aanwezig.rules.finding import Finding
from aanwezig.rules.provisions import Provisions
from factories.registers import (
    OTHER_PO,
    PO,
    absence,
    attendance,
    day,
    enrolment,
    exemption,
    pupil,
    setting,
    sick,
    truant,
    week_timetable,
)

ON = setting("2025-12-19", timetable=week_timetable(300) + week_timetable(300, OTHER_PO))


def faults(facts: PupilFacts, on: Setting = ON) -> dict[str, list[Finding]]:
    said = {
        rule: list(FAULT_RULES[rule](attendance(facts, on), Provisions()).findings) for rule in FAULT_RULES
    }
    return {rule: findings for rule, findings in said.items() if findings}


def test_a_register_in_order_has_no_faults() -> None:
    rows = [sick("2025-10-06", part="day", authorised=True), truant("2025-10-08", 50, authorised=False)]
    assert faults(pupil(rows)) == {}


@pytest.mark.parametrize("closed", ["2025-10-11", "2025-10-20", "2025-12-25"])
def test_absence_on_a_day_without_school(closed: str) -> None:
    found = faults(pupil(sick(closed, 300)), setting("2026-01-09", timetable=week_timetable(300)))
    assert list(found) == ["absence_on_closed_day"]
    (finding,) = found["absence_on_closed_day"]
    assert (finding.kind, finding.first_day, len(finding.facts)) == ("fault", day(closed), 1)


def test_absence_before_and_after_enrolment() -> None:
    facts = pupil(
        sick("2025-09-08", 300),
        sick("2025-09-09", 300),
        sick("2025-11-10", 300),
        enrolments=(enrolment("2025-09-09", "2025-11-07"),),
    )
    found = faults(facts)
    assert list(found) == ["absence_outside_enrolment"]
    assert [f.first_day for f in found["absence_outside_enrolment"]] == [day("2025-09-08"), day("2025-11-10")]


def test_absence_during_an_exemption() -> None:
    facts = pupil(sick("2025-10-06", 300), exemptions=(exemption("art5_a", "2025-10-01"),))
    assert list(faults(facts)) == ["absence_while_exempt"]


@pytest.mark.parametrize(("minutes", "rules"), [(300, []), (301, ["more_than_possible"])])
def test_more_minutes_than_the_day_has(minutes: int, rules: list[str]) -> None:
    found = faults(pupil(sick("2025-10-06", minutes)))
    assert list(found) == rules
    for finding in found.get("more_than_possible", []):
        assert (finding.quantity, finding.threshold, finding.unit) == (301, 300, "minutes")


def test_an_assumed_timetable_contradicts_nothing() -> None:
    assert faults(pupil(sick("2025-10-06", 400)), setting("2025-12-19")) == {}


def test_two_reasons_for_one_lesson() -> None:
    rows = [sick("2025-10-06", 50, lesson=2), truant("2025-10-06", 50, lesson=2)]
    found = faults(pupil(rows))
    assert list(found) == ["two_marks"]
    assert len(found["two_marks"][0].facts) == 2
    again = [sick("2025-10-06", 50, lesson=2), sick("2025-10-06", 50, lesson=2)]
    assert faults(pupil(again)) == {}


def test_present_elsewhere_and_absent_at_one_lesson() -> None:
    rows = [absence("2025-10-06", "elsewhere", 50, lesson=2), truant("2025-10-06", 50, lesson=2)]
    assert list(faults(pupil(rows))) == ["present_and_absent"]
    other_lesson = [absence("2025-10-06", "elsewhere", 50, lesson=2), truant("2025-10-06", 50, lesson=3)]
    assert faults(pupil(other_lesson)) == {}


def test_present_elsewhere_all_day_and_absent_at_a_lesson() -> None:
    rows = [absence("2025-10-06", "elsewhere", part="day"), truant("2025-10-06", 50, lesson=3)]
    assert list(faults(pupil(rows))) == ["present_and_absent"]


@pytest.mark.parametrize(
    ("reason", "authorised", "findings"),
    [
        ("sick", False, 1),
        ("sick", True, 0),
        ("sick", None, 0),
        ("truant", True, 1),
        ("truant", False, 0),
        ("truant", None, 0),
        ("leave", False, 0),
    ],
)
def test_reason_and_mark_contradict_each_other(reason: str, authorised: bool | None, findings: int) -> None:
    found = faults(pupil(absence("2025-10-06", reason, 50, authorised=authorised)))
    assert len(found.get("reason_contradicts_mark", [])) == findings


def test_the_contradicting_rows_of_a_day_are_one_finding_and_both_are_kept() -> None:
    rows = [sick("2025-10-06", 50, lesson=n, authorised=False) for n in (1, 2, 3)]
    facts = pupil(rows)
    (finding,) = faults(facts)["reason_contradicts_mark"]
    assert len(finding.facts) == 3
    assert attendance(facts, ON).by_date[day("2025-10-06")].absent == 150


def test_two_enrolments_at_one_school() -> None:
    overlapping = (enrolment(last="2025-09-30"), enrolment("2025-09-29"))
    found = faults(pupil(enrolments=overlapping))
    assert list(found) == ["overlapping_enrolments"]
    (finding,) = found["overlapping_enrolments"]
    assert (finding.first_day, finding.last_day, finding.quantity) == (
        day("2025-09-29"),
        day("2025-09-30"),
        2,
    )
    assert faults(pupil(enrolments=(enrolment(last="2025-09-28"), enrolment("2025-09-29")))) == {}


def test_two_schools_at_once_are_reported_and_may_be_right() -> None:
    found = faults(pupil(enrolments=(enrolment(), enrolment("2025-09-29", school_id=OTHER_PO))))
    assert list(found) == ["enrolled_at_two_schools"]
    (finding,) = found["enrolled_at_two_schools"]
    assert finding.details["schools"] == sorted([PO, OTHER_PO])
    assert "symbiose" in finding.explanation.nl


def mixed(on: str) -> list[Absence]:
    return [sick(on, 50, lesson=2), truant(on, 50, lesson=4)]


def test_a_day_that_repeats_the_day_before() -> None:
    (finding,) = faults(pupil(mixed("2025-10-06"), mixed("2025-10-07"), mixed("2025-10-08")))["stale_repeat"]
    assert (finding.first_day, finding.last_day, finding.quantity) == (
        day("2025-10-06"),
        day("2025-10-08"),
        3,
    )
    assert faults(pupil(mixed("2025-10-06"), mixed("2025-10-08"))) == {}


def test_illness_of_some_days_is_no_repeat() -> None:
    rows = [[sick(f"2025-10-0{n}", 50, lesson=hour) for hour in (1, 2, 3)] for n in (6, 7, 8)]
    assert faults(pupil(*rows)) == {}


def test_what_is_not_delivered_yet_is_no_fault() -> None:
    on = setting("2025-12-19", complete_through={PO: "2025-10-10"})
    assert faults(pupil(sick("2025-10-11", 300), sick("2025-10-13", authorised=False, minutes=50)), on) == {}


def test_every_fault_rule_is_in_the_catalogue() -> None:
    assert set(FAULT_RULES) <= set(RULES)
