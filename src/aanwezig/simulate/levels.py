"""School years and tracks: which level a pupil is in, how old, and where it goes the year after."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from aanwezig.simulate.parameters import SECTORS


class After(IntEnum):
    """What follows the last level of a school, when it is not the next level."""

    NEXT_LEVEL = 0
    SECONDARY = 1
    VOCATIONAL = 2
    DIPLOMA = 3
    LEAVES = 4


@dataclass(frozen=True, slots=True)
class Level:
    """``age``: in whole years on 1 October of the school year; ``weight``: share within the sector."""

    name: str
    group: str
    sector: str
    age: int
    weight: float
    number: int
    after: After = After.NEXT_LEVEL


def _levels() -> tuple[Level, ...]:
    levels = []
    for sector, first, last in (("po", 1, 8), ("sbo", 3, 8), ("so", 1, 8)):
        for n in range(first, last + 1):
            after = After.SECONDARY if n == last else After.NEXT_LEVEL
            # The youngest come in during the year, so that group 1 is the largest.
            levels.append(Level(str(n), str(n), sector, n + 3, 1.35 if n == 1 else 1.0, n, after))
    for track, letter, length, weight in (
        ("vmbo", "V", 4, 0.50),
        ("havo", "H", 5, 0.28),
        ("vwo", "A", 6, 0.22),
    ):
        for n in range(1, length + 1):
            after = After.NEXT_LEVEL
            if n == length:
                after = After.VOCATIONAL if track == "vmbo" else After.DIPLOMA
            levels.append(Level(f"{track} {n}", f"{letter}{n}", "vo", 11 + n, weight, n, after))
    for sector, length in (("pro", 5), ("vso", 6)):
        for n in range(1, length + 1):
            after = After.LEAVES if n == length else After.NEXT_LEVEL
            levels.append(Level(str(n), f"{sector[0].upper()}{n}", sector, 11 + n, 1.0, n, after))
    for kind, length, weight in (("2", 2, 0.3), ("3", 3, 0.25), ("4", 3, 0.45)):
        for n in range(1, length + 1):
            after = After.DIPLOMA if n == length else After.NEXT_LEVEL
            # Only minors are many here: the register is about young people under a duty.
            share = weight * (1.0, 0.7, 0.2)[n - 1]
            levels.append(Level(f"mbo {kind} jaar {n}", f"M{kind}{n}", "mbo", 15 + n, share, n, after))
    return tuple(levels)


LEVELS = _levels()
AGE = np.array([level.age for level in LEVELS], dtype=np.int16)
NUMBER = np.array([level.number for level in LEVELS], dtype=np.int16)
AFTER = np.array([level.after for level in LEVELS], dtype=np.int8)
WEIGHT = np.array([level.weight for level in LEVELS])
SECTOR_OF_LEVEL = np.array([SECTORS.index(level.sector) for level in LEVELS], dtype=np.int8)
FIRST_OF_VO = {level.name: n for n, level in enumerate(LEVELS) if level.sector == "vo" and level.number == 1}
FIRST_OF_MBO = [n for n, level in enumerate(LEVELS) if level.sector == "mbo" and level.number == 1]


def levels_of_sector(sector: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Positions in ``LEVELS`` of a sector."""
    return np.flatnonzero(sector == SECTOR_OF_LEVEL)
