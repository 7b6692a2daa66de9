"""Suspension and expulsion, by example (docs/specification/rules.md §4)."""

from __future__ import annotations

import pytest

from aanwezig.rules.catalogue import RULES
from aanwezig.rules.facts import PupilFacts, Setting
from aanwezig.rules.finding import Finding
from aanwezig.rules.provisions import Provisions
from factories.beside import applied, school_days, suspension
from factories.registers import OTHER_PO, attendance, closure, day, enrolment, pupil, setting

ON = setting("2025-12-19")


def found(rule: str, facts: PupilFacts, on: Setting = ON) -> list[Finding]:
    judgement = RULES[rule](attendance(facts, on), Provisions())
    assert not judgement.not_decidable
    return list(judgement.findings)


def suspended(*suspensions: object, **more: object) -> PupilFacts:
    return pupil(suspensions=suspensions, **more)


@pytest.mark.parametrize(("last", "findings"), [("2025-11-06", 0), ("2025-11-07", 0), ("2025-11-10", 1)])
def test_a_suspension_of_four_five_and_six_school_days(last: str, findings: int) -> None:
    raised = found("suspension_too_long", suspended(suspension("2025-11-03", last)))
    assert len(raised) == findings
    assert all((f.quantity, f.threshold, f.obligation, f.met) == (6, 5, "must", False) for f in raised)


def test_only_school_days_of_the_school_are_counted() -> None:
    over_the_holiday = suspended(suspension("2025-10-15", "2025-10-28"))
    assert not found("suspension_too_long", over_the_holiday)
    with_a_study_day = setting("2025-12-19", closures=[closure("2025-11-05")])
    six_weekdays = suspended(suspension("2025-11-03", "2025-11-10"))
    assert not found("suspension_too_long", six_weekdays, with_a_study_day)


def test_suspensions_that_follow_each_other_are_one() -> None:
    facts = suspended(suspension("2025-11-03", "2025-11-05"), suspension("2025-11-06", "2025-11-10"))
    (finding,) = found("suspension_too_long", facts)
    assert (finding.quantity, len(finding.facts)) == (6, 2)
    apart = suspended(suspension("2025-11-03", "2025-11-05"), suspension("2025-11-07", "2025-11-11"))
    assert not found("suspension_too_long", apart)


@pytest.mark.parametrize(("last", "findings"), [("2025-11-03", 0), ("2025-11-04", 1)])
def test_the_inspectorate_is_told_of_more_than_one_school_day(last: str, findings: int) -> None:
    raised = found("suspension_inspectorate", suspended(suspension("2025-11-03", last)))
    assert len(raised) == findings
    assert all((f.quantity, f.threshold, f.met) == (2, 1, False) for f in raised)


def test_from_friday_to_sunday_is_one_school_day() -> None:
    assert not found("suspension_inspectorate", suspended(suspension("2025-11-07", "2025-11-09")))


def test_the_duty_is_met_from_the_day_the_inspectorate_was_told() -> None:
    facts = suspended(suspension("2025-11-03", "2025-11-05", told="2025-11-06"))
    assert [f.met for f in found("suspension_inspectorate", facts, setting("2025-11-05"))] == [False]
    assert [f.met for f in found("suspension_inspectorate", facts, setting("2025-11-06"))] == [True]


def test_a_suspension_that_still_runs_is_reported_up_to_the_reference_date() -> None:
    facts = suspended(suspension("2025-11-03", "2025-11-10"))
    (finding,) = found("suspension_too_long", facts, setting("2025-11-04"))
    assert (finding.last_day, finding.quantity) == (day("2025-11-04"), 6)
    assert finding.details["decided_through"] == "2025-11-10"


def test_a_suspension_that_has_not_begun_is_not_read() -> None:
    assert not found("suspension_too_long", suspended(suspension("2026-01-12", "2026-01-23")))


