"""Parsers of single cells: text as delivered in, a typed value or the code of a fault out.

Registers write dates as ISO and minutes as whole numbers (docs/specification/register.md §2); imports also meet
dd-mm-yyyy, decimal commas and lengths of time such as ``107u24m`` and ``1:30`` (§4).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from aanwezig.tables import Column, Kind

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
LARGEST_INTEGER = 2**31 - 1

# (value, None) when the cell is good, (None, code of the fault) when it is not. Cells come stripped, not empty.
Parsed = tuple[Any, str | None]
Parser = Callable[[str], Parsed]

NOT_A_DATE, NO_SUCH_DATE, IMPOSSIBLE_DATE = "REG-013", "REG-014", "REG-015"
NOT_WHOLE, NEGATIVE, OUT_OF_BOUNDS = "REG-016", "REG-017", "REG-018"
UNKNOWN_CODE, NOT_BOOLEAN, NOT_DATETIME, NOT_TIME, NOT_NUMBER = (
    "REG-019",
    "REG-023",
    "REG-024",
    "REG-025",
    "REG-026",
)
EMPTY, NOT_DURATION = "REG-012", "REG-035"

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_DUTCH_DATE = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_INTEGER = re.compile(r"([+-]?)([0-9]{1,18})(?:\.0*)?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?")
_CLOCK_DURATION = re.compile(r"([0-9]{1,5}):([0-9]{2})(?::([0-9]{2}))?")
_LETTER_DURATION = re.compile(
    r"(?:([0-9]{1,5}(?:[.,][0-9]{1,4})?)\s*(?:uur|uren|u|h))?\s*(?:([0-9]{1,6})\s*(?:minuten|min|m)?)?",
    re.IGNORECASE,
)
_BOOLEANS = {"true": True, "1": True, "ja": True, "false": False, "0": False, "nee": False}
_SEPARATORS = re.compile(r"[\s,;]+")


def _existing_date(year: int, month: int, day: int) -> Parsed:
    try:
        found = date(year, month, day)
    except ValueError:
        return None, NO_SUCH_DATE
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None, IMPOSSIBLE_DATE
    return found, None


def parse_date(text: str) -> Parsed:
    """An ISO date; midnight behind it, as spreadsheets and data frames write, is let through."""
    match = _ISO_DATE.fullmatch(text)
    if match is None:
        return None, NOT_A_DATE
    return _existing_date(int(match[1]), int(match[2]), int(match[3]))


def parse_dutch_date(text: str) -> Parsed:
    """A date as dd-mm-yyyy (also with / or .), else as ISO: for the imports."""
    match = _DUTCH_DATE.fullmatch(text)
    if match is None:
        return parse_date(text)
    return _existing_date(int(match[3]), int(match[2]), int(match[1]))


def to_utc(moment: datetime) -> datetime:
    """The moment in UTC; naive is Europe/Amsterdam.

    An hour that the clock skips in spring is read with the offset before it, one that comes twice in
    autumn as the first of the two: a moment is never lost for it.
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=AMSTERDAM)
    return moment.astimezone(UTC)


def parse_datetime(text: str) -> Parsed:
    """An ISO date-time as UTC; a date alone is its first moment."""
    if len(text) < 10 or text[4] != "-":
        return None, NOT_DATETIME
    try:
        moment = datetime.fromisoformat(text)
        if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            return None, IMPOSSIBLE_DATE
        return to_utc(moment), None
    except (ValueError, OverflowError):
        return None, NOT_DATETIME


def parse_time(text: str) -> Parsed:
    """A time of the day as ``hh:mm``; seconds are dropped."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None, NOT_TIME
    try:
        found = time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        return None, NOT_TIME
    return f"{found.hour:02d}:{found.minute:02d}", None


def parse_integer(text: str, minimum: int | None = None, maximum: int | None = None) -> Parsed:
    """A whole number, not negative; ``330.0`` is let through, for data frames write so beside empty cells."""
    match = _INTEGER.fullmatch(text)
    if match is None:
        return None, NOT_WHOLE
    found = int(match[2])
    if match[1] == "-" and found:
        return None, NEGATIVE
    if not (minimum or 0) <= found <= (LARGEST_INTEGER if maximum is None else maximum):
        return None, OUT_OF_BOUNDS
    return found, None


def parse_number(text: str) -> Parsed:
    """A decimal number, with a point or a comma."""
    if _NUMBER.fullmatch(text) is None:
        return None, NOT_NUMBER
    return float(text.replace(",", ".")), None


def parse_boolean(text: str) -> Parsed:
    """true/false, 1/0 or ja/nee, in capitals or not."""
    found = _BOOLEANS.get(text.lower())
    return (None, NOT_BOOLEAN) if found is None else (found, None)


def parse_duration(text: str) -> Parsed:
    """Minutes from ``90``, ``1:30``, ``107u24m``, ``1,5 uur``: for the imports.

    A number with a decimal and no unit is not taken: it may be hours or minutes. Seconds in ``h:mm:ss``
    and broken minutes are not taken either, unless they are zero.
    """
    negative = text.startswith("-")
    if negative:
        text = text[1:].strip()
    minutes = _minutes(text)
    if minutes is None:
        return None, NOT_DURATION
    return (None, NEGATIVE) if negative and minutes else (minutes, None)


def _minutes(text: str) -> int | None:
    clock = _CLOCK_DURATION.fullmatch(text)
    if clock is not None:
        if int(clock[2]) > 59 or int(clock[3] or 0) != 0:
            return None
        return int(clock[1]) * 60 + int(clock[2])
    letters = _LETTER_DURATION.fullmatch(text)
    if letters is None or (letters[1] is None and letters[2] is None):
        return None
    hours = Decimal((letters[1] or "0").replace(",", ".")) * 60
    return int(hours) + int(letters[2] or 0) if hours == int(hours) else None


def parse_codes(text: str, values: tuple[str, ...]) -> Parsed:
    """Several codes, stored with one space between them."""
    found = [code for code in _SEPARATORS.split(text) if code]
    if any(code not in values for code in found):
        return None, UNKNOWN_CODE
    return " ".join(dict.fromkeys(found)), None


def parser_of(column: Column) -> Parser | None:
    """The parser of a register's column; None for ids and texts, which are taken as they stand."""
    if column.kind is Kind.CODE:
        known = {value: (value, None) for value in column.values}
        return lambda text: known.get(text, (None, UNKNOWN_CODE))
    if column.kind is Kind.CODES:
        return lambda text: parse_codes(text, column.values)
    if column.kind is Kind.INTEGER:
        return lambda text: parse_integer(text, column.minimum, column.maximum)
    return _PLAIN.get(column.kind)


_PLAIN: dict[Kind, Parser] = {
    Kind.DATE: parse_date,
    Kind.DATETIME: parse_datetime,
    Kind.TIME: parse_time,
    Kind.NUMBER: parse_number,
    Kind.BOOLEAN: parse_boolean,
}
