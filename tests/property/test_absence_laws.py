"""Laws of days and of uninterrupted absence that hold for every register."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from aanwezig.rules.attendance import Attendance, Mark, PupilDay
from aanwezig.rules.facts import Absence
from aanwezig.rules.spells import missed_whole, whole_absences
from factories.registers import (
    OTHER_PO,
    PO,
    absence,
    closure,
    enrolment,
    pupil,
    school,
    setting,
    week_timetable,
)

FIRST, LAST = date(2025, 9, 1), date(2025, 12, 19)
NORMAL = settings(deadline=None, max_examples=70)
days = st.integers(0, (LAST - FIRST).days).map(lambda number: FIRST + timedelta(days=number))
reasons = st.sampled_from(["truant", "sick", "late", "elsewhere", "exempt", "luxury", "unknown"])


@st.composite
def rows(draw: st.DrawFn, size: int = 30) -> list[Absence]:
    found = []
    for _ in range(draw(st.integers(0, size))):
        how = draw(st.sampled_from(["minutes", "lesson", "part"]))
        found.append(
            absence(
                draw(days),
                draw(reasons),
                minutes=draw(st.integers(0, 500)) if how == "minutes" else None,
                lesson=draw(st.integers(1, 7)) if how == "lesson" else None,
                part=draw(st.sampled_from(["day", "morning", "afternoon"])) if how == "part" else None,
                school_id=draw(st.sampled_from([PO, OTHER_PO])),
                recorded=draw(st.sampled_from([None, "2025-09-01T08:00:00", "2025-12-20T08:00:00"])),
            )
        )
    return found


both = (enrolment("2025-08-01"), enrolment("2025-08-01", school_id=OTHER_PO))


def made(found: list[Absence], *, real: bool) -> Attendance:
    timetable = week_timetable(330) + week_timetable(300, school_id=OTHER_PO) if real else []
    schools = [school(lesson_minutes=50), school(OTHER_PO, "vo", lesson_minutes=50)]
    return Attendance(pupil(found, enrolments=both), setting("2025-12-31", schools, timetable=timetable))


@NORMAL
@given(rows(), st.booleans())
def test_absence_is_never_more_than_possible(found: list[Absence], real: bool) -> None:
    for day in made(found, real=real).days:
        assert 0 <= day.absent <= day.possible
        for there in day.schools:
            assert there.absent <= there.possible
            if real:
                assert there.possible <= there.timetabled


@NORMAL
@given(rows(), st.randoms(use_true_random=False))
def test_days_do_not_depend_on_the_order_of_the_rows(found: list[Absence], random: Random) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    first, second = made(found, real=True), made(shuffled, real=True)
    assert first.days == second.days
    key = [(fault.kind, fault.school_id, fault.date, fault.facts) for fault in first.faults]
    assert sorted(key) == sorted((f.kind, f.school_id, f.date, f.facts) for f in second.faults)


@NORMAL
@given(rows())
def test_the_same_rows_once_more_change_nothing_where_lesson_or_part_is_known(found: list[Absence]) -> None:
    known = [row for row in found if row.lesson is not None or row.part is not None]
    once, twice = made(known, real=True), made(known + known, real=True)
    assert [(day.date, day.absent, day.possible) for day in once.days] == [
        (day.date, day.absent, day.possible) for day in twice.days
    ]


@NORMAL
@given(rows())
def test_every_row_is_on_a_day_or_in_a_fault(found: list[Absence]) -> None:
    attendance = made(found, real=True)
    on_days = {mark.absence.ref for day in attendance.days for mark in day.marks}
    in_faults = {ref for fault in attendance.faults for ref in fault.facts}
    # A row may also have been covered by one with the same reason; then its lesson or part is on a day.
    for row in found:
        if row.ref not in on_days and row.ref not in in_faults and row.reason not in ("elsewhere", "exempt"):
            assert row.date in attendance.by_date
            assert row.lesson is not None or row.part is not None


def is_truant(mark: Mark) -> bool:
    return mark.absence.reason == "truant"


@NORMAL
@given(
    st.sets(days, max_size=80),
    st.sets(days, max_size=10),
    st.sets(days, max_size=15),
)
def test_an_absence_is_a_longest_run_of_school_days_missed_whole(
    whole: set[date], in_part: set[date], closed: set[date]
) -> None:
    found = [absence(day, "truant", part="day") for day in whole - in_part]
    found += [absence(day, "truant", part="morning") for day in in_part]
    where = setting("2025-12-31", closures=[closure(day) for day in closed])
    attendance = Attendance(pupil(found, enrolments=(enrolment("2025-08-01"),)), where)
    expected: list[list[PupilDay]] = []
    previous_missed = False
    for day in attendance.days:
        missed = day.date in whole - in_part
        assert missed_whole(day, is_truant) is missed
        if missed and previous_missed:
            expected[-1].append(day)
        elif missed:
            expected.append([day])
        previous_missed = missed
    absences = whole_absences(attendance, "truant", is_truant)
    assert [list(found.days) for found in absences] == expected
    for earlier, later in pairwise(absences):
        assert earlier.last <= earlier.until < later.first
