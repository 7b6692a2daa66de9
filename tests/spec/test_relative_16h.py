"""The 16 hours (docs/specification/rules.md §2, §9.1-4): examples as a school or an attendance officer would tell them."""

from __future__ import annotations

from typing import Any

import pytest

from aanwezig.rules.attendance import Attendance
from aanwezig.rules.duties import relative_16h
from aanwezig.rules.facts import Absence, PupilFacts
from aanwezig.rules.finding import Finding, Judgement
from aanwezig.rules.provisions import Provisions
from factories.registers import (
    OTHER_PO,
    PO,
    VO,
    absence,
    attendance,
    closure,
    day,
    enrolment,
    exemption,
    leave,
    lessons,
    pupil,
    school,
    setting,
    sick,
    truant,
    unknown,
    week_timetable,
    weekdays,
)


def judged(facts: PupilFacts, on: Any = "2026-07-03", readings: dict[str, Any] | None = None) -> Judgement:
    return relative_16h(attendance(facts, on), Provisions(readings))


def found(*rows: Absence | list[Absence], on: Any = "2026-07-03", **facts: Any) -> list[Finding]:
    return list(judged(pupil(*rows, **facts), on).findings)


def spans(findings: list[Finding]) -> list[tuple[str, str, Any]]:
    return [(str(f.first_day), str(f.last_day), f.quantity) for f in findings]


def found_at_vo(
    *rows: Absence | list[Absence], lesson_minutes: int | None = 50, timetable: Any = ()
) -> list[Finding]:
    where = setting(schools=[school(VO, "vo", lesson_minutes=lesson_minutes)], timetable=timetable)
    return found(*rows, on=where, birth_date="2012-03-01", enrolments=(enrolment(school_id=VO),))


# The seven examples of rules.md §2.


def test_1_sixteen_hours_exactly_is_reached() -> None:
    rows = [
        truant("2025-09-08", 330, ref="a1"),
        truant("2025-09-09", 330, ref="a2"),
        truant("2025-09-11", 300, ref="a3"),
    ]
    (finding,) = found(rows)
    assert finding.rule == "relative_16h"
    assert finding.version == "2017-01-01"
    assert finding.kind == "duty"
    assert finding.pupil_id == "p1"
    assert finding.school_id == PO
    assert (finding.first_day, finding.last_day) == (day("2025-09-08"), day("2025-09-11"))
    assert (finding.quantity, finding.threshold, finding.unit) == (960, 960, "minutes")
    assert finding.obligation == "must"
    assert finding.due == day("2025-09-18")
    assert finding.met is False
    assert finding.facts == ("absences:a1", "absences:a2", "absences:a3")
    assert finding.explanation.nl == (
        "De leerling heeft van 8 tot en met 11 september 2025 in totaal 16 uur les gemist zonder geldige reden. "
        "De grens is 16 uur binnen vier lesweken (Leerplichtwet 1969, artikel 21a). "
        "De school meldt dit uiterlijk op 18 september 2025 bij DUO."
    )
    assert "16 hours" in finding.explanation.en
    assert "article 21a" in finding.explanation.en
    assert "18 September 2025" in finding.explanation.en


def test_2_by_the_reading_more_than_sixteen_hours_it_is_not() -> None:
    rows = [truant("2025-09-08", 330), truant("2025-09-09", 330), truant("2025-09-11", 300)]
    for choice in (">", "more_than"):
        assert judged(pupil(rows), readings={"relative_16h.operator": choice}) == Judgement()
    more = [*rows, truant("2025-09-12", 1)]
    (finding,) = judged(pupil(more), readings={"relative_16h.operator": ">"}).findings
    assert finding.last_day == day("2025-09-12")
    assert finding.details["readings"] == {"operator": ">"}


def test_3_a_minute_less_is_not() -> None:
    assert found(truant("2025-09-08", 330), truant("2025-09-09", 330), truant("2025-09-11", 299)) == []


