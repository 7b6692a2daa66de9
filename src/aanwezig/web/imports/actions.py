"""The steps of an import: each checks the right, makes the change and writes the log. Reading and keeping are jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from aanwezig.register import load_profile
from aanwezig.register.profile import make_mapping
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import Decision, require
from aanwezig.web.access.refs import new_ref
from aanwezig.web.audit.actions import record_change
from aanwezig.web.facts.changes import add_fact, current, withdraw_fact
from aanwezig.web.facts.models import School
from aanwezig.web.imports import files, jobs, undoing
from aanwezig.web.imports.looks import Looks
from aanwezig.web.imports.models import OPEN, RUNNING, Batch, SavedMap, State
from aanwezig.web.imports.wrong import wrong
from aanwezig.web.organisations.models import Organisation

RIGHT = "import.run"
Upload = tuple[str, Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a person says of a delivery in the first step. ``about_school``: options for a school without facts of its own."""

    profile: str
    first_day: date | None = None
    last_day: date | None = None
    about_school: Mapping[str, str] | None = None


def begin(
    actor: Actor | None, organisation: Organisation, delivery: Delivery, uploads: Iterable[Upload]
) -> Batch:
    """A new import with its files; nothing of them is read yet."""
    decision = require(actor, RIGHT, organisation)
    assert actor is not None
    with transaction.atomic():
        school, _made = School.objects.get_or_create(
            code=organisation.code, defaults={"organisation": organisation}
        )
        now = timezone.now()
        batch = Batch.objects.create(
            school=school, by_id=actor.user_id, made_at=now, changed_at=now, profile=delivery.profile
        )
        _describe(batch, delivery)
        record_change(
            actor,
            "import_begun",
            decision=decision,
            subject=batch.ref,
            details={"profile": batch.profile, "school": school.code},
        )
    for name, chunks in uploads:
        files.store(batch, name, chunks)
    return batch


def describe(actor: Actor | None, batch: Batch, delivery: Delivery, uploads: Iterable[Upload] = ()) -> None:
    """Change what was said in the first step; columns and codes are chosen anew when the system is another."""
    _may(actor, batch)
    with transaction.atomic():
        _hold(batch, OPEN)
        if delivery.profile != batch.profile:
            batch.mapping = {}
        _describe(batch, delivery)
    for name, chunks in uploads:
        files.store(batch, name, chunks)


def _describe(batch: Batch, delivery: Delivery) -> None:
    batch.profile = delivery.profile
    batch.first_day, batch.last_day = delivery.first_day, delivery.last_day
    if not batch.mapping:
        saved = SavedMap.objects.filter(school_id=batch.school_id, profile=delivery.profile).first()
        batch.mapping = dict(saved.content) if saved else {}
    options = {
        name: value for name, value in batch.mapping.get("options", {}).items() if name not in ("from", "to")
    }
    options |= delivery.about_school or {}
    if delivery.first_day:
        options["from"] = delivery.first_day.isoformat()
    if delivery.last_day:
        options["to"] = delivery.last_day.isoformat()
    batch.mapping = {**batch.mapping, "options": options}
    make_mapping(load_profile(batch.profile), batch.mapping)
    _save(batch, State.UPLOADED)


def drop_columns(batch: Batch, names: Iterable[str]) -> None:
    """Columns of a saved map that the files do not have; they are looked for anew."""
    gone = set(names)
    columns = {ours: theirs for ours, theirs in batch.mapping.get("columns", {}).items() if ours not in gone}
    batch.mapping = {**batch.mapping, "columns": columns}
    batch.save(update_fields=["mapping"])


def choose_columns(
    actor: Actor | None, batch: Batch, looks: Looks, chosen: Mapping[str, str], options: Mapping[str, Any]
) -> None:
    """Which column is what. ``chosen``: ours to theirs, empty: none; ``options``: how the list is written, None: as usual."""
    _may(actor, batch)
    columns = {
        ours: [theirs] for ours, theirs in chosen.items() if theirs and looks.by_profile.get(ours) != theirs
    }
    kept = {name: value for name, value in batch.mapping.get("options", {}).items() if name not in options}
    kept |= {name: value for name, value in options.items() if value not in (None, "")}
    mapping = {**batch.mapping, "columns": columns, "options": kept}
    make_mapping(load_profile(batch.profile), mapping)
    with transaction.atomic():
        _hold(batch, OPEN)
        batch.mapping = mapping
        _save(batch, State.MAPPED)


