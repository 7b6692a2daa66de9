"""Days, periods, school years."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aanwezig.values import Period, SchoolYear, monday_of
from aanwezig.values.period import add_months, birthday

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_a_period_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="end before"):
        Period(date(2025, 9, 2), date(2025, 9, 1))


def test_both_ends_of_a_period_belong_to_it() -> None:
    period = Period(date(2025, 9, 1), date(2025, 9, 3))
    assert [date(2025, 8, 31) in period, date(2025, 9, 1) in period] == [False, True]
    assert [date(2025, 9, 3) in period, date(2025, 9, 4) in period] == [True, False]
    assert len(list(period.days())) == 3


def test_a_period_without_an_end_runs_on() -> None:
    running = Period(date(2025, 9, 1))
    assert date(2099, 1, 1) in running
    assert running.until(date(2025, 9, 5)) == Period(date(2025, 9, 1), date(2025, 9, 5))
    assert running.until(date(2025, 8, 1)) is None
    with pytest.raises(ValueError, match="no last day"):
        next(running.days())


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2025, 7, 31), "2024-2025"), (date(2025, 8, 1), "2025-2026"), (date(2026, 1, 1), "2025-2026")],
)
def test_a_school_year_runs_from_1_august_to_31_july(day: date, year: str) -> None:
    assert str(SchoolYear.of(day)) == year


@pytest.mark.parametrize("text", ["2025-2027", "2025", "2025/2026", "25-26", "", "2025-24"])
def test_what_is_no_school_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="school year"):
        SchoolYear.parse(text)


def test_both_ways_to_write_a_school_year_are_read() -> None:
    assert SchoolYear.parse("2025-2026") == SchoolYear.parse("2025-26") == SchoolYear(2025)
    assert SchoolYear.parse("1999-2000") == SchoolYear.parse("1999-00")


@given(days)
def test_a_week_is_named_by_its_monday(day: date) -> None:
    monday = monday_of(day)
    assert monday.weekday() == 0
    assert 0 <= (day - monday).days < 7


def test_the_week_of_28_december_2026_is_named_by_that_monday() -> None:
    assert monday_of(date(2027, 1, 3)) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 9), 3, date(2026, 4, 9)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2025, 12, 31), 12, date(2026, 12, 31)),
    ],
)
def test_months_later_is_the_same_day_number_or_the_last_of_the_month(
    day: date, months: int, expected: date
) -> None:
    assert add_months(day, months) == expected


def test_who_was_born_on_29_february_has_a_birthday_on_1_march_in_other_years() -> None:
    assert birthday(date(2020, 2, 29), 5) == date(2025, 3, 1)
    assert birthday(date(2020, 2, 29), 4) == date(2024, 2, 29)
