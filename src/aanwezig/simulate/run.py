"""``simulate``: a whole register with a known truth, block by block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from aanwezig.calendar.holidays import known_school_years
from aanwezig.simulate import output
from aanwezig.simulate.beside import admissibility, leavers, outside_school, results, under_6_marks
from aanwezig.simulate.block import Block, Season, blocks_of, wave
from aanwezig.simulate.drawing import Array, Purpose, stream
from aanwezig.simulate.everyday import Propensities, draw_propensities, everyday_marks, withdrawn_marks
from aanwezig.simulate.folder import cannot_write, prepare_folder
from aanwezig.simulate.leave import leave_marks
from aanwezig.simulate.made import Made
from aanwezig.simulate.marks import joined, resolve
from aanwezig.simulate.notifying import notifications
from aanwezig.simulate.parameters import Parameters
from aanwezig.simulate.planted import Pattern, plant, without_rivals
from aanwezig.simulate.population import Population, make_population
from aanwezig.simulate.problematic import Course, draw_courses, problematic_marks
from aanwezig.simulate.recording import Recorded, RecordedTruth, record
from aanwezig.simulate.schools import Schools, make_schools
from aanwezig.values import AanwezigError, SchoolYear
from aanwezig.values import BilingualText as T

BLOCK_PUPILS = 5_000
MOST_PUPILS = 9_999_999
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SimulationSummary:
    """What was written: rows per table, and where."""

    directory: Path
    pupils: int
    schools: int
    seed: int
    school_years: tuple[str, ...]
    until: date
    rows: dict[str, int] = field(default_factory=dict)
    truth: Path | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "pupils": self.pupils,
            "schools": self.schools,
            "seed": self.seed,
            "school_years": list(self.school_years),
            "until": self.until.isoformat(),
            "rows": dict(sorted(self.rows.items())),
        }


@dataclass(frozen=True, slots=True)
class MadeBlock:
    """All that a block gives to the tables."""

    block: Block
    propensities: Propensities
    course: Course
    patterns: list[Pattern]
    rows: Recorded
    truth: RecordedTruth
    made: Made
    notifications: list[dict[str, Any]]
    others: dict[str, list[dict[str, Any]]]
    results: dict[str, Array]


def simulate(
    directory: str | Path,
    *,
    pupils: int,
    seed: int,
    schools: int | None = None,
    truth: bool = False,
    school_year: SchoolYear = SchoolYear(2025),  # noqa: B008 - a frozen value
    years: int = 1,
    until: date | None = None,
    progress: Progress | None = None,
    parameters: Parameters | None = None,
) -> SimulationSummary:
    """Write a made-up register of so many pupils, and with ``truth`` what was built in.

    The same seed, numbers and version give the same bytes. ``until``: the last day that the register knows
    (default: the end of the last school year). ``progress`` is told pupils done and pupils in all.
    AanwezigError SIM-001 for numbers that cannot be, SIM-002 and SIM-003 for the folder.
    """
    folder = Path(directory)
    school_years = check_numbers(pupils, seed, schools, school_year, years)
    until = _last_known_day(until, school_years)
    prepare_folder(folder)
    parameters = parameters or Parameters()
    made_schools = make_schools(pupils, schools, school_years, stream(seed, Purpose.SCHOOLS))
    days = made_schools.days
    population = make_population(pupils, made_schools, school_years, parameters, stream(seed, Purpose.PUPILS))
    season_rng = stream(seed, Purpose.SCHOOLS, 1)
    # In the plain season Monday and Friday are no likelier than their neighbours by much.
    weekday = np.array([(days.date_of(n).weekday() in (0, 4)) * 0.25 + 1.0 for n in range(days.length)])
    seasons = Season.of(days, wave(days, season_rng)), Season.of(days, weekday)
    try:
        with output.RegisterFiles(folder, made_schools, population, days.index(until), truth) as files:
            number = 1
            for position, block in enumerate(
                blocks_of(population, made_schools, parameters, BLOCK_PUPILS, seasons)
            ):
                made, number = make_block(block, seed, position, days.index(until), number)
                files.write_block(made)
                if progress is not None:
                    progress(block.last_pupil, pupils)
            files.write_outside(
                outside_school(population, made_schools, stream(seed, Purpose.BESIDE, 1_000_000))
            )
            rows = files.close_all()
            summary = SimulationSummary(
                directory=folder,
                pupils=pupils,
                schools=len(made_schools),
                seed=seed,
                school_years=tuple(str(year) for year in school_years),
                until=until,
                rows=rows,
                truth=files.truth_folder,
            )
            files.write_descriptions(summary.as_dict(), parameters, package_version())
    except OSError as error:
        raise cannot_write(folder, error) from error
    return summary


def make_block(
    block: Block, seed: int, position: int, until: int, first_number: int
) -> tuple[MadeBlock, int]:
    """One block: every process, what stands of it, and how it came into the register."""

    def rng(purpose: Purpose) -> np.random.Generator:
        return stream(seed, purpose, position)

    everyday, recording = rng(Purpose.EVERYDAY), rng(Purpose.RECORDING)
    propensities = draw_propensities(block, everyday)
    patterns, planted_marks, planted = plant(block, until, rng(Purpose.PLANTED))
    made = Made(marks=planted_marks)
    everyday_marks(block, propensities, made, everyday)
    leave_marks(block, propensities, made, everyday)
    made.marks.append(withdrawn_marks(block, recording))
    beside = rng(Purpose.BESIDE)
    made.marks.append(under_6_marks(block, made, beside))
    problematic = rng(Purpose.PROBLEMATIC)
    course = draw_courses(block, planted, problematic)
    problematic_marks(block, course, made, problematic)
    marks = joined(made.marks)
    marks = without_rivals(marks.take(marks.day <= until), block, patterns)
    rows = resolve(marks, block.stays, block.style, block.counts_lessons, block.days)
    recorded, truth, number = record(block, rows, planted, until, recording, first_number)
    planted_stays = {pattern.stay for pattern in patterns}
    for table in made.beside.values():
        table[:] = [row for row in table if row.stay not in planted_stays]
    kinds = np.zeros(len(block.stays), dtype=np.int64)
    kinds[course.stay] = course.kind
    others = leavers(block, kinds, beside)
    others["admissibility"] = admissibility(block, beside)
    return (
        MadeBlock(
            block=block,
            propensities=propensities,
            course=course,
            patterns=patterns,
            rows=recorded,
            truth=truth,
            made=made,
            notifications=notifications(block, recorded, patterns, until, beside),
            others=others,
            results=results(block, course, until, beside),
        ),
        number,
    )


def check_numbers(
    pupils: int, seed: int, schools: int | None, school_year: SchoolYear, years: int
) -> tuple[SchoolYear, ...]:
    """The school years asked for; AanwezigError SIM-001 with what is possible."""
    if not 1 <= pupils <= MOST_PUPILS:
        raise impossible(
            f"Een register van {pupils} leerlingen kan niet worden gemaakt.",
            f"A register of {pupils} pupils cannot be made.",
            f"Vraag er ten minste 1 en ten hoogste {MOST_PUPILS}.",
            f"Ask for at least 1 and at most {MOST_PUPILS}.",
        )
    if schools is not None and not 1 <= schools <= pupils:
        raise impossible(
            f"{pupils} leerlingen passen niet in {schools} scholen.",
            f"{pupils} pupils do not fit in {schools} schools.",
            "Vraag ten minste 1 school en niet meer scholen dan leerlingen.",
            "Ask for at least 1 school and no more schools than pupils.",
        )
    if seed < 0:
        raise impossible(
            "Het startgetal is negatief.",
            "The seed is negative.",
            "Geef een startgetal van 0 of hoger.",
            "Give a seed of 0 or more.",
        )
    known = sorted(known_school_years())
    wanted = tuple(SchoolYear(school_year.start_year + n) for n in range(max(years, 0)))
    if not wanted or not set(wanted) <= set(known):
        names = ", ".join(str(year) for year in known)
        raise impossible(
            "Van niet elk gevraagd schooljaar zijn de vakanties bekend.",
            "The holidays of not every school year asked for are known.",
            f"Bekend zijn: {names}.",
            f"Known are: {names}.",
        )
    return wanted


def _last_known_day(until: date | None, school_years: tuple[SchoolYear, ...]) -> date:
    if until is None:
        return school_years[-1].last
    if not school_years[0].first <= until <= school_years[-1].last:
        raise impossible(
            "De laatste dag valt buiten de gevraagde schooljaren.",
            "The last day lies outside the school years asked for.",
            f"Kies een dag van {school_years[0].first} tot en met {school_years[-1].last}.",
            f"Choose a day from {school_years[0].first} up to and with {school_years[-1].last}.",
        )
    return until


def impossible(what_nl: str, what_en: str, mend_nl: str, mend_en: str) -> AanwezigError:
    return AanwezigError("SIM-001", T(what_nl, what_en), T(mend_nl, mend_en))


def package_version() -> str:
    """The version that made the register: another one may draw otherwise."""
    try:
        return version("aanwezig")
    except PackageNotFoundError:
        return "unknown"


__all__ = ["Population", "Schools", "SimulationSummary", "make_block", "simulate"]
