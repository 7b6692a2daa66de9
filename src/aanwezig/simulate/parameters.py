"""The shape of a made-up register, in one place: shares, rates and sizes.

These numbers are settings of ours, chosen so that totals come out like those of Dutch schools (absence of 5
to 6 % of the time, unauthorised under 1 %, a tenth or more of the pupils chronically absent). They are no
source for any figure. ``--truth`` writes them beside the register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class SectorShape:
    """``pupils``: thousands in the country (mbo: those under 18); ``school`` and ``group``: mean sizes."""

    pupils: int
    school: int
    group: int


# In the order of size of DUO's yearly counts, rounded.
SECTOR_SHAPES: Mapping[str, SectorShape] = MappingProxyType(
    {
        "po": SectorShape(1360, 235, 24),
        "sbo": SectorShape(36, 130, 15),
        "so": SectorShape(33, 120, 12),
        "vo": SectorShape(905, 900, 26),
        "pro": SectorShape(28, 180, 16),
        "vso": SectorShape(40, 150, 12),
        "mbo": SectorShape(150, 1200, 25),
    }
)
SECTORS = tuple(SECTOR_SHAPES)


@dataclass(frozen=True, slots=True)
class PerSector:
    """A rate that differs by sector, in the order of ``SECTORS``."""

    po: float
    sbo: float
    so: float
    vo: float
    pro: float
    vso: float
    mbo: float

    def as_tuple(self) -> tuple[float, ...]:
        return (self.po, self.sbo, self.so, self.vo, self.pro, self.vso, self.mbo)


@dataclass(frozen=True, slots=True)
class Everyday:
    """Ordinary absence: events per pupil in a whole school year, unless it says otherwise."""

    sick_spells: PerSector = PerSector(4.0, 4.5, 4.8, 3.7, 4.5, 4.9, 3.9)
    # The lower, the more unequal: a gamma distribution with mean 1 and this shape.
    sick_inequality: float = 2.5
    sick_days: tuple[float, ...] = (0.41, 0.27, 0.155, 0.075, 0.05, 0.012, 0.008, 0.007, 0.006, 0.007)
    sick_starts_within_day: float = 0.12
    chronically_ill: float = 0.012
    long_illness: float = 0.006
    long_illness_days: tuple[int, int] = (15, 60)
    medical_visits: PerSector = PerSector(0.7, 1.2, 1.6, 0.8, 1.0, 1.6, 0.6)
    late: PerSector = PerSector(1.2, 1.8, 1.8, 3.2, 4.0, 4.0, 5.0)
    late_inequality: float = 0.5
    weighty_leave: float = 0.12
    weighty_refused: float = 0.10
    holiday_leave: float = 0.006
    religious_pupils: float = 0.07
    luxury: float = 0.018
    truant_lessons: PerSector = PerSector(0.01, 0.03, 0.03, 1.4, 1.7, 1.7, 2.8)
    truant_inequality: float = 0.35
    sent_out: PerSector = PerSector(0.01, 0.05, 0.08, 0.22, 0.35, 0.35, 0.15)
    sent_home: PerSector = PerSector(0.003, 0.01, 0.02, 0.006, 0.015, 0.02, 0.003)
    suspensions: PerSector = PerSector(0.0007, 0.002, 0.003, 0.006, 0.010, 0.010, 0.003)
    unexplained: PerSector = PerSector(0.10, 0.15, 0.15, 0.35, 0.45, 0.45, 0.7)
    excursions_per_group: float = 1.4


@dataclass(frozen=True, slots=True)
class Problematic:
    """Share of pupils with each of the four types of problematic absence (NJi 2020, chapters 3-6)."""

    refusal: PerSector = PerSector(0.005, 0.012, 0.018, 0.014, 0.014, 0.025, 0.010)
    truancy: PerSector = PerSector(0.001, 0.002, 0.002, 0.026, 0.034, 0.025, 0.035)
    withdrawal: PerSector = PerSector(0.008, 0.012, 0.012, 0.006, 0.008, 0.010, 0.004)
    exclusion: PerSector = PerSector(0.003, 0.012, 0.020, 0.006, 0.012, 0.022, 0.003)


@dataclass(frozen=True, slots=True)
class Population:
    """Shares of all pupils."""

    exempt: float = 0.0030
    not_enrolled: float = 0.0016
    early_leavers: float = 0.0015
    changes_school: float = 0.007
    leaves_the_register: float = 0.0004
    becomes_not_enrolled: float = 0.0006
    becomes_exempt: float = 0.0006
    under_6_exempt: float = 0.02  # of the five-year-olds
    lives_elsewhere: float = 0.08
    birth_date_missing: float = 0.0003
    stays_down: float = 0.03


@dataclass(frozen=True, slots=True)
class Recording:
    """How facts reach the register."""

    recorded_later: float = 0.05
    corrected: float = 0.010  # of the pupil-days with a mark of sick or medical
    withdrawn: float = 0.05  # registrations a pupil a year of children who were there
    notified_on_time: float = 0.66
    notified_late: float = 0.16
    notified_never: float = 0.13  # the rest is notified and withdrawn
    luxury_notified: float = 0.5


@dataclass(frozen=True, slots=True)
class Planted:
    """What is put in so that a check can be checked: shares of the pupils, faults of the pupil-days."""

    each_pattern: float = 0.0006
    each_fault: float = 0.0002


@dataclass(frozen=True, slots=True)
class Parameters:
    everyday: Everyday = field(default_factory=Everyday)
    problematic: Problematic = field(default_factory=Problematic)
    population: Population = field(default_factory=Population)
    recording: Recording = field(default_factory=Recording)
    planted: Planted = field(default_factory=Planted)
