"""The ``[options]`` of a profile or map: how the export is written and what it covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from aanwezig.calendar.school_calendar import SECTORS
from aanwezig.register.cells import DATE_ORDERS, parse_clock, parse_day
from aanwezig.register.fault_codes import make_error

_SEPARATORS = {"tab": "\t", "\\t": "\t", "comma": ",", "komma": ",", "semicolon": ";", "puntkomma": ";"}
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-1": "cp1252",
}
# Names in a map that are no Python names, or that people write otherwise.
_ALIASES = {"from": "first_day", "to": "last_day", "from_day": "first_day", "to_day": "last_day"}


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that may stand in ``[options]``.

    ``first_day``, ``last_day`` (written ``from``, ``to``): the period of which the delivery is complete; only
    within it a row that is no longer there counts as vanished. ``lesson_minutes``: given to lessons without
    minutes. ``minutes_unit``: what a plain number in the column of minutes is. ``minutes_are``: what minutes
    beside several days are. ``default_part``: what a row with a date alone means. ``day_start``, ``day_end``: who comes later or goes earlier missed part of the day.
    """

    delimiter: str | None = None
    encoding: str | None = None
    date_order: str | None = None
    header_row: int | None = None
    sheet: str | None = None
    lesson_minutes: int | None = None
    day_minutes: int | None = None
    minutes_unit: str = "minutes"
    minutes_are: str | None = None
    default_part: str | None = None
    day_start: str | None = None
    day_end: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    sector: str | None = None
    school_name: str | None = None
    holiday_region: str | None = None
    municipality: str | None = None
    partnership: str | None = None

    @property
    def order(self) -> str:
        return self.date_order or "dmy"

    @property
    def has_scope(self) -> bool:
        """Whether the delivery states its period, so that what is missing in it has vanished upstream."""
        return self.first_day is not None and self.last_day is not None


_CHOICES: dict[str, tuple[str, ...]] = {
    "date_order": DATE_ORDERS,
    "minutes_unit": ("minutes", "hours", "lessons"),
    "minutes_are": ("per_day", "ignored"),
    "default_part": ("day", "morning", "afternoon"),
    "sector": SECTORS,
    "holiday_region": ("noord", "midden", "zuid"),
}
_NUMBERS = {"header_row": 10_000, "lesson_minutes": 600, "day_minutes": 1440}
_DAYS, _CLOCKS = ("first_day", "last_day"), ("day_start", "day_end")
_NAMES = tuple(field.name for field in fields(Options))


def read_options(base: Options, given: Mapping[str, Any], where: str) -> Options:
    """The options of a map over those of its profile; AanwezigError when one is unknown or impossible."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        ours = _ALIASES.get(name, name)
        if ours not in _NAMES:
            known = ", ".join(sorted({*_NAMES, "from", "to"} - set(_DAYS)))
            raise _not_valid(
                name,
                where,
                f"die optie is er niet. Bekend zijn: {known}",
                f"there is no such option. Known are: {known}",
            )
        found[ours] = _read(ours, name, value, where)
    options = replace(base, **found)
    if options.first_day and options.last_day and options.last_day < options.first_day:
        raise _not_valid(
            "from", where, "de periode eindigt voor zij begint", "the period ends before it begins"
        )
    return options


def _read(ours: str, name: str, value: Any, where: str) -> Any:
    if ours in _DAYS:
        return _read_day(name, value, where)
    if ours in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _NUMBERS[ours]:
            limit = _NUMBERS[ours]
            raise _not_valid(
                name,
                where,
                f"dit moet een getal van 1 tot en met {limit} zijn",
                f"this must be a number from 1 up to {limit}",
            )
        return value
    if not isinstance(value, str):
        raise _not_valid(name, where, "dit moet een tekst zijn", "this must be a text")
    text = value if ours == "delimiter" else value.strip()
    if ours in _CLOCKS:
        clock, code = parse_clock(text)
        if code is not None:
            raise _not_valid(name, where, "schrijf een tijd als 08:30", "write a time as 08:30")
        return clock
    if ours == "delimiter":
        sign = _SEPARATORS.get(text.strip().lower(), text)
        if len(sign) != 1 or sign in '"\r\n':
            raise _not_valid(
                name, where, 'geef één teken, zoals ";" of "tab"', 'give one sign, such as ";" or "tab"'
            )
        return sign
    if ours == "encoding":
        encoding = _ENCODINGS.get(text.lower())
        if encoding is None:
            raise _not_valid(name, where, "kies utf-8 of windows-1252", "choose utf-8 or windows-1252")
        return encoding
    if ours in _CHOICES and text not in _CHOICES[ours]:
        choices = ", ".join(_CHOICES[ours])
        raise _not_valid(name, where, f"kies een van deze: {choices}", f"choose one of these: {choices}")
    return text


def _read_day(name: str, value: Any, where: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found, code = parse_day(str(value).strip())
    if code is not None:
        raise _not_valid(name, where, "schrijf de dag als 2025-09-08", "write the day as 2025-09-08")
    assert isinstance(found, date)
    return found


def _not_valid(name: str, where: str, nl: str, en: str) -> Exception:
    shown = name if len(name) <= 30 else name[:30] + "…"
    return make_error(
        "REG-106", where, reason_nl=f"'{shown}' in [options]: {nl}", reason_en=f"'{shown}' in [options]: {en}"
    )
