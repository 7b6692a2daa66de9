"""Whether the button of an export stands on a page."""

from __future__ import annotations

from django import template

from aanwezig.web.access.actor import Actor
from aanwezig.web.exports.registry import EXPORTS, may
from aanwezig.web.signals.queries.places import at_place

register = template.Library()


@register.filter
def may_export(actor: Actor | None, kind: str) -> bool:
    """Whether this person has the rights of an export at the organisation that they work at; no query."""
    return actor is not None and may(at_place(actor), EXPORTS[kind])
