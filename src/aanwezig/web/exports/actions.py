"""Asking for an export, taking it along, deleting it: each with access check and audit line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from aanwezig.values import AanwezigError, BilingualText
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import Decision, NotAllowed, decide, require
from aanwezig.web.audit.actions import record_change
from aanwezig.web.exports import files
from aanwezig.web.exports.domain import KEPT_FOR, LINK_LASTS, new_password
from aanwezig.web.exports.models import Export, Format, State
from aanwezig.web.exports.registry import EXPORTS, Kind, still_in_reach
from aanwezig.web.exports.sealing import seal
from aanwezig.web.signals.queries.places import at_place


def _wrong(code: str, nl: str, en: str) -> AanwezigError:
    mend = BilingualText("Maak een nieuwe export.", "Make a new export.")
    return AanwezigError(code, BilingualText(nl, en), mend)


@dataclass(frozen=True, slots=True)
class Asked:
    """``password``: shown now and never again; None when this form was sent before."""

    export: Export
    password: str | None


def allowed(actor: Actor | None, kind: Kind) -> Decision:
    """The decision about an export by the roles at the organisation that the actor works at; NotAllowed when no."""
    if actor is None:
        return require(actor, kind.right)
    here = at_place(actor)
    for right in kind.rights:
        require(here, right)
    return decide(here, kind.right)


def ask(actor: Actor | None, kind: Kind, parameters: Mapping[str, Any], format: str, token: str) -> Asked:
    """Put an export in line. The same token twice asks once."""
    decision = allowed(actor, kind)
    assert actor is not None
    assert actor.working_at is not None
    assert actor.user_id is not None
    if format not in Format.values:
        raise ValueError(format)
    password = new_password()
    try:
        with transaction.atomic():
            made = Export.objects.create(
                owner_id=actor.user_id,
                organisation_id=actor.working_at.id,
                kind=kind.id,
                parameters=dict(parameters),
                format=format,
                token=token,
                sealed=seal(password),
                password_hash=make_password(password),
                asked_at=timezone.now(),
            )
            record_change(
                actor,
                "export.ask",
                decision=decision,
                subject=made.ref,
                details={"export": kind.id, "format": format},
            )
            from aanwezig.web.exports.jobs import make

            make.enqueue(made.ref)
    except IntegrityError:
        known = Export.objects.filter(token=token, owner=actor.user_id).first()
        if known is None:
            raise
        return Asked(known, None)
    return Asked(made, password)


def link_until(export: Export) -> datetime | None:
    """Until when the link works; None before the file is ready."""
    return export.ready_at + LINK_LASTS if export.ready_at else None


def deleted_on(export: Export) -> datetime:
    """When the file is deleted by itself."""
    return export.asked_at + KEPT_FOR


def is_expired(export: Export) -> bool:
    until = link_until(export)
    return until is not None and until <= timezone.now()


def take(actor: Actor | None, export: Export) -> Path:
    """The file, for the person who asked, within a day, while every right still holds."""
    if actor is None or actor.user_id != export.owner_id:
        raise NotAllowed(decide(actor, "account.own"))
    kind = EXPORTS.get(export.kind)
    if kind is None or export.state != State.READY:
        raise _wrong("WEB-813", "Dit bestand is er niet meer.", "This file is gone.")
    if is_expired(export):
        raise _wrong("WEB-814", "De link is verlopen.", "The link has expired.")
    here = as_asked(actor, export)
    decision = allowed(here, kind)
    if kind.about_pupils and not still_in_reach(here, kind, export.pupils):
        raise _wrong(
            "WEB-815",
            "In dit bestand staat iemand voor wie je dit niet meer mag.",
            "Somebody is in this file for whom you may not do this any more.",
        )
    path = files.path_of(export)
    if path is None:
        raise _wrong("WEB-813", "Dit bestand is er niet meer.", "This file is gone.")
    with transaction.atomic():
        Export.objects.filter(pk=export.pk).update(taken_at=timezone.now())
        record_change(
            actor, "export.taken", decision=decision, subject=export.ref, details={"export": export.kind}
        )
    return path


def as_asked(actor: Actor, export: Export) -> Actor:
    """The actor with the roles at the organisation for which the export was asked, and no others."""
    place = next((one.at for one in actor.memberships if one.at.id == export.organisation_id), None)
    return at_place(replace(actor, working_at=place, answers={}))


def delete(actor: Actor | None, export: Export) -> None:
    """Delete the file of one's own export before its time. Twice changes nothing."""
    if actor is None or actor.user_id != export.owner_id:
        raise NotAllowed(decide(actor, "account.own"))
    with transaction.atomic():
        if end(export, State.DELETED):
            record_change(actor, "export.delete", subject=export.ref, details={"export": export.kind})
    files.remove(export.path)


def end(export: Export, state: State, error: str = "") -> bool:
    """Say that an export failed or was deleted; nothing secret stays."""
    values: dict[str, Any] = {
        "state": state,
        "error": error,
        "sealed": "",
        "password_hash": "",
        "path": "",
        "pupils": [],
    }
    if state == State.DELETED:
        values["deleted_at"] = timezone.now()
        # What a list was narrowed to can say something of a child.
        values["parameters"] = {}
    return bool(Export.objects.filter(pk=export.pk).exclude(state=State.DELETED).update(**values))
