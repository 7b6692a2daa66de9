"""Cells as schools' systems write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from aanwezig.register.cells import (
    Memo,
    Moment,
    mark_parser,
    parse_clock,
    parse_day,
    parse_id,
    parse_known_time,
    parse_lesson,
    parse_minutes,
    parse_moment,
    parse_part,
    parse_share_of_day,
)


@pytest.mark.parametrize(
    "text",
    ["2025-09-08", "08-09-2025", "8-9-2025", "08/09/2025", "8.9.2025", "20250908", "2025/09/08"],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert parse_day(text) == (date(2025, 9, 8), None)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("09/08/2025", "mdy", date(2025, 9, 8)),
        ("09/08/2025", "dmy", date(2025, 8, 9)),
        ("2025-09-08", "mdy", date(2025, 9, 8)),
    ],
)
def test_the_order_decides_only_where_the_year_is_last(text: str, order: str, expected: date) -> None:
    assert parse_day(text, order) == (expected, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2025-02-30", "REG-014"),
        ("30-02-2025", "REG-014"),
        ("31-04-2025", "REG-014"),
        ("2025-13-01", "REG-014"),
        ("0209-09-08", "REG-015"),
        ("08-09-25", "REG-120"),
        ("gisteren", "REG-120"),
        ("45908", "REG-120"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSS+HH:mm", "REG-120"),
    ],
)
def test_a_day_that_is_none_is_refused_with_its_own_code(text: str, code: str) -> None:
    assert parse_day(text) == (None, code)


def test_years_of_two_digits_are_taken_only_when_the_order_is_stated() -> None:
    assert parse_day("08-09-25", "dmy", short_years=True) == (date(2025, 9, 8), None)
    assert parse_day("25-09-08", "ymd", short_years=True) == (date(2025, 9, 8), None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-01-09T11:05:00.000+01:00", Moment(date(2023, 1, 9), "11:05")),
        ("2023-06-30T23:30:00Z", Moment(date(2023, 7, 1), "01:30")),
        ("2025-09-08 08:30", Moment(date(2025, 9, 8), "08:30")),
        ("08-09-2025 8:30:00", Moment(date(2025, 9, 8), "08:30")),
        ("08-09-2025", Moment(date(2025, 9, 8))),
    ],
)
def test_a_moment_is_brought_to_amsterdam(text: str, expected: Moment) -> None:
    assert parse_moment(text) == (expected, None)


def test_a_moment_with_an_impossible_time_is_refused() -> None:
    assert parse_moment("2025-09-08 25:00") == (None, "REG-024")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-09-08T10:00:00", datetime(2025, 9, 8, 8, 0, tzinfo=UTC)),
        ("08-09-2025 10:00", datetime(2025, 9, 8, 8, 0, tzinfo=UTC)),
        ("2025-12-08T10:00:00+01:00", datetime(2025, 12, 8, 9, 0, tzinfo=UTC)),
        ("08-12-2025", datetime(2025, 12, 7, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_naive_time_of_entry_is_of_amsterdam(text: str, expected: datetime) -> None:
    assert parse_known_time(text) == (expected, None)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("90", "minutes", 90),
        ("1:30", "minutes", 90),
        ("1u30m", "minutes", 90),
        ("1u 30m", "minutes", 90),
        ("23u24m", "minutes", 1404),
        ("90,0", "minutes", 90),
        ("1,5", "hours", 90),
        ("1.5", "hours", 90),
        ("0,33", "hours", 20),
        ("2", "lessons", 90),
        ("1,5 uur", "minutes", 90),
        ("1440", "minutes", 1440),
        ("107u24m", "minutes", 6444),
    ],
)
def test_minutes_are_read_however_a_length_is_written(text: str, unit: str, expected: int) -> None:
    assert parse_minutes(text, unit, lesson_minutes=45) == (expected, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-5", "REG-017"),
        ("-1:30", "REG-017"),
        ("90,5", "REG-035"),
        ("veel", "REG-035"),
        ("1:75", "REG-035"),
    ],
)
def test_minutes_that_no_day_has_are_refused(text: str, code: str) -> None:
    assert parse_minutes(text) == (None, code)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3", "3"), ("3e", "3"), ("Lesuur 3", "3"), ("3e uur", "3"), ("03", "3"), ("3.0", "3"), ("A2", "A2")],
)
def test_a_lesson_hour_is_its_number(text: str, expected: str) -> None:
    assert parse_lesson(text) == (expected, None)


def test_a_text_is_no_lesson_hour() -> None:
    assert parse_lesson("wiskunde bij meneer X") == (None, "REG-124")
    assert parse_lesson("-1") == (None, "REG-124")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Ochtend", "morning"), ("vm", "morning"), ("MIDDAG", "afternoon"), ("hele dag", "day")],
)
def test_a_part_of_the_day_is_known_in_dutch(text: str, expected: str) -> None:
    assert parse_part(text) == (expected, None)


@pytest.mark.parametrize(
    ("text", "expected"), [("8:30", "08:30"), ("0830", "08:30"), ("8.30", "08:30"), ("08:30:15", "08:30")]
)
def test_a_time_is_read_however_it_is_written(text: str, expected: str) -> None:
    assert parse_clock(text) == (expected, None)


def test_a_mark_is_yes_no_or_unknown_and_own_words_go_first() -> None:
    parse = mark_parser({"entsch.": "yes", "offen": ""})
    assert [parse(word)[0] for word in ("J", "nee", "ENTSCH.", "offen", "-")] == [
        "yes",
        "no",
        "yes",
        None,
        None,
    ]
    assert parse("misschien") == (None, "REG-126")


def test_a_share_of_a_day_is_above_zero_and_at_most_one() -> None:
    assert parse_share_of_day("0,5") == (Decimal("0.5"), None)
    assert parse_share_of_day("1") == (Decimal(1), None)
    assert parse_share_of_day("1.5")[1] == "REG-138"
    assert parse_share_of_day("-1")[1] == "REG-017"


def test_an_id_is_never_a_long_text() -> None:
    assert parse_id("1234.0") == ("1234", None)
    assert parse_id("0012") == ("0012", None)
    assert parse_id("x" * 65) == (None, "REG-131")


def test_equal_cells_are_parsed_once_and_memory_stays_bounded() -> None:
    asked: list[str] = []

    def parse(text: str) -> tuple[str, None]:
        asked.append(text)
        return text, None

    memo = Memo(parse)
    assert [memo[" a "], memo[" a "], memo[""], memo[None]] == [
        ("a", None),
        ("a", None),
        (None, None),
        (None, None),
    ]
    assert asked == ["a"]
    for number in range(Memo.LARGEST + 10):
        memo[str(number)]
    assert len(memo) <= Memo.LARGEST
