"""Made-up pupils, and where each is enrolled when (a *stay*: one pupil, school, group and school year)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from aanwezig.simulate.days import Days
from aanwezig.simulate.drawing import Array, choose
from aanwezig.simulate.levels import (
    AFTER,
    AGE,
    FIRST_OF_MBO,
    FIRST_OF_VO,
    LEVELS,
    NUMBER,
    SECTOR_OF_LEVEL,
    WEIGHT,
    After,
    levels_of_sector,
)
from aanwezig.simulate.parameters import SECTOR_SHAPES, SECTORS, Parameters
from aanwezig.simulate.schools import Schools
from aanwezig.values import SchoolYear

NO_DAY = np.int32(2**30)
FOUR_YEARS = 1461  # days
MOST_SECTIONS = 1 << 20  # parallel groups of one level that a key has room for
PO, VO, PRO, VSO, MBO = (SECTORS.index(name) for name in ("po", "vo", "pro", "vso", "mbo"))
GROUP_SIZE = np.array([shape.group for shape in SECTOR_SHAPES.values()])

# Why a stay ends; the names are what the register says.
(
    END_NONE,
    END_YEAR,
    END_PROMOTED,
    END_DIPLOMA,
    END_CHANGE,
    END_MOVED,
    END_NOT_ENROLLED,
    END_EXEMPT,
    END_LEFT,
) = range(9)
END_REASONS = (
    None,
    "volgend schooljaar",
    "naar volgend onderwijs",
    "diploma",
    "andere school",
    "verhuisd",
    "uitgeschreven",
    "vrijstelling",
    "uit onderwijs",
)


@dataclass(frozen=True, slots=True)
class Pupils:
    """One entry a pupil, in the order of the ids. Days are counted as in ``Days`` (they may be negative)."""

    birth: Array
    birth_known: Array
    sex: Array
    municipality: Array  # position in the list of municipality codes
    years_completed: Array  # -1: not stated
    qualification_exempt: Array
    diploma: Array  # day, NO_DAY when there is none
    outside: Array  # 0: has a school; else a kind of OUTSIDE

    def __len__(self) -> int:
        return len(self.birth)


IN_SCHOOL, EXEMPT_ALL_YEAR, NOT_ENROLLED_ALL_YEAR, EARLY_LEAVER = range(4)
OUTSIDE = ("in_school", "exempt", "not_enrolled", "early_leaver")


@dataclass(frozen=True, slots=True)
class Stays:
    """One entry a stay, sorted by pupil and first day; ``last`` is a day of the stay or of the year's end."""

    pupil: Array
    school: Array
    year: Array
    level: Array
    section: Array  # which of the parallel groups
    first: Array
    last: Array
    end: Array
    calendar: Array

    def __len__(self) -> int:
        return len(self.pupil)

    def take(self, chosen: Array | slice) -> Stays:
        return Stays(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})

    @property
    def group_key(self) -> Array:
        """A number for each group of a school."""
        return (self.school.astype(np.int64) * len(LEVELS) + self.level) * MOST_SECTIONS + self.section


def group_name(level: int, section: int) -> str:
    """``5B``, ``H3A``; after 26 parallel groups ``H3A2``."""
    letter, again = chr(65 + section % 26), section // 26
    return f"{LEVELS[level].group}{letter}{again + 1 if again else ''}"


@dataclass(frozen=True, slots=True)
class Population:
    pupils: Pupils
    stays: Stays
    municipalities: list[str]