def test_4_every_sixteen_hours_is_a_duty_and_counting_starts_anew_the_day_after() -> None:
    rows = [truant(on, 330) for on in weekdays("2025-09-08", "2025-09-19")]
    assert spans(found(rows)) == [
        ("2025-09-08", "2025-09-10", 990),
        ("2025-09-11", "2025-09-15", 990),
        ("2025-09-16", "2025-09-18", 990),
    ]


def test_5_within_four_lesson_weeks_adds_up() -> None:
    assert spans(found(truant("2025-09-01", 480), truant("2025-09-26", 480))) == [
        ("2025-09-01", "2025-09-26", 960)
    ]


def test_6_the_same_weekday_four_lesson_weeks_later_does_not() -> None:
    assert found(truant("2025-09-01", 480), truant("2025-09-29", 480)) == []


def test_7_sick_hours_do_not_count() -> None:
    assert (
        found(
            truant("2025-09-08", 300),
            truant("2025-09-09", 300),
            sick("2025-09-10", 300),
            sick("2025-09-11", 300),
        )
        == []
    )


# The window.


@pytest.mark.parametrize(("second", "reached"), [("2025-11-18", True), ("2025-11-19", False)])
def test_a_window_begun_on_15_october_in_noord_ends_on_18_november(second: str, reached: bool) -> None:
    assert bool(found(truant("2025-10-15", 480), truant(second, 480))) is reached


def test_in_a_region_with_another_holiday_the_window_is_that_regions() -> None:
    where = setting(schools=[school(region="zuid")])
    # Zuid has its autumn holiday 11-19 October, within the window begun on 8 October.
    assert found(truant("2025-10-08", 480), truant("2025-11-11", 480), on=where)
    assert not found(truant("2025-10-08", 480), truant("2025-11-12", 480), on=where)


def test_a_weekday_closed_in_the_fifth_week_does_not_move_the_end() -> None:
    where = setting(closures=[closure("2025-09-29")])
    assert not found(truant("2025-09-01", 480), truant("2025-09-30", 480), on=where)
    assert found(truant("2025-09-01", 480), truant("2025-09-26", 480), on=where)


def test_a_week_the_school_itself_closes_is_skipped() -> None:
    where = setting(closures=[closure("2025-09-15", "2025-09-19")])
    assert found(truant("2025-09-01", 480), truant("2025-10-03", 480), on=where)
    assert not found(truant("2025-09-01", 480), truant("2025-10-06", 480), on=where)


def test_a_window_runs_on_over_the_christmas_holiday_and_over_the_turn_of_the_year() -> None:
    # Begun Thursday 18 December; four lesson weeks later is that of 26 January.
    assert spans(found(truant("2025-12-18", 480), truant("2026-01-28", 480))) == [
        ("2025-12-18", "2026-01-28", 960)
    ]
    assert found(truant("2025-12-18", 480), truant("2026-01-29", 480)) == []


def test_what_was_over_on_the_end_day_is_lost() -> None:
    rows = [truant("2025-09-01", 900), truant("2025-09-02", 900), truant("2025-09-03", 900)]
    assert spans(found(rows)) == [("2025-09-01", "2025-09-02", 1800)]
    rows.append(truant("2025-09-04", 60))
    assert spans(found(rows)) == [("2025-09-01", "2025-09-02", 1800), ("2025-09-03", "2025-09-04", 960)]


def test_of_windows_that_reach_on_one_day_the_earliest_begin_is_taken() -> None:
    rows = [truant("2025-09-02", 60), truant("2025-09-10", 480), truant("2025-09-11", 480)]
    assert spans(found(rows)) == [("2025-09-02", "2025-09-11", 1020)]


def test_a_begin_whose_window_is_over_drops_out() -> None:
    rows = [truant("2025-09-01", 120), truant("2025-09-10", 480), truant("2025-09-29", 480)]
    assert spans(found(rows)) == [("2025-09-10", "2025-09-29", 960)]


