"""Long relative absence and the 18+ duty (docs/specification/rules.md §2, §6 durations)."""

from __future__ import annotations

from typing import Any

import pytest

from aanwezig.rules.duties import long_relative, rmc_18plus
from aanwezig.rules.facts import Absence, Setting
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.provisions import Provisions
from factories.registers import (
    OTHER_PO,
    PO,
    absence,
    attendance,
    closure,
    enrolment,
    exemption,
    leave,
    lessons,
    pupil,
    school,
    setting,
    truant,
    unknown,
    week_timetable,
    whole_school_days,
)


def judged(
    where: Setting, *rows: Absence | list[Absence], readings: dict[str, Any] | None = None, **facts: Any
) -> Judgement:
    return long_relative(attendance(pupil(*rows, **facts), where), Provisions(readings))


def away(
    first: str, last: str, on: str | None = None, readings: dict[str, Any] | None = None, **facts: Any
) -> list[Finding]:
    """Whole days truant from ``first`` to ``last``, judged on ``on`` (the last day when not given)."""
    where = setting(on or last)
    return list(judged(where, whole_school_days(where, first, last), readings=readings, **facts).findings)


def days_of(finding: Finding) -> tuple[str, str, Any, Any]:
    return str(finding.first_day), str(finding.last_day), finding.quantity, finding.threshold


# When.


@pytest.mark.parametrize(
    ("first", "last", "long"),
    [
        # Without holidays day 29: begun on Monday 1 September that is Monday 29 September.
        ("2025-09-01", "2025-09-26", False),
        ("2025-09-01", "2025-09-29", True),
        # Begun on Wednesday 3 September: day 29 is Wednesday 1 October.
        ("2025-09-03", "2025-09-30", False),
        ("2025-09-03", "2025-10-01", True),
        # With the autumn holiday (18-26 October) a week later: begun on 15 October, four lesson weeks end on 18 November.
        ("2025-10-15", "2025-11-18", False),
        ("2025-10-15", "2025-11-19", True),
        # With the two weeks of Christmas: begun on 8 December.
        ("2025-12-08", "2026-01-16", False),
        ("2025-12-08", "2026-01-19", True),
    ],
)
def test_more_than_four_lesson_weeks_on_end(first: str, last: str, long: bool) -> None:
    assert bool(away(first, last)) is long


def test_what_a_finding_says() -> None:
    (finding,) = away("2025-09-01", "2025-10-01")
    assert (finding.rule, finding.kind, finding.unit, finding.obligation) == (
        "long_relative",
        "duty",
        "days",
        "must",
    )
    assert finding.school_id == PO
    assert days_of(finding) == ("2025-09-01", "2025-10-01", 31, 29)
    # Reached on Monday 29 September, whatever the reference date.
    assert finding.details["reached_on"] == "2025-09-29"
    assert str(finding.due) == "2025-10-06"
    assert finding.met is False
    assert len(finding.facts) == 23
    assert finding.explanation.nl == (
        "De leerling was van 1 september tot en met 1 oktober 2025 op elke schooldag de hele dag afwezig zonder geldige reden: "
        "23 schooldagen in 31 dagen achter elkaar. Vanaf 29 dagen is dit langdurig relatief verzuim "
        "(Leerplichtwet 1969, artikel 21a). De school meldt dit uiterlijk op 6 oktober 2025 bij DUO."
    )
    assert "more than three months" not in finding.explanation.en


def test_it_is_raised_only_on_a_school_day() -> None:
    # Four weeks are complete on Sunday 28 September; it is long from the first school day missed after that.
    for on in ("2025-09-26", "2025-09-27", "2025-09-28"):
        assert away("2025-09-01", "2025-09-26", on=on) == []
    where = setting("2025-09-30", closures=[closure("2025-09-29")])
    assert not judged(
        setting("2025-09-29", closures=[closure("2025-09-29")]),
        whole_school_days(where, "2025-09-01", "2025-09-29"),
    ).findings
    (finding,) = judged(where, whole_school_days(where, "2025-09-01", "2025-09-30")).findings
    assert finding.details["reached_on"] == "2025-09-30"


