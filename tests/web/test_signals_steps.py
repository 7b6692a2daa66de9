"""The ladder of steps: what is counted, when a step is needed, when it is done; examples on, before and after the line."""

from __future__ import annotations

from datetime import date

import pytest

from aanwezig.rules.facts import Absence
from aanwezig.values import SchoolYear
from aanwezig.web.signals.domain import Word
from aanwezig.web.signals.ladders import ladders
from aanwezig.web.signals.models import Action, Counted, Who
from aanwezig.web.signals.steps import (
    DONE_BY,
    Need,
    Outcome,
    Standing,
    Threshold,
    count_now,
    needs,
    standing,
)
from aanwezig.web.signals.words import KINDS
from factories.registers import OTHER_PO, PO, absence, attendance, day, enrolment, pupil, sick, truant

YEAR = SchoolYear(2025)


def found(rows: list[Absence], threshold: Threshold, on: str = "2026-07-03") -> tuple[Need, ...]:
    return needs(attendance(pupil(rows), on), threshold, PO, YEAR)


SICK_THREE = Threshold(3, "sick_reports", 12)
AWAY_THREE = Threshold(3, "unauthorised", 4)
DAYS_FIVE = Threshold(5, "absent_days", None)
LATE_THREE = Threshold(3, "late", 4)


class TestSpells:
    def test_two_sick_reports_are_not_three_and_three_are(self) -> None:
        two = [sick("2025-09-08"), sick("2025-09-15")]
        assert found(two, SICK_THREE) == ()
        (need,) = found([*two, sick("2025-09-22")], SICK_THREE)
        assert need == Need(day("2025-09-22"), day("2025-09-08"), day("2025-09-22"), 3)

    def test_a_weekend_and_a_holiday_do_not_begin_a_new_spell(self) -> None:
        # Friday and Monday; the Friday before and the Monday after the autumn holiday (noord).
        rows = [sick("2025-09-05"), sick("2025-09-08"), sick("2025-10-17"), sick("2025-10-27")]
        assert found(rows, Threshold(3, "sick_reports", 12)) == ()
        assert len(found(rows, Threshold(2, "sick_reports", 12))) == 1

    def test_a_school_day_without_begins_a_new_one(self) -> None:
        assert len(found([sick("2025-09-08"), sick("2025-09-10")], Threshold(2, "sick_reports", 12))) == 1

    def test_days_in_a_row_without_a_valid_reason_are_one_absence(self) -> None:
        rows = [truant(f"2025-09-{number:02}") for number in (8, 9, 10, 11, 12)]
        assert found(rows, AWAY_THREE) == ()

    def test_authorised_absence_does_not_count_as_without_a_valid_reason(self) -> None:
        rows = [
            truant("2025-09-08"),
            truant("2025-09-10", authorised=True),
            truant("2025-09-12"),
            sick("2025-09-15"),
        ]
        assert found(rows, AWAY_THREE) == ()
        assert len(found(rows, Threshold(2, "unauthorised", 4))) == 1

    def test_nobody_said_whether_it_was_authorised_so_it_is_not_counted(self) -> None:
        rows = [absence(f"2025-09-{number}", "unknown") for number in (10, 12, 16)]
        assert found(rows, AWAY_THREE) == ()


class TestWindow:
    """Within four school weeks: the window begun on a Monday ends on the Sunday of the fourth."""

    def test_the_third_on_the_last_day_of_the_window_counts_and_a_day_later_not(self) -> None:
        first_two = [truant("2025-09-01"), truant("2025-09-03")]
        assert len(found([*first_two, truant("2025-09-26")], AWAY_THREE)) == 1
        assert found([*first_two, truant("2025-09-29")], AWAY_THREE) == ()

    def test_a_holiday_is_no_school_week(self) -> None:
        # Monday 6 October; the autumn holiday of noord is 18-26 October.
        rows = [truant("2025-10-06"), truant("2025-10-08")]
        assert len(found([*rows, truant("2025-11-07")], AWAY_THREE)) == 1
        assert found([*rows, truant("2025-11-10")], AWAY_THREE) == ()

    def test_a_school_year_has_no_window(self) -> None:
        days = ["2025-09-01", "2025-11-03", "2026-01-12", "2026-03-02", "2026-06-01"]
        assert found([sick(one, part="day") for one in days[:4]], DAYS_FIVE) == ()
        (need,) = found([sick(one, part="day") for one in days], DAYS_FIVE)
        assert (need.reached_on, need.quantity) == (day("2026-06-01"), 5)

    def test_what_was_before_the_school_year_is_not_of_it(self) -> None:
        rows = [
            sick(one, part="day")
            for one in ("2025-06-02", "2025-09-01", "2025-09-02", "2025-09-03", "2025-09-04")
        ]
        assert found(rows, DAYS_FIVE) == ()

    def test_it_can_be_needed_twice(self) -> None:
        rows = [
            truant(one)
            for one in ("2025-09-01", "2025-09-03", "2025-09-05", "2026-03-02", "2026-03-04", "2026-03-06")
        ]
        assert [need.reached_on for need in found(rows, AWAY_THREE)] == [day("2025-09-05"), day("2026-03-06")]

    def test_more_of_the_same_does_not_make_it_needed_again(self) -> None:
        rows = [truant(f"2025-09-{number:02}") for number in (1, 3, 5, 9, 11)]
        (need,) = found(rows, AWAY_THREE)
        assert (need.reached_on, need.last_day, need.quantity) == (day("2025-09-05"), day("2025-09-11"), 5)


