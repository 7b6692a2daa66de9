"""Removing what is past its period, after a person looked; changing the school's map of reason codes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from aanwezig.tables.contract import REASONS
from aanwezig.values import AanwezigError, BilingualText
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import require, today
from aanwezig.web.audit.actions import record_change
from aanwezig.web.facts.changes import mark_changed
from aanwezig.web.facts.models import Pupil, School
from aanwezig.web.imports.models import SavedMap
from aanwezig.web.organisations.models import Organisation
from aanwezig.web.upkeep.domain import ended_before, periods
from aanwezig.web.upkeep.models import Clearing
from aanwezig.web.upkeep.queries import pupils_past
from aanwezig.web.upkeep.removal import TABLES_OF

log = logging.getLogger(__name__)
AUTHORISED = ("", "yes", "no")


def clear_up(actor: Actor | None, school: Organisation, kind: str, before: date, pupils: int) -> Clearing:
    """Remove one kind of data of pupils past the period.

    ``before``, ``pupils``: what the person saw; when it is something else by now nothing is removed.
    """
    decision = require(actor, "admin.retention", school)
    assert actor is not None
    if kind not in periods():
        raise ValueError(kind)
    files: list[str] = []
    with transaction.atomic():
        place = School.objects.select_for_update().get(code=school.code)
        ids = list(pupils_past(school, kind, today()).values_list("pk", flat=True))
        models = TABLES_OF[kind]()
        rows = sum(model.objects.filter(pupil__in=ids).count() for model in models)
        if (
            before != ended_before(today(), periods()[kind].years)
            or pupils != (len(ids) if rows else 0)
            or not rows
        ):
            raise AanwezigError(
                "WEB-501",
                BilingualText(
                    "Er is intussen iets veranderd; er is niets verwijderd.",
                    "Something changed meanwhile; nothing was removed.",
                ),
                BilingualText("Bekijk de aantallen opnieuw.", "Look at the numbers again."),
            )
        for model in models:
            own = model.objects.filter(pupil__in=ids)
            if hasattr(model, "path"):
                files += own.values_list("path", flat=True)
            own.delete()
        if kind == "absence":
            # Whose facts are gone is nobody here any more; what is kept longer keeps the pupil.
            Pupil.objects.filter(pk__in=ids, admissibility__isnull=True, notes__isnull=True).delete()
        made = Clearing.objects.create(
            school=place, kind=kind, ended_before=before, pupils=len(ids), rows=rows,
            done_at=timezone.now(), done_by_id=actor.user_id,
        )  # fmt: skip
        record_change(
            actor, "retention.clear", decision=decision, subject=made.ref,
            details={"kind": kind, "pupils": len(ids), "rows": rows, "before": before.isoformat()},
        )  # fmt: skip
        mark_changed([school.code])
        transaction.on_commit(lambda: _remove_files(files))
    return made


def _remove_files(paths: list[str]) -> None:
    for path in paths:
        if path:
            (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)


def set_reason_codes(
    actor: Actor | None, school: Organisation, profile: str, codes: Mapping[str, tuple[str, str]]
) -> None:
    """What the school's own codes mean from the next delivery on; ``codes``: code to (reason, authorised).

    Facts that were imported stay; who wants them otherwise imports the delivery again.
    """
    decision = require(actor, "admin.thresholds", school)
    assert actor is not None
    for reason, authorised in codes.values():
        if reason not in REASONS or authorised not in AUTHORISED:
            raise AanwezigError(
                "WEB-502",
                BilingualText("Deze reden bestaat niet.", "This reason does not exist."),
                BilingualText("Kies er een uit de lijst.", "Choose one from the list."),
            )
    with transaction.atomic():
        place = School.objects.select_for_update().get(code=school.code)
        found, _made = SavedMap.objects.select_for_update().get_or_create(
            school=place, profile=profile, defaults={"content": {}, "saved_at": timezone.now()}
        )
        content: dict[str, Any] = dict(found.content)
        content["reasons"] = {
            code: {"reason": reason, "authorised": mark} for code, (reason, mark) in codes.items()
        }
        found.content, found.saved_at = content, timezone.now()
        found.save()
        record_change(actor, "reasons.set", decision=decision, subject=profile, details={"codes": len(codes)})