def test_one_finding_per_absence_that_grows_with_the_reference_date() -> None:
    for last, quantity in (("2025-09-29", 29), ("2025-10-10", 40), ("2025-10-31", 61)):
        (finding,) = away("2025-09-01", last)
        assert days_of(finding) == ("2025-09-01", last, quantity, 29)
        assert str(finding.due) == "2025-10-06"


def test_on_a_day_without_school_the_last_missed_school_day_stands() -> None:
    (finding,) = away("2025-09-01", "2025-10-17", on="2025-10-22")
    assert days_of(finding) == ("2025-09-01", "2025-10-17", 47, 29)


def test_an_absence_that_is_over_stays_as_it_was() -> None:
    (finding,) = away("2025-09-01", "2025-10-01", on="2026-06-01")
    assert days_of(finding) == ("2025-09-01", "2025-10-01", 31, 29)
    assert finding.details["goes_on"] is False


def test_two_absences_are_two_findings() -> None:
    where = setting("2026-02-01")
    rows = whole_school_days(where, "2025-09-01", "2025-10-03") + whole_school_days(
        where, "2025-11-03", "2025-12-05"
    )
    said = judged(where, rows)
    assert [str(finding.first_day) for finding in said.findings] == ["2025-09-01", "2025-11-03"]


# What breaks an absence, and what does not.


def test_a_day_at_school_breaks_it() -> None:
    where = setting("2025-10-10")
    rows = [
        row for row in whole_school_days(where, "2025-09-01", "2025-10-10") if str(row.date) != "2025-09-18"
    ]
    assert judged(where, rows) == Judgement()


def test_a_day_missed_in_part_breaks_it() -> None:
    where = setting("2025-10-10")
    rows = [
        row for row in whole_school_days(where, "2025-09-01", "2025-10-10") if str(row.date) != "2025-09-18"
    ]
    assert judged(where, rows, truant("2025-09-18", part="morning")) == Judgement()
    assert judged(
        where, rows, truant("2025-09-18", part="morning"), truant("2025-09-18", part="afternoon")
    ).findings


def test_a_row_for_the_whole_day_is_whole_whatever_else_was_marked_that_day() -> None:
    where = setting("2025-09-30")
    rows = whole_school_days(where, "2025-09-01", "2025-09-30")
    assert judged(where, [*rows, absence("2025-09-10", "late", 5)]).findings
    assert not judged(where, [row for row in rows if str(row.date) != "2025-09-10"]).findings


def test_a_day_missed_by_minutes_is_whole_from_the_possible_minutes() -> None:
    where = setting("2025-10-10", timetable=week_timetable(330))
    rows = [
        row for row in whole_school_days(where, "2025-09-01", "2025-10-10") if str(row.date) != "2025-09-18"
    ]
    assert judged(where, rows, truant("2025-09-18", 330)).findings
    assert not judged(where, rows, truant("2025-09-18", 329)).findings


def test_a_day_missed_lesson_by_lesson_is_whole() -> None:
    where = setting("2025-10-10", schools=[school(sector="vo", lesson_minutes=50)])
    rows = [
        row for row in whole_school_days(where, "2025-09-01", "2025-10-10") if str(row.date) != "2025-09-18"
    ]
    assert judged(where, rows, lessons("2025-09-18", 6, school_id=PO)).findings
    assert not judged(where, rows, lessons("2025-09-18", 5, school_id=PO)).findings


@pytest.mark.parametrize("reason", ["sick", "medical", "leave", "religion", "suspended", "late", "sent_out"])
def test_a_day_missed_with_a_valid_reason_breaks_it(reason: str) -> None:
    where = setting("2025-10-10")
    rows = [
        row for row in whole_school_days(where, "2025-09-01", "2025-10-10") if str(row.date) != "2025-09-18"
    ]
    assert judged(where, rows, absence("2025-09-18", reason, 282)) == Judgement()


