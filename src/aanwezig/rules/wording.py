"""Dates, hours and counts in words, Dutch and English, for the sentences that explain a finding."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from aanwezig.values import BilingualText
from aanwezig.values.forms import MONTHS

Number = int | float | Fraction


def day_text(day: date) -> BilingualText:
    """'8 september 2025', '8 September 2025'."""
    return BilingualText(
        f"{day.day} {MONTHS['nl'][day.month - 1]} {day.year}",
        f"{day.day} {MONTHS['en'][day.month - 1]} {day.year}",
    )


def period_text(first: date, last: date) -> BilingualText:
    """'op 8 september 2025' or 'van 8 september tot en met 3 oktober 2025': no year or month twice."""
    end = day_text(last)
    if first == last:
        return BilingualText(f"op {end.nl}", f"on {end.en}")
    start = day_text(first)
    nl, en = start.nl, start.en
    if first.year == last.year:
        nl, en = nl.rpartition(" ")[0], en.rpartition(" ")[0]
        if first.month == last.month:
            nl = en = str(first.day)
    return BilingualText(f"van {nl} tot en met {end.nl}", f"from {en} up to and including {end.en}")


def number_text(value: Number) -> BilingualText:
    """A number with a decimal comma in Dutch; at most one decimal, for reading only."""
    if value == int(value):
        return BilingualText(str(int(value)), str(int(value)))
    text = f"{float(value):.1f}"
    return BilingualText(text.replace(".", ","), text)


def hours_text(minutes: Number) -> BilingualText:
    """'16 uur en 30 minuten'; in Dutch 'uur' and in English 'hours' with their minutes."""
    hours = int(minutes // 60)
    rest = minutes - 60 * hours
    parts_nl, parts_en = [], []
    if hours or not rest:
        parts_nl.append(f"{hours} uur")
        parts_en.append(f"{hours} hour" if hours == 1 else f"{hours} hours")
    if rest:
        number = number_text(rest)
        single = rest == 1
        parts_nl.append(f"{number.nl} {'minuut' if single else 'minuten'}")
        parts_en.append(f"{number.en} {'minute' if single else 'minutes'}")
    return BilingualText(" en ".join(parts_nl), " and ".join(parts_en))


def count_text(value: Number, nl: tuple[str, str], en: tuple[str, str]) -> BilingualText:
    """A number with its noun: ``nl`` and ``en`` give the singular and the plural."""
    number = number_text(value)
    single = value == 1
    return BilingualText(
        f"{number.nl} {nl[0] if single else nl[1]}", f"{number.en} {en[0] if single else en[1]}"
    )


def days_text(value: Number) -> BilingualText:
    """'3 dagen', '3 days'."""
    return count_text(value, ("dag", "dagen"), ("day", "days"))


def school_days_text(value: Number) -> BilingualText:
    """'3 schooldagen', '3 school days'."""
    return count_text(value, ("schooldag", "schooldagen"), ("school day", "school days"))


def joined(texts: list[BilingualText]) -> BilingualText:
    """A list in a sentence: 'a, b en c', 'a, b and c'."""
    if len(texts) == 1:
        return texts[0]
    return BilingualText(
        f"{', '.join(t.nl for t in texts[:-1])} en {texts[-1].nl}",
        f"{', '.join(t.en for t in texts[:-1])} and {texts[-1].en}",
    )