class TestOtherCounts:
    def test_half_a_day_is_a_day_absent_and_less_is_not(self) -> None:
        halves = [absence(f"2025-09-0{number}", "sick", part="morning") for number in (1, 2, 3, 4)]
        assert found([*halves, absence("2025-09-05", "sick", part="morning")], DAYS_FIVE)
        assert not found([*halves, absence("2025-09-05", "sick", minutes=30)], DAYS_FIVE)

    def test_every_reason_makes_a_day_absent_but_being_elsewhere_for_school(self) -> None:
        rows = [
            absence(f"2025-09-0{number}", reason, part="day")
            for number, reason in enumerate(("sick", "leave", "medical", "truant"), 1)
        ]
        assert found([*rows, absence("2025-09-05", "suspended", part="day")], DAYS_FIVE)
        assert not found([*rows, absence("2025-09-05", "elsewhere", part="day")], DAYS_FIVE)

    def test_late_counts_each_time(self) -> None:
        rows = [
            absence("2025-09-01", "late", minutes=5, lesson=1),
            absence("2025-09-01", "late", minutes=5, lesson=4),
        ]
        assert not found(rows, LATE_THREE)
        (need,) = found([*rows, absence("2025-09-02", "late", minutes=5)], LATE_THREE)
        assert need.quantity == 3

    def test_absence_at_another_school_is_counted_there(self) -> None:
        both = pupil(
            [truant("2025-09-01"), truant("2025-09-03"), truant("2025-09-05", school_id=OTHER_PO)],
            enrolments=(enrolment(), enrolment(school_id=OTHER_PO)),
        )
        assert needs(attendance(both), AWAY_THREE, PO, YEAR) == ()
        assert len(needs(attendance(both), Threshold(1, "unauthorised", 4), OTHER_PO, YEAR)) == 1

    def test_how_often_it_is_now(self) -> None:
        rows = [truant("2025-09-01"), truant("2025-09-22"), truant("2025-09-24")]
        assert count_now(attendance(pupil(rows), "2025-09-26"), AWAY_THREE, PO, day("2025-09-26")) == 3
        assert count_now(attendance(pupil(rows), "2025-09-29"), AWAY_THREE, PO, day("2025-09-29")) == 2
        year = Threshold(3, "unauthorised", None)
        assert count_now(attendance(pupil(rows), "2026-03-20"), year, PO, day("2026-03-20")) == 3


NEEDED = date(2026, 3, 9)


def word(kind: str, on: date) -> Word:
    return Word("p1", on, on, kind)


@pytest.mark.parametrize(
    ("what", "reached", "outcomes", "words", "expected"),
    [
        ("not come to yet", [], [], [], Standing("not_reached")),
        ("nothing was done", [NEEDED], [], [], Standing("missing", NEEDED)),
        ("a talk before it was needed", [NEEDED], [], [word("talk", date(2026, 3, 6))], Standing("missing", NEEDED)),
        ("a talk on the day", [NEEDED], [], [word("talk", NEEDED)], Standing("done", NEEDED, NEEDED, True)),
        ("a note is no talk", [NEEDED], [], [word("note", date(2026, 3, 10))], Standing("missing", NEEDED)),
        ("at a home visit people talk", [NEEDED], [], [word("home_visit", date(2026, 3, 10))], Standing("done", NEEDED, date(2026, 3, 10), True)),
        ("somebody recorded it", [NEEDED], [Outcome("done", date(2026, 3, 12))], [], Standing("done", NEEDED, date(2026, 3, 12))),
        ("not needed because", [NEEDED], [Outcome("not_needed", date(2026, 3, 12))], [], Standing("not_needed", NEEDED, date(2026, 3, 12))),
        ("what was recorded the time before does not count", [date(2025, 10, 1), NEEDED], [Outcome("done", date(2025, 10, 3))], [], Standing("missing", NEEDED)),
    ],
)  # fmt: skip
def test_a_step_is_done_missing_or_not_needed(
    what: str, reached: list[date], outcomes: list[Outcome], words: list[Word], expected: Standing
) -> None:
    assert standing("talk", reached, outcomes, words) == expected, what


def test_every_ladder_that_is_offered_can_be_kept_and_has_sources_and_both_languages() -> None:
    assert ladders()
    for ladder in ladders().values():
        assert (
            ladder.sources and ladder.title.nl and ladder.title.en and ladder.meaning.nl and ladder.meaning.en
        )
        numbers = [step.number for step in ladder.steps]
        assert numbers == sorted(set(numbers)), ladder.name
        for step in ladder.steps:
            assert step.counted in Counted.values and step.action in Action.values and step.who in Who.values


def test_every_action_can_follow_from_a_word() -> None:
    assert set(DONE_BY) == set(Action.values)
    assert {kind for kinds in DONE_BY.values() for kind in kinds} <= set(KINDS)