@pytest.mark.parametrize(
    ("reason", "authorised"),
    [
        ("truant", None),
        ("truant", False),
        ("unknown", False),
        ("luxury", None),
        ("leave", False),
        ("sent_home", None),
    ],
)
def test_unauthorised_here_includes_luxury_and_sent_home(reason: str, authorised: bool | None) -> None:
    where = setting("2025-09-29")
    assert (
        len(
            judged(
                where, whole_school_days(where, "2025-09-01", "2025-09-29", reason, authorised=authorised)
            ).findings
        )
        == 1
    )


def test_granted_leave_breaks_it() -> None:
    where = setting("2025-09-29")
    rows = whole_school_days(where, "2025-09-01", "2025-09-29", "luxury")
    assert not judged(where, rows, leave=(leave("2025-09-15", "2025-09-19"),)).findings


def test_closures_neither_break_nor_start_it() -> None:
    # The last day before the summer and the first one after it: two school days, not six weeks.
    where = setting("2026-08-17")
    assert judged(where, truant("2026-07-03", part="day"), truant("2026-08-17", part="day")) == Judgement()
    # Going on after the summer, weeks without school do not count: begun on 22 June, two lesson weeks before it.
    where = setting("2026-08-31")
    rows = whole_school_days(where, "2026-06-22", "2026-08-31")
    (finding,) = judged(where, rows).findings
    assert finding.details["reached_on"] == "2026-08-31"
    assert judged(setting("2026-08-28"), [row for row in rows if str(row.date) < "2026-08-31"]) == Judgement()


def test_at_two_schools_a_day_must_be_missed_at_both() -> None:
    where = setting("2025-10-10")
    both = (enrolment(), enrolment(school_id=OTHER_PO))
    here = whole_school_days(where, "2025-09-01", "2025-10-10")
    there = whole_school_days(where, "2025-09-01", "2025-10-10", school_id=OTHER_PO)
    assert judged(where, here, enrolments=both) == Judgement()
    (finding,) = judged(where, here, there, enrolments=both).findings
    assert finding.quantity == 40
    assert len(finding.facts) == 60
    assert (
        judged(where, here, [row for row in there if str(row.date) != "2025-09-18"], enrolments=both)
        == Judgement()
    )


def test_a_day_with_lessons_at_one_of_two_schools_must_be_missed_there_alone() -> None:
    only_monday = week_timetable({1: 300}, school_id=OTHER_PO)
    where = setting("2025-10-10", timetable=only_monday)
    both = (enrolment(), enrolment(school_id=OTHER_PO))
    here = whole_school_days(where, "2025-09-01", "2025-10-10")
    there = whole_school_days(where, "2025-09-01", "2025-10-10", school_id=OTHER_PO)
    assert len(judged(where, here, there, enrolments=both).findings) == 1
    (finding,) = judged(where, here, there[1:], enrolments=both).findings
    assert str(finding.first_day) == "2025-09-02"


def test_a_change_of_school_without_a_gap_goes_on() -> None:
    where = setting("2025-10-10")
    rows = whole_school_days(where, "2025-09-01", "2025-09-12")
    rows += whole_school_days(where, "2025-09-15", "2025-10-10", school_id=OTHER_PO)
    moved = (enrolment(last="2025-09-12"), enrolment("2025-09-15", school_id=OTHER_PO))
    (finding,) = judged(where, rows, enrolments=moved).findings
    assert (finding.school_id, str(finding.first_day)) == (OTHER_PO, "2025-09-01")


