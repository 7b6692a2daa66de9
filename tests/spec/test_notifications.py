"""By when to notify, what a recorded notification meets, and what is reported at all (rules.md §2, §9.8)."""

from __future__ import annotations

from typing import Any

import pytest

from aanwezig.rules.catalogue import RULES, judge, rules_named
from aanwezig.rules.duties import DUTIES
from aanwezig.rules.facts import Notification
from aanwezig.rules.finding import Finding
from aanwezig.rules.meeting import due_after
from aanwezig.rules.provisions import Provisions, all_provisions
from factories.registers import (
    OTHER_PO,
    absence,
    attendance,
    day,
    enrolment,
    notification,
    pupil,
    setting,
    sick,
    truant,
    weekdays,
    whole_school_days,
)

NINE_DAYS = [truant(on, 330) for on in weekdays("2025-09-08", "2025-09-18")]


def duties(
    *notifications: Notification,
    on: Any = "2025-10-10",
    rule: str = "relative_16h",
    rows: Any = None,
    **facts: Any,
) -> list[Finding]:
    facts = pupil(rows or NINE_DAYS, notifications=notifications, **facts)
    return list(judge(attendance(facts, on), Provisions(), [rule]).findings)


def met(*notifications: Notification, **more: Any) -> list[bool | None]:
    """Of the three findings 8-10, 11-15 and 16-18 September: which are met."""
    return [finding.met for finding in duties(*notifications, **more)]


# The due day.


@pytest.mark.parametrize(
    ("reached", "due"),
    [
        ("2025-09-10", "2025-09-17"),  # Wednesday to Wednesday
        ("2025-09-12", "2025-09-19"),  # Friday to Friday
        ("2025-09-28", "2025-10-03"),  # a Sunday (18+)
        # Weekdays in the autumn holiday are working days.
        ("2025-10-17", "2025-10-24"),
        # Christmas Day, Boxing Day and New Year are not.
        ("2025-12-19", "2025-12-30"),
        ("2025-12-29", "2026-01-06"),
        # Easter Monday 6 April 2026; Good Friday 3 April is a working day by default.
        ("2026-04-01", "2026-04-09"),
        # King's Day (Monday) and 5 May (Tuesday) 2026.
        ("2026-04-24", "2026-05-04"),
        ("2026-04-29", "2026-05-07"),
        # Ascension Day 14 May, Whit Monday 25 May 2026.
        ("2026-05-11", "2026-05-19"),
        ("2026-05-20", "2026-05-28"),
        # 5 May counts every year, in 2025 (a lustrum) and in 2027.
        ("2025-05-01", "2025-05-09"),
        ("2027-05-03", "2027-05-12"),
    ],
)
def test_within_five_working_days_after_the_day_it_was_reached(reached: str, due: str) -> None:
    assert due_after(day(reached), Provisions()).day == day(due)


def test_where_good_friday_makes_a_difference_both_dates_are_shown() -> None:
    both = {"good_friday_free": "2026-04-10", "good_friday_working_day": "2026-04-09"}
    default = due_after(day("2026-04-01"), Provisions())
    free = due_after(
        day("2026-04-01"), Provisions({"notification_terms.good_friday_is_free": "good_friday_free"})
    )
    assert (str(default.day), default.by_reading) == ("2026-04-09", both)
    assert (str(free.day), free.by_reading) == ("2026-04-10", both)
    assert due_after(day("2026-04-07"), Provisions()).by_reading == {}
    rows = [truant("2026-03-31", 480), truant("2026-04-01", 480)]
    (finding,) = duties(rows=rows, on="2026-04-01")
    assert (str(finding.due), finding.details["due_by_reading"]) == ("2026-04-09", both)


# Met.


def test_without_a_notification_nothing_is_met() -> None:
    assert met() == [False, False, False]


def test_a_notification_meets_every_finding_whose_last_day_lies_in_its_period() -> None:
    assert met(notification("relative_16h", "2025-09-08", "2025-09-10", "2025-09-11")) == [True, False, False]
    assert met(notification("relative_16h", "2025-09-10", "2025-09-10", "2025-09-11")) == [True, False, False]
    assert met(notification("relative_16h", "2025-09-08", "2025-09-15", "2025-09-16")) == [True, True, False]
    assert met(notification("relative_16h", "2025-09-01", "2025-09-30", "2025-10-01")) == [True, True, True]


def test_else_it_meets_the_first_finding_that_shares_a_day_with_it() -> None:
    assert met(notification("relative_16h", "2025-09-01", "2025-09-08", "2025-09-11")) == [True, False, False]
    assert met(notification("relative_16h", "2025-09-11", "2025-09-12", "2025-09-16")) == [False, True, False]
    assert met(notification("relative_16h", "2025-09-01", "2025-09-07", "2025-09-11")) == [
        False,
        False,
        False,
    ]
    assert met(notification("relative_16h", "2025-09-19", "2025-09-30", "2025-10-01")) == [
        False,
        False,
        False,
    ]


def test_an_empty_last_day_means_through_the_day_it_was_sent() -> None:
    assert met(notification("relative_16h", "2025-09-08", None, "2025-09-10")) == [True, False, False]
    assert met(notification("relative_16h", "2025-09-08", None, "2025-09-17")) == [True, True, False]
    assert met(notification("relative_16h", "2025-09-16", None, "2025-09-16")) == [False, False, True]


