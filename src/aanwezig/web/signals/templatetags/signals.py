"""Words of signals for pages."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from aanwezig.web.definitions.queries import rule_title
from aanwezig.web.design.templatetags.design import day
from aanwezig.web.results.models import StoredFinding
from aanwezig.web.signals.domain import FollowUp
from aanwezig.web.signals.queries.follow_up import Alert

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


def _whole(kind: str, group: str) -> str:
    texts = {"group": _("Class %(group)s as a whole"), "level": _("Year %(group)s as a whole")}
    return texts.get(kind, _("The school as a whole")) % {"group": group}


def _criterion(rule: str) -> str:
    title = rule_title(rule)
    return title[:1].lower() + title[1:]


@register.filter
def alert_title(alert: Alert) -> str:
    """'Klas 2A als geheel'."""
    return _whole(alert.kind, alert.group)


@register.filter
def alert_text(alert: Alert) -> str:
    """'vaak te laat (9 van 27), vierde ziekmelding (4 van 27)'."""
    return ", ".join(
        _("%(criterion)s (%(number)s of %(size)s)")
        % {"criterion": _criterion(one.criterion or ""), "number": one.number, "size": one.size}
        for one in alert.found
    )


@register.filter
def group_title(finding: StoredFinding) -> str:
    """'Klas 2A als geheel: vaak te laat', of one group alert."""
    details = finding.details
    return f"{_whole(str(details.get('group_kind')), finding.group)}: {_criterion(str(details.get('criterion')))}"


@register.filter
def rule_name(rule: str | None) -> str:
    """What a rule is called, in a sentence."""
    return _criterion(rule or "")
