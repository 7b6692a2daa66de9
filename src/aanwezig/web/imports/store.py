"""The database as the place where imports are kept (``aanwezig.register.Store``).

Reading a delivery and laying it over what stands takes no lock: for a large file that is most of the time, and others go
on working. Keeping is one transaction, which begins by making sure that nothing of the school changed since it was
read: of two imports of one school at once the second is told so, and begins again. A kill leaves all of it or nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import IntegrityError, transaction
from django.utils import timezone

from aanwezig.calendar import Calendars
from aanwezig.engines import Engine
from aanwezig.register import Batch as Delivered
from aanwezig.register import Persons, Standing
from aanwezig.register.rows import made_id
from aanwezig.register.spans import Piece
from aanwezig.register.staging import stored_schema
from aanwezig.tables import TABLES, Table
from aanwezig.web.facts.changes import current, mark_changed
from aanwezig.web.facts.models import Person, School
from aanwezig.web.facts.reading import calendars_of_school
from aanwezig.web.imports import files, keeping, rows
from aanwezig.web.imports.identity import Numbers, numbers_of
from aanwezig.web.imports.models import Batch, SavedMap, State, UploadedFile
from aanwezig.web.imports.reports import plain_report
from aanwezig.web.imports.wrong import wrong
from aanwezig.web.organisations.models import Kind, Organisation


class DatabaseStore:
    """What one school keeps; made for one import.

    ``batch``: the import of the application that this is a run of, with the claim of the run; None (command line): one
    is made when something is kept. ``in_transaction``: called as the last thing in it, for the log.
    """

    keeps_only_known_pupils = True
    wants_persons = True

    def __init__(
        self,
        school: str,
        user_id: int | None = None,
        batch: Batch | None = None,
        in_transaction: Callable[[Batch], None] = lambda batch: None,
    ) -> None:
        self.school, self.user_id, self.batch = school, user_id, batch
        self.in_transaction = in_transaction
        self.version: int | None = None
        self.numbers = Numbers(school, {}, {})
        # Registrations without an id of their own, by the id that they are given here.
        self.without_id: dict[str, int] = {}

    @property
    def name(self) -> str:
        return "database"

    def earlier_files(self, school_id: str) -> Mapping[str, str]:
        kept = UploadedFile.objects.filter(batch__school_id=school_id, batch__state=State.KEPT)
        return dict(kept.values_list("sha256", "batch__ref"))

    def saved_map(self, school_id: str, profile: str) -> Mapping[str, Any] | None:
        saved = SavedMap.objects.filter(school_id=school_id, profile=profile).first()
        return None if saved is None else saved.content

    def writing(self, school_id: str) -> AbstractContextManager[None]:
        return nullcontext()

    def standing(self, school_id: str, names: Collection[str], work: Path) -> Mapping[str, Standing]:
        self.version = School.objects.filter(code=school_id).values_list("facts_version", flat=True).first()
        self.numbers = numbers_of(school_id)
        found = {}
        for name in names:
            path = work / f"standing-{name}.parquet"
            table = Persons if name == Persons.name else TABLES[name]
            size = 0
            with pq.ParquetWriter(path, stored_schema(table), compression="zstd") as writer:
                for part in self._standing_rows(table):
                    writer.write_table(part)
                    size += part.num_rows
            if size:
                found[name] = Standing(path, name)
        return found

    def _standing_rows(self, table: type[Table]) -> Iterator[pa.Table]:
        if table is Persons:
            yield from self._names()
            return
        condition, values = "school_id = %s", [self.school]
        if table.name == "schools":
            # Of a school that the application does not have, all are told: then it is a wrong number.
            if not current("schools").filter(school_id=self.school).exists() and self.version is None:
                condition, values = "1 = 1", []
        elif table.name == "pupils":
            condition, values = "1 = 1", []
        for keys, part in rows.read(table, condition, values):
            if "pupil_id" in part.column_names:
                part = self._by_number(table, part)
            if table.name == "absences" and part["absence_id"].null_count:
                part = self._with_ids(keys, part)
            yield part

    def _by_number(self, table: type[Table], part: pa.Table) -> pa.Table:
        """Pupils by the school's numbers; of the table of pupils only those who are known here."""
        if table.name == "pupils":
            known = self.numbers.number_of
            part = part.filter(pa.array([one in known for one in part["pupil_id"].to_pylist()], pa.bool_()))
        ids = rows.mapped(part["pupil_id"].combine_chunks(), self.numbers.number)
        return part.set_column(part.column_names.index("pupil_id"), "pupil_id", pa.array(ids, pa.string()))

    def _with_ids(self, keys: list[int], part: pa.Table) -> pa.Table:
        """Absence that a person recorded has no id: it gets the one that an import would give it."""
        ids = []
        for key, row in zip(keys, part.to_pylist(), strict=True):
            own = row["absence_id"]
            if own is None:
                piece = Piece(row["date"], row["minutes"], row["lesson"], row["part"], row["start_time"])
                own = made_id(self.school, row["pupil_id"], piece)
                own = own if own not in self.without_id else f"{own}-{key}"
                self.without_id[own] = key
            ids.append(own)
        return part.set_column(
            part.column_names.index("absence_id"), "absence_id", pa.array(ids, pa.string())
        )

    def _names(self) -> Iterator[pa.Table]:
        known = self.numbers.number_of
        told = Person.objects.values_list("pupil_id", "first_name", "prefix", "last_name")
        found = [
            {
                "pupil_id": known[pupil],
                "first_name": first or None,
                "prefix": prefix or None,
                "last_name": last or None,
            }
            for pupil, first, prefix, last in told
            if pupil in known and (first or prefix or last)
        ]
        yield pa.Table.from_pylist(found, schema=stored_schema(Persons))

    def calendars(self, school_id: str, engine: Engine, on: date) -> Calendars | None:
        return (
            calendars_of_school(school_id)
            if current("schools").filter(school_id=school_id).exists()
            else None
        )

    def keep(self, batch: Delivered) -> str:
        try:
            with transaction.atomic():
                return self._keep(batch)
        except IntegrityError:
            # Two rows of one fact cannot both stand: somebody else was first.
            raise wrong("WEB-701") from None

    def _keep(self, delivered: Delivered) -> str:
        school = School.objects.select_for_update().filter(code=self.school).first()
        if school is None:
            school = self._make_school(delivered)
        elif school.facts_version != self.version:
            raise wrong("WEB-701")
        batch = self._batch(delivered, school)
        touched = {self.school}
        keeper = keeping.Keeper(self.school, batch, self.user_id, self.numbers, self.without_id)
        for change in delivered.changes:
            touched |= keeper.keep(change)
        if delivered.school_map is not None:
            SavedMap.objects.update_or_create(
                school=school,
                profile=delivered.profile,
                defaults={"content": dict(delivered.school_map), "saved_at": timezone.now()},
            )
        mark_changed(touched)
        batch.facts_version = School.objects.values_list("facts_version", flat=True).get(code=self.school)
        batch.save(update_fields=["facts_version"])
        self.in_transaction(batch)
        return batch.ref

    def _batch(self, delivered: Delivered, school: School) -> Batch:
        """The import in the database, kept from here on; the run must still hold it."""
        now = timezone.now()
        values = {
            "state": State.KEPT,
            "kept_at": now,
            "changed_at": now,
            "report": plain_report(delivered.report),
            "error": {},
            "first_day": delivered.options.first_day,
            "last_day": delivered.options.last_day,
        }
        if self.batch is not None:
            own = Batch.objects.filter(pk=self.batch.pk, state=State.KEEPING, claim=self.batch.claim)
            if own.update(**values) != 1:
                raise wrong("WEB-702")
            self.batch.refresh_from_db()
            return self.batch
        made = Batch.objects.create(
            school=school,
            profile=delivered.profile,
            by_id=self.user_id,
            by_command=(delivered.who or "")[:100] if self.user_id is None else "",
            made_at=now,
            **values,
        )
        for file in delivered.report.files:
            UploadedFile.objects.create(
                batch=made, name=file.name[:200], sha256=file.sha256, bytes=file.bytes, rows=file.rows
            )
        return made

    def _make_school(self, delivered: Delivered) -> School:
        """A school that the delivery itself describes; with a number only, no school is made."""
        change = next((one for one in delivered.changes if one.table.name == "schools"), None)
        if change is None:
            raise wrong("WEB-704")
        name = next((row["name"] for batch in change.fresh() for row in batch.to_pylist()), self.school)
        own, _made = Organisation.objects.get_or_create(
            kind=Kind.SCHOOL, code=self.school, defaults={"name": name}
        )
        return School.objects.create(code=self.school, organisation=own)

    def put_faults(self, school_id: str, report: Path | None) -> Path | None:
        folder = files.home() / "command" if self.batch is None else files.folder_of(self.batch)
        path = folder / ("faults.csv" if self.batch is not None else f"faults-{files.safe(school_id)}.csv")
        path.unlink(missing_ok=True)
        if report is None:
            return None
        files.make_folder(folder)
        path.touch(0o600)
        with report.open("rb") as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        return path