def test_the_scan_goes_on_after_a_window_that_was_not_reached() -> None:
    rows = [truant("2025-09-01", 300), truant("2025-11-03", 480), truant("2025-11-04", 480)]
    assert spans(found(rows)) == [("2025-11-03", "2025-11-04", 960)]


# What counts.


@pytest.mark.parametrize(
    ("reason", "authorised", "counts"),
    [
        ("truant", None, True),
        ("truant", False, True),
        ("truant", True, False),
        ("unknown", False, True),
        ("unknown", None, False),
        ("unknown", True, False),
        *(
            (reason, mark, False)
            for reason in ("sick", "medical", "leave", "religion")
            for mark in (None, True, False)
        ),
        *(
            (reason, mark, False)
            for reason in ("suspended", "exempt", "elsewhere")
            for mark in (None, True, False)
        ),
        *(
            (reason, mark, False)
            for reason in ("sent_home", "sent_out", "luxury", "late")
            for mark in (None, True, False)
        ),
    ],
)
def test_which_reasons_and_marks_count(reason: str, authorised: bool | None, counts: bool) -> None:
    rows = [absence(on, reason, 330, authorised=authorised) for on in weekdays("2025-09-08", "2025-09-10")]
    assert bool(found(rows)) is counts


@pytest.mark.parametrize(
    ("reason", "parameter", "reading"),
    [
        ("late", "count_late", "with_late"),
        ("luxury", "count_luxury", "with_luxury"),
        ("sent_home", "count_sent_away", "with_sent_away"),
        ("sent_out", "count_sent_away", "with_sent_away"),
    ],
)
def test_parameters_let_other_reasons_count(reason: str, parameter: str, reading: str) -> None:
    rows = [absence(on, reason, 330) for on in weekdays("2025-09-08", "2025-09-10")]
    for choice in (reading, True):
        (finding,) = judged(pupil(rows), readings={f"relative_16h.{parameter}": choice}).findings
        assert finding.quantity == 990
        assert finding.details["readings"] == {parameter: True}


def test_granted_leave_is_never_counted_as_luxury() -> None:
    rows = [absence(on, "leave", 330, authorised=False) for on in weekdays("2025-09-08", "2025-09-10")]
    readings = {"relative_16h.count_luxury": True}
    assert judged(pupil(rows), readings=readings).findings
    assert not judged(pupil(rows, leave=(leave("2025-09-08", "2025-09-10"),)), readings=readings).findings


def test_sent_home_and_sent_out_are_not_counted_but_listed() -> None:
    rows = [
        truant("2025-09-08", 480),
        absence("2025-09-09", "sent_home", 300, ref="s1"),
        absence("2025-09-10", "sent_out", 50, ref="s2"),
        truant("2025-09-11", 480),
        absence("2025-09-12", "sent_home", 300, ref="s3"),
    ]
    (finding,) = found(rows)
    assert finding.quantity == 960
    assert finding.details["sent_away_not_counted"] == ["absences:s1", "absences:s2"]
    assert not {"absences:s1", "absences:s2"} & set(finding.facts)


# Nobody said whether it was authorised.


def missing(judgement: Judgement) -> list[str]:
    return [entry.missing for entry in judgement.not_decidable if entry.rule == "relative_16h"]


def test_unknown_without_a_mark_is_no_finding_but_cannot_be_decided() -> None:
    said = judged(pupil([unknown(on, 330) for on in weekdays("2025-09-08", "2025-09-10")]))
    assert said.findings == ()
    assert [(entry.rule, entry.pupil_id, entry.missing) for entry in said.not_decidable] == [
        ("relative_16h", "p1", "authorised")
    ]


@pytest.mark.parametrize(("minutes", "expected"), [(300, ["authorised"]), (299, [])])
def test_it_is_said_exactly_where_the_unknown_would_reach_sixteen_hours(
    minutes: int, expected: list[str]
) -> None:
    rows = [truant("2025-09-08", 330), truant("2025-09-09", 330), unknown("2025-09-11", minutes)]
    assert missing(judged(pupil(rows))) == expected