def make_population(
    number: int,
    schools: Schools,
    years: Sequence[SchoolYear],
    parameters: Parameters,
    rng: np.random.Generator,
) -> Population:
    """Pupils in the order of their first school, those without a school last."""
    shares = parameters.population
    days = schools.days
    outside = np.concatenate(
        [
            np.full(int(_about(rng, number * share)), kind, dtype=np.int8)
            for kind, share in (
                (EXEMPT_ALL_YEAR, shares.exempt * 0.8),
                (NOT_ENROLLED_ALL_YEAR, shares.not_enrolled),
                (EARLY_LEAVER, shares.early_leavers),
            )
        ]
    )
    # Whoever has no school is taken out of the schools by chance, never the last pupil of one.
    school = np.repeat(np.arange(len(schools)), schools.size)
    spare = np.flatnonzero(school[1:] == school[:-1]) + 1
    outside = outside[: min(len(outside), len(spare))]
    out = (
        np.sort(rng.choice(spare, size=len(outside), replace=False))
        if len(outside)
        else np.zeros(0, np.int64)
    )
    last_school = school[out]
    school = np.delete(school, out)
    level = np.zeros(len(school), dtype=np.int16)
    for sector in range(len(SECTORS)):
        own = schools.sector[school] == sector
        levels = levels_of_sector(sector)
        level[own] = levels[choose(rng, WEIGHT[levels], int(own.sum()))]
    order = np.lexsort((rng.random(len(school)), level, school))
    school, level = school[order], level[order]
    all_schools = np.concatenate([school, last_school])
    kind = np.concatenate([np.zeros(len(school), np.int8), outside])
    # Group 1 of the later years: they are in the register from the start, and come to school when it is time.
    entry = np.where(AGE[level] == 4, rng.integers(len(years), size=len(level)), 0)
    birth = _births(level, kind, days, rng)
    birth[: len(level)] += (entry * 365.25).astype(np.int32)
    codes = sorted(set(schools.municipality))
    home = np.array([codes.index(code) for code in schools.municipality])[all_schools]
    moved = rng.random(len(home)) < shares.lives_elsewhere
    home = np.where(moved, rng.integers(len(codes), size=len(home)), home)
    stays, diploma = _stays(school, level, birth, entry, schools, years, parameters, rng)
    pupils = _pupils(birth, kind, level, home, diploma, parameters, days, rng)
    return Population(pupils, stays, codes)


def _about(rng: np.random.Generator, expected: float) -> int:
    """A whole number with that mean."""
    return int(expected + rng.random())


def _births(level: Array, kind: Array, days: Days, rng: np.random.Generator) -> Array:
    """Birthdays: a child of nine on 1 October is in group 6; one in thirteen is a year older."""
    october = days.index(date(days.first.year, 10, 1))
    age = np.zeros(len(kind), dtype=np.int64)
    age[: len(level)] = AGE[level] + (rng.random(len(level)) < 0.075)
    out = kind[len(level) :]
    drawn = rng.integers(5, 17, size=len(out))
    age[len(level) :] = np.where(out == EARLY_LEAVER, rng.integers(18, 23, size=len(out)), drawn)
    birth = october - np.floor((age + rng.random(len(age))) * 365.25).astype(np.int64)
    # Group 1 fills up during the year: half as many again turn four after 1 October, up to May.
    youngest = np.flatnonzero(AGE[level] == 4)
    coming = youngest[rng.random(len(youngest)) < 0.4]
    birth[coming] = october - np.floor((4 - rng.random(len(coming)) * 0.64) * 365.25).astype(np.int64)
    return birth.astype(np.int32)


def _pupils(
    birth: Array,
    kind: Array,
    level: Array,
    home: Array,
    diploma: Array,
    parameters: Parameters,
    days: Days,
    rng: np.random.Generator,
) -> Pupils:
    number = len(birth)
    enrolled = len(level)
    completed = np.full(number, -1, dtype=np.int16)
    sector = SECTOR_OF_LEVEL[level]
    primary = np.isin(sector, [PO, SECTORS.index("sbo"), SECTORS.index("so")])
    done = np.where(primary, NUMBER[level] - 1, 7 + NUMBER[level])
    done = np.where(sector == MBO, 11 + NUMBER[level], done)
    stated = rng.random(enrolled) < 0.4
    completed[:enrolled][stated] = np.maximum(done[stated], 0)
    fifteen = AGE[level] >= 15
    exempt = np.zeros(number, dtype=bool)
    exempt[:enrolled] = fifteen & (
        ((sector == PRO) & (rng.random(enrolled) < 0.6)) | ((sector == VSO) & (rng.random(enrolled) < 0.4))
    )
    earned = np.full(number, NO_DAY, dtype=np.int32)
    earned[:enrolled] = diploma
    # Some in mbo have a start qualification already: a havo diploma, or mbo 2.
    before = (sector == MBO) & (AGE[level] >= 17) & (rng.random(enrolled) < 0.3)
    earned[:enrolled][before] = -rng.integers(20, 400, size=int(before.sum()))
    return Pupils(
        birth=birth,
        birth_known=rng.random(number) >= parameters.population.birth_date_missing,
        sex=rng.random(number) < 0.512,
        municipality=home.astype(np.int32),
        years_completed=completed,
        qualification_exempt=exempt,
        diploma=earned,
        outside=kind,
    )