@pytest.mark.parametrize("status", ["registered", "in_progress", "closed", "taken_note"])
def test_whatever_its_status_a_notification_meets(status: str) -> None:
    assert met(notification("relative_16h", "2025-09-08", "2025-09-18", "2025-09-19", status)) == [
        True,
        True,
        True,
    ]


def test_a_withdrawn_notification_meets_nothing() -> None:
    assert met(notification("relative_16h", "2025-09-08", "2025-09-18", "2025-09-19", "withdrawn")) == [
        False,
        False,
        False,
    ]


def test_what_was_sent_after_the_reference_date_is_not_read() -> None:
    sent = notification("relative_16h", "2025-09-08", "2025-09-18", "2025-09-25")
    assert met(sent, on="2025-09-24") == [False, False, False]
    assert met(sent, on="2025-09-25") == [True, True, True]


def test_another_school_or_category_meets_nothing() -> None:
    assert met(notification("luxury", "2025-09-08", "2025-09-18", "2025-09-19")) == [False, False, False]
    assert met(
        notification("relative_16h", "2025-09-08", "2025-09-18", "2025-09-19", school_id=OTHER_PO)
    ) == [False, False, False]


def test_a_notification_never_moves_the_counting_and_a_met_duty_stays() -> None:
    sent = notification("relative_16h", "2025-09-08", "2025-09-09", "2025-09-09")
    before, after = duties(), duties(sent)
    assert [(f.first_day, f.last_day, f.quantity, f.due) for f in before] == [
        (f.first_day, f.last_day, f.quantity, f.due) for f in after
    ]
    assert after[0].met is True
    assert after[0].details["met_by"] == [sent.ref]
    assert after[0].explanation.nl.endswith("De school heeft dit al gemeld.")


def test_a_growing_absence_stays_met_by_the_notification_of_its_first_weeks() -> None:
    where = setting("2025-11-05")
    (finding,) = duties(
        notification("long_relative", "2025-09-01", "2025-09-29", "2025-10-01"),
        on=where,
        rule="long_relative",
        rows=whole_school_days(where, "2025-09-01", "2025-11-05"),
    )
    assert finding.met is True


def test_each_category_has_its_own_notifications() -> None:
    where = setting("2025-10-10")
    rows = whole_school_days(where, "2025-09-01", "2025-10-10")
    (finding,) = duties(
        notification("rmc_18plus", "2025-09-01", None, "2025-10-01"),
        on=where,
        rule="rmc_18plus",
        rows=rows,
        birth_date="2006-01-01",
    )
    assert finding.met is True
    (finding,) = duties(
        notification("luxury", "2025-09-18", "2025-09-18", "2025-09-19"),
        rule="luxury",
        rows=[absence("2025-09-18", "luxury", part="day")],
    )
    assert finding.met is True
    (finding,) = duties(
        notification("other", "2025-09-18", "2025-09-18", "2025-09-19"),
        rule="doubtful_sickness",
        rows=[sick("2025-09-18", part="day", authorised=False)],
    )
    assert finding.met is True


# What is reported.


def test_only_findings_of_the_school_year_of_the_reference_date_are_reported() -> None:
    last_year = [truant(on, 480) for on in ("2025-06-02", "2025-06-03")]
    this_year = [truant(on, 480) for on in ("2025-09-08", "2025-09-09")]
    said = duties(rows=last_year + this_year, on="2025-10-01")
    assert [str(finding.last_day) for finding in said] == ["2025-09-09"]
    said = duties(rows=last_year + this_year, on="2025-07-31")
    assert [str(finding.last_day) for finding in said] == ["2025-06-03"]


def test_a_window_begun_before_the_summer_is_reported_in_the_year_in_which_it_is_reached() -> None:
    rows = [truant("2025-07-09", 480), truant("2025-08-26", 480)]
    (finding,) = duties(rows=rows, on="2025-09-01")
    assert (str(finding.first_day), str(finding.last_day)) == ("2025-07-09", "2025-08-26")


def test_the_category_other_names_the_signals_that_may_be_told_so() -> None:
    assert "doubtful_sickness" in rules_named(["other"])
    assert rules_named(["luxury"]) == ("luxury",)
    assert set(rules_named()) == set(RULES)
    with pytest.raises(KeyError, match="no_such_rule"):
        rules_named(["no_such_rule"])


def test_findings_come_sorted_by_kind_rule_pupil_and_first_day() -> None:
    where = setting("2025-10-10")
    rows = [*whole_school_days(where, "2025-09-01", "2025-10-10"), sick("2025-10-07", 10, authorised=False)]
    facts = pupil(rows, enrolments=(enrolment(),))
    found = judge(attendance(facts, where), Provisions(), DUTIES).findings
    assert [finding.sort_key for finding in found] == sorted(finding.sort_key for finding in found)
    assert len({finding.rule for finding in found}) > 2


def test_every_duty_has_its_text_source_and_versions() -> None:
    for rule in ("relative_16h", "long_relative", "luxury", "rmc_18plus", "doubtful_sickness"):
        provision = all_provisions()[rule]
        assert provision.sources
        assert provision.who is not None
        assert provision.is_not is not None
        # Registers from school year 2019-2020 on are judged.
        assert provision.versions[0].first <= day("2019-08-01")
        assert provision.versions[-1].last is None
