"""Numbers and dates as people write them, in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from aanwezig.values.forms import Forms

NL, EN = Forms("nl"), Forms("en")


@pytest.mark.parametrize(
    ("value", "decimals", "dutch", "english"),
    [
        (1237, 0, "1.237", "1,237"),
        (94.05, 1, "94,1", "94.1"),
        (0.5, 0, "1", "1"),
        (-1234.5, 1, "−1.234,5", "−1,234.5"),
        (0, 1, "0,0", "0.0"),
    ],
)
def test_numbers(value: float, decimals: int, dutch: str, english: str) -> None:
    assert NL.number(value, decimals) == dutch
    assert EN.number(value, decimals) == english


def test_a_percentage_keeps_its_sign_on_the_same_line_in_dutch() -> None:
    assert NL.percent(0.941) == "94,1\u00a0%"
    assert EN.percent(0.941) == "94.1%"
    assert NL.percent(None) == "–"


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (0.9499, "94,9"),
        (0.9499999999999998, "95,0"),
        (0.95, "95,0"),
        (0.9999, "99,9"),
        (1.0, "100,0"),
        (0.0, "0,0"),
    ],
)
def test_a_rate_just_under_the_goal_does_not_read_as_the_goal(rate: float, shown: str) -> None:
    assert NL.rate(rate) == f"{shown}\u00a0%"
    assert NL.rate(None) == "–"


def test_days() -> None:
    assert NL.day(date(2025, 9, 23)) == "23\u00a0september 2025"
    assert NL.day(date(2025, 9, 23), year=False, weekday=True) == "dinsdag 23\u00a0september"
    assert EN.short_day(date(2025, 3, 3)) == "3\u00a0Mar"
    assert NL.short_day(date(2025, 3, 3)) == "3\u00a0mrt"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2025, 9, 8), date(2025, 9, 11), "8 – 11 september"),
        (date(2025, 9, 29), date(2025, 10, 2), "29 september – 2 oktober"),
        (date(2025, 9, 8), date(2025, 9, 8), "8 september"),
        (None, date(2025, 9, 8), "8 september"),
        (None, None, "–"),
    ],
)
def test_a_period_says_once_what_both_days_share(
    first: date | None, last: date | None, expected: str
) -> None:
    assert NL.period(first, last).replace("\u00a0", " ") == expected
