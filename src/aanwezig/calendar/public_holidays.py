"""Dutch public holidays (docs/specification/register.md §6)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter


@cache
def public_holidays(year: int, *, liberation_day: bool = True, good_friday: bool = False) -> dict[date, str]:
    """The public holidays of a calendar year, with a name for each.

    ``liberation_day``: whether 5 May is free (schools differ; for working days it counts every year).
    ``good_friday``: whether Good Friday counts too (no public holiday by law; many agreements free it).
    """
    easter_day = easter(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == 6:  # a Sunday: the day before
        kings_day -= timedelta(days=1)
    found = {
        date(year, 1, 1): "new_year",
        easter_day + timedelta(days=1): "easter_monday",
        kings_day: "kings_day",
        easter_day + timedelta(days=39): "ascension_day",
        easter_day + timedelta(days=50): "whit_monday",
        date(year, 12, 25): "christmas_day",
        date(year, 12, 26): "boxing_day",
    }
    if liberation_day:
        found.setdefault(date(year, 5, 5), "liberation_day")
    if good_friday:
        found.setdefault(easter_day - timedelta(days=2), "good_friday")
    return found


def is_public_holiday(day: date, *, liberation_day: bool = True, good_friday: bool = False) -> bool:
    """Whether a day is a public holiday under the given choices."""
    return day in public_holidays(day.year, liberation_day=liberation_day, good_friday=good_friday)
