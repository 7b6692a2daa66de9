"""One's own exports as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from aanwezig.web.access.actor import Actor
from aanwezig.web.exports.actions import deleted_on, is_expired, link_until
from aanwezig.web.exports.models import Export, State
from aanwezig.web.exports.registry import EXPORTS

# So many stand in the list; they are deleted after days anyway.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """``state``: waiting, ready, expired, failed or deleted; ``word`` says it; ``why``: of one that failed."""

    ref: str
    title: str
    format: str
    state: str
    word: str
    chip: str
    why: str
    rows: int | None
    asked_at: datetime
    link_until: datetime | None
    deleted_on: datetime
    taken_at: datetime | None


CHIPS = {"waiting": "info", "ready": "good", "expired": "none", "failed": "bad", "deleted": "none"}


def shown(export: Export) -> Shown:
    kind = EXPORTS.get(export.kind)
    expired = export.state == State.READY and is_expired(export)
    state = "expired" if expired else str(export.state)
    return Shown(
        export.ref,
        str(kind.title) if kind else export.kind,
        str(export.get_format_display()),
        state,
        _("link expired") if expired else str(export.get_state_display()),
        CHIPS[state],
        _why(export),
        export.rows,
        export.asked_at,
        link_until(export),
        export.deleted_at or deleted_on(export),
        export.taken_at,
    )


def _why(export: Export) -> str:
    if export.state != State.FAILED:
        return ""
    if export.error == "refused":
        return _("You may not do this any more.")
    if export.error == "WEB-812":
        return _("There are too many lines. Choose a shorter period and make a new export.")
    if export.error == "WEB-811":
        return _("What it was about is gone, or you may not see it any more.")
    return _("Something went wrong on our side. Make a new export.")


def own(actor: Actor) -> list[Shown]:
    """The exports of this person, latest first; one query."""
    return [shown(one) for one in Export.objects.filter(owner=actor.user_id).defer("pupils")[:SHOWN]]
