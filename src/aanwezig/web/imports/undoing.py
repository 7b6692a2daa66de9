"""Taking an import back: what it brought ends, what it ended stands again; both are known from now on."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone

from aanwezig.tables import TABLES
from aanwezig.web.facts.changes import current, mark_changed
from aanwezig.web.facts.models import FACTS, Person, School
from aanwezig.web.facts.persons import search_words
from aanwezig.web.imports.keeping import NAMES, parts
from aanwezig.web.imports.models import Batch, State
from aanwezig.web.imports.wrong import wrong

# The tables that an import writes, those that others refer to last.
WRITTEN = ("deliveries", "absences", "enrolments", "pupils", "schools")


def undo(batch: Batch, user_id: int | None) -> dict[str, int]:
    """Take a kept import back; how many rows ended and came back, per table. AanwezigError when it cannot be."""
    try:
        with transaction.atomic():
            return _undo(batch, user_id)
    except IntegrityError:
        raise wrong("WEB-708") from None


def may_be_undone(batch: Batch) -> bool:
    """Whether it was kept, brought something, and nothing builds on it."""
    return batch.state == State.KEPT and batch.facts_version is not None and not _is_built_on(batch)


def _undo(batch: Batch, user_id: int | None) -> dict[str, int]:
    School.objects.select_for_update().get(pk=batch.school_id)
    now = timezone.now()
    if (
        Batch.objects.filter(pk=batch.pk, state=State.KEPT).update(
            state=State.UNDONE, undone_at=now, undone_by_id=user_id, changed_at=now
        )
        != 1
    ):
        raise wrong("WEB-707")
    if batch.facts_version is None:
        raise wrong("WEB-707")
    if _is_built_on(batch):
        raise wrong("WEB-706")
    touched = {batch.school_id, *_schools_of_pupils(batch)}
    counts: dict[str, int] = {}
    for name in WRITTEN:
        model = FACTS[name]
        brought = model.objects.filter(batch=batch.ref, superseded_at__isnull=True)
        counts[f"{name}_ended"] = brought.update(superseded_at=now, ended_by_batch=batch.ref)
        counts[f"{name}_back"] = _bring_back(name, batch.ref, now)
    _names_back(batch)
    mark_changed(touched)
    return {name: number for name, number in counts.items() if number}


def _bring_back(name: str, ref: str, now: Any) -> int:
    """Rows that the import ended stand again, as new rows: that they did not stand meanwhile stays known."""
    home = FACTS[name]._meta.db_table
    columns = [column.name for column in TABLES[name].all_columns()]
    copied = [
        *(one for one in columns if one not in ("recorded_at", "superseded_at")),
        "batch",
        "recorded_by_id",
    ]
    quoted = ", ".join(connection.ops.quote_name(one) for one in copied)
    # What the import itself brought and ended is not meant.
    statement = (
        f"INSERT INTO {home} ({quoted}, recorded_at, superseded_at, ended_by_batch)"
        f" SELECT {quoted}, %s, NULL, '' FROM {home} WHERE ended_by_batch = %s AND batch <> %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [connection.ops.adapt_datetimefield_value(now), ref, ref])
        return int(cursor.rowcount)


def _is_built_on(batch: Batch) -> bool:
    """Whether later imports replaced rows that it brought, or are about pupils whom only it brought.

    Asked on the page of an import: no question may look at all of its rows.
    """
    later = list(
        Batch.objects.filter(
            school_id=batch.school_id, state=State.KEPT, facts_version__gt=batch.facts_version
        ).values_list("ref", flat=True)
    )
    if not later:
        return False
    for name in WRITTEN:
        # As an expression, so that the few rows that ended are looked up and not the many that came.
        ended = (
            FACTS[name]
            .objects.filter(ended_by_batch__in=later)
            .annotate(brought_by=Concat("batch", Value("")))
        )
        if ended.filter(brought_by=batch.ref).exists():
            return True
    brought = current("pupils").filter(batch=batch.ref)
    return brought.exists() and any(
        current(name).filter(batch__in=later, pupil_id__in=brought.values("pupil_id")).exists()
        for name in ("absences", "enrolments")
    )


def _schools_of_pupils(batch: Batch) -> set[str]:
    changed = FACTS["pupils"].objects.filter(batch=batch.ref).values("pupil_id")
    return set(
        current("enrolments").filter(pupil_id__in=changed).values_list("school_id", flat=True).distinct()
    )


def _names_back(batch: Batch) -> None:
    """Names as they were; of pupils of whom nothing stands any more, no name is kept."""
    before = list(batch.names_before.select_related("pupil__person"))
    back = []
    for one in before:
        person = getattr(one.pupil, "person", None)
        if person is None or not one.was_there:
            continue
        for name in (*NAMES, "number"):
            setattr(person, name, getattr(one, name))
        person.search_text, person.sound = search_words(person)
        back.append(person)
    Person.objects.bulk_update(back, [*NAMES, "number", "search_text", "sound"], batch_size=200)
    gone = list(
        FACTS["pupils"]
        .objects.filter(batch=batch.ref)
        .exclude(pupil_id__in=current("pupils").values("pupil_id"))
        .exclude(pupil_id__in=current("enrolments").values("pupil_id"))
        .values_list("pupil_id", flat=True)
    )
    for some in parts(gone):
        Person.objects.filter(pupil_id__in=some).delete()
    batch.names_before.all().delete()
