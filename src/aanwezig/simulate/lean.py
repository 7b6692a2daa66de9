"""``national``: a lean register at the size of the country, for benchmarks.

Schools, pupils and enrolments are those of the full simulation, with assumed timetables; absences are walked
through by a compiled kernel and streamed to a folder of Parquet files, sorted by pupil and date.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from aanwezig.simulate import frame
from aanwezig.simulate.block import COUNTS_LESSONS, wave
from aanwezig.simulate.drawing import Array, Purpose, stream
from aanwezig.simulate.folder import MARKER, cannot_write, prepare_folder, write_json
from aanwezig.simulate.output import pupil_ids
from aanwezig.simulate.parameters import Everyday, Parameters, PerSector
from aanwezig.simulate.population import Population, make_population
from aanwezig.simulate.run import SimulationSummary, check_numbers, impossible, package_version
from aanwezig.simulate.schools import Schools, make_schools
from aanwezig.simulate.writing import NO_DATE, TableFile, coded, dates, integers, table_schema, write_rows
from aanwezig.tables import REASONS
from aanwezig.values import SchoolYear

PUPILS_A_FILE = 40_000
SAMPLE_PUPILS, SAMPLE_BLOCK = 40_000, 20
MOST_ROWS_A_PUPIL = 400
SCHOOL_DAYS = 190
COLUMNS = ("pupil_id", "school_id", "date", "minutes", "lesson", "reason", "authorised")


@dataclass(frozen=True, slots=True)
class Walk:
    """What the kernel reads, the same for every block; only the first school year of a stay counts."""

    seed: int
    stay_begin: Array
    stay_first: Array
    stay_last: Array
    stay_calendar: Array
    stay_sector: Array
    stay_school: Array
    schools: Schools
    offset: Array
    count: Array
    season: Array
    rates: Array
    spell_steps: Array

    def rows_of(self, first: int, last: int, factor: float) -> Array:
        """How many rows each pupil of a block gets."""
        counts = np.zeros(last - first, dtype=np.int64)
        self._run(first, last, factor, counts, 0, fill=False)
        return counts

    def rows(self, first: int, last: int, factor: float) -> dict[str, Array]:
        """The rows of a block of pupils."""
        counts = self.rows_of(first, last, factor)
        starts = np.cumsum(counts) - counts
        return self._run(first, last, factor, starts, int(counts.sum()), fill=True)

    def _run(
        self, first: int, last: int, factor: float, starts: Array, size: int, *, fill: bool
    ) -> dict[str, Array]:
        # Only here, because numba takes a second to load and the full simulation does without.
        from aanwezig.simulate.lean_kernel import walk

        out: dict[str, Array] = {
            "pupil": np.empty(size, np.int32),
            "stay": np.empty(size, np.int32),
            "day": np.empty(size, np.int32),
            "minutes": np.empty(size, np.int32),
            "lesson": np.empty(size, np.int8),
            "reason": np.empty(size, np.int8),
            "authorised": np.empty(size, np.int8),
        }
        days = self.schools.days
        walk(
            self.seed,
            first,
            last,
            self.stay_begin,
            self.stay_first,
            self.stay_last,
            self.stay_calendar,
            self.stay_sector,
            days.school_days,
            self.offset,
            self.count,
            days.minutes,
            days.slots,
            COUNTS_LESSONS,
            self.season,
            self.rates,
            self.spell_steps,
            factor,
            starts,
            fill,
            *out.values(),
        )
        return out


def national(
    directory: str | Path,
    pupils: int = 2_400_000,
    rows: int = 200_000_000,
    seed: int = 1,
    *,
    school_year: SchoolYear = SchoolYear(2025),  # noqa: B008 - a frozen value
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SimulationSummary:
    """Write schools, pupils, enrolments and about so many absence rows (within some per cent).

    A row a lesson, or an hour by the clock. ``progress`` is told pupils done and pupils in all. The number of
    threads changes no byte. Errors as ``simulate``; SIM-001 too when so many rows do not fit in a school year.
    """
    folder = Path(directory)
    years = check_numbers(pupils, seed, None, school_year, 1)
    if not 0 <= rows <= pupils * MOST_ROWS_A_PUPIL:
        raise impossible(
            f"{rows} verzuimregels passen niet bij {pupils} leerlingen.",
            f"{rows} absence rows do not fit {pupils} pupils.",
            f"Vraag ten hoogste {MOST_ROWS_A_PUPIL} regels per leerling.",
            f"Ask for at most {MOST_ROWS_A_PUPIL} rows a pupil.",
        )
    prepare_folder(folder)
    parameters = Parameters()
    schools = make_schools(pupils, None, years, stream(seed, Purpose.SCHOOLS), plain=True)
    population = make_population(pupils, schools, years, parameters, stream(seed, Purpose.PUPILS))
    plan = _plan(seed, schools, population, parameters)
    factor = _factor(plan, pupils, rows)
    try:
        counts = _write_frame(folder, schools, population)
        target = folder / "absences.parquet"
        target.mkdir()
        blocks = [(first, min(first + PUPILS_A_FILE, pupils)) for first in range(0, pupils, PUPILS_A_FILE)]

        def write(number: int) -> int:
            first, last = blocks[number]
            return _write_block(target / f"part-{number:05d}.parquet", plan, first, last, factor)

        written = 0
        with ThreadPoolExecutor(threads or min(os.cpu_count() or 1, 4)) as pool:
            for number, found in enumerate(pool.map(write, range(len(blocks)))):
                written += found
                if progress is not None:
                    progress(blocks[number][1], pupils)
        summary = SimulationSummary(
            directory=folder,
            pupils=pupils,
            schools=len(schools),
            seed=seed,
            school_years=(str(school_year),),
            until=school_year.last,
            rows={**counts, "absences": written},
        )
        write_json(folder / MARKER, {"complete": True, "aanwezig": package_version(), **summary.as_dict()})
    except OSError as error:
        raise cannot_write(folder, error) from error
    return summary


def _plan(seed: int, schools: Schools, population: Population, parameters: Parameters) -> Walk:
    stays = population.stays
    everyday, days = parameters.everyday, schools.days
    season = wave(days, stream(seed, Purpose.LEAN))
    taught = season[days.school_days[: int(days.count[0, 0])]]
    return Walk(
        seed=seed,
        stay_begin=np.searchsorted(stays.pupil, np.arange(len(population.pupils) + 1)).astype(np.int64),
        stay_first=stays.first,
        stay_last=stays.last,
        stay_calendar=stays.calendar,
        stay_sector=schools.sector[stays.school].astype(np.int8),
        stay_school=stays.school,
        schools=schools,
        offset=days.offset[:, 0].copy(),
        count=days.count[:, 0].copy(),
        season=season / taught.mean(),
        rates=_rates(everyday, parameters),
        spell_steps=np.cumsum(everyday.sick_days) / sum(everyday.sick_days),
    )


def _rates(everyday: Everyday, parameters: Parameters) -> Array:
    """Per sector: events a day, and the shares of pupils with a type."""

    def a_day(rates: PerSector) -> Array:
        return np.array(rates.as_tuple()) / SCHOOL_DAYS

    def same(rate: float) -> Array:
        return np.full(len(COUNTS_LESSONS), rate / SCHOOL_DAYS)

    problematic = parameters.problematic
    return np.column_stack(
        [
            a_day(everyday.sick_spells),
            a_day(everyday.medical_visits),
            a_day(everyday.late),
            a_day(everyday.truant_lessons),
            a_day(everyday.unexplained),
            same(everyday.excursions_per_group),
            same(everyday.weighty_leave + everyday.religious_pupils),
            np.array(problematic.refusal.as_tuple()) + np.array(problematic.withdrawal.as_tuple()),
            np.array(problematic.truancy.as_tuple()),
        ]
    )


def _factor(plan: Walk, pupils: int, rows: int) -> float:
    """By how much every rate is raised or lowered so that the rows come out, found on a sample of blocks."""
    number = min(-(-pupils // SAMPLE_BLOCK), SAMPLE_PUPILS // SAMPLE_BLOCK)
    # Many small blocks, because pupils of one school are alike.
    firsts = np.unique(np.linspace(0, max(pupils - SAMPLE_BLOCK, 0), number).astype(int))
    sample = [(int(first), min(int(first) + SAMPLE_BLOCK, pupils)) for first in firsts]
    size = sum(last - first for first, last in sample)
    wanted = rows / pupils * size

    def found(factor: float) -> float:
        return float(sum(plan.rows_of(first, last, factor).sum() for first, last in sample))

    # Nearly a straight line, so a few steps of false position are enough.
    low, low_rows = 0.0, found(0.0)
    high, high_rows = 1.0, found(1.0)
    while high_rows < wanted and high < 64:
        low, low_rows, high = high, high_rows, high * 2
        high_rows = found(high)
    for _ in range(3):
        if not low_rows < wanted < high_rows:
            break
        middle = low + (high - low) * (wanted - low_rows) / (high_rows - low_rows)
        rows_then = found(middle)
        if rows_then < wanted:
            low, low_rows = middle, rows_then
        else:
            high, high_rows = middle, rows_then
    return low if abs(low_rows - wanted) < abs(high_rows - wanted) else high


def _write_block(path: Path, plan: Walk, first: int, last: int, factor: float) -> int:
    rows = plan.rows(first, last, factor)
    authorised = rows["authorised"]
    stream_ = TableFile(path, table_schema("absences", COLUMNS))
    stream_.write(
        {
            "pupil_id": coded(rows["pupil"], pupil_ids(np.arange(first, last))),
            "school_id": coded(plan.stay_school[rows["stay"]], pa.array(plan.schools.ids, type=pa.string())),
            "date": dates(rows["day"], plan.schools.days.epoch),
            "minutes": integers(rows["minutes"]),
            "lesson": coded(rows["lesson"] - 1, [str(n) for n in range(1, 17)]),
            "reason": coded(rows["reason"], REASONS),
            "authorised": coded(authorised, ("no", "yes"), authorised < 0),
        }
    )
    stream_.close()
    return stream_.rows


def _write_frame(folder: Path, schools: Schools, population: Population) -> dict[str, int]:
    """Schools, pupils and enrolments."""
    epoch, pupils, stays = schools.days.epoch, population.pupils, population.stays
    counts = {"schools": write_rows(folder / "schools.parquet", "schools", frame.school_rows(schools), epoch)}
    columns = {
        "pupils": ("pupil_id", "birth_date", "municipality"),
        "enrolments": ("pupil_id", "school_id", "first_day", "last_day"),
    }
    files = {
        name: TableFile(folder / f"{name}.parquet", table_schema(name, own), ("pupil_id",))
        for name, own in columns.items()
    }
    files["pupils"].write(
        {
            "pupil_id": pupil_ids(np.arange(len(pupils))),
            "birth_date": dates(pupils.birth, epoch),
            "municipality": coded(pupils.municipality, population.municipalities),
        }
    )
    files["enrolments"].write(
        {
            "pupil_id": pupil_ids(stays.pupil),
            "school_id": coded(stays.school, pa.array(schools.ids, type=pa.string())),
            "first_day": dates(stays.first, epoch),
            "last_day": dates(np.where(stays.last < schools.days.length - 1, stays.last, NO_DATE), epoch),
        }
    )
    for name, file in files.items():
        file.close()
        counts[name] = file.rows
    return counts
