"""Words of the first page."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from aanwezig.web.access.decide import today
from aanwezig.web.design.templatetags.design import day, days_left_text, hours, percent
from aanwezig.web.signals.queries.one import cause_text
from aanwezig.web.signals.templatetags.signals import word_kind
from aanwezig.web.today.queries.school import Change, Day, SchoolState

register = template.Library()


@register.filter
def freshness(state: SchoolState) -> str:
    """'Gegevens tot en met 19 maart', 'nog geen gegevens', …"""
    fresh = state.freshness
    if fresh is None:
        return _("nothing was computed yet")
    if fresh["state"] == "no_data":
        return _("no data yet")
    if fresh["state"] == "not_stated":
        return _("data up to and with %(day)s, the school did not say up to when they are complete") % {
            "day": day(fresh["last_row_on"])
        }
    return _("data up to and with %(day)s") % {"day": day(fresh["delivered_to"])}


@register.filter
def first_due(the_day: Day) -> str:
    """'eerste: morgen · 3 uit vorig schooljaar'; what is not the case is left out."""
    first, before = the_day.duties.first, the_day.duties_before
    parts = [] if first is None else [_("first: %(left)s") % {"left": days_left_text(first, today())}]
    if before:
        parts.append(_("%(number)s from last school year") % {"number": before})
    return " · ".join(parts)


@register.filter
def coverage_share(the_day: Day) -> str:
    pupils, with_plan = the_day.coverage or (0, 0)
    return percent(with_plan / pupils, 0) if pupils else "–"


@register.filter
def coverage_more(the_day: Day) -> str:
    """'37 van 45 · vorige maand 71 %'."""
    pupils, with_plan = the_day.coverage or (0, 0)
    if not pupils:
        return _("nobody in tier 2 or 3")
    text = _("%(number)s of %(total)s") % {"number": with_plan, "total": pupils}
    before = the_day.school.coverage_before
    if before and before[0]:
        text += " · " + _("last month %(share)s") % {"share": percent(before[1] / before[0], 0)}
    return text


@register.filter
def returned_text(one: Any) -> str:
    """'Kwam 8 van de 10 afgesproken uren in de week van 9 maart.'"""
    if one.presence is None:
        return _("no whole week is known since")
    values = {
        "present": hours(round(one.presence.present)),
        "expected": hours(round(one.presence.expected)),
        "day": day(one.week),
    }
    if one.agreed is None:
        return _("%(present)s of %(expected)s of lessons in the week of %(day)s") % values
    return _("%(present)s of the agreed %(expected)s in the week of %(day)s") % values


@register.filter
def change_text(change: Change) -> str:
    """What happened since the last visit, in one sentence."""
    if change.kind == "said":
        return _("%(what)s by a colleague") % {"what": word_kind(change.word).capitalize()}
    assert change.found is not None
    title = change.found.reason.title
    if change.kind == "cleared":
        return f"{title}. {cause_text(change.cause, change.found.cleared_at)}"
    texts = {
        "new": _("new signal: %(title)s"),
        "back": _("signal came back: %(title)s"),
        "duty": _("new duty: %(title)s"),
    }
    text = texts[change.kind] % {"title": title}
    return text[:1].upper() + text[1:]
