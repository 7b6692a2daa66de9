"""From rows to days: register.md §5, rules.md §9.2 and §9.6."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from aanwezig.rules.attendance import Attendance, SchoolDay
from aanwezig.rules.facts import Absence
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
    lessons,
    pupil,
    school,
    setting,
    sick,
    truant,
    week_timetable,
)

MONDAY = "2025-09-08"
REAL = {"timetable": week_timetable(330)}


def made(*rows: Absence | list[Absence], where: dict[str, Any] | None = None, **facts: Any) -> Attendance:
    return attendance(pupil(*rows, **facts), setting("2025-12-19", **(where or {})))


def on(found: Attendance, date: str = MONDAY) -> SchoolDay:
    return found.by_date[day(date)].schools[0]


def faults(found: Attendance) -> list[tuple[str, str]]:
    return [(fault.kind, str(fault.date)) for fault in found.faults]


def minutes(found: Attendance, date: str = MONDAY) -> dict[str, Any]:
    return {mark.absence.reason: mark.minutes for mark in on(found, date).marks}


# School days.


def test_a_day_without_rows_is_there_with_its_possible_time() -> None:
    found = made(enrolments=(enrolment("2025-09-01"),))
    assert (on(found).possible, on(found).absent, on(found).assumed) == (282, 0, True)
    assert found.days[0].date == day("2025-09-01")
    assert found.days[-1].date == day("2025-12-19")
    assert day("2025-09-13") not in found.by_date
    assert day("2025-10-20") not in found.by_date
    assert list(found.by_date) == sorted(found.by_date)
    assert found.marked_days == ()


def test_an_enrolment_limits_the_days_and_a_school_year_does_not() -> None:
    found = made(enrolments=(enrolment("2025-06-30", "2025-09-03"),))
    assert (found.days[0].date, found.days[-1].date) == (day("2025-06-30"), day("2025-09-03"))
    assert found.position[day("2025-08-25")] - found.position[day("2025-07-11")] == 1


def test_days_end_where_the_school_delivered() -> None:
    found = made(truant("2025-09-10", 60), where={"complete_through": {PO: MONDAY}})
    assert found.days[-1].date == day(MONDAY)
    assert found.faults == []


def test_pupils_of_one_group_do_not_share_their_absence() -> None:
    where = setting("2025-12-19")
    first = Attendance(pupil(truant(MONDAY, 60)), where)
    second = Attendance(pupil(), where)
    assert first.by_date[day(MONDAY)].absent == 60
    assert second.by_date[day(MONDAY)].absent == 0


def test_another_group_has_another_timetable() -> None:
    rows = [*week_timetable(300, group="6a"), *week_timetable(330)]
    moved = (enrolment("2025-08-01", "2025-09-08", group="6a"), enrolment("2025-09-09", group="6b"))
    found = made(where={"timetable": rows}, enrolments=moved)
    assert (on(found).possible, on(found, "2025-09-09").possible) == (300, 330)


def test_of_enrolments_that_overlap_the_one_begun_last_holds_and_no_day_is_there_twice() -> None:
    rows = [*week_timetable(300, group="a"), *week_timetable(330, group="b"), *week_timetable(360, group="c")]
    overlapping = (
        enrolment("2025-09-01", group="a"),
        enrolment("2025-09-08", "2025-09-19", group="b"),
        enrolment("2025-09-10", "2025-09-12", group="c"),
    )
    found = made(where={"timetable": rows}, enrolments=overlapping)
    assert [on(found, f"2025-09-{n:02}").possible for n in (5, 8, 9, 10, 12, 15, 19, 22)] == [
        300,
        330,
        330,
        360,
        360,
        330,
        330,
        300,
    ]


def test_two_schools_add_up() -> None:
    both = (enrolment(), enrolment(school_id=OTHER_PO))
    found = made(truant(MONDAY, 60), truant(MONDAY, 30, school_id=OTHER_PO), enrolments=both)
    assert (found.by_date[day(MONDAY)].possible, found.by_date[day(MONDAY)].absent) == (564, 90)
    assert [there.absent for there in found.at_school(OTHER_PO) if there.date == day(MONDAY)] == [30]
    assert len(found.marked_at_school(PO)) == 1


# Rows.


@pytest.mark.parametrize(
    ("row", "missed"),
    [
        (truant(MONDAY, 45), 45),
        (truant(MONDAY, part="day"), 330),
        (truant(MONDAY, part="morning"), 165),
        (truant(MONDAY, part="afternoon"), 165),
        (truant(MONDAY, lesson=2), 50),
        (truant(MONDAY, 20, lesson=2), 20),
        (absence(MONDAY, "late", lesson=1), 0),
        (absence(MONDAY, "late", 10, lesson=1), 10),
        (absence(MONDAY, "late", part="morning"), 0),
        (absence(MONDAY, "elsewhere", 330), 0),
        (absence(MONDAY, "exempt", 60), 0),
    ],
)
def test_what_a_row_takes_of_a_day(row: Absence, missed: int) -> None:
    assert on(made(row, where=REAL)).absent == missed


def test_half_of_an_odd_day_is_exact() -> None:
    found = made(truant(MONDAY, part="morning"), where={"timetable": week_timetable(275)})
    assert on(found).absent == Fraction(275, 2)


def test_lateness_is_counted_apart_from_its_minutes() -> None:
    found = made(absence(MONDAY, "late"), absence(MONDAY, "late", 10), where=REAL)
    assert (on(found).late_count, on(found).absent) == (2, 10)
    assert found.by_date[day(MONDAY)].late_count == 2


def test_a_part_takes_what_lessons_and_minutes_leave() -> None:
    found = made(
        sick(MONDAY, part="day", recorded="2025-09-08T08:00:00"),
        truant(MONDAY, 50, lesson=1, recorded="2025-09-08T16:00:00"),
        where=REAL,
    )
    assert minutes(found) == {"sick": 280, "truant": 50}
    assert faults(found) == [("two_marks", MONDAY)]


def test_a_whole_day_covers_the_lessons_and_halves_recorded_before_it() -> None:
    earlier = [
        truant(MONDAY, lesson=1, recorded="2025-09-08T09:00:00"),
        truant(MONDAY, part="morning", recorded="2025-09-08T09:30:00"),
    ]
    found = made(earlier, sick(MONDAY, part="day", recorded="2025-09-08T16:00:00"), where=REAL)
    assert minutes(found) == {"sick": 330}
    assert faults(found) == [("two_marks", MONDAY)]


def test_a_half_recorded_later_takes_its_half_of_a_whole_day() -> None:
    found = made(
        truant(MONDAY, part="day", recorded="2025-09-08T09:00:00"),
        sick(MONDAY, part="afternoon", recorded="2025-09-08T16:00:00"),
        where=REAL,
    )
    assert minutes(found) == {"truant": 165, "sick": 165}


def test_of_two_rows_on_one_lesson_the_last_recorded_stands_and_among_equals_the_first_line() -> None:
    early, late = "2025-09-08T09:00:00", "2025-09-08T10:00:00"
    assert minutes(
        made(truant(MONDAY, lesson=1, recorded=late), sick(MONDAY, lesson=1, recorded=early), where=REAL)
    ) == {"truant": 50}
    assert minutes(made(truant(MONDAY, lesson=1), sick(MONDAY, lesson=1, recorded=early), where=REAL)) == {
        "sick": 50
    }
    assert minutes(made(truant(MONDAY, lesson=1), sick(MONDAY, lesson=1), where=REAL)) == {"truant": 50}


def test_two_rows_of_one_reason_on_a_lesson_are_no_fault() -> None:
    found = made(truant(MONDAY, lesson=1), truant(MONDAY, lesson=1), where=REAL)
    assert (on(found).absent, faults(found)) == (50, [])


def test_two_rows_with_one_start_time_count_once() -> None:
    found = made(
        truant(MONDAY, 50, start_time="09:00"),
        truant(MONDAY, 50, start_time="09:00"),
        truant(MONDAY, 50, start_time="10:00"),
        where=REAL,
    )
    assert on(found).absent == 100


# The cap.


def test_more_than_a_real_timetable_is_cut_in_proportion_and_a_fault() -> None:
    found = made(truant(MONDAY, 300), sick(MONDAY, 140), absence(MONDAY, "elsewhere", 60), where=REAL)
    assert minutes(found) == {"truant": 225, "sick": 105, "elsewhere": 60}
    (fault,) = found.faults
    assert (fault.kind, fault.quantity, fault.threshold, len(fault.facts)) == (
        "more_than_possible",
        440,
        330,
        2,
    )


def test_more_than_an_assumed_timetable_raises_the_possible_time() -> None:
    found = made(truant(MONDAY, 400))
    assert (on(found).possible, on(found).absent, on(found).assumed) == (400, 400, True)
    assert found.faults == []


def test_lessons_that_are_cut_are_cut_in_hours_too() -> None:
    where = {"schools": [school(VO, "vo", lesson_minutes=50)], "timetable": week_timetable(200, school_id=VO)}
    found = made(lessons(MONDAY, 5), where=where, enrolments=(enrolment(school_id=VO),))
    assert sum(mark.hours for mark in on(found).marks) == 240


# Exemptions.


def test_a_full_exemption_leaves_nothing_possible() -> None:
    found = made(truant(MONDAY, 60), exemptions=(exemption("art5_a", MONDAY, MONDAY),))
    assert day(MONDAY) not in found.by_date
    assert day("2025-09-09") in found.by_date
    assert found.exempt_dates == [day(MONDAY)]
    assert faults(found) == [("absence_while_exempt", MONDAY)]


def test_rows_with_reason_exempt_take_their_minutes_off_the_possible_time() -> None:
    found = made(absence(MONDAY, "exempt", 100), sick(MONDAY, part="day"), where=REAL)
    assert (on(found).possible, on(found).absent) == (230, 230)


@pytest.mark.parametrize(
    ("ground", "born", "possible"),
    [
        ("under6_5h", "2020-03-01", 270),
        ("under6_10h", "2020-03-01", 210),
        ("under6_5h", "2019-09-08", 330),
        ("under6_5h", "2019-09-09", 270),
    ],
)
def test_under_six_a_fifth_of_the_weeks_hours_comes_off_each_day_until_the_birthday(
    ground: str, born: str, possible: int
) -> None:
    found = made(where=REAL, birth_date=born, exemptions=(exemption(ground, "2025-08-01"),))
    assert on(found).possible == possible


def test_where_the_school_registers_the_hours_at_home_they_are_taken_off_once() -> None:
    facts = {"birth_date": "2020-03-01", "exemptions": (exemption("under6_5h", "2025-08-01"),)}
    found = made(absence("2025-09-10", "exempt", 180), where=REAL, **facts)
    assert [on(found, f"2025-09-{n:02}").possible for n in (8, 9, 10, 11, 12, 15)] == [
        330,
        330,
        150,
        330,
        330,
        270,
    ]


# Rows that count nowhere.


def test_absence_on_a_closed_day_is_a_fault() -> None:
    found = made(
        truant("2025-09-13", 60),
        truant("2025-10-20", 60),
        truant("2025-09-09", 60),
        where={"closures": [closure("2025-09-09")]},
    )
    assert faults(found) == [
        ("absence_on_closed_day", "2025-09-09"),
        ("absence_on_closed_day", "2025-09-13"),
        ("absence_on_closed_day", "2025-10-20"),
    ]
    assert found.marked_days == ()


def test_absence_outside_the_enrolment_is_a_fault() -> None:
    rows = [truant("2025-09-08", 60), truant("2025-09-12", 60), truant("2025-09-10", 60, school_id=OTHER_PO)]
    found = made(rows, enrolments=(enrolment("2025-09-09", "2025-09-11"),))
    assert set(faults(found)) == {
        ("absence_outside_enrolment", "2025-09-08"),
        ("absence_outside_enrolment", "2025-09-10"),
        ("absence_outside_enrolment", "2025-09-12"),
    }


@pytest.mark.parametrize("reason", ["elsewhere", "exempt"])
def test_rows_that_claim_no_absence_are_no_fault(reason: str) -> None:
    assert made(absence("2025-09-13", reason, 60), absence("2025-10-20", reason, 60)).faults == []
