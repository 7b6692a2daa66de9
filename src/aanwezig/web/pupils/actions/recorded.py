"""Facts that only people know, kept in the register's own tables so that rules and counts see them.

Contact made, return to school, a period of serious difficulty attending (table ``observations``), suspension, a
reduced programme with who agreed, leave. A correction is a new row, a withdrawal ends the row (register.md §1).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import Decision, require, today
from aanwezig.web.audit.actions import record_change
from aanwezig.web.facts.changes import add_fact, correct_fact, current, withdraw_fact
from aanwezig.web.facts.models import FACTS, Pupil
from aanwezig.web.pupils.domain import faults_of_period
from aanwezig.web.pupils.sides import school_for
from aanwezig.web.pupils.wrong import wrong

# The table of what is recorded, and the name of its first day there.
TABLES: dict[str, str] = {
    "contact": "observations",
    "return": "observations",
    "distress": "observations",
    "suspension": "suspensions",
    "reduced_programme": "reduced_programmes",
    "leave": "leave",
}
# What may begin on a day still to come: what was decided or agreed beforehand.
MAY_BE_FUTURE = ("suspension", "reduced_programme", "leave")


def what_of(table: str, kind: str) -> str | None:
    """Back: what a row of a table was recorded as; None for what is not recorded here."""
    if table == "observations":
        return kind if kind in ("contact", "return", "distress") else None
    return next((what for what, name in TABLES.items() if name == table), None)


def record(actor: Actor | None, pupil: Pupil, what: str, values: Mapping[str, Any]) -> Any:
    """Add a fact; ``values`` by the columns of its table (``first_day`` of an observation is its ``date``)."""
    decision = require(actor, "pupil.facts", pupil)
    assert actor is not None
    row = _row(decision, pupil, what, values)
    try:
        with transaction.atomic():
            made = add_fact(TABLES[what], actor.user_id, row)
            _log(actor, "fact.record", decision, pupil, what, made)
    except IntegrityError:
        raise wrong("recorded_already") from None
    return made


def correct_recorded(
    actor: Actor | None, pupil: Pupil, what: str, number: int, values: Mapping[str, Any]
) -> Any:
    """Put a better row in the place of one that a person recorded."""
    decision = require(actor, "pupil.facts", pupil)
    assert actor is not None
    new = _row(decision, pupil, what, values)
    try:
        with transaction.atomic():
            row = _standing(pupil, what, number)
            # Of a row at another school the school stays.
            new.pop("school_id", None)
            made = correct_fact(row, actor.user_id, new)
            _log(actor, "fact.correct", decision, pupil, what, made)
    except IntegrityError:
        raise wrong("recorded_already") from None
    return made


def withdraw_recorded(actor: Actor | None, pupil: Pupil, what: str, number: int) -> None:
    """End a row that a person recorded, without successor."""
    decision = require(actor, "pupil.facts", pupil)
    assert actor is not None
    with transaction.atomic():
        row = _standing(pupil, what, number)
        withdraw_fact(row)
        _log(actor, "fact.withdraw", decision, pupil, what, row)


def _standing(pupil: Pupil, what: str, number: int) -> Any:
    """The current row, held until the change is done; refused when it came with an import or is gone."""
    model = FACTS[TABLES[what]]
    row = model.objects.select_for_update().filter(pk=number, pupil=pupil, superseded_at__isnull=True).first()
    if row is None:
        raise wrong("gone")
    if row.batch:
        raise wrong("from_import")
    return row


def _row(decision: Decision, pupil: Pupil, what: str, values: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"pupil_id": pupil.pk, **values}
    first = row["date"] if TABLES[what] == "observations" else row["first_day"]
    birth: date | None = current("pupils").filter(pupil=pupil).values_list("birth_date", flat=True).first()
    faults = faults_of_period(
        first, row.get("last_day"), today(), may_be_future=what in MAY_BE_FUTURE, birth_date=birth
    )
    if faults:
        raise wrong(faults[0])
    school = school_for(decision, pupil)
    if school is None:
        raise wrong("no_school")
    if TABLES[what] == "observations":
        row["kind"] = what
    else:
        row["school_id"] = school
    return row


def _log(actor: Actor, action: str, decision: Decision, pupil: Pupil, what: str, row: Any) -> None:
    record_change(
        actor,
        action,
        decision=decision,
        pupil=pupil,
        subject=f"{TABLES[what]}:{row.pk}",
        details={"what": what},
    )