def _stays(
    school: Array,
    level: Array,
    birth: Array,
    entry: Array,
    schools: Schools,
    years: Sequence[SchoolYear],
    parameters: Parameters,
    rng: np.random.Generator,
) -> tuple[Stays, Array]:
    """The stays of every year, and the day of a diploma earned in them."""
    days = schools.days
    first_school, first_level = school, level
    pupil = np.flatnonzero(entry == 0)
    school, level = first_school[pupil], first_level[pupil]
    diploma = np.full(len(entry), NO_DAY, dtype=np.int32)
    pieces: list[dict[str, Array]] = []
    for number in range(len(years)):
        start, end = int(days.year_start[number]), int(days.year_start[number + 1]) - 1
        fourth = birth[pupil] + FOUR_YEARS
        first = np.where((fourth > start) & (AGE[level] <= 4), np.minimum(fourth, end - 30), start)
        section = _sections(school, level, rng)
        final = number == len(years) - 1
        after = AFTER[level]
        finish = np.select(
            [after == After.NEXT_LEVEL, after == After.DIPLOMA, after == After.LEAVES],
            [END_NONE if final else END_YEAR, END_DIPLOMA, END_LEFT],
            END_PROMOTED,
        )
        piece = {
            "pupil": pupil,
            "school": school,
            "year": np.full(len(pupil), number, dtype=np.int8),
            "level": level,
            "section": section,
            "first": first,
            "last": np.full(len(pupil), end),
            "end": finish,
        }
        moved, going_on = _leave_in_the_year(piece, schools, parameters, days, rng)
        pieces += [piece, moved]
        earned = (after == After.DIPLOMA) & (piece["end"] == END_DIPLOMA)
        diploma[pupil[earned]] = end - rng.integers(10, 40, size=int(earned.sum()))
        if not final:
            pupil, school, level = _next_year(piece, moved, going_on, schools, parameters, rng)
            coming = np.flatnonzero(entry == number + 1)
            pupil = np.concatenate([pupil, coming])
            school = np.concatenate([school, first_school[coming]])
            level = np.concatenate([level, first_level[coming]])
    joined = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    order = np.lexsort((joined["first"], joined["pupil"]))
    joined = {name: values[order].astype(np.int32) for name, values in joined.items()}
    return Stays(**joined, calendar=_calendar_of(joined["school"], joined["level"], schools)), diploma


def _sections(school: Array, level: Array, rng: np.random.Generator) -> Array:
    """The parallel group of each pupil: as many groups as the level of a school needs."""
    key = school.astype(np.int64) * len(LEVELS) + level
    order = np.argsort(key, kind="stable")
    _, starts, counts = np.unique(key[order], return_index=True, return_counts=True)
    rank = np.arange(len(key)) - np.repeat(starts, counts)
    wanted = np.maximum(
        1, np.rint(np.repeat(counts, counts) / GROUP_SIZE[SECTOR_OF_LEVEL[level[order]]])
    ).astype(int)
    section = np.zeros(len(key), dtype=np.int32)
    section[order] = rank * wanted // np.repeat(counts, counts)
    return section


def has_other_calendar(level: Array) -> Array:
    """Whether a level follows the second timetable of its school, where there is one."""
    return np.where(
        np.isin(SECTOR_OF_LEVEL[level], [VO, PRO, VSO, MBO]), NUMBER[level] >= 4, NUMBER[level] <= 4
    )


def _calendar_of(school: Array, level: Array, schools: Schools) -> Array:
    return np.where(has_other_calendar(level), schools.other_calendar[school], schools.calendar[school])