def choose_codes(
    actor: Actor | None, batch: Batch, looks: Looks, meanings: Mapping[str, tuple[str, str]]
) -> None:
    """What each reason code means: our reason and the mark. What the profile says already is not repeated."""
    _may(actor, batch)
    reasons = dict(batch.mapping.get("reasons", {}))
    for one in looks.codes:
        if one.key in meanings and meanings[one.key] != (one.reason, one.authorised):
            reason, mark = meanings[one.key]
            reasons[one.key] = {"reason": reason, "authorised": mark}
    mapping = {**batch.mapping, "reasons": reasons}
    make_mapping(load_profile(batch.profile), mapping)
    with transaction.atomic():
        _hold(batch, OPEN)
        batch.mapping = mapping
        _save(batch, State.MAPPED)


def ask_check(actor: Actor | None, batch: Batch, rows: int | None = None) -> None:
    """Try it in the background; nothing is kept."""
    _may(actor, batch)
    _put_in_line(batch, OPEN, State.CHECKING, rows)


def ask_keep(actor: Actor | None, batch: Batch, *, is_confirmed: bool = False) -> None:
    """Keep it in the background. AanwezigError when so much changes that it has to be confirmed and was not."""
    _may(actor, batch)
    if batch.report.get("to_confirm") and not is_confirmed:
        raise wrong("WEB-710")
    batch.is_confirmed = is_confirmed
    _put_in_line(batch, (State.CHECKED,), State.KEEPING, batch.rows_expected)


def _put_in_line(batch: Batch, was: tuple[State, ...], state: State, rows: int | None) -> None:
    if not files.are_there(batch):
        raise wrong("WEB-711")
    with transaction.atomic():
        _hold(batch, was)
        batch.claim, batch.tries, batch.rows_read, batch.started_at = "", 0, 0, None
        batch.rows_expected = rows
        _save(batch, state)
        jobs.ask_for(batch)


def abandon(actor: Actor | None, batch: Batch) -> None:
    """Stop: the files are removed at once, nothing is kept."""
    decision = _may(actor, batch)
    assert actor is not None
    with transaction.atomic():
        _hold(batch, (*OPEN, *RUNNING))
        batch.claim = new_ref()
        _save(batch, State.ABANDONED)
        record_change(actor, "import_abandoned", decision=decision, subject=batch.ref)
    files.remove_all(batch)


def undo(actor: Actor | None, batch: Batch) -> dict[str, int]:
    """Take a kept import back."""
    decision = _may(actor, batch)
    assert actor is not None
    with transaction.atomic():
        counts = undoing.undo(batch, actor.user_id)
        record_change(actor, "import_undone", decision=decision, subject=batch.ref, details=counts)
    files.remove_all(batch)
    return counts


def undo_by_command(actor: Actor | None, ref: str) -> dict[str, int]:
    """Take an import back by its number; AanwezigError when there is none of that number."""
    batch = Batch.objects.select_related("school__organisation").filter(ref=ref).first()
    if batch is None:
        raise wrong("WEB-713")
    return undo(actor, batch)


def record_complete(actor: Actor | None, organisation: Organisation, last_day: date) -> None:
    """The absence of a school is complete up to and with a day; what was said of later days no longer holds."""
    decision = require(actor, RIGHT, organisation)
    assert actor is not None
    with transaction.atomic():
        school, _made = School.objects.get_or_create(
            code=organisation.code, defaults={"organisation": organisation}
        )
        said = list(current("deliveries").filter(school=school, last_day__gte=last_day))
        for row in said:
            if row.last_day > last_day:
                withdraw_fact(row)
        if all(row.last_day != last_day for row in said):
            add_fact("deliveries", actor.user_id, {"school_id": school.code, "last_day": last_day})
        record_change(
            actor,
            "complete_up_to",
            decision=decision,
            subject=organisation.ref,
            details={"last_day": last_day.isoformat()},
        )


def _may(actor: Actor | None, batch: Batch) -> Decision:
    return require(actor, RIGHT, batch.school.organisation)


def _hold(batch: Batch, states: Iterable[State]) -> None:
    """Nobody else takes the same step meanwhile."""
    now = Batch.objects.select_for_update().get(pk=batch.pk)
    if now.state not in tuple(states):
        raise wrong("WEB-709")


def _save(batch: Batch, state: State) -> None:
    batch.state, batch.changed_at = state, timezone.now()
    if state not in RUNNING:
        batch.report, batch.error, batch.is_confirmed = {}, {}, False
    batch.save()
