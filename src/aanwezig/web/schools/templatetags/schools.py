"""Texts and links on the page of a school."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import NoReverseMatch, reverse

from aanwezig.values.forms import Forms
from aanwezig.web.access.actor import Actor
from aanwezig.web.definitions.queries import rule_title
from aanwezig.web.design.templatetags.design import language
from aanwezig.web.duties.templatetags.duties import reason_word

register = template.Library()


@register.filter
def reason_name(reason: str) -> str:
    """A reason of absence in words."""
    return str(reason_word(reason))


@register.simple_tag
def rule_name(rule: str) -> str:
    """What a rule is called."""
    return rule_title(rule)


@register.filter
def hours_number(minutes: float | None) -> str:
    """Minutes as a whole number of hours."""
    return "–" if minutes is None else Forms(language()).number(minutes / 60, 0)


@register.simple_tag
def period_of(first: str, last: str) -> str:
    """Two ISO days as a period."""
    return Forms(language()).period(date.fromisoformat(first), date.fromisoformat(last), year=True)


@register.simple_tag(takes_context=True)
def can(context: template.Context, right: str) -> bool:
    """Whether some role of the person has a right."""
    actor: Actor | None = getattr(context.get("request"), "actor", None)
    return actor is not None and actor.may_anywhere(right)


@register.simple_tag
def url_or_nothing(name: str) -> str:
    """An address, empty while the page is not there."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def pupils_url(context: template.Context, **filters: Any) -> str:
    """The list of pupils of the page's school with these filters; empty while there is no list."""
    try:
        address = reverse("search:pupils")
    except NoReverseMatch:
        return ""
    kept = {name: value for name, value in filters.items() if value}
    if kept.pop("kind", "group") == "level" and "group" in kept:
        kept["level"] = kept.pop("group")
    if (school := context.get("school")) is not None:
        kept["school"] = school.ref
    return f"{address}?{urlencode(kept)}"