def test_days_not_enrolled_on_which_there_was_school_begin_a_new_duration() -> None:
    where = setting("2025-10-10")
    rows = whole_school_days(where, "2025-09-01", "2025-09-12")
    rows += whole_school_days(where, "2025-09-16", "2025-10-10", school_id=OTHER_PO)
    moved = (enrolment(last="2025-09-12"), enrolment("2025-09-16", school_id=OTHER_PO))
    assert judged(where, rows, enrolments=moved) == Judgement()


def test_an_exemption_ends_it() -> None:
    where = setting("2025-10-10")
    rows = whole_school_days(where, "2025-09-01", "2025-10-10")
    assert judged(where, rows, exemptions=(exemption("art5_a", "2025-09-18", "2025-09-18"),)) == Judgement()
    (finding,) = judged(where, rows, exemptions=(exemption("art5_a", "2025-10-06"),)).findings
    assert str(finding.last_day) == "2025-10-03"


def test_nothing_is_said_past_what_a_school_delivered() -> None:
    where = setting("2025-10-10", complete_through={PO: "2025-09-26"})
    assert judged(where, whole_school_days(where, "2025-09-01", "2025-10-10")) == Judgement()
    where = setting("2025-10-10", complete_through={PO: "2025-09-30"})
    (finding,) = judged(where, whole_school_days(where, "2025-09-01", "2025-10-10")).findings
    assert str(finding.last_day) == "2025-09-30"


def test_of_two_schools_days_are_known_as_far_as_both_delivered() -> None:
    where = setting("2025-10-10", complete_through={OTHER_PO: "2025-09-19"})
    both = (enrolment(), enrolment(school_id=OTHER_PO))
    rows = whole_school_days(where, "2025-09-01", "2025-10-10")
    rows += whole_school_days(where, "2025-09-01", "2025-09-19", school_id=OTHER_PO)
    assert judged(where, rows, enrolments=both) == Judgement()


# Whose.


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        ("2014-03-01", True),
        ("2008-10-10", True),
        ("2006-01-01", False),
        ("2002-01-01", False),
        ("2020-12-01", False),
    ],
)
def test_for_compulsory_and_qualification_only(born: str, expected: bool) -> None:
    assert bool(away("2025-09-01", "2025-10-10", birth_date=born)) is expected


def test_days_before_the_duty_do_not_count() -> None:
    # Compulsory from Wednesday 1 October: four lesson weeks, with the autumn holiday, end on Tuesday 4 November.
    assert away("2025-09-01", "2025-11-04", birth_date="2020-09-30") == []
    (finding,) = away("2025-09-01", "2025-11-05", birth_date="2020-09-30")
    assert str(finding.first_day) == "2025-10-01"


def test_at_eighteen_the_duty_ends_with_the_last_day_under_it() -> None:
    (finding,) = away("2025-09-01", "2025-10-10", birth_date="2007-10-08")
    assert str(finding.last_day) == "2025-10-07"


def test_without_a_date_of_birth_it_cannot_be_decided() -> None:
    where = setting("2025-09-29")
    said = judged(where, whole_school_days(where, "2025-09-01", "2025-09-29"), birth_date=None)
    assert said.findings == ()
    assert [(entry.rule, entry.missing) for entry in said.not_decidable] == [("long_relative", "birth_date")]
    where = setting("2025-09-26")
    assert judged(where, whole_school_days(where, "2025-09-01", "2025-09-26"), birth_date=None) == Judgement()


def test_where_only_a_missing_mark_keeps_it_from_being_long_it_cannot_be_decided() -> None:
    where = setting("2025-09-29")
    rows = [
        row for row in whole_school_days(where, "2025-09-01", "2025-09-29") if str(row.date) != "2025-09-18"
    ]
    said = judged(where, rows, unknown("2025-09-18", part="day"))
    assert said.findings == ()
    assert [(entry.rule, entry.missing) for entry in said.not_decidable] == [("long_relative", "authorised")]
    assert judged(where, rows, unknown("2025-09-18", part="day", authorised=True)) == Judgement()


