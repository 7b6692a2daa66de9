"""What a person does with a point in the data: say that it is right, or withdraw a row."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from aanwezig.values import AanwezigError, BilingualText
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import require
from aanwezig.web.audit.actions import record_change
from aanwezig.web.facts.changes import current, withdraw_fact
from aanwezig.web.results.models import StoredFinding
from aanwezig.web.worklist.models import LookedAt, Why, Withdrawn


def look_at(actor: Actor | None, finding: StoredFinding) -> None:
    """Say that the data are right. Who said it first stays; when the point changes it is asked again."""
    decision = require(actor, "worklist.view", finding.school.organisation)
    assert actor is not None
    with transaction.atomic():
        before = LookedAt.objects.select_for_update().filter(finding=finding).first()
        if before is not None and before.digest == finding.digest:
            return
        LookedAt.objects.update_or_create(
            finding=finding,
            defaults={"digest": finding.digest, "by_id": actor.user_id, "at": timezone.now()},
        )
        record_change(
            actor,
            "point_looked_at",
            decision=decision,
            pupil=finding.pupil,
            subject=finding.ref,
            details={"rule": finding.rule},
        )


def look_again(actor: Actor | None, finding: StoredFinding) -> None:
    """Take back that the data are right."""
    decision = require(actor, "worklist.view", finding.school.organisation)
    assert actor is not None
    with transaction.atomic():
        gone, _each = LookedAt.objects.filter(finding=finding).delete()
        if gone:
            record_change(
                actor,
                "point_to_look_at",
                decision=decision,
                pupil=finding.pupil,
                subject=finding.ref,
                details={"rule": finding.rule},
            )


def withdraw_row(actor: Actor | None, finding: StoredFinding, row: int, why: str, note: str = "") -> None:
    """End a row of absence that a point rests on, with the reason. Only rows of the point's own school.

    AanwezigError when the row is not one of them, or somebody else ended it already.
    """
    decision = require(actor, "import.run", finding.school.organisation)
    assert actor is not None
    if why not in Why.values:
        raise ValueError(why)
    if f"absences:{row}" not in finding.facts:
        raise _gone()
    with transaction.atomic():
        fact = (
            current("absences")
            .select_for_update()
            .filter(pk=row, school_id=finding.school_id, pupil_id=finding.pupil_id)
            .first()
        )
        if fact is None:
            raise _gone()
        withdraw_fact(fact)
        Withdrawn.objects.create(
            row=fact.pk,
            school_id=fact.school_id,
            pupil_id=fact.pupil_id,
            why=why,
            note=note.strip()[:300],
            by_id=actor.user_id,
            at=timezone.now(),
        )
        record_change(
            actor,
            "absence_withdrawn",
            decision=decision,
            pupil=finding.pupil,
            subject=finding.ref,
            details={"rule": finding.rule, "day": fact.date.isoformat(), "why": why},
        )


def _gone() -> AanwezigError:
    return AanwezigError(
        "WEB-720",
        BilingualText("Deze regel staat er niet meer.", "This row does not stand any more."),
        BilingualText(
            "Iemand heeft hem misschien al ingetrokken. Bekijk het punt opnieuw.",
            "Somebody may have withdrawn it already. Look at the point again.",
        ),
    )
