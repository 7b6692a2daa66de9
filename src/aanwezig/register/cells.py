"""Parsers of the cells that schools' systems export: dates with times, lengths, parts of the day, marks.

In comes the stripped text of a cell that is not empty; out comes ``(value, None)`` or ``(None, code)``
(codes of ``register.fault_codes`` and ``engines.fault_codes``). Sources: docs/specification/register.md §3, §4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from aanwezig.engines.cells import (
    AMSTERDAM,
    NEGATIVE,
    NO_SUCH_DATE,
    NOT_DATETIME,
    NOT_DURATION,
    NOT_TIME,
    Parsed,
    parse_duration,
    parse_time,
    to_utc,
)

NOT_A_DATE, BAD_LESSON, BAD_PART, BAD_MARK = "REG-120", "REG-124", "REG-125", "REG-126"
IMPOSSIBLE_DATE, TOO_LONG_FOR_A_DAY, ID_TOO_LONG = "REG-015", "REG-138", "REG-131"
DATE_ORDERS = ("dmy", "mdy", "ymd")
MINUTES_OF_A_DAY = 1440
LONGEST_ID = 64
LAST_LESSON = 24
# Absence of before this is a typing error; the register keeps some years.
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_AND_REST = re.compile(r"(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})[T ]+(.+)")
_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")
_DECIMAL = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")
_LESSON = re.compile(
    r"(?:lesuur|uur|les|lesson|hour|stunde)?\s*(\d{1,2})(?:e|ste|\.)?(?:\s*uur)?", re.IGNORECASE
)

PARTS = {
    "day": ("day", "dag", "hele dag", "heledag", "ganztägig", "full day", "d"),
    "morning": ("morning", "ochtend", "voormiddag", "vm", "am", "morgen", "o"),
    "afternoon": ("afternoon", "middag", "namiddag", "nm", "pm", "nachmittag", "m"),
}
_PARTS = {word: part for part, words in PARTS.items() for word in words}
_MARKS = {
    **dict.fromkeys(
        ("yes", "ja", "j", "true", "1", "y", "waar", "geoorloofd", "authorised", "authorized"), "yes"
    ),
    **dict.fromkeys(
        ("no", "nee", "n", "false", "0", "onwaar", "ongeoorloofd", "unauthorised", "unauthorized"), "no"
    ),
    **dict.fromkeys(("unknown", "onbekend", "-", "?"), ""),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, with the time of the day (``hh:mm``) where the cell gave one."""

    day: date
    time: str | None = None


def _as_date(year: int, month: int, day: int, earliest: int) -> Parsed:
    try:
        found = date(year, month, day)
    except ValueError:
        return None, NO_SUCH_DATE
    return (found, None) if earliest <= year <= LATEST_YEAR else (None, IMPOSSIBLE_DATE)


def parse_day(
    text: str, order: str = "dmy", short_years: bool = False, earliest: int = EARLIEST_YEAR
) -> Parsed:
    """A date: ISO, dd-mm-yyyy (also / and .), yyyymmdd; ``order`` for dates with the year last.

    Years of two digits only with ``short_years``: they are taken when somebody stated the order. ``earliest``:
    the first year that is possible.
    """
    match = _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is not None:
        return _as_date(int(match[1]), int(match[2]), int(match[3]), earliest)
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return None, NOT_A_DATE
    first, second, third = (int(match[at]) for at in (1, 2, 3))
    if len(match[3]) == 2:
        if not short_years:
            return None, NOT_A_DATE
        if order == "ymd":
            return _as_date(2000 + first, second, third, earliest)
        third += 2000
    month, day = (first, second) if order == "mdy" else (second, first)
    return _as_date(third, month, day, earliest)


def parse_moment(text: str, order: str = "dmy", short_years: bool = False) -> Parsed:
    """A date, perhaps with a time; a time with a zone is brought to Europe/Amsterdam, a naive one is there."""
    match = _DAY_AND_REST.fullmatch(text)
    if match is None:
        day, code = parse_day(text, order, short_years)
        return (Moment(day), None) if code is None else (None, code)
    day, code = parse_day(match[1], order, short_years)
    if code is not None:
        return None, code
    rest = match[2].strip()
    zone = _ZONE.search(rest)
    if zone is not None:
        try:
            moment = datetime.fromisoformat(f"{day.isoformat()}T{rest}").astimezone(AMSTERDAM)
        except (ValueError, OverflowError):
            return None, NOT_DATETIME
        return Moment(moment.date(), f"{moment:%H:%M}"), None
    clock, code = parse_time(rest)
    return (None, NOT_DATETIME) if code is not None else (Moment(day, clock), None)


