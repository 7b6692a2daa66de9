"""Leave within the limits of the act, by example (docs/specification/rules.md §3)."""

from __future__ import annotations

from typing import Any

import pytest

from aanwezig.rules.catalogue import RULES
from aanwezig.rules.facts import Leave, PupilFacts, Setting
from aanwezig.rules.finding import Finding
from aanwezig.rules.provisions import Provisions
from factories.registers import attendance, day, leave, pupil, setting

ON = setting("2026-03-27")


def found(rule: str, *leaves: Leave, on: Setting = ON) -> list[Finding]:
    judgement = RULES[rule](attendance(pupil(leave=leaves), on), Provisions())
    assert not judgement.not_decidable
    return list(judgement.findings)


def missing(rule: str, *leaves: Leave) -> list[str]:
    facts: PupilFacts = pupil(leave=leaves)
    return [q.missing for q in RULES[rule](attendance(facts, ON), Provisions()).not_decidable]


# Monday 10 November: the tenth school day is Friday 21 November.
@pytest.mark.parametrize(("last", "findings"), [("2025-11-20", 0), ("2025-11-21", 0), ("2025-11-24", 1)])
def test_nine_ten_and_eleven_school_days_of_holiday_leave(last: str, findings: int) -> None:
    raised = found("leave_holiday_too_long", leave("2025-11-10", last))
    assert len(raised) == findings
    assert all((f.quantity, f.threshold, f.unit, f.kind) == (11, 10, "days", "duty") for f in raised)


def test_holidays_within_leave_are_no_school_days() -> None:
    assert not found("leave_holiday_too_long", leave("2025-10-13", "2025-10-31"))


def test_leave_that_was_not_granted_is_no_leave() -> None:
    for granted in ("no", "requested"):
        assert not found("leave_holiday_too_long", leave("2025-11-03", "2025-11-28", granted))


def test_holiday_leave_once_and_twice_a_school_year() -> None:
    once, twice = leave("2025-11-10", "2025-11-11"), leave("2026-02-02", "2026-02-03")
    assert not found("leave_holiday_twice", once)
    (finding,) = found("leave_holiday_twice", once, twice)
    assert (finding.quantity, finding.threshold, finding.unit) == (2, 1, "reports")
    assert not found("leave_holiday_twice", leave("2025-06-10", "2025-06-11"), once)
    assert not found(
        "leave_holiday_twice", leave("2025-11-10"[:10], "2025-11-14"), leave("2025-11-17", "2025-11-18")
    )


# The first two lesson weeks of noord are 25 August-7 September 2025.
@pytest.mark.parametrize(("first", "findings"), [("2025-08-25", 1), ("2025-09-05", 1), ("2025-09-08", 0)])
def test_never_in_the_first_two_lesson_weeks(first: str, findings: int) -> None:
    assert len(found("leave_first_weeks", leave(first, "2025-09-09"))) == findings


def test_leave_in_the_holiday_before_takes_no_school_day() -> None:
    assert not found("leave_first_weeks", leave("2025-08-11", "2025-08-24"))


def weighty(first: str, last: str, **more: Any) -> Leave:
    return leave(first, last, ground="art11_g", **more)


@pytest.mark.parametrize(("last", "findings"), [("2025-11-21", 0), ("2025-11-24", 1)])
def test_the_head_decides_up_to_ten_days(last: str, findings: int) -> None:
    assert len(found("leave_weighty_over_10", weighty("2025-11-10", last, decided_by="head"))) == findings


def test_from_day_eleven_the_attendance_officer_decides() -> None:
    officer = weighty("2025-11-10", "2025-12-05", decided_by="attendance_officer")
    assert not found("leave_weighty_over_10", officer)
    head = weighty("2025-11-10", "2025-11-19", decided_by="head")
    assert not found(
        "leave_weighty_over_10", head, weighty("2026-01-12", "2026-01-16", decided_by="attendance_officer")
    )
    (finding,) = found("leave_weighty_over_10", head, weighty("2026-01-12", "2026-01-16", decided_by="head"))
    assert (finding.quantity, finding.details["over_the_limit"]) == (13, 3)
    assert finding.details["from"] == "2026-01-14"


def test_who_decided_is_missing() -> None:
    assert missing("leave_weighty_over_10", weighty("2025-11-10", "2025-11-24")) == ["decided_by"]
    assert not missing("leave_weighty_over_10", weighty("2025-11-10", "2025-11-21"))


def test_a_new_school_year_begins_anew() -> None:
    last_year = weighty("2025-06-02", "2025-06-20", decided_by="attendance_officer")
    assert not found(
        "leave_weighty_over_10", last_year, weighty("2025-11-10", "2025-11-14", decided_by="head")
    )


def test_leave_under_way_is_reported_up_to_the_reference_date_with_all_that_was_granted() -> None:
    (finding,) = found("leave_holiday_too_long", leave("2025-11-10", "2025-11-28"), on=setting("2025-11-12"))
    assert (finding.last_day, finding.quantity) == (day("2025-11-12"), 15)