def test_a_further_sixteen_hours_that_only_the_unknown_would_reach_cannot_be_decided() -> None:
    sure = [truant("2025-09-01", 480), truant("2025-09-02", 480)]
    said = judged(pupil(sure, unknown("2025-09-08", 480), unknown("2025-09-09", 480)))
    assert len(said.findings) == 1
    assert missing(said) == ["authorised"]
    assert missing(judged(pupil(sure, unknown("2025-09-08", 480)))) == []


def test_unknown_marked_yes_asks_nothing() -> None:
    assert (
        judged(pupil([unknown(on, 330, authorised=True) for on in weekdays("2025-09-08", "2025-09-19")]))
        == Judgement()
    )


# No date of birth.


def test_without_a_date_of_birth_the_duty_cannot_be_decided() -> None:
    rows = [truant("2025-09-08", 480), truant("2025-09-09", 480)]
    said = judged(pupil(rows, birth_date=None))
    assert said.findings == ()
    assert missing(said) == ["birth_date"]


def test_without_a_date_of_birth_nothing_is_asked_where_there_would_be_no_finding() -> None:
    assert judged(pupil(truant("2025-09-08", 959), birth_date=None)) == Judgement()


def test_what_lacks_both_facts_asks_for_the_mark() -> None:
    said = judged(pupil(unknown("2025-09-08", 480), unknown("2025-09-09", 480), birth_date=None))
    assert missing(said) == ["authorised"]


# Whose duty.


@pytest.mark.parametrize(
    ("born", "facts", "obligation"),
    [
        ("2014-03-01", {}, "must"),
        ("2008-10-01", {}, "must"),
        ("2005-10-01", {}, "may"),
        ("2008-10-01", {"qualification_exempt": True}, None),
        ("2008-10-01", {"start_qualification_on": "2025-07-01"}, None),
        ("2002-09-01", {}, None),
        ("2020-09-30", {}, None),
        ("2014-03-01", {"exemptions": (exemption("art5_a", "2025-08-01"),)}, None),
    ],
)
def test_must_for_compulsory_and_qualification_may_for_rmc_none_for_others(
    born: str, facts: dict[str, Any], obligation: str | None
) -> None:
    findings = found(truant("2025-09-08", 480), truant("2025-09-09", 480), birth_date=born, **facts)
    assert [finding.obligation for finding in findings] == ([obligation] if obligation else [])


def test_a_may_has_the_same_day_but_is_not_obliged() -> None:
    (finding,) = found(truant("2025-09-08", 480), truant("2025-09-09", 480), birth_date="2005-10-01")
    assert finding.due == day("2025-09-16")
    assert "niet verplicht" in finding.explanation.nl


def test_a_birthday_inside_the_window_the_status_on_the_last_day_is_that_of_the_duty() -> None:
    rows = [truant("2025-09-08", 480), truant("2025-09-11", 480)]
    (before,) = found(rows, birth_date="2007-09-12")
    (on_it,) = found(rows, birth_date="2007-09-11")
    assert (before.obligation, on_it.obligation) == ("must", "may")
    assert on_it.quantity == 960


def test_only_days_with_a_duty_status_count() -> None:
    rows = [truant("2025-09-30", 480), truant("2025-10-01", 480), truant("2025-10-02", 480)]
    # Compulsory from 1 October.
    assert spans(found(rows, birth_date="2020-09-30")) == [("2025-10-01", "2025-10-02", 960)]
    # From the 23rd birthday on nothing.
    assert found(rows, birth_date="2002-10-01") == []
    # From the start qualification on nothing.
    assert found(rows, birth_date="2008-01-01", start_qualification_on="2025-10-01") == []
    # Exempt days do not count.
    assert spans(found(rows, exemptions=(exemption("art15", "2025-10-01", "2025-10-01"),))) == [
        ("2025-09-30", "2025-10-02", 960)
    ]


# Schools.


