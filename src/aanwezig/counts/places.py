"""Where a child counts: where it lives, and apart where it is enrolled, so that none across a border is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from aanwezig.calendar import SchoolInfo
from aanwezig.rules.facts import PupilFacts
from aanwezig.values import Period
from aanwezig.values.period import birthday

By = Literal["municipality", "school", "partnership", "sector", "age"]
UNITS: tuple[str, ...] = get_args(By)
# For who has no school, or of whom the register does not say where.
NO_SCHOOL, UNKNOWN = "none", "unknown"
PRIMARY = frozenset({"po", "sbo", "so"})
# Without any school the sector group goes by age.
SECONDARY_AGE = 12


@dataclass(frozen=True, slots=True)
class Region:
    """A row of ``regions``: which partnership belongs to a municipality, in primary or secondary education."""

    municipality: str | None
    postcode4: str | None
    sector_group: str
    partnership: str
    first: date | None
    last: date | None

    def holds(self, municipality: str, sector_group: str, day: date) -> bool:
        if self.municipality != municipality or self.sector_group != sector_group:
            return False
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one person counts; ``enrolled_*`` is the school's side of it.

    ``partnership``: by where the child lives (``regions``); where no row of it tells, that of its school.
    """

    municipality: str
    partnership: str
    school: str
    sector: str
    age: str
    enrolled_municipality: str
    enrolled_partnership: str

    def of(self, by: By) -> str:
        return str(getattr(self, by))

    def enrolled_of(self, by: By) -> str | None:
        """The same where the child is enrolled; None for what has only one side."""
        return str(getattr(self, f"enrolled_{by}")) if by in ("municipality", "partnership") else None


def regions_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Region, ...]:
    """The rows of the table ``regions``."""
    return tuple(
        Region(
            row["municipality"],
            row["postcode4"],
            row["sector_group"],
            row["partnership"],
            row["first_day"],
            row["last_day"],
        )
        for row in rows
    )


def place_of(
    facts: PupilFacts, schools: Mapping[str, SchoolInfo], regions: Iterable[Region], day: date
) -> Place:
    """Where a person counts on a day; of two schools the one enrolled at first."""
    school = _school_on(facts, schools, day)
    last = school or _last_school(facts, schools, day)
    group = _sector_group(facts, last, day)
    own = {r.partnership for r in regions if facts.municipality and r.holds(facts.municipality, group, day)}
    partnership = own.pop() if len(own) == 1 else (school.partnership if school else None)
    age = None if facts.birth_date is None else _age(facts.birth_date, day)
    return Place(
        municipality=facts.municipality or UNKNOWN,
        partnership=partnership or UNKNOWN,
        school=school.school_id if school else NO_SCHOOL,
        sector=school.sector if school else NO_SCHOOL,
        age=UNKNOWN if age is None else str(age),
        enrolled_municipality=(school.municipality or UNKNOWN) if school else NO_SCHOOL,
        enrolled_partnership=(school.partnership or UNKNOWN) if school else NO_SCHOOL,
    )


def _school_on(facts: PupilFacts, schools: Mapping[str, SchoolInfo], day: date) -> SchoolInfo | None:
    own = [e for e in facts.enrolments if day in e.period]
    if not own:
        return None
    return schools[min(own, key=lambda e: (e.period.first, e.school_id)).school_id]


def _last_school(facts: PupilFacts, schools: Mapping[str, SchoolInfo], day: date) -> SchoolInfo | None:
    own = [e for e in facts.enrolments if e.period.first <= day]
    return schools[max(own, key=lambda e: (_end(e.period), e.school_id)).school_id] if own else None


def _end(period: Period) -> date:
    return period.last or date.max


def _sector_group(facts: PupilFacts, school: SchoolInfo | None, day: date) -> str:
    if school is not None:
        return "po" if school.sector in PRIMARY else "vo"
    if facts.birth_date is None:
        return "po"
    return "po" if _age(facts.birth_date, day) < SECONDARY_AGE else "vo"


def _age(birth_date: date, day: date) -> int:
    years = day.year - birth_date.year
    return years if birthday(birth_date, years) <= day else years - 1
