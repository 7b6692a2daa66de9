"""Dates, hours and counts in both languages."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from aanwezig.rules.wording import (
    count_text,
    day_text,
    days_text,
    hours_text,
    joined,
    number_text,
    period_text,
    school_days_text,
)
from aanwezig.values import BilingualText


def both(text: BilingualText) -> tuple[str, str]:
    return text.nl, text.en


def test_a_day() -> None:
    assert both(day_text(date(2026, 3, 1))) == ("1 maart 2026", "1 March 2026")


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2025, 9, 8), date(2025, 9, 8), ("op 8 september 2025", "on 8 September 2025")),
        (
            date(2025, 9, 8),
            date(2025, 9, 11),
            ("van 8 tot en met 11 september 2025", "from 8 up to and including 11 September 2025"),
        ),
        (
            date(2025, 9, 29),
            date(2025, 10, 3),
            (
                "van 29 september tot en met 3 oktober 2025",
                "from 29 September up to and including 3 October 2025",
            ),
        ),
        (
            date(2025, 12, 18),
            date(2026, 1, 9),
            (
                "van 18 december 2025 tot en met 9 januari 2026",
                "from 18 December 2025 up to and including 9 January 2026",
            ),
        ),
        # The same month of another year.
        (
            date(2025, 9, 8),
            date(2026, 9, 11),
            (
                "van 8 september 2025 tot en met 11 september 2026",
                "from 8 September 2025 up to and including 11 September 2026",
            ),
        ),
    ],
)
def test_a_period_names_no_month_or_year_twice(first: date, last: date, expected: tuple[str, str]) -> None:
    assert both(period_text(first, last)) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (960, ("16 uur", "16 hours")),
        (990, ("16 uur en 30 minuten", "16 hours and 30 minutes")),
        (61, ("1 uur en 1 minuut", "1 hour and 1 minute")),
        (45, ("45 minuten", "45 minutes")),
        (0, ("0 uur", "0 hours")),
        (Fraction(1921, 2), ("16 uur en 0,5 minuten", "16 hours and 0.5 minutes")),
    ],
)
def test_hours(minutes: int | Fraction, expected: tuple[str, str]) -> None:
    assert both(hours_text(minutes)) == expected


def test_counts_and_numbers() -> None:
    assert both(days_text(1)) == ("1 dag", "1 day")
    assert both(days_text(29)) == ("29 dagen", "29 days")
    assert both(school_days_text(1)) == ("1 schooldag", "1 school day")
    assert both(number_text(Fraction(3, 2))) == ("1,5", "1.5")
    assert both(count_text(2, ("keer", "keer"), ("time", "times"))) == ("2 keer", "2 times")


def test_lists() -> None:
    parts = [days_text(1), days_text(2), days_text(3)]
    assert both(joined(parts[:1])) == ("1 dag", "1 day")
    assert both(joined(parts)) == ("1 dag, 2 dagen en 3 dagen", "1 day, 2 days and 3 days")