def _leave_in_the_year(
    piece: dict[str, Array], schools: Schools, parameters: Parameters, days: Days, rng: np.random.Generator
) -> tuple[dict[str, Array], Array]:
    """End some stays within the year, in place; give the stays at a new school, and who goes on at all."""
    shares = parameters.population
    number = len(piece["pupil"])
    kinds = (END_NONE, END_CHANGE, END_MOVED, END_NOT_ENROLLED, END_EXEMPT)
    leaving = [
        shares.changes_school,
        shares.leaves_the_register,
        shares.becomes_not_enrolled,
        shares.becomes_exempt,
    ]
    kind = np.array(kinds)[choose(rng, [1 - sum(leaving), *leaving], number)]
    day = (
        rng.integers(40, 300, size=number) + int(days.year_start[piece["year"][0]])
        if number
        else np.zeros(0, int)
    )
    # Only who has been there for some time, so that a stay has lessons; the youngest are not yet under a duty.
    kind = np.where((day < piece["first"] + 40) | (AGE[piece["level"]] < 6), END_NONE, kind)
    target = _another_school(piece["school"], schools, rng)
    kind = np.where((kind == END_CHANGE) & (target < 0), END_NONE, kind)
    ends = kind != END_NONE
    piece["end"] = np.where(ends, kind, piece["end"])
    full_last, finish = piece["last"].copy(), AFTER[piece["level"]]
    piece["last"] = np.where(ends, day, piece["last"])
    changed = kind == END_CHANGE
    moved = {name: values[changed] for name, values in piece.items()}
    moved["school"] = target[changed]
    moved["first"] = day[changed] + 1 + np.where(rng.random(int(changed.sum())) < 0.25, 7, 0)
    moved["last"] = full_last[changed]
    moved["section"] = np.zeros(int(changed.sum()), dtype=np.int16)
    moved["end"] = np.where(finish[changed] == After.NEXT_LEVEL, END_NONE, END_LEFT)
    going_on = ~np.isin(kind, [END_MOVED, END_NOT_ENROLLED, END_EXEMPT, END_CHANGE])
    return moved, going_on


def _another_school(school: Array, schools: Schools, rng: np.random.Generator) -> Array:
    """Another school of the same sector, near in the list; -1 where there is none."""
    sector = schools.sector[school]
    found = np.full(len(school), -1, dtype=np.int64)
    for number in range(len(SECTORS)):
        own = np.flatnonzero(schools.sector == number)
        here = sector == number
        if len(own) > 1 and here.any():
            position = np.searchsorted(own, school[here])
            step = 1 + rng.integers(len(own) - 1, size=int(here.sum())) % 8
            other = own[(position + step) % len(own)]
            found[here] = np.where(other == school[here], -1, other)
    return found


def _next_year(
    piece: dict[str, Array],
    moved: dict[str, Array],
    going_on: Array,
    schools: Schools,
    parameters: Parameters,
    rng: np.random.Generator,
) -> tuple[Array, Array, Array]:
    """Who is enrolled where in the year after: a level up, or on to secondary or vocational education."""
    going_on = going_on & (piece["end"] != END_DIPLOMA) & (piece["end"] != END_LEFT)
    moving_on = moved["end"] == END_NONE
    moved["end"] = np.where(moving_on, END_YEAR, moved["end"])
    pupil = np.concatenate([piece["pupil"][going_on], moved["pupil"][moving_on]])
    school = np.concatenate([piece["school"][going_on], moved["school"][moving_on]])
    level = np.concatenate([piece["level"][going_on], moved["level"][moving_on]])
    order = np.argsort(pupil, kind="stable")
    pupil, school, level = pupil[order], school[order], level[order]
    after = AFTER[level]
    promoted = np.isin(after, [After.SECONDARY, After.VOCATIONAL])
    down = (rng.random(len(pupil)) < parameters.population.stays_down) & ~promoted
    next_level = np.where(promoted | down, level, level + 1)
    for kind, sector, firsts in (
        (After.SECONDARY, VO, list(FIRST_OF_VO.values())),
        (After.VOCATIONAL, MBO, FIRST_OF_MBO),
    ):
        here = np.flatnonzero(after == kind)
        own = np.flatnonzero(schools.sector == sector)
        if not len(own):
            continue
        # Pupils of one school go to one of two schools, the nearest in the list.
        near = (school[here] * len(own)) // max(1, len(schools))
        school[here] = own[(near + (rng.random(len(here)) < 0.3)) % len(own)]
        next_level[here] = np.array(firsts)[choose(rng, (0.5, 0.28, 0.22), len(here))]
    # No school of that kind in this register: the pupil leaves it.
    stays = SECTOR_OF_LEVEL[next_level] == schools.sector[school]
    stays &= ~(promoted & (next_level == level))
    return pupil[stays], school[stays], next_level[stays]
