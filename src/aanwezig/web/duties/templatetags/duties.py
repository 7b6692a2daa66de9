"""Words and links on the pages of duties."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from aanwezig.web.definitions.queries import rule_title
from aanwezig.web.duties.domain import CATEGORY_OF_RULE
from aanwezig.web.facts.models import Pupil

register = template.Library()


@register.simple_tag
def duty_title(rule: str) -> str:
    """What a rule is called."""
    return rule_title(rule)


@register.simple_tag
def reason_word(reason: str) -> str:
    """A reason of absence in words."""
    words = {
        "sick": _("sick"),
        "medical": _("medical visit"),
        "leave": _("leave"),
        "religion": _("religion"),
        "truant": _("truant"),
        "late": _("late"),
        "sent_out": _("sent out of the lesson"),
        "sent_home": _("sent home"),
        "suspended": _("suspended"),
        "luxury": _("holiday without leave"),
        "elsewhere": _("lessons elsewhere"),
        "exempt": _("exempt"),
        "unknown": _("reason unknown"),
    }
    return words.get(reason, reason)


@register.simple_tag
def notify_link(finding: Any) -> str:
    """Where a signal may be notified as 'other'; empty for one that is not for that."""
    return reverse("duties:duty", args=[finding.ref]) if finding.rule in CATEGORY_OF_RULE else ""


@register.simple_tag
def pupil_link(pupil: Pupil) -> str:
    """The address of the pupil's page; empty while there is none."""
    try:
        return reverse("pupils:pupil", args=[pupil.ref])
    except NoReverseMatch:
        return ""


@register.simple_tag
def field_value(notification: Any, name: str) -> str:
    """A field of a notification that stands, in words."""
    value = getattr(notification, name)
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return number_format(value)
    return date_format(value, "j F Y") if isinstance(value, date) else str(value)
