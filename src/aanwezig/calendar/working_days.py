"""Working days: Monday to Friday except public holidays; school holidays are working days (rules.md §2, Due)."""

from __future__ import annotations

from datetime import date

from aanwezig.calendar.public_holidays import is_public_holiday
from aanwezig.values.period import ONE_DAY


def is_working_day(day: date, *, good_friday_is_free: bool = False) -> bool:
    """5 May is free every year; Good Friday by choice (rules.md §9.8)."""
    return day.weekday() < 5 and not is_public_holiday(day, good_friday=good_friday_is_free)


def add_working_days(day: date, number: int, *, good_friday_is_free: bool = False) -> date:
    """The day that lies ``number`` working days after ``day``: reached on Wednesday, due 5 later: Wednesday."""
    if number < 0:
        raise ValueError("working days are counted forward")
    while number > 0:
        day += ONE_DAY
        if is_working_day(day, good_friday_is_free=good_friday_is_free):
            number -= 1
    return day


def working_days_between(first: date, last: date, *, good_friday_is_free: bool = False) -> int:
    """How many working days lie after ``first``, up to and with ``last`` (negative when it is past)."""
    if last < first:
        return -working_days_between(last, first, good_friday_is_free=good_friday_is_free)
    count, day = 0, first
    while day < last:
        day += ONE_DAY
        count += is_working_day(day, good_friday_is_free=good_friday_is_free)
    return count
