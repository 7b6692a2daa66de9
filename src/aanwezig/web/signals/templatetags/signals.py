"""Words of signals for pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from aanwezig.web.definitions.queries import rule_title
from aanwezig.web.design.templatetags.design import day
from aanwezig.web.signals.domain import FollowUp

register = template.Library()


@register.filter
def state_text(state: FollowUp) -> str:
    """How a signal stands, as a sentence."""
    values = {"day": day(state.on) if state.on else "", "until": day(state.until) if state.until else ""}
    match state.state:
        case "open":
            if state.is_due:
                return _("Not yet followed up: it was to come back now.")
            return _("Not yet followed up.")
        case "word":
            return _("Followed up: somebody wrote or did something on %(day)s.") % values
        case "seen":
            return _("Seen on %(day)s.") % values
        case "explained":
            return _("Explained on %(day)s.") % values
        case "muted":
            return _("Waits until %(until)s, since %(day)s.") % values
        case _:
            return _("Cleared on %(day)s.") % values


@register.filter
def state_kind(state: FollowUp) -> str:
    """The kind of box that goes with a state."""
    return "warn" if state.is_open else "info" if state.state == "muted" else "good"


@register.filter
def word_kind(kind: str) -> str:
    """What somebody did."""
    words = {
        "note": _("note"),
        "talk": _("talk"),
        "home_visit": _("home visit"),
        "letter": _("letter"),
        "notification": _("notification"),
        "team": _("talked over in the team"),
        "contact": _("contact"),
        "case": _("case opened"),
        "tier": _("tier set"),
        "plan": _("plan made"),
        "seen": _("signal marked as seen"),
        "explained": _("signal explained"),
        "muted": _("signal set to wait"),
    }
    return words.get(kind, kind)


def _detail(alert: Any, own: str, name: str) -> Any:
    return getattr(alert, own) if hasattr(alert, own) else alert.details.get(name)


@register.filter
def alert_title(alert: Any) -> str:
    """'Klas 2A als geheel: vaak te laat.'"""
    criterion = rule_title(str(_detail(alert, "criterion", "criterion") or ""))
    kind = _detail(alert, "group_kind", "group_kind")
    texts = {
        "group": _("Class %(group)s as a whole: %(criterion)s."),
        "level": _("Year %(group)s as a whole: %(criterion)s."),
    }
    text = texts.get(kind, _("The school as a whole: %(criterion)s."))
    return text % {"group": alert.group, "criterion": criterion[:1].lower() + criterion[1:]}


@register.filter
def alert_text(alert: Any) -> str:
    """'9 van 27 leerlingen. Dit vraagt om laag 1, niet om 9 gesprekken.'"""
    return _("%(number)s of %(size)s pupils. This asks for tier 1, not for %(number)s talks.") % {
        "number": _detail(alert, "number", "pupils"),
        "size": _detail(alert, "size", "group_size"),
    }