def test_minutes_at_two_schools_are_never_added() -> None:
    both = (enrolment(), enrolment(school_id=OTHER_PO))
    rows = [truant("2025-09-08", 600), truant("2025-09-09", 600, school_id=OTHER_PO)]
    assert found(rows, enrolments=both) == []
    rows = [
        truant(on, 480, school_id=where)
        for where in (PO, OTHER_PO)
        for on in weekdays("2025-09-08", "2025-09-09")
    ]
    assert [finding.school_id for finding in found(rows, enrolments=both)] == [OTHER_PO, PO]


def test_at_a_change_of_school_counting_starts_from_nothing() -> None:
    moved = (enrolment(last="2025-09-09"), enrolment("2025-09-10", school_id=OTHER_PO))
    rows = [truant("2025-09-09", 600), truant("2025-09-10", 600, school_id=OTHER_PO)]
    assert found(rows, enrolments=moved) == []
    rows.append(truant("2025-09-11", 360, school_id=OTHER_PO))
    assert [
        (f.school_id, *span)
        for f, span in zip(found(rows, enrolments=moved), spans(found(rows, enrolments=moved)), strict=True)
    ] == [(OTHER_PO, "2025-09-10", "2025-09-11", 960)]


def test_who_comes_back_from_another_school_starts_from_nothing_again() -> None:
    rows = [truant("2025-09-08", 600), truant("2025-09-24", 600)]
    away_at_another = (
        enrolment(last="2025-09-10"),
        enrolment("2025-09-11", "2025-09-22", school_id=OTHER_PO),
        enrolment("2025-09-23"),
    )
    assert found(rows, enrolments=away_at_another) == []
    only_another_group = (enrolment(last="2025-09-10", group="6a"), enrolment("2025-09-11", group="6b"))
    assert spans(found(rows, enrolments=only_another_group)) == [("2025-09-08", "2025-09-24", 1200)]


def test_the_weeks_are_those_of_the_school_of_the_absence() -> None:
    where = setting(schools=[school(), school(OTHER_PO, region="midden")])
    # Both regions have autumn holiday on 18-26 October; spring differs: noord 21 Feb-1 Mar, midden 14-22 Feb.
    both = (enrolment(), enrolment(school_id=OTHER_PO))
    for school_id, last in ((PO, "2026-03-17"), (OTHER_PO, "2026-03-17")):
        rows = [truant("2026-02-11", 480, school_id=school_id), truant(last, 480, school_id=school_id)]
        assert found(rows, on=where, enrolments=both)
    rows = [truant("2026-02-24", 480, school_id=OTHER_PO), truant("2026-03-24", 480, school_id=OTHER_PO)]
    assert not found(rows, on=where, enrolments=both)


def test_only_rows_on_a_school_day_while_enrolled_count() -> None:
    sunday, holiday = truant("2025-09-14", 480), truant("2025-10-20", 480)
    assert found(truant("2025-09-08", 480), sunday) == []
    assert found(truant("2025-10-14", 480), holiday) == []
    late_start = (enrolment("2025-09-09"),)
    assert found(truant("2025-09-08", 480), truant("2025-09-09", 480), enrolments=late_start) == []
    early_end = (enrolment(last="2025-09-08"),)
    assert found(truant("2025-09-08", 480), truant("2025-09-09", 480), enrolments=early_end) == []


# Lessons in vo, pro, vso and mbo.


def test_sixteen_lessons_of_fifty_minutes_are_sixteen_hours() -> None:
    rows = [*lessons("2025-09-08", 6), *lessons("2025-09-09", 6), *lessons("2025-09-10", 4)]
    (finding,) = found_at_vo(rows)
    assert (finding.quantity, finding.threshold, finding.unit) == (960, 960, "minutes")
    assert found_at_vo(rows[:-1]) == []


@pytest.mark.parametrize("length", [40, 45, 50, 60])
def test_a_lesson_of_at_most_sixty_minutes_counts_as_an_hour(length: int) -> None:
    rows = [*lessons("2025-09-08", 6), *lessons("2025-09-09", 6), *lessons("2025-09-10", 4)]
    assert [f.quantity for f in found_at_vo(rows, lesson_minutes=length)] == [960]


