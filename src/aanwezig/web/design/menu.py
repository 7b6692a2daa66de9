"""The menu as data: what is there, in which group, and by which right it shows.

An entry shows when its address exists and some role of the actor has the right that its view declares
(``access.views.page``); so a page that is not built is not in the menu. Add a page: one line in ``ENTRIES``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aanwezig.web.access.actor import Actor

Label = str | Promise
# Counts beside entries: {"duties": 3}. Each app says once how its own are counted, in at most one query.
Counts = Callable[[Actor], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Entry:
    """``url_names``: the first that exists is used. ``badge``: key in what ``counts`` gives; ``means``: said aloud.

    ``for_family``: for parents and pupils, who see nothing else; staff with the same right have better pages.
    """

    group: str
    label: Label
    url_names: tuple[str, ...]
    icon: str = ""
    badge: str = ""
    means: Label = ""
    for_family: bool = False


GROUPS: dict[str, Label] = {"day": "", "learn": _("Learning together"), "arrange": _("Set up")}
ENTRIES: tuple[Entry, ...] = (
    Entry("day", _("Today"), ("today:today", "today:list", "today"), "today", "today", _("things to do")),
    Entry("day", _("Pupils"), ("pupils:list", "pupils:pupils", "search:pupils", "pupils"), "pupils"),
    Entry("day", _("My overview"), ("family",), "pupils", for_family=True),
    Entry("day", _("School"), ("schools:school", "school"), "school"),
    Entry("day", _("Signals"), ("signals:list", "signals"), "signals", "signals", _("not followed up")),
    Entry("day", _("Notifications"), ("duties:list", "duties"), "duties", "duties", _("to send")),
    Entry("arrange", _("Import"), ("imports:list", "imports:start", "imports"), "imports"),
    Entry(
        "arrange",
        _("Data in order"),
        ("worklist:list", "imports:worklist", "worklist"),
        "worklist",
        "worklist",
        _("to look at"),
    ),
    Entry("arrange", _("Calendar"), ("calendars:calendar",), "today"),
    Entry("arrange", _("Administration"), ("administration",), "administration"),
    Entry("arrange", _("Emergencies"), ("emergencies",), "signals", "emergencies", _("not looked at yet")),
)
SEARCH = ("search:search", "search", "pupils:search", "pupils:list")

_counts: list[Counts] = []


def set_counts(counts: Counts) -> None:
    """Say how an app's numbers beside the menu are counted: at most one query for all of them, none without the right."""
    if counts not in _counts:
        _counts.append(counts)


@cache
def address(*names: str) -> str:
    """The address of the first of these names that exists; empty when none does."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


@cache
def right_of(url: str) -> str:
    """The right that the view behind an address declares; empty when it declares none."""
    return getattr(resolve(url).func, "right", "")


def may_open(actor: Actor, url: str) -> bool:
    """Whether some role of this person has the right of the page at that address."""
    right = right_of(url) if url else ""
    return bool(right) and actor.may_anywhere(right)


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as this person sees it on this page."""

    label: Label
    url: str
    icon: str
    is_current: bool
    is_exact: bool
    count: int
    count_means: Label


@dataclass(frozen=True, slots=True)
class Group:
    title: Label
    items: tuple[Item, ...]


def menu_for(actor: Actor, path: str) -> tuple[Group, ...]:
    """The groups that this person sees; the entry with the longest address that ``path`` begins with is current."""
    seen = [
        (entry, url)
        for entry in ENTRIES
        if may_open(actor, url := address(*entry.url_names)) and entry.for_family == actor.is_family
    ]
    inside = [url for _entry, url in seen if path == url or (url != "/" and path.startswith(url))]
    current = max(inside, key=len, default="")
    badges = any(entry.badge for entry, _url in seen)
    numbers = {name: number for count in _counts for name, number in count(actor).items()} if badges else {}
    return tuple(
        Group(title, items)
        for key, title in GROUPS.items()
        if (
            items := tuple(
                Item(
                    entry.label,
                    url,
                    entry.icon,
                    url == current,
                    url == path,
                    numbers.get(entry.badge, 0) if entry.badge else 0,
                    entry.means,
                )
                for entry, url in seen
                if entry.group == key
            )
        )
    )