def test_the_text_does_not_judge_what_came_before_it() -> None:
    facts = {"birth_date": "2005-03-01", "enrolments": (enrolment("2009-08-01"),)}
    assert away("2016-11-14", "2017-01-20", **facts) == []
    (finding,) = away("2016-11-14", "2017-02-10", **facts)
    assert str(finding.first_day) == "2017-01-02"


# Bands.


@pytest.mark.parametrize(
    ("first", "last", "band"),
    [
        # Begun on Friday 9 January: three months on Thursday 9 April.
        ("2026-01-09", "2026-04-08", "four_weeks_to_three_months"),
        ("2026-01-09", "2026-04-09", "over_three_months"),
        # Begun on Monday 12 January: three months on Sunday 12 April, when the state of Friday still holds.
        ("2026-01-12", "2026-04-10", "four_weeks_to_three_months"),
        ("2026-01-12", "2026-04-13", "over_three_months"),
    ],
)
def test_sub_bands(first: str, last: str, band: str) -> None:
    (finding,) = away(first, last)
    assert finding.details["band"] == band
    assert ("langer dan drie maanden" in finding.explanation.nl) is (band == "over_three_months")


def test_three_months_from_the_thirty_first_is_the_last_day_of_a_shorter_month() -> None:
    # From Friday 31 October 2025 to Saturday 31 January; from Friday 30 January to 30 April.
    assert away("2025-10-31", "2026-01-30")[0].details["band"] == "four_weeks_to_three_months"
    assert away("2025-10-31", "2026-02-02")[0].details["band"] == "over_three_months"


# Other readings.


@pytest.mark.parametrize(
    ("reading", "first", "last", "long", "threshold"),
    [
        ("calendar_29", "2025-09-03", "2025-09-30", False, None),
        ("calendar_29", "2025-09-03", "2025-10-01", True, 29),
        # Holidays are calendar days: 15 October to 12 November.
        ("calendar_29", "2025-10-15", "2025-11-11", False, None),
        ("calendar_29", "2025-10-15", "2025-11-12", True, 29),
        ("calendar_28", "2025-09-03", "2025-09-29", False, None),
        ("calendar_28", "2025-09-03", "2025-09-30", True, 28),
        # Day 28 is a Sunday: from the next school day.
        ("calendar_28", "2025-09-01", "2025-09-26", False, None),
        ("calendar_28", "2025-09-01", "2025-09-29", True, 28),
    ],
)
def test_readings_by_calendar_days(
    reading: str, first: str, last: str, long: bool, threshold: int | None
) -> None:
    findings = away(first, last, readings={"long_relative.duration": reading})
    assert [finding.threshold for finding in findings] == ([threshold] if long else [])
    if long:
        assert findings[0].details["readings"] == {"duration": reading}
        assert findings[0].details["reached_on"] == last


# 18 and over without a start qualification.


def rmc(
    where: Setting, *rows: Absence | list[Absence], readings: dict[str, Any] | None = None, **facts: Any
) -> Judgement:
    facts.setdefault("birth_date", "2006-01-01")
    return rmc_18plus(attendance(pupil(*rows, **facts), where), Provisions(readings))


def rmc_away(
    first: str, last: str, on: str | None = None, readings: dict[str, Any] | None = None, **facts: Any
) -> list[Finding]:
    where = setting(on or last)
    return list(rmc(where, whole_school_days(where, first, last), readings=readings, **facts).findings)


@pytest.mark.parametrize(
    ("first", "on", "complete"),
    [
        # Begun on Wednesday 3 September: day 28 is Tuesday 30 September.
        ("2025-09-03", "2025-09-29", False),
        ("2025-09-03", "2025-09-30", True),
        # Begun on Monday: day 28 is Sunday 28 September.
        ("2025-09-01", "2025-09-27", False),
        ("2025-09-01", "2025-09-28", True),
        # With the autumn holiday a week later.
        ("2025-10-15", "2025-11-17", False),
        ("2025-10-15", "2025-11-18", True),
    ],
)
def test_four_weeks_complete_from_eighteen_on(first: str, on: str, complete: bool) -> None:
    assert bool(rmc_away(first, on)) is complete