def test_longer_lessons_count_by_the_clock() -> None:
    rows = [*lessons("2025-09-08", 5), *lessons("2025-09-09", 5), *lessons("2025-09-10", 3)]
    assert found_at_vo(rows, lesson_minutes=70) == []  # 13 × 70 = 910
    (finding,) = found_at_vo(rows, truant("2025-09-11", 50, lesson=1, school_id=VO), lesson_minutes=70)
    assert finding.quantity == 960


def test_a_lesson_row_with_a_lessons_minutes_or_more_is_one_whole_lesson() -> None:
    rows = [
        truant("2025-09-08", minutes, lesson=hour, school_id=VO)
        for hour, minutes in enumerate((50, 55, 60, 50), 1)
    ]
    (finding,) = found_at_vo(rows, *lessons("2025-09-09", 6), *lessons("2025-09-10", 6))
    assert finding.quantity == 960


def test_a_lesson_row_with_fewer_minutes_is_its_exact_share() -> None:
    # 15 lessons and three times a third of a lesson of 45 minutes: exactly 16 hours, without rounding.
    thirds = [truant("2025-09-11", 15, lesson=hour, school_id=VO) for hour in (1, 2, 3)]
    whole = [*lessons("2025-09-08", 6), *lessons("2025-09-09", 6), *lessons("2025-09-10", 3)]
    (finding,) = found_at_vo(whole, thirds, lesson_minutes=45)
    assert finding.quantity == 960
    assert finding.last_day == day("2025-09-11")
    fourteen = [
        truant("2025-09-11", minutes, lesson=hour, school_id=VO)
        for hour, minutes in ((1, 15), (2, 15), (3, 14))
    ]
    assert found_at_vo(whole, fourteen, lesson_minutes=45) == []


def test_minutes_without_a_lesson_are_divided_by_the_lesson_length_of_the_school() -> None:
    # 16 × 50 = 800 minutes.
    rows = [truant("2025-09-08", 300, school_id=VO), truant("2025-09-09", 300, school_id=VO)]
    (finding,) = found_at_vo(rows, truant("2025-09-10", 200, school_id=VO))
    assert finding.quantity == 960
    assert "counted_by_clock" not in finding.details
    assert found_at_vo(rows, truant("2025-09-10", 199, school_id=VO)) == []


def test_minutes_at_a_school_without_a_lesson_length_count_by_the_clock_and_say_so() -> None:
    rows = [truant("2025-09-08", 300, school_id=VO), truant("2025-09-09", 300, school_id=VO)]
    assert found_at_vo(rows, truant("2025-09-10", 200, school_id=VO), lesson_minutes=None) == []
    (finding,) = found_at_vo(
        rows,
        truant("2025-09-10", 200, school_id=VO),
        truant("2025-09-11", 160, school_id=VO),
        lesson_minutes=None,
    )
    assert finding.quantity == 960
    assert finding.details["counted_by_clock"] is True


def test_whole_lessons_are_hours_even_where_the_school_states_no_lesson_length() -> None:
    rows = [*lessons("2025-09-08", 6), *lessons("2025-09-09", 6), *lessons("2025-09-10", 4)]
    (finding,) = found_at_vo(rows, lesson_minutes=None)
    assert finding.quantity == 960
    assert "counted_by_clock" not in finding.details


@pytest.mark.parametrize("sector", ["pro", "vso", "mbo"])
def test_other_sectors_that_count_lessons(sector: str) -> None:
    where = setting(schools=[school(VO, sector, lesson_minutes=50)])
    rows = [*lessons("2025-09-08", 6), *lessons("2025-09-09", 6), *lessons("2025-09-10", 4)]
    assert len(found(rows, on=where, birth_date="2012-03-01", enrolments=(enrolment(school_id=VO),))) == 1


