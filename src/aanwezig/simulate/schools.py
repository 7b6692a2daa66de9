"""Made-up schools: where they are, how large, how they count time and how they register.

**No school here exists.** A BRIN number is two digits and two letters; the numbers handed out run from 00
(in DUO's address file of 22 November 2024 the highest is 32, a test reads it where it is at hand). Every
school here has a number from 90 up, every partnership a code from 9900 up, and names are put together by
chance. Municipalities are real, because holiday regions hang on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

from aanwezig.calendar import HOUR_SECTORS
from aanwezig.simulate.days import (
    REGIONS,
    CalendarKey,
    ClosureVariant,
    Days,
    WeekPattern,
    closure_variants,
    make_days,
    short_day_of,
)
from aanwezig.simulate.drawing import Array, choose, shared_out
from aanwezig.simulate.parameters import SECTOR_SHAPES, SECTORS
from aanwezig.values import SchoolYear

# How a school writes a whole day down.
BY_PART, BY_MINUTES, BY_LESSON, BY_LESSON_WITH_MINUTES, BY_DAY_AND_LESSON = range(5)
STYLES = ("by_part", "by_minutes", "by_lesson", "by_lesson_with_minutes", "by_day_and_lesson")

HOUR_PATTERNS = (
    WeekPattern((300, 300, 300, 300, 300)),
    WeekPattern((330, 330, 210, 330, 330)),
    WeekPattern((315, 315, 225, 315, 315)),
)
HOUR_PATTERN_OF_YOUNG = WeekPattern((330, 330, 210, 330, 210))
HOUR_ASSUMED = WeekPattern((282, 282, 282, 282, 282), assumed=True)
LESSON_PATTERNS = {
    45: (WeekPattern.of_lessons(45, (7, 7, 6, 7, 6)), WeekPattern.of_lessons(45, (8, 7, 6, 8, 7))),
    50: (WeekPattern.of_lessons(50, (6, 6, 6, 6, 5)), WeekPattern.of_lessons(50, (7, 7, 6, 6, 6))),
    60: (WeekPattern.of_lessons(60, (5, 6, 5, 5, 5)), WeekPattern.of_lessons(60, (6, 6, 5, 6, 5))),
    70: (WeekPattern.of_lessons(70, (4, 5, 4, 4, 4)), WeekPattern.of_lessons(70, (5, 5, 4, 5, 4))),
}
# 300 assumed minutes, so that a whole number of lessons fills the day.
LESSON_ASSUMED = {
    50: WeekPattern.of_lessons(50, (6, 6, 6, 6, 6), assumed=True),
    60: WeekPattern.of_lessons(60, (5, 5, 5, 5, 5), assumed=True),
}
FIRST_INVENTED_NUMBER = 90
KINDS_OF_NAME = {
    "po": "Basisschool",
    "sbo": "Sbo-school",
    "so": "So-school",
    "vo": "College",
    "pro": "Praktijkschool",
    "vso": "Vso-school",
    "mbo": "Mbo-college",
}
NAMES = (
    (
        "De Waterlelie De Kastanje Het Kompas De Zilverreiger De Wilgenhoek Het Palet De Vuurtoren De Notenboom "
        "Het Klaverblad De Zandloper De Houtduif De Meander Het Anker De Boomgaard De Sterrenkijker Het Veerhuis "
        "De Korenmolen De Zonnewijzer Het Prisma De Wegwijzer De Duinroos Het Talent De Leeuwerik De Esdoorn"
    )
    .replace(" De ", "|De ")
    .replace(" Het ", "|Het ")
    .split("|")
)


@cache
def municipalities() -> tuple[dict[str, Any], ...]:
    """The municipalities of today: code, name, province, holiday region."""
    text = files("aanwezig.calendar").joinpath("data/municipalities.yaml").read_text("utf-8")
    data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return tuple(data["municipalities"])


@cache
def partnership_numbers() -> dict[str, int]:
    """An invented partnership for each municipality: a province cut in slices of about a dozen."""
    found: dict[str, int] = {}
    number = 0
    for province in sorted({m["province"] for m in municipalities()}):
        own = sorted(m["code"] for m in municipalities() if m["province"] == province)
        for position, code in enumerate(own):
            found[code] = number + position // 12
        number += (len(own) + 11) // 12
    return found


def partnership_of(municipality: str, sector: str) -> str:
    """An invented code such as PO9907."""
    group = "PO" if sector in ("po", "sbo") else "VO"
    return f"{group}99{partnership_numbers()[municipality]:02d}"


def invented_school_ids(number: int) -> list[str]:
    """``90AA00``, ``90AB00`` and so on; after 99ZZ00 the second locations."""
    ids = []
    for position in range(number):
        location, rest = divmod(position, 6760)
        digits, letters = divmod(rest, 676)
        first, second = divmod(letters, 26)
        ids.append(f"{FIRST_INVENTED_NUMBER + digits}{chr(65 + first)}{chr(65 + second)}{location:02d}")
    return sorted(ids)


@dataclass(frozen=True, slots=True)
class Schools:
    """One entry a school, in the order of ``ids``; ``calendar`` and ``other_calendar`` are rows of ``days``.

    ``other_calendar`` is that of the groups with their own timetable (the youngest in primary, the highest
    years in secondary education); the same row where a school has none.
    """

    ids: list[str]
    names: list[str]
    sector: Array
    size: Array
    municipality: list[str]
    region: list[str]
    says_region: Array
    lesson_minutes: list[int | None]
    style: Array
    pattern: list[WeekPattern]
    other_pattern: list[WeekPattern | None]
    variant: Array
    variants: list[ClosureVariant]
    calendar: Array
    other_calendar: Array
    days: Days

    def __len__(self) -> int:
        return len(self.ids)


def schools_per_sector(pupils: int, schools: int | None) -> Array:
    """How many schools of each sector: by the national means, or the number asked for shared out."""
    shapes = list(SECTOR_SHAPES.values())
    total = sum(shape.pupils for shape in shapes)
    expected = np.array([shape.pupils / total / shape.school for shape in shapes])
    if schools is None:
        schools = max(1, round(pupils * float(expected.sum())))
    found = np.zeros(len(shapes), dtype=np.int64)
    # A primary school first, then a secondary one; after that who is furthest behind (highest averages).
    order = [SECTORS.index("po"), SECTORS.index("vo")][:schools]
    found[order] = 1
    for _ in range(schools - len(order)):
        found[int(np.argmax(expected / (found + 1)))] += 1
    return found


def school_sizes(pupils: int, per_sector: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Sector and number of pupils of each school; sizes differ by a factor of about three."""
    present = per_sector > 0
    shares = np.array([shape.pupils for shape in SECTOR_SHAPES.values()], dtype=np.float64) * present
    sectors, sizes = [], []
    least = per_sector.astype(np.float64)
    # Every school gets a pupil before the rest is shared out.
    of_sector = least + shared_out(pupils - int(least.sum()), shares)
    for number in np.flatnonzero(present):
        weights = rng.lognormal(0.0, 0.4, int(per_sector[number]))
        sizes.append(shared_out(int(of_sector[number]), weights, at_least=1))
        sectors.append(np.full(int(per_sector[number]), number))
    return np.concatenate(sectors), np.concatenate(sizes)


