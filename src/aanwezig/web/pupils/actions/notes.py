"""Writing, editing and withdrawing notes and talks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import Decision, NotAllowed, require, today
from aanwezig.web.audit.actions import Code, record_change
from aanwezig.web.facts.models import Pupil
from aanwezig.web.pupils.models import Note, NoteVersion
from aanwezig.web.pupils.sides import is_own, organisation_for
from aanwezig.web.pupils.wrong import Conflict, wrong


@dataclass(frozen=True, slots=True)
class NoteText:
    """What a person writes in a note; ``agreed`` may be read by parents and pupil."""

    kind: str
    day: date
    text: str
    present: str = ""
    agreed: str = ""
    shared: bool = False

    def check(self) -> None:
        if not self.text.strip():
            raise wrong("no_text")
        if self.day > today():
            raise wrong("future")


def write_note(actor: Actor | None, pupil: Pupil, written: NoteText) -> Note:
    """Add a note or talk to the pupil's file of the actor's organisation."""
    decision = require(actor, "pupil.note", pupil)
    assert actor is not None
    written.check()
    with transaction.atomic():
        note = Note.objects.create(
            pupil=pupil,
            organisation_id=organisation_for(decision, pupil),
            made_by_id=actor.user_id,
            made_at=timezone.now(),
            **_fields(written),
        )
        _log(actor, "note.write", decision, note)
    return note


def edit_note(actor: Actor | None, note: Note, version: int, written: NoteText) -> Note:
    """Change a note that was read as ``version``; what it said is kept as a version.

    Conflict when somebody changed or withdrew it meanwhile: nothing is changed, and the caller shows both texts.
    """
    decision = _own(actor, note)
    assert actor is not None
    written.check()
    with transaction.atomic():
        now = timezone.now()
        # One statement decides who was first: of two edits of the same version one finds no row.
        changed = Note.objects.filter(pk=note.pk, version=version, withdrawn_at__isnull=True).update(
            version=version + 1, changed_by_id=actor.user_id, changed_at=now, **_fields(written)
        )
        if not changed:
            raise Conflict(Note.objects.select_related("made_by", "changed_by").get(pk=note.pk))
        NoteVersion.objects.create(
            note=note,
            version=version,
            kind=note.kind,
            day=note.day,
            text=note.text,
            present=note.present,
            agreed=note.agreed,
            shared=note.shared,
            by_id=note.changed_by_id or note.made_by_id,
            at=note.changed_at or note.made_at,
        )
        note.refresh_from_db()
        _log(actor, "note.edit", decision, note)
    return note


def withdraw_note(actor: Actor | None, note: Note, because: str) -> None:
    """Take a note out of the file, with a reason; it is kept for who audits. Twice changes nothing."""
    decision = _own(actor, note)
    assert actor is not None
    if not because.strip():
        raise wrong("no_text")
    with transaction.atomic():
        changed = Note.objects.filter(pk=note.pk, withdrawn_at__isnull=True).update(
            withdrawn_at=timezone.now(), withdrawn_by_id=actor.user_id, withdrawn_because=because.strip()
        )
        if changed:
            _log(actor, "note.withdraw", decision, note)


def _own(actor: Actor | None, note: Note) -> Decision:
    decision = require(actor, "pupil.note", note.pupil)
    if not is_own(decision.by, note):
        raise NotAllowed(Decision(False, "", "pupil.note", decision.by))
    return decision


def _fields(written: NoteText) -> dict[str, object]:
    return {
        "kind": written.kind,
        "day": written.day,
        "text": written.text.strip(),
        "present": written.present.strip(),
        "agreed": written.agreed.strip(),
        "shared": written.shared,
    }


def _log(actor: Actor, action: str, decision: Decision, note: Note) -> None:
    details: dict[str, Code | list[Code]] = {
        "kind": note.kind,
        "day": note.day.isoformat(),
        "version": note.version,
        "shared": note.shared,
    }
    record_change(actor, action, decision=decision, pupil=note.pupil_id, subject=note.ref, details=details)