def test_the_legal_status_does_not_matter() -> None:
    grown = suspended(suspension("2025-11-03", "2025-11-05"), birth_date="2001-01-01")
    unknown = suspended(suspension("2025-11-03", "2025-11-05"), birth_date=None)
    assert found("suspension_inspectorate", grown)
    assert found("suspension_inspectorate", unknown)


@pytest.mark.parametrize(("reason_given", "findings"), [(False, 1), (True, 0), (None, 0)])
def test_only_a_reason_that_was_surely_not_given_is_raised(reason_given: bool | None, findings: int) -> None:
    facts = suspended(suspension("2025-11-03", reason_given=reason_given))
    assert len(found("suspension_reason", facts)) == findings
    expelled = suspended(suspension("2025-11-03", kind="expulsion", reason_given=reason_given))
    assert len(found("expulsion_reason", expelled)) == findings
    assert not found("suspension_reason", expelled)


@pytest.mark.parametrize("kind", ["expulsion_intended", "expulsion"])
def test_of_an_expulsion_the_inspectorate_knows_at_once(kind: str) -> None:
    (open_duty,) = found("expulsion_inspectorate", suspended(suspension("2025-11-03", kind=kind)))
    assert (open_duty.met, open_duty.due) == (False, day("2025-11-03"))
    (met,) = found(
        "expulsion_inspectorate", suspended(suspension("2025-11-03", kind=kind, told="2025-11-03"))
    )
    assert met.met is True


def test_an_expulsion_needs_another_school_that_admits() -> None:
    expulsion = suspension("2025-11-03", kind="expulsion")
    assert [f.met for f in found("expulsion_without_school", suspended(expulsion))] == [False]
    moved = (enrolment(last="2025-11-02"), enrolment("2025-11-03", school_id=OTHER_PO))
    assert [f.met for f in found("expulsion_without_school", suspended(expulsion, enrolments=moved))] == [
        True
    ]
    offered = suspended(expulsion, applications=(applied("offered", "2025-10-20"),))
    assert [f.met for f in found("expulsion_without_school", offered)] == [True]
    refused = suspended(expulsion, applications=(applied("refused", "2025-10-20"),))
    assert [f.met for f in found("expulsion_without_school", refused)] == [False]
    assert not found(
        "expulsion_without_school", suspended(suspension("2025-11-03", kind="expulsion_intended"))
    )


# Begun on Monday 1 September twelve school weeks end on Sunday 30 November.
@pytest.mark.parametrize(
    ("days", "findings"),
    [
        (("2025-09-01", "2025-10-06"), 0),
        (("2025-09-01", "2025-10-06", "2025-11-28"), 1),
        (("2025-09-01", "2025-10-06", "2025-12-01"), 0),
    ],
)
def test_three_suspensions_of_a_day_in_twelve_school_weeks(days: tuple[str, ...], findings: int) -> None:
    raised = found("suspension_repeated", suspended(*(suspension(each) for each in days)))
    assert len(raised) == findings
    assert all((f.kind, f.quantity, f.unit) == ("signal", 3, "reports") for f in raised)


def test_longer_suspensions_do_not_count_as_repeated() -> None:
    first, second, third = school_days(ON, "2025-09-01", 30)[::10]
    assert not found(
        "suspension_repeated",
        suspended(suspension(first), suspension(second), suspension(third, "2025-10-01")),
    )


def test_before_the_text_held_nothing_is_judged_and_old_cases_keep_their_text() -> None:
    rows = {"2014-05-06": None, "2022-06-13": "2014-08-01", "2022-09-12": "2022-08-01"}
    for first, version in rows.items():
        last = f"{first[:8]}{int(first[8:]) + 3:02}"
        raised = found(
            "suspension_inspectorate",
            suspended(suspension(first, last), enrolments=(enrolment("2012-08-01"),)),
        )
        assert [f.version for f in raised] == ([version] if version else [])
