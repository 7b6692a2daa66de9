"""Parents and other people around a pupil: adding, changing, removing."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import F

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import require
from aanwezig.web.audit.actions import record_change
from aanwezig.web.facts.models import Contact, Pupil
from aanwezig.web.pupils.wrong import Conflict, wrong


@dataclass(frozen=True, slots=True)
class ContactText:
    """How to reach somebody; ``has_authority``: parental authority (gezag)."""

    name: str
    relation: str = ""
    phone: str = ""
    email: str = ""
    has_authority: bool = False
    remarks: str = ""


def add_contact(actor: Actor | None, pupil: Pupil, contact: ContactText) -> Contact:
    decision = require(actor, "pupil.contacts", pupil)
    assert actor is not None
    if not contact.name.strip():
        raise wrong("no_text")
    with transaction.atomic():
        made = Contact.objects.create(pupil=pupil, **asdict(contact))
        record_change(actor, "contact.add", decision=decision, pupil=pupil, subject=made.ref)
    return made


def change_contact(actor: Actor | None, contact: Contact, version: int, to: ContactText) -> Contact:
    """Change a contact that was read as ``version``; Conflict when somebody else was first."""
    decision = require(actor, "pupil.contacts", contact.pupil)
    assert actor is not None
    if not to.name.strip():
        raise wrong("no_text")
    with transaction.atomic():
        changed = Contact.objects.filter(pk=contact.pk, version=version).update(
            version=F("version") + 1, **asdict(to)
        )
        if not changed:
            raise Conflict(Contact.objects.filter(pk=contact.pk).first())
        contact.refresh_from_db()
        record_change(
            actor,
            "contact.change",
            decision=decision,
            pupil=contact.pupil_id,
            subject=contact.ref,
            details={"version": contact.version},
        )
    return contact


def remove_contact(actor: Actor | None, contact: Contact) -> None:
    """Take a contact out; how to reach somebody who is no contact any more is not kept."""
    decision = require(actor, "pupil.contacts", contact.pupil)
    assert actor is not None
    with transaction.atomic():
        removed, _ = Contact.objects.filter(pk=contact.pk).delete()
        if removed:
            record_change(
                actor, "contact.remove", decision=decision, pupil=contact.pupil_id, subject=contact.ref
            )
