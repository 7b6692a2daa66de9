"""What a cell may hold, and which fault it gives when it does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aanwezig.engines.cells import (
    Parser,
    parse_boolean,
    parse_codes,
    parse_date,
    parse_datetime,
    parse_duration,
    parse_dutch_date,
    parse_integer,
    parse_number,
    parse_time,
    parser_of,
)
from aanwezig.tables import TABLES

DATES = st.dates(date(1900, 1, 1), date(2100, 12, 31))
MOMENTS = st.datetimes(datetime(1901, 1, 1), datetime(2099, 12, 31))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_date, "2025-09-08", date(2025, 9, 8)),
        (parse_date, "2024-02-29", date(2024, 2, 29)),
        (parse_date, "2025-09-08 00:00:00", date(2025, 9, 8)),
        (parse_date, "2025-09-08T00:00", date(2025, 9, 8)),
        (parse_date, "1900-01-01", date(1900, 1, 1)),
        (parse_date, "2100-12-31", date(2100, 12, 31)),
        (parse_dutch_date, "8-9-2025", date(2025, 9, 8)),
        (parse_dutch_date, "08/09/2025", date(2025, 9, 8)),
        (parse_dutch_date, "2025-09-08", date(2025, 9, 8)),
        (parse_integer, "90", 90),
        (parse_integer, "0", 0),
        (parse_integer, "-0", 0),
        (parse_integer, "330.0", 330),
        (parse_number, "7.5", 7.5),
        (parse_number, "7,5", 7.5),
        (parse_number, "-1", -1.0),
        (parse_boolean, "true", True),
        (parse_boolean, "JA", True),
        (parse_boolean, "1", True),
        (parse_boolean, "nee", False),
        (parse_boolean, "False", False),
        (parse_boolean, "0", False),
        (parse_time, "8:30", "08:30"),
        (parse_time, "23:59:59", "23:59"),
        (parse_duration, "90", 90),
        (parse_duration, "1:30", 90),
        (parse_duration, "1:30:00", 90),
        (parse_duration, "107u24m", 6444),
        (parse_duration, "1,5 uur", 90),
        (parse_duration, "1u", 60),
        (parse_duration, "45 min", 45),
        # Naive is Europe/Amsterdam: two hours ahead in summer, one in winter.
        (parse_datetime, "2025-09-08T10:00:00", datetime(2025, 9, 8, 8, tzinfo=UTC)),
        (parse_datetime, "2025-12-08 10:00", datetime(2025, 12, 8, 9, tzinfo=UTC)),
        (parse_datetime, "2025-09-08T10:00:00Z", datetime(2025, 9, 8, 10, tzinfo=UTC)),
        (parse_datetime, "2025-09-08T10:00:00+05:00", datetime(2025, 9, 8, 5, tzinfo=UTC)),
        (parse_datetime, "2025-09-08", datetime(2025, 9, 7, 22, tzinfo=UTC)),
        # The clock skips from 2 to 3 on 29 March 2026; on 25 October 2026 half past two comes twice.
        (parse_datetime, "2026-03-29T02:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (parse_datetime, "2026-10-25T02:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_good_cell_becomes_its_value(parse: Parser, text: str, value: object) -> None:
    assert parse(text) == (value, None)


@pytest.mark.parametrize(
    ("parse", "text", "code"),
    [
        (parse_date, "2025-02-30", "REG-014"),
        (parse_date, "2025-02-29", "REG-014"),
        (parse_date, "0000-00-00", "REG-014"),
        (parse_date, "2025-13-01", "REG-014"),
        (parse_date, "1899-12-31", "REG-015"),
        (parse_date, "2101-01-01", "REG-015"),
        (parse_date, "9999-12-31", "REG-015"),
        (parse_date, "08-09-2025", "REG-013"),
        (parse_date, "2025-9-8", "REG-013"),
        (parse_date, "20250908", "REG-013"),
        (parse_date, "2025-09-08 10:00:00", "REG-013"),
        (parse_date, "yesterday", "REG-013"),
        (parse_date, "٢٠٢٥-٠٩-٠٨", "REG-013"),
        (parse_dutch_date, "31-9-2025", "REG-014"),
        (parse_dutch_date, "9/8/25", "REG-013"),
        (parse_integer, "-4", "REG-017"),
        (parse_integer, "4.5", "REG-016"),
        (parse_integer, "1e3", "REG-016"),
        (parse_integer, "90 min", "REG-016"),
        (parse_integer, "²", "REG-016"),
        (parse_integer, "99999999999", "REG-018"),
        (parse_number, "nan", "REG-026"),
        (parse_number, "inf", "REG-026"),
        (parse_number, "1.000,5", "REG-026"),
        (parse_boolean, "maybe", "REG-023"),
        (parse_time, "24:00", "REG-025"),
        (parse_time, "8.30", "REG-025"),
        (parse_datetime, "2025-02-30T10:00:00", "REG-024"),
        (parse_datetime, "10:00", "REG-024"),
        (parse_datetime, "1600-01-01T00:00:00", "REG-015"),
        (parse_datetime, "0001-01-01T00:00:00", "REG-015"),
        (parse_duration, "1.5", "REG-035"),
        (parse_duration, "1:75", "REG-035"),
        (parse_duration, "u", "REG-035"),
        (parse_duration, "-1:30", "REG-017"),
    ],
)
def test_a_bad_cell_gives_its_fault(parse: Parser, text: str, code: str) -> None:
    assert parse(text) == (None, code)


def test_bounds_of_a_column_hold_on_both_sides() -> None:
    weekday = parser_of(TABLES["timetable"].column("weekday"))
    assert weekday is not None
    assert [weekday(text) for text in ("0", "1", "7", "8")] == [
        (None, "REG-018"),
        (1, None),
        (7, None),
        (None, "REG-018"),
    ]


def test_several_codes_are_separated_by_space_comma_or_semicolon() -> None:
    values = ("time", "content", "location")
    assert parse_codes("time, content;location time", values) == ("time content location", None)
    assert parse_codes("time, money", values) == (None, "REG-019")


@given(DATES)
def test_every_date_is_read_back(day: date) -> None:
    assert parse_date(day.isoformat()) == (day, None)
    assert parse_dutch_date(day.strftime("%d-%m-") + str(day.year)) == (day, None)


@given(st.integers(0, 2**31 - 1))
def test_every_whole_number_is_read_back(number: int) -> None:
    assert parse_integer(str(number)) == (number, None)


@given(st.integers(0, 99_999))
def test_every_length_of_time_is_read_back(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    for text in (str(minutes), f"{hours}:{rest:02d}", f"{hours}u{rest}m", f"{hours} uur {rest} min"):
        assert parse_duration(text) == (minutes, None)


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_every_moment_with_a_zone_is_read_back(moment: datetime, offset: int) -> None:
    zone = timedelta(minutes=offset)
    sign = "-" if offset < 0 else "+"
    hours, minutes = divmod(abs(offset), 60)
    expected = (moment - zone).replace(tzinfo=UTC)
    assert parse_datetime(f"{moment.isoformat()}{sign}{hours:02d}:{minutes:02d}") == (expected, None)


@given(st.text(max_size=30))
def test_no_text_makes_a_parser_fail(text: str) -> None:
    for parse in (
        parse_date,
        parse_dutch_date,
        parse_datetime,
        parse_time,
        parse_integer,
        parse_number,
        parse_boolean,
        parse_duration,
    ):
        value, code = parse(text)
        assert (value is None) == (code is not None)