@pytest.mark.parametrize("sector", ["po", "sbo", "so"])
def test_sectors_that_count_clock_hours(sector: str) -> None:
    where = setting(schools=[school(PO, sector, lesson_minutes=50)])
    rows = [
        truant(on, 50, lesson=hour) for on in weekdays("2025-09-08", "2025-09-10") for hour in range(1, 7)
    ]
    assert found(rows, on=where) == []  # 18 lessons of 50 minutes are 15 hours
    assert len(found(rows, truant("2025-09-11", 60), on=where)) == 1


def test_a_whole_day_is_the_lessons_of_that_day() -> None:
    # An assumed day of 300 minutes is six lessons of 50: 360 for the 16 hours.
    rows = [truant(on, part="day", school_id=VO) for on in weekdays("2025-09-08", "2025-09-10")]
    (finding,) = found_at_vo(rows)
    assert (finding.quantity, str(finding.last_day)) == (1080, "2025-09-10")


# Doubles and the cap.


def test_the_same_lesson_recorded_twice_counts_once() -> None:
    rows = [*lessons("2025-09-08", 6), *lessons("2025-09-09", 6), *lessons("2025-09-10", 3)]
    again = truant("2025-09-10", lesson=3, school_id=VO)
    assert found_at_vo(rows, again) == []


def test_the_same_part_recorded_twice_counts_once() -> None:
    rows = [truant(on, part="day") for on in weekdays("2025-09-08", "2025-09-10")]
    assert found(rows, truant("2025-09-08", part="day")) == []  # 3 × 282 = 846, 4 × 282 would be over
    # A morning within a whole day is no third half.
    assert found(rows, truant("2025-09-08", part="morning"), truant("2025-09-09", part="afternoon")) == []


def test_of_two_reasons_on_one_lesson_the_row_recorded_last_decides() -> None:
    rows = [*lessons("2025-09-08", 6), *lessons("2025-09-09", 6), *lessons("2025-09-10", 3)]
    first = truant("2025-09-10", lesson=4, school_id=VO, recorded="2025-09-10T09:00:00")
    later = absence("2025-09-10", "sick", lesson=4, school_id=VO, recorded="2025-09-10T16:00:00")
    assert len(found_at_vo(rows, first)) == 1
    assert found_at_vo(rows, first, later) == []
    facts = pupil(rows, first, later, birth_date="2012-03-01", enrolments=(enrolment(school_id=VO),))
    days = Attendance(facts, setting(schools=[school(VO, "vo", lesson_minutes=50)]))
    assert [fault.kind for fault in days.faults] == ["two_marks"]


def test_minutes_are_capped_by_a_real_timetable() -> None:
    where = setting(timetable=week_timetable(330))
    rows = [truant(on, 480) for on in weekdays("2025-09-08", "2025-09-09")]
    assert found(rows, on=where) == []  # 330 + 330
    (finding,) = found(rows, truant("2025-09-10", 480), on=where)
    assert finding.quantity == 990


def test_minutes_are_not_capped_by_an_assumed_timetable() -> None:
    (finding,) = found(truant("2025-09-08", 480), truant("2025-09-09", 480))
    assert finding.quantity == 960
    assert finding.details["assumed_timetable"] is True


def test_what_is_cut_is_cut_from_the_reasons_of_the_day_in_proportion() -> None:
    where = setting(timetable=week_timetable(330))
    rows = [truant("2025-09-08", 330), truant("2025-09-09", 330)]
    # 330 truant and 110 sick on a day of 330: 247.5 and 82.5. Together 907.5; 52.5 more makes 16 hours.
    cut = [truant("2025-09-10", 330), sick("2025-09-10", 110)]
    assert found(rows, cut, truant("2025-09-11", 52), on=where) == []
    (finding,) = found(rows, cut, truant("2025-09-11", 53), on=where)
    assert float(finding.quantity or 0) == 960.5


# The reference date and what schools delivered.


def test_nothing_is_said_past_the_reference_date() -> None:
    rows = [truant("2025-09-08", 480), truant("2025-09-09", 480)]
    assert found(rows, on="2025-09-08") == []
    assert len(found(rows, on="2025-09-09")) == 1


