"""For empty lists: whether they are empty because nothing was imported yet."""

from __future__ import annotations

from typing import Any

from django import template

from aanwezig.web.facts.changes import current

register = template.Library()


@register.simple_tag(takes_context=True)
def nothing_imported(context: dict[str, Any]) -> bool:
    """Whether the schools that the person works for have no pupils at all; one query, for empty lists only."""
    actor = context.get("actor")
    schools = actor.working_at.schools if actor is not None and actor.working_at else ()
    return bool(schools) and not current("enrolments").filter(school_id__in=schools).exists()
