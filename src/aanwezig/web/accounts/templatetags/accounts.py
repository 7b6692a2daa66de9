"""Words of roles in templates."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from aanwezig.web.organisations.models import Role

register = template.Library()


@register.filter
def role_name(role: str) -> str:
    """The role in words; the code itself for one that no longer exists."""
    return str(Role(role).label) if role in Role.values else role


@register.filter
def sorted_names(names: Iterable[str]) -> str:
    """1A, 1B."""
    return ", ".join(sorted(names))
