"""From what a row covers to one row a lesson or part of the day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from aanwezig.register.options import Options
from aanwezig.register.spans import Piece, Span, SpanFault, pieces

MON, TUE, FRI, NEXT_MON = date(2025, 9, 8), date(2025, 9, 9), date(2025, 9, 12), date(2025, 9, 15)


def weekday(day: date) -> bool:
    return day.weekday() < 5


def taken(span: Span, reason: str = "sick", options: Options | None = None) -> list[Piece]:
    return pieces(span, reason, options or Options(), weekday)


def test_each_lesson_of_a_range_is_a_row() -> None:
    found = taken(Span(MON, MON, lesson="3", last_lesson="5"))
    assert found == [Piece(MON, lesson="3"), Piece(MON, lesson="4"), Piece(MON, lesson="5")]


def test_minutes_beside_several_lessons_are_their_sum() -> None:
    assert [p.minutes for p in taken(Span(MON, MON, minutes=100, lesson="3", last_lesson="4"))] == [50, 50]
    assert taken(Span(MON, MON, minutes=99, lesson="3", last_lesson="4")) == [Piece(MON, minutes=99)]


def test_a_length_of_lessons_is_given_to_lessons_but_not_to_lateness() -> None:
    options = Options(lesson_minutes=45)
    assert taken(Span(MON, MON, lesson="3"), "truant", options) == [Piece(MON, 45, "3")]
    assert taken(Span(MON, MON, lesson="3"), "late", options) == [Piece(MON, None, "3")]


def test_lateness_needs_no_length_and_other_absence_does() -> None:
    assert taken(Span(MON, MON), "late") == [Piece(MON)]
    with pytest.raises(SpanFault) as fault:
        taken(Span(MON, MON), "sick")
    assert fault.value.code == "REG-021"


def test_a_long_absence_is_one_row_a_school_day() -> None:
    found = taken(Span(FRI, NEXT_MON))
    assert found == [Piece(FRI, part="day"), Piece(NEXT_MON, part="day")]


def test_the_first_and_last_day_of_a_long_absence_can_be_partly_missed() -> None:
    options = Options(day_start="09:00", day_end="15:00")
    found = taken(Span(MON, FRI, start_time="12:00", end_time="10:30"), options=options)
    assert found[0] == Piece(MON, 180, start_time="12:00")
    assert [p.part for p in found[1:-1]] == ["day"] * 3
    assert found[-1] == Piece(FRI, 90, start_time="09:00")


def test_who_comes_before_the_day_starts_and_goes_after_it_ends_misses_the_day() -> None:
    options = Options(day_start="09:00", day_end="15:00")
    assert taken(Span(MON, MON, start_time="00:00", end_time="23:59"), options=options) == [
        Piece(MON, part="day")
    ]
    assert taken(Span(MON, MON, start_time="09:01", end_time="15:00"), options=options) == [
        Piece(MON, 359, start_time="09:01")
    ]


def test_minutes_beside_several_days_are_refused_until_somebody_says_what_they_are() -> None:
    span = Span(MON, TUE, minutes=300)
    with pytest.raises(SpanFault) as fault:
        taken(span)
    assert (fault.value.code, fault.value.column) == ("REG-129", "minutes")
    assert [p.minutes for p in taken(span, options=Options(minutes_are="per_day"))] == [300, 300]
    assert [p.part for p in taken(span, options=Options(minutes_are="ignored"))] == ["day", "day"]


@pytest.mark.parametrize(
    ("span", "code"),
    [
        (Span(TUE, MON), "REG-020"),
        (Span(MON, date(2026, 9, 9)), "REG-122"),
        (Span(date(2025, 9, 13), date(2025, 9, 14)), "REG-123"),
        (Span(MON, MON, lesson="5", last_lesson="3"), "REG-124"),
        (Span(MON, MON, lesson="1", last_lesson="99"), "REG-124"),
        (Span(MON, MON, start_time="10:00", end_time="09:00"), "REG-127"),
        (Span(MON, MON, share=Decimal("0.5")), "REG-128"),
        (Span(MON, MON, minutes=1441), "REG-138"),
    ],
)
def test_what_cannot_be_taken_apart_is_refused(span: Span, code: str) -> None:
    with pytest.raises(SpanFault) as fault:
        taken(span)
    assert fault.value.code == code


def test_a_share_of_a_day_needs_its_length_unless_it_is_the_whole_day() -> None:
    assert taken(Span(MON, MON, share=Decimal(1))) == [Piece(MON, part="day")]
    options = Options(day_minutes=330)
    assert taken(Span(MON, MON, share=Decimal("0.5")), options=options) == [Piece(MON, 165)]


def test_one_day_is_taken_as_it_stands_also_on_a_closed_day() -> None:
    saturday = date(2025, 9, 13)
    assert taken(Span(saturday, saturday, part="day")) == [Piece(saturday, part="day")]


def test_from_a_day_up_to_that_day_is_the_day() -> None:
    assert taken(Span(MON, MON, from_to=True)) == [Piece(MON, part="day")]


def test_a_date_alone_means_what_the_map_says() -> None:
    assert taken(Span(MON, MON), options=Options(default_part="morning")) == [Piece(MON, part="morning")]


def test_a_total_over_a_period_can_be_left_for_its_whole_days() -> None:
    found = taken(Span(MON, FRI, minutes=6444), options=Options(minutes_are="ignored"))
    assert [piece.part for piece in found] == ["day"] * 5