def test_what_the_18_plus_finding_says() -> None:
    (finding,) = rmc_away("2025-09-03", "2025-10-01")
    assert (finding.rule, finding.kind, finding.obligation, finding.unit) == (
        "rmc_18plus",
        "duty",
        "must",
        "days",
    )
    assert days_of(finding) == ("2025-09-03", "2025-10-01", 29, 28)
    assert finding.details["reached_on"] == "2025-09-30"
    assert str(finding.due) == "2025-10-07"
    assert "startkwalificatie" in finding.explanation.nl
    assert "start qualification" in finding.explanation.en


def test_four_weeks_that_were_complete_before_the_pupil_came_back_stay() -> None:
    # Absent from Monday 1 up to Friday 26 September; back on Monday 29: complete on Sunday 28.
    (finding,) = rmc_away("2025-09-01", "2025-09-26", on="2025-10-10")
    assert days_of(finding) == ("2025-09-01", "2025-09-26", 28, 28)
    # Back on Friday 26 September: not complete.
    assert rmc_away("2025-09-01", "2025-09-25", on="2025-10-10") == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"birth_date": "2007-09-30"}, True),
        ({"birth_date": "2008-09-30"}, False),
        ({"birth_date": "2002-10-01"}, True),
        ({"birth_date": "2002-09-30"}, False),
        ({"start_qualification_on": "2025-06-30"}, False),
        ({"start_qualification_on": "2025-10-01"}, True),
        ({"qualification_exempt": True}, True),
    ],
)
def test_whose_duty_it_is_on_the_day_four_weeks_are_complete(facts: dict[str, Any], expected: bool) -> None:
    assert bool(rmc_away("2025-09-03", "2025-09-30", **facts)) is expected


def test_who_turns_eighteen_in_an_absence_is_told_on_the_birthday_when_four_weeks_are_over() -> None:
    (finding,) = rmc_away("2025-09-01", "2025-10-10", birth_date="2007-10-08")
    assert (str(finding.first_day), finding.details["reached_on"]) == ("2025-09-01", "2025-10-08")
    assert rmc_away("2025-09-01", "2025-10-07", birth_date="2007-10-08") == []


def test_a_reading_by_calendar_days_counts_holidays() -> None:
    readings = {"rmc_18plus.duration": "calendar_28"}
    assert rmc_away("2025-10-15", "2025-11-10", readings=readings) == []
    (finding,) = rmc_away("2025-10-15", "2025-11-11", readings=readings)
    assert (finding.threshold, finding.details["reached_on"]) == (28, "2025-11-11")


def test_a_school_may_set_a_shorter_period() -> None:
    readings = {"rmc_18plus.shorter_period_days": 14}
    assert rmc_away("2025-09-03", "2025-09-15", readings=readings) == []
    (finding,) = rmc_away("2025-09-03", "2025-09-16", readings=readings)
    assert (finding.quantity, finding.threshold) == (14, 14)


def test_the_18_plus_duty_cannot_be_decided_without_a_date_of_birth() -> None:
    where = setting("2025-09-30")
    said = rmc(where, whole_school_days(where, "2025-09-03", "2025-09-30"), birth_date=None)
    assert said.findings == ()
    assert [(entry.rule, entry.missing) for entry in said.not_decidable] == [("rmc_18plus", "birth_date")]


def test_the_18_plus_duty_stops_at_the_end_of_the_enrolment() -> None:
    where = setting("2025-10-10")
    rows = whole_school_days(where, "2025-09-01", "2025-09-26")
    assert rmc(where, rows, enrolments=(enrolment(last="2025-09-26"),)) == Judgement()
    assert len(rmc(where, rows, enrolments=(enrolment(last="2025-09-28"),)).findings) == 1