def parse_known_time(text: str, order: str = "dmy", short_years: bool = False) -> Parsed:
    """When something was entered: a date with or without a time, in UTC."""
    try:
        return to_utc(datetime.fromisoformat(text)), None
    except (ValueError, OverflowError):
        pass
    found, code = parse_moment(text, order, short_years)
    if code is not None:
        return None, code
    hour, minute = (found.time or "00:00").split(":")
    return to_utc(datetime.combine(found.day, time(int(hour), int(minute)))), None


def parse_clock(text: str) -> Parsed:
    """A time of the day as ``hh:mm``; also ``0830``, ``8.30`` and a date-time, of which the time is taken."""
    if re.fullmatch(r"\d{3,4}", text):
        text = f"{text[:-2]}:{text[-2:]}"
    elif re.fullmatch(r"\d{1,2}\.\d{2}", text):
        text = text.replace(".", ":")
    found, code = parse_time(text)
    if code is None:
        return found, None
    moment, code = parse_moment(text)
    return (moment.time, None) if code is None and moment.time else (None, NOT_TIME)


def minutes_of(clock: str) -> int:
    """Minutes since midnight of ``hh:mm``."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def parse_minutes(text: str, unit: str = "minutes", lesson_minutes: int = 50) -> Parsed:
    """Minutes from a length: ``107u24m``, ``1:30``, ``90``, or a plain number in the unit given.

    A number of hours or lessons may have a decimal comma and is rounded to the minute; minutes must be whole.
    """
    negative = text.startswith("-")
    bare = text[1:].strip() if negative else text
    if _DECIMAL.fullmatch(bare):
        number = Decimal(bare.replace(",", "."))
        if unit == "minutes" and number != int(number):
            return None, NOT_DURATION
        factor = {"minutes": 1, "hours": 60, "lessons": lesson_minutes}[unit]
        minutes = int((number * factor).to_integral_value(ROUND_HALF_UP))
        if negative and minutes:
            return None, NEGATIVE
    else:
        found, code = parse_duration(text)
        if code is not None:
            return None, code
        minutes = int(found)
    return minutes, None


def parse_share_of_day(text: str) -> Parsed:
    """A share of a day, above 0 up to 1, as a Decimal."""
    if not _DECIMAL.fullmatch(text):
        return None, NEGATIVE if text.startswith("-") else NOT_DURATION
    share = Decimal(text.replace(",", "."))
    return (share, None) if 0 < share <= 1 else (None, TOO_LONG_FOR_A_DAY)


def parse_lesson(text: str) -> Parsed:
    """The name of a lesson hour: a number without what is written around it, else a short text as it stands."""
    match = _LESSON.fullmatch(text)
    if match is not None:
        return str(int(match[1])), None
    if re.fullmatch(r"\d{1,2}(?:[.,]0+)", text):
        return str(int(float(text.replace(",", ".")))), None
    return (text, None) if len(text) <= 8 and not text.startswith("-") else (None, BAD_LESSON)


def parse_part(text: str) -> Parsed:
    """``day``, ``morning`` or ``afternoon``."""
    part = _PARTS.get(text.lower())
    return (part, None) if part else (None, BAD_PART)


def mark_parser(own: Mapping[str, str]) -> Callable[[str], Parsed]:
    """A parser of *authorised*: ``yes``, ``no`` or empty for unknown; ``own`` words go first."""
    words = {**_MARKS, **{word.lower(): meaning for word, meaning in own.items()}}

    def parse(text: str) -> Parsed:
        found = words.get(text.lower())
        return (None, BAD_MARK) if found is None else (found or None, None)

    return parse


def parse_id(text: str) -> Parsed:
    """An id as it stands; a number that a spreadsheet made broken (``1234.0``) is made whole."""
    if len(text) > LONGEST_ID:
        return None, ID_TOO_LONG
    return (text[:-2] if re.fullmatch(r"\d+\.0", text) else text), None


class Memo(dict[str | None, Any]):
    """Cells parsed once per different text: dates, codes and times repeat a lot in an export.

    Empty cells give ``(None, None)``. It forgets when it grows large, so that a column in which every cell
    differs costs no memory.
    """

    LARGEST = 100_000

    def __init__(self, parse: Callable[[str], Parsed]) -> None:
        super().__init__()
        self._parse = parse

    def __missing__(self, text: str | None) -> Parsed:
        stripped = (text or "").strip()
        found = self._parse(stripped) if stripped else (None, None)
        if len(self) >= self.LARGEST:
            self.clear()
        self[text] = found
        return found
