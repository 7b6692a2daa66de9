"""The page Administration as data: what is there and by which right it shows.

An entry shows when its address exists and some role of the actor has one of its rights.
Add a page: one line in ``ENTRIES``.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aanwezig.web.access.actor import Actor

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Entry:
    group: str
    url_name: str
    rights: tuple[str, ...]
    label: Text
    about: Text


GROUPS: dict[str, Text] = {
    "people": _("People and organisations"),
    "school": _("The school"),
    "safety": _("Safety and privacy"),
}
ENTRIES: tuple[Entry, ...] = (
    Entry(
        "people",
        "organisations",
        ("admin.organisations",),
        _("Organisations"),
        _("Schools, boards, municipalities and who belongs to whom."),
    ),
    Entry(
        "people",
        "people",
        ("admin.users",),
        _("People and roles"),
        _("Who may sign in, as what, and until when."),
    ),
    Entry(
        "people",
        "invitations",
        ("admin.users",),
        _("Invitations"),
        _("Invite somebody; see who has not come yet."),
    ),
    Entry(
        "people",
        "roles",
        ("admin.users", "audit.emergencies"),
        _("What each role may"),
        _("The access table in words."),
    ),
    Entry(
        "school",
        "calendars:calendar",
        ("calendar.edit",),
        _("Calendar and lesson times"),
        _("Holidays, study days, and how much lesson time there is."),
    ),
    Entry(
        "school",
        "upkeep:thresholds",
        ("admin.thresholds",),
        _("Thresholds"),
        _("When a signal comes, beside the value of the source."),
    ),
    Entry(
        "school",
        "upkeep:reasons",
        ("admin.thresholds",),
        _("Reason codes"),
        _("What the codes of your registration system mean here."),
    ),
    Entry(
        "school",
        "signals:ladder",
        ("ladder.edit",),
        _("Steps of the school"),
        _("What the school does at which signal."),
    ),
    Entry(
        "safety",
        "log",
        ("admin.audit",),
        _("Log"),
        _("Who read or changed what, and when."),
    ),
    Entry(
        "safety",
        "emergencies",
        ("audit.emergencies",),
        _("Emergencies"),
        _("Files that were opened in an emergency, and why."),
    ),
    Entry(
        "safety",
        "upkeep:retention",
        ("admin.retention",),
        _("Retention"),
        _("What is kept how long, and what is removed."),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    label: Text
    about: Text
    url: str


def entries_for(actor: Actor) -> tuple[tuple[Text, tuple[Line, ...]], ...]:
    """The groups and entries that this person sees."""
    seen: dict[str, list[Line]] = {}
    for entry in ENTRIES:
        if not any(actor.may_anywhere(right) for right in entry.rights):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        seen.setdefault(entry.group, []).append(Line(entry.label, entry.about, url))
    return tuple((GROUPS[group], tuple(lines)) for group, lines in seen.items())
