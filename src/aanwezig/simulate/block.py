"""A block of pupils that is made at once, with what its marks are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from aanwezig.calendar import HOUR_SECTORS
from aanwezig.simulate.days import Days
from aanwezig.simulate.drawing import Array
from aanwezig.simulate.parameters import SECTORS, Parameters, PerSector
from aanwezig.simulate.population import Population, Stays
from aanwezig.simulate.schools import Schools

COUNTS_LESSONS = np.array([sector not in HOUR_SECTORS for sector in SECTORS])
MONDAY_TO_FRIDAY = np.array([1.25, 1.05, 0.95, 0.9, 1.1, 0.0, 0.0])


@dataclass(frozen=True)
class Season:
    """Shares of the year's starts up to each school day, for drawing by ``searchsorted``: one row on another."""

    steps: Array

    @classmethod
    def of(cls, days: Days, weights: Array) -> Season:
        """``weights``: per day of the register; the days of a calendar's year share out 1."""
        own = weights[days.school_days].astype(np.float64)
        total = np.concatenate([[0.0], np.cumsum(own)])
        steps = np.empty(len(own))
        for row in range(days.offset.shape[0]):
            for year in range(days.years):
                begin, number = int(days.offset[row, year]), int(days.count[row, year])
                span = total[begin + number] - total[begin]
                steps[begin : begin + number] = (total[begin + 1 : begin + number + 1] - total[begin]) / span
                steps[begin : begin + number] += row * days.years + year
        return cls(steps)


def wave(days: Days, rng: np.random.Generator) -> Array:
    """How likely a day is for falling ill: weekday, a wave in winter, a smaller one in autumn."""
    dates = [days.first + timedelta(days=n) for n in range(days.length)]
    weekday = np.array([MONDAY_TO_FRIDAY[day.weekday()] for day in dates])
    height = np.ones(days.length)
    for year in range(days.first.year, days.first.year + days.years):
        for month, day, size, width in ((10, 1, 0.35, 16.0), (12, 8, 0.7, 18.0), (2, 3, 1.3, 20.0)):
            centre = days.index(date(year + (month < 8), month, day)) + rng.normal(0, 6)
            height += (
                size
                * rng.uniform(0.8, 1.25)
                * np.exp(-0.5 * ((np.arange(days.length) - centre) / width) ** 2)
            )
    return weekday * height


@dataclass(frozen=True)
class Block:
    """Stays of the pupils ``first_pupil`` up to ``last_pupil``; ``stays.pupil`` counts within the register."""

    population: Population
    schools: Schools
    stays: Stays
    first_pupil: int
    last_pupil: int
    parameters: Parameters
    sick_season: Season
    plain_season: Season

    @property
    def days(self) -> Days:
        return self.schools.days

    def __len__(self) -> int:
        return self.last_pupil - self.first_pupil

    @cached_property
    def local(self) -> Array:
        """The pupil of each stay, counted within the block."""
        return self.stays.pupil - self.first_pupil

    @cached_property
    def sector(self) -> Array:
        return self.schools.sector[self.stays.school]

    @cached_property
    def counts_lessons(self) -> Array:
        return COUNTS_LESSONS[self.sector]

    @cached_property
    def style(self) -> Array:
        return self.schools.style[self.stays.school]

    @cached_property
    def age_at_start(self) -> Array:
        """In years, with a fraction, at the beginning of the stay's school year."""
        born = self.population.pupils.birth[self.stays.pupil]
        return (self.days.year_start[self.stays.year] - born) / 365.25

    @cached_property
    def year_days(self) -> Array:
        """School days in the whole school year of the stay's calendar."""
        return self.days.count[self.stays.calendar, self.stays.year]

    def rate(self, rates: PerSector) -> Array:
        """A rate for each stay, by its sector."""
        return np.array(rates.as_tuple())[self.sector]

    def day_at(self, stay: Array, ordinal: Array) -> tuple[Array, Array]:
        """The day of the school day with that number of a stay's year, and whether there is one within the stay."""
        calendar, year = self.stays.calendar[stay], self.stays.year[stay]
        number = self.days.count[calendar, year]
        exists = (ordinal >= 0) & (ordinal < number)
        safe = np.clip(ordinal, 0, np.maximum(number - 1, 0))
        day = self.days.school_days[self.days.offset[calendar, year] + safe]
        return day, exists & (day >= self.stays.first[stay]) & (day <= self.stays.last[stay])

    def draw_ordinal(self, rng: np.random.Generator, stay: Array, season: Season) -> Array:
        """A school day of the year, by season and weekday, as its place in the year."""
        calendar, year = self.stays.calendar[stay], self.stays.year[stay]
        row = calendar.astype(np.int64) * self.days.years + year
        found = np.searchsorted(season.steps, row + rng.random(len(stay)), side="left")
        begin = self.days.offset[calendar, year]
        return np.clip(found - begin, 0, self.days.count[calendar, year] - 1)

    def draw_events(
        self, rng: np.random.Generator, expected: Array, season: Season
    ) -> tuple[Array, Array, Array]:
        """Events at so many a year per stay: the stay, the place in the year and the day, within the stay."""
        stay = np.repeat(np.arange(len(self.stays)), rng.poisson(expected))
        ordinal = self.draw_ordinal(rng, stay, season)
        day, inside = self.day_at(stay, ordinal)
        return stay[inside], ordinal[inside], day[inside]

    def last_slot(self, stay: Array, day: Array) -> Array:
        """The number of slots of a day."""
        return self.days.slots[self.stays.calendar[stay], day].astype(np.int64)


def blocks_of(
    population: Population,
    schools: Schools,
    parameters: Parameters,
    size: int,
    seasons: tuple[Season, Season],
) -> list[Block]:
    """The register cut in blocks of so many pupils."""
    total = len(population.pupils)
    found = []
    for first in range(0, total, size):
        last = min(first + size, total)
        begin, end = np.searchsorted(population.stays.pupil, [first, last])
        found.append(
            Block(
                population,
                schools,
                population.stays.take(slice(begin, end)),
                first,
                last,
                parameters,
                *seasons,
            )
        )
    return found
