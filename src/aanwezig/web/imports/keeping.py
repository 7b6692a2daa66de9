"""Writing what an import changes: rows that end, rows that come, names. Inside the transaction of the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import pyarrow as pa

from aanwezig.register import Person as Named
from aanwezig.register import Persons, TableChange, persons_in
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Person, Pupil
from aanwezig.web.facts.persons import search_words
from aanwezig.web.imports import rows
from aanwezig.web.imports.identity import LONGEST, Numbers
from aanwezig.web.imports.models import Batch, NameBefore
from aanwezig.web.imports.wrong import wrong

AT_A_TIME = 500
NAMES = ("first_name", "prefix", "last_name")
Thing = TypeVar("Thing")


def parts(things: Sequence[Thing], size: int = AT_A_TIME) -> Iterator[Sequence[Thing]]:
    """The things, so many at a time."""
    for at in range(0, len(things), size):
        yield things[at : at + size]


class Keeper:
    """Keeps the tables of one import, in the order in which they refer to each other."""

    def __init__(
        self,
        school: str,
        batch: Batch,
        user_id: int | None,
        numbers: Numbers,
        without_id: Mapping[str, int],
    ) -> None:
        self.school, self.batch, self.user_id = school, batch, user_id
        self.numbers, self.without_id = numbers, without_id

    def keep(self, change: TableChange) -> set[str]:
        """Keep one table; the schools besides ours that it touches. ChangedMeanwhile when a row to end stands no more."""
        if change.table is Persons:
            self._keep_names(list(persons_in(change.fresh())))
            return set()
        touched: set[str] = set()
        self._end(change)
        own = {
            "batch": self.batch.ref,
            "ended_by_batch": "",
            "recorded_by_id": self.user_id,
        }
        for batch in change.fresh():
            if change.table.name == "pupils":
                touched |= self._make_pupils(batch)
            rows.insert(change.table, batch, own, self.numbers.pupil)
        return touched

    def _end(self, change: TableChange) -> None:
        table = change.table
        of_school = "school_id" in {column.name for column in table.columns}
        where = " AND ".join(f"{name} = %s" for name in table.key)
        if of_school and "school_id" not in table.key:
            where += " AND school_id = %s"
        for batch in change.ended():
            columns = [
                rows.mapped(batch.column(name), self.numbers.pupil if name == "pupil_id" else None)
                for name in table.key
            ]
            if of_school and "school_id" not in table.key:
                columns.append([self.school] * batch.num_rows)
            named = list(zip(*columns, strict=True))
            by_row: list[tuple[Any, ...]] = []
            if table.name == "absences" and self.without_id:
                by_row = [(self.without_id[key],) for key, *_ in named if key in self.without_id]
                named = [one for one in named if one[0] not in self.without_id]
            ended = rows.end(table, named, where, change.now, self.batch.ref) if named else 0
            ended += rows.end(table, by_row, "id = %s", change.now, self.batch.ref) if by_row else 0
            if ended != batch.num_rows:
                raise wrong("WEB-701")

    def _make_pupils(self, batch: pa.RecordBatch) -> set[str]:
        """The pupils of new rows; the schools where those who were known already are enrolled too."""
        numbers = [str(one) for one in batch.column("pupil_id").to_pylist()]
        if any(self.numbers.known_otherwise(number) for number in numbers):
            raise wrong("WEB-703")
        pupils = {self.numbers.pupil(number): number for number in numbers}
        if max(map(len, pupils), default=0) > LONGEST:
            raise wrong("WEB-705")
        new = [one for one in pupils if one not in self.numbers.number_of]
        Pupil.objects.bulk_create(
            [Pupil(pupil_id=one) for one in new], ignore_conflicts=True, batch_size=AT_A_TIME
        )
        nameless = []
        for pupil in new:
            person = Person(pupil_id=pupil, number=pupils[pupil])
            person.search_text, person.sound = search_words(person)
            nameless.append(person)
        Person.objects.bulk_create(nameless, ignore_conflicts=True, batch_size=AT_A_TIME)
        known = [one for one in pupils if one in self.numbers.number_of]
        touched: set[str] = set()
        for some in parts(known):
            touched |= set(
                current("enrolments").filter(pupil_id__in=some).values_list("school_id", flat=True).distinct()
            )
        return touched

    def _keep_names(self, named: Sequence[Named]) -> None:
        for some in parts(named):
            by_pupil = {self.numbers.pupil(one.pupil_id): one for one in some}
            before = {one.pupil_id: one for one in Person.objects.filter(pupil_id__in=by_pupil)}
            NameBefore.objects.bulk_create(
                NameBefore(
                    batch=self.batch,
                    pupil_id=pupil,
                    was_there=pupil in before,
                    **{name: getattr(before[pupil], name) for name in (*NAMES, "number")}
                    if pupil in before
                    else {},
                )
                for pupil in by_pupil
            )
            people = []
            for pupil, one in by_pupil.items():
                person = before.get(pupil) or Person(pupil_id=pupil)
                for name in NAMES:
                    setattr(person, name, getattr(one, name) or "")
                person.number = person.number or one.pupil_id
                person.search_text, person.sound = search_words(person)
                people.append(person)
            Person.objects.bulk_create(
                people,
                update_conflicts=True,
                unique_fields=["pupil"],
                update_fields=[*NAMES, "number", "search_text", "sound"],
            )