def _places(number: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Where the schools stand: neighbouring provinces until there are municipalities enough."""
    wanted = min(len(municipalities()), max(1, round(number / 9)))
    provinces = sorted({m["province"] for m in municipalities()})
    places: list[dict[str, Any]] = []
    for position in rng.permutation(len(provinces)):
        own = [m for m in municipalities() if m["province"] == provinces[position]]
        places += [own[n] for n in rng.permutation(len(own))]
        if len(places) >= wanted:
            break
    places = places[:wanted]
    weights = np.sort(rng.gamma(1.2, 1.0, wanted))[::-1] + 0.15
    return [places[n] for n in choose(rng, weights, number)]


def make_schools(
    pupils: int,
    schools: int | None,
    years: Sequence[SchoolYear],
    rng: np.random.Generator,
    *,
    plain: bool = False,
) -> Schools:
    """The schools and their calendars; ``plain``: no closures or timetables of their own (the lean mode)."""
    sector, size = school_sizes(pupils, schools_per_sector(pupils, schools), rng)
    number = len(sector)
    places = _places(number, rng)
    variants = [
        variant
        for region in REGIONS
        for variant in ([ClosureVariant(region, ())] if plain else closure_variants(region, years, rng))
    ]
    per_region = len(variants) // len(REGIONS)
    keys: dict[CalendarKey, int] = {}
    patterns, others, lesson_minutes, styles, chosen, rows, other_rows = [], [], [], [], [], [], []
    for position in range(number):
        name = SECTORS[int(sector[position])]
        pattern, other, minutes = _week(name, rng, plain)
        variant = REGIONS.index(places[position]["region"]) * per_region + int(rng.integers(per_region))
        patterns.append(pattern)
        others.append(other)
        lesson_minutes.append(minutes)
        styles.append(_style(name, rng, plain))
        chosen.append(variant)
        own_rows = []
        for week in (pattern, other or pattern):
            key = CalendarKey(variant, week, *short_day_of(week, variants[variant]))
            own_rows.append(keys.setdefault(key, len(keys)))
        rows.append(own_rows[0])
        other_rows.append(own_rows[1])
    return Schools(
        ids=invented_school_ids(number),
        names=[
            f"{KINDS_OF_NAME[SECTORS[int(sector[n])]]} {NAMES[int(rng.integers(len(NAMES)))]}, {places[n]['name']}"
            for n in range(number)
        ],
        sector=sector,
        size=size,
        municipality=[place["code"] for place in places],
        region=[place["region"] for place in places],
        says_region=rng.random(number) < 0.8,
        lesson_minutes=lesson_minutes,
        style=np.array(styles, dtype=np.int8),
        pattern=patterns,
        other_pattern=others,
        variant=np.array(chosen),
        variants=variants,
        calendar=np.array(rows, dtype=np.int32),
        other_calendar=np.array(other_rows, dtype=np.int32),
        days=make_days(years[0].first, years, variants, list(keys)),
    )


def _week(
    sector: str, rng: np.random.Generator, plain: bool
) -> tuple[WeekPattern, WeekPattern | None, int | None]:
    """The week of a school, that of its groups with another one, and the length of a lesson that it states."""
    if sector in HOUR_SECTORS:
        if plain or rng.random() < 0.12:
            return HOUR_ASSUMED, None, None
        pattern = HOUR_PATTERNS[int(choose(rng, (0.55, 0.3, 0.15), 1)[0])]
        other = HOUR_PATTERN_OF_YOUNG if pattern is HOUR_PATTERNS[1] and rng.random() < 0.6 else None
        return pattern, other, None
    if plain or rng.random() < 0.08:
        length = 50 if plain or rng.random() < 0.7 else 60
        # 50 minutes is what a missing length means.
        return LESSON_ASSUMED[length], None, None if length == 50 else length
    length = (45, 50, 60, 70)[int(choose(rng, (0.25, 0.5, 0.17, 0.08), 1)[0])]
    lower, higher = LESSON_PATTERNS[length]
    return lower, higher if rng.random() < 0.35 else None, length


def _style(sector: str, rng: np.random.Generator, plain: bool) -> int:
    if sector in HOUR_SECTORS:
        return BY_PART if plain or rng.random() < 0.7 else BY_MINUTES
    if plain:
        return BY_LESSON_WITH_MINUTES
    return (BY_LESSON, BY_LESSON_WITH_MINUTES, BY_DAY_AND_LESSON)[int(choose(rng, (0.4, 0.4, 0.2), 1)[0])]