def test_nothing_is_said_past_what_a_school_delivered() -> None:
    rows = [truant("2025-09-08", 480), truant("2025-09-09", 480)]
    assert found(rows, on=setting(complete_through={PO: "2025-09-08"})) == []
    assert len(found(rows, on=setting(complete_through={PO: "2025-09-09"}))) == 1


def test_the_text_does_not_judge_what_came_before_it() -> None:
    rows = [truant("2016-12-20", 480), truant("2016-12-21", 480)]
    facts = {"birth_date": "2008-03-01", "enrolments": (enrolment("2012-08-01"),)}
    assert found(rows, on="2017-01-10", **facts) == []
    rows = [truant("2017-01-11", 480), truant("2017-01-12", 480)]
    assert len(found(rows, on="2017-01-12", **facts)) == 1


# Other readings.


def test_by_blocks_of_calendar_weeks_the_window_is_whole_weeks_from_the_week_of_the_begin() -> None:
    readings = {"relative_16h.window": "iso_weeks"}
    # Begun on Friday 5 September: the block of the weeks of 1, 8, 15 and 22 September.
    assert judged(pupil(truant("2025-09-05", 480), truant("2025-09-26", 480)), readings=readings).findings
    rows = [truant("2025-09-05", 480), truant("2025-10-01", 480)]
    assert not judged(pupil(rows), readings=readings).findings
    assert judged(pupil(rows)).findings
    # Weeks of holiday are skipped here too: the weeks of 6 and 13 October, 27 October and 3 November.
    over_autumn = [truant("2025-10-06", 480), truant("2025-11-07", 480)]
    assert judged(pupil(over_autumn), readings=readings).findings
    assert not judged(pupil(truant("2025-10-06", 480), truant("2025-11-10", 480)), readings=readings).findings


def test_by_the_older_reading_the_end_is_the_last_day_of_absence_in_the_window() -> None:
    rows = [
        truant("2025-09-01", 480),
        truant("2025-09-03", 480),
        truant("2025-09-26", 60),
        truant("2025-09-29", 60),
    ]
    (finding,) = judged(pupil(rows), readings={"relative_16h.end_day": "last_absence"}).findings
    assert (str(finding.first_day), str(finding.last_day), finding.quantity) == (
        "2025-09-01",
        "2025-09-26",
        1020,
    )
    assert finding.due == day("2025-09-10")
    assert finding.details["reached_on"] == "2025-09-03"


def test_by_the_older_reading_counting_starts_anew_after_the_last_day_of_absence() -> None:
    rows = [truant(on, 330) for on in weekdays("2025-09-08", "2025-09-19")]
    assert len(judged(pupil(rows), readings={"relative_16h.end_day": "last_absence"}).findings) == 1


def test_bundling_makes_one_of_what_goes_on_within_seven_calendar_days() -> None:
    rows = [truant(on, 330) for on in weekdays("2025-09-08", "2025-09-29")]
    said = judged(pupil(rows), readings={"relative_16h.bundle_per_7_days": "bundled"})
    assert spans(list(said.findings)) == [
        ("2025-09-08", "2025-09-10", 990),
        # Windows begun from 11 up to and including 17 September in one.
        ("2025-09-11", "2025-09-18", 1980),
        ("2025-09-19", "2025-09-26", 1980),
    ]
    assert [finding.details.get("bundled") for finding in said.findings] == [None, 2, 2]


def test_bundling_does_not_join_what_a_day_at_school_parts() -> None:
    rows = [truant(on, 330) for on in weekdays("2025-09-08", "2025-09-19") if str(on) != "2025-09-12"]
    said = judged(pupil(rows), readings={"relative_16h.bundle_per_7_days": "bundled"})
    assert spans(list(said.findings)) == [
        ("2025-09-08", "2025-09-10", 990),
        ("2025-09-11", "2025-09-16", 990),
        ("2025-09-17", "2025-09-19", 990),
    ]
