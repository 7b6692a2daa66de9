"""Files beside a pupil: adding, reading, withdrawing. The file's own name is not kept, its title is."""

from __future__ import annotations

import hashlib
import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import Decision, NotAllowed, require
from aanwezig.web.audit.actions import Code, record_change, record_reading
from aanwezig.web.facts.models import Pupil
from aanwezig.web.pupils.domain import MAX_DOCUMENT_BYTES, format_of
from aanwezig.web.pupils.models import Document
from aanwezig.web.pupils.sides import is_own, organisation_for, readable
from aanwezig.web.pupils.wrong import wrong

FOLDER = "documents"


def add_document(
    actor: Actor | None, pupil: Pupil, title: str, content: bytes, *, shared: bool = False
) -> Document:
    """Keep a file of at most 10 MB whose content is one of the known formats."""
    decision = require(actor, "pupil.documents", pupil)
    assert actor is not None
    if not title.strip():
        raise wrong("no_text")
    if len(content) > MAX_DOCUMENT_BYTES:
        raise wrong("too_large")
    format_ = format_of(content)
    if format_ is None:
        raise wrong("unknown_format")
    path = default_storage.save(f"{FOLDER}/{secrets.token_hex(24)}", ContentFile(content))
    try:
        with transaction.atomic():
            document = Document.objects.create(
                pupil=pupil,
                organisation_id=organisation_for(decision, pupil),
                shared=shared,
                made_by_id=actor.user_id,
                made_at=timezone.now(),
                title=title.strip(),
                path=path,
                format=format_,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
            _log(actor, "document.add", decision, document)
    except BaseException:
        # A file that no row points to would never be erased with the pupil.
        default_storage.delete(path)
        raise
    return document


def document_content(actor: Actor | None, document: Document) -> bytes:
    """The file, for who may read it; the reading is recorded."""
    decision = require(actor, "pupil.documents", document.pupil)
    assert actor is not None
    may_read = Document.objects.filter(readable(decision.by), pk=document.pk, withdrawn_at__isnull=True)
    if not may_read.exists():
        raise NotAllowed(Decision(False, "", "pupil.documents", decision.by))
    with default_storage.open(document.path) as file:
        content: bytes = file.read()
    record_reading(actor, document.pupil, f"document {document.ref}", decision, "file")
    return content


def withdraw_document(actor: Actor | None, document: Document, because: str) -> None:
    """Take a document out of the file, with a reason; it is kept for who audits until retention ends."""
    decision = require(actor, "pupil.documents", document.pupil)
    assert actor is not None
    if not is_own(decision.by, document):
        raise NotAllowed(Decision(False, "", "pupil.documents", decision.by))
    if not because.strip():
        raise wrong("no_text")
    with transaction.atomic():
        changed = Document.objects.filter(pk=document.pk, withdrawn_at__isnull=True).update(
            withdrawn_at=timezone.now(), withdrawn_by_id=actor.user_id, withdrawn_because=because.strip()
        )
        if changed:
            _log(actor, "document.withdraw", decision, document)


def forget_file(sender: object, instance: Document, **_more: object) -> None:
    """The row is gone (the pupil was erased): after that transaction the file goes too."""
    transaction.on_commit(lambda: default_storage.delete(instance.path))


def _log(actor: Actor, action: str, decision: Decision, document: Document) -> None:
    details: dict[str, Code | list[Code]] = {
        "format": document.format,
        "size": document.size,
        "shared": document.shared,
    }
    record_change(
        actor, action, decision=decision, pupil=document.pupil_id, subject=document.ref, details=details
    )
