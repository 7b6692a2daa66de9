"""What every page needs around its content; worked out only when a template asks for it."""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from aanwezig.values import SchoolYear
from aanwezig.web.access.actor import Actor, Place
from aanwezig.web.access.decide import today
from aanwezig.web.design.menu import SEARCH, Group, Item, address, may_open, menu_for
from aanwezig.web.organisations.models import Role

try:
    VERSION = version("aanwezig")
except PackageNotFoundError:  # pragma: no cover - run from a folder that was not installed
    VERSION = ""

# Links in the menu of the person, shown when the address exists; with rights, for who has one of them.
ACCOUNT_LINKS: tuple[tuple[Any, tuple[str, ...], tuple[str, ...]], ...] = (
    (_("My account"), ("account",), ()),
    (_("Second step when signing in"), ("mfa_index",), ()),
    (_("Where I am signed in"), ("usersessions_list",), ()),
    (_("My exports"), ("exports:list",), ("export.pupils", "export.duties", "export.administration")),
)


class Frame:
    """Header, menu, footer of one request. ``None`` of an actor: a signed-out page."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.actor: Actor | None = getattr(request, "actor", None)
        self.is_demo: bool = getattr(settings, "DEMO", False)
        self.version = VERSION
        self.source_url: str = getattr(settings, "SOURCE_URL", "")
        self.language_url = address("language")
        self.sign_out_url = address("account_logout")
        self.accessibility_url = address("accessibility")
        self.switch_url = address("work_for")

    @cached_property
    def menu(self) -> tuple[Group, ...]:
        return menu_for(self.actor, self._request.path) if self.actor else ()

    @cached_property
    def bottom(self) -> tuple[Item, ...]:
        """The phone's bar: the first entry, and search."""
        found = [item for group in self.menu for item in group.items][:1]
        if self.search_url:
            path = self._request.path
            found.append(
                Item(
                    _("Search"),
                    self.search_url,
                    "search",
                    path == self.search_url,
                    path == self.search_url,
                    0,
                    "",
                )
            )
        return tuple(found)

    @property
    def search_url(self) -> str:
        url = address(*SEARCH)
        return url if self.actor and not self.actor.is_family and may_open(self.actor, url) else ""

    @property
    def organisation(self) -> str:
        place = self.actor.working_at if self.actor else None
        return place.name if place else ""

    @property
    def places(self) -> tuple[Place, ...]:
        """Each organisation once, in the order of the memberships."""
        return tuple({one.at.id: one.at for one in self.actor.memberships}.values()) if self.actor else ()

    @property
    def role(self) -> str | Promise:
        role = self.actor.role_at(self.actor.working_at) if self.actor else ""
        return Role(role).label if role else ""

    @property
    def initials(self) -> str:
        """Of first and last word of the name, as on the round button."""
        words = [word for word in (self.actor.name if self.actor else "").split() if word[:1].isalpha()]
        chosen = [words[0], words[-1]] if len(words) > 1 else words
        return "".join(word[0] for word in chosen).upper() or "?"

    @property
    def school_year(self) -> str:
        return str(SchoolYear.of(today()))

    @property
    def now(self) -> str:
        from aanwezig.web.design.templatetags.design import moment

        return moment(timezone.now())

    @property
    def account_links(self) -> list[dict[str, Any]]:
        return [
            {"label": label, "url": url}
            for label, names, rights in ACCOUNT_LINKS
            if (url := address(*names))
            and (not rights or (self.actor and any(self.actor.may_anywhere(one) for one in rights)))
        ]


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template: ``frame``, ``actor``, ``language`` (nl or en)."""
    frame = Frame(request)
    return {"frame": frame, "actor": frame.actor, "language": "en" if get_language() == "en" else "nl"}
