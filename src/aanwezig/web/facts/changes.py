"""Changing facts without changing a row in place: add, correct, withdraw; and telling that results are stale.

Only actions call these, inside their transaction and after their access check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone

from aanwezig.web.facts.models import FACTS, FactRow, School

# Sent after the transaction that changed facts; `schools`: their codes. `results` listens.
facts_changed = Signal()


def add_fact(table: str, user_id: int | None, values: Mapping[str, Any], at: datetime | None = None) -> Any:
    """Add a row to a table of the register; ``values`` by the contract's column names (pupil_id, school_id, …).

    IntegrityError when a current row with the same key stands: correct that one.
    """
    row = FACTS[table](**values, recorded_at=at or timezone.now(), recorded_by_id=user_id)
    row.save(force_insert=True)
    _tell_about(row)
    return row


def correct_fact(row: FactRow, user_id: int | None, values: Mapping[str, Any]) -> Any:
    """A new row in the place of a current one; columns that ``values`` does not name stay as they were."""
    names = [column.name for column in row.contract.columns if column.name != "recorded_at"]
    kept = {name: getattr(row, name) for name in names}
    now = timezone.now()
    withdraw_fact(row, at=now)
    return add_fact(row.contract.name, user_id, {**kept, **values}, at=now)


def withdraw_fact(row: FactRow, at: datetime | None = None) -> None:
    """End a current row without successor. Does nothing to a row that was ended already."""
    ended = type(row)._default_manager.filter(pk=row.pk, superseded_at__isnull=True)
    ended.update(superseded_at=at or timezone.now())
    _tell_about(row)


def current(table: str) -> Any:
    """The rows of a table that were not superseded, as a query."""
    return FACTS[table].objects.filter(superseded_at__isnull=True)


def mark_changed(schools: Iterable[str]) -> None:
    """Facts of these schools changed: their results are stale from this transaction on."""
    codes = sorted(set(schools))
    if not codes:
        return
    School.objects.filter(code__in=codes).update(facts_version=F("facts_version") + 1)
    transaction.on_commit(lambda: facts_changed.send(sender=School, schools=codes))


def _tell_about(row: Any) -> None:
    """A fact without a school of its own touches every school that the pupil is or was enrolled at."""
    school = getattr(row, "school_id", None)
    pupil = getattr(row, "pupil_id", None)
    if school is not None:
        mark_changed([school])
    elif pupil is not None:
        mark_changed(current("enrolments").filter(pupil_id=pupil).values_list("school_id", flat=True))
