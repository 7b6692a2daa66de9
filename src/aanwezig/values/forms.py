"""Numbers and dates as people write them: 94,1 % and 23 september in Dutch, 94.1% and 23 September in English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from aanwezig.values.text import Language

NON_BREAKING = "\u00a0"
SWAP = str.maketrans(",.", ".,")
MONTHS: dict[Language, tuple[str, ...]] = {
    "nl": (
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
# 'mrt', not 'maa': as Dutch calendars print it.
SHORT_MONTHS: dict[Language, tuple[str, ...]] = {
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
SHORT_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "nl": ("ma", "di", "wo", "do", "vr", "za", "zo"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@dataclass(frozen=True, slots=True)
class Forms:
    """How one language writes numbers and dates."""

    language: Language

    def number(self, value: float, decimals: int = 0) -> str:
        """1.237 in Dutch, 1,237 in English; halves away from zero, as people round."""
        exact = Decimal(repr(value) if isinstance(value, float) else value)
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        text = f"{rounded:,.{decimals}f}"
        if self.language == "nl":
            text = text.translate(SWAP)
        return text.replace("-", "−")

    def percent(self, share: float | None, decimals: int = 1) -> str:
        """A share of 0-1 as a percentage; a dash where it is not known."""
        if share is None:
            return "–"
        number = self.number(100 * share, decimals)
        return f"{number}{NON_BREAKING}%" if self.language == "nl" else f"{number}%"

    def rate(self, rate: float | None) -> str:
        """An attendance rate, cut and not rounded: what is just under 95 % must not read as 95 %."""
        if rate is None:
            return self.percent(None)
        # Nine decimals first: a rate of exactly 95 % may be stored as 0.9499999999999999.
        exact = Decimal(repr(rate)).quantize(Decimal("1e-9"), rounding=ROUND_HALF_UP)
        return self.percent(float(exact.quantize(Decimal("0.001"), rounding=ROUND_DOWN)))

    def day(self, day: date, *, year: bool = True, weekday: bool = False) -> str:
        """'23 september 2025'; with the weekday in front when asked."""
        text = f"{day.day}{NON_BREAKING}{MONTHS[self.language][day.month - 1]}"
        if year:
            text += f" {day.year}"
        return f"{WEEKDAYS[self.language][day.weekday()]} {text}" if weekday else text

    def short_day(self, day: date) -> str:
        """'23 sep'."""
        return f"{day.day}{NON_BREAKING}{SHORT_MONTHS[self.language][day.month - 1]}"

    def period(self, first: date | None, last: date | None, *, year: bool = False) -> str:
        """'8 - 11 september', '29 september - 2 oktober', one day as itself; what both share is said once."""
        if first is None or last is None or first == last:
            known = first or last
            return self.day(known, year=year) if known else "–"
        if (first.year, first.month) == (last.year, last.month):
            start = str(first.day)
        else:
            start = self.day(first, year=year and first.year != last.year)
        return f"{start} – {self.day(last, year=year)}"
