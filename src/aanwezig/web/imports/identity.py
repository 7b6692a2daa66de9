"""Which child a school's number names.

Schools give out the same numbers: number 1024 of one school is another child than 1024 of the next. A pupil whom an
import brings therefore gets the id ``<school>/<number>``. Who is known at the school already keeps the id: a pupil of a
register that was loaded from a folder goes on under the id of that register.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models.functions import Substr

from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Person

MARK = "/"
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one school. ``number_of``: the register's pupil_id to the school's number, of everybody known there."""

    school: str
    number_of: Mapping[str, str]
    pupil_of: Mapping[str, str]

    def pupil(self, number: str) -> str:
        """The pupil_id of the register for a number of the school."""
        return self.pupil_of.get(number) or f"{self.school}{MARK}{number}"

    def number(self, pupil_id: str) -> str:
        """The school's number of a pupil."""
        return self.number_of.get(pupil_id) or own_number(self.school, pupil_id)

    def known_otherwise(self, number: str) -> bool:
        """Whether a number that nobody has leads to a pupil who is known by another one: it may be somebody else."""
        return number not in self.pupil_of and (
            number in self.number_of or f"{self.school}{MARK}{number}" in self.number_of
        )


def own_number(school: str, pupil_id: str) -> str:
    """A pupil_id without the school before it."""
    return pupil_id.removeprefix(f"{school}{MARK}")


def numbers_from(school: str, known: Iterable[str], given: Mapping[str, str]) -> Numbers:
    """The numbers of a school: ``known`` pupil_ids, ``given`` the number that each is known by where one was told.

    A number told of two pupils names neither of them; they are then called by their own ids. No two pupils get one
    number.
    """
    everybody = sorted(set(known))
    told = Counter(given[pupil] for pupil in everybody if given.get(pupil))
    number_of: dict[str, str] = {}
    pupil_of: dict[str, str] = {}
    rest = []
    for pupil in everybody:
        number = given.get(pupil)
        if number and told[number] == 1:
            number_of[pupil], pupil_of[number] = number, pupil
        else:
            rest.append(pupil)
    # A register's own id goes before one that an import made.
    for pupil in sorted(rest, key=lambda one: (one.startswith(f"{school}{MARK}"), one)):
        number = own_number(school, pupil)
        number = number if number not in pupil_of else pupil
        if number not in pupil_of:
            number_of[pupil], pupil_of[number] = number, pupil
    return Numbers(school, number_of, pupil_of)


def numbers_of(school: str) -> Numbers:
    """Who is known at a school: enrolled or with absence there, or brought by an import of it."""
    begin = f"{school}{MARK}"
    known = set(current("enrolments").filter(school_id=school).values_list("pupil_id", flat=True).distinct())
    known |= set(current("absences").filter(school_id=school).values_list("pupil_id", flat=True).distinct())
    known |= set(
        current("pupils")
        .annotate(begin=Substr("pupil_id", 1, len(begin)))
        .filter(begin=begin)
        .values_list("pupil_id", flat=True)
    )
    # Of everybody at once: thousands of ids are too many for one question.
    told = Person.objects.exclude(number="").values_list("pupil_id", "number")
    return numbers_from(school, known, {pupil: number for pupil, number in told if pupil in known})
