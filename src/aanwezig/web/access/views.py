"""How a view says which right it needs; without it the middleware refuses the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.table import right as the_right

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def page(right: str) -> Callable[[View], View]:
    """Declare the right of a view: a person without a role that has it gets the page 403.

    What is in reach (which pupil, which organisation) the view asks with ``require`` or ``visible_pupils``.
    """
    the_right(right)

    def mark(view: View) -> View:
        view.right = right  # type: ignore[attr-defined]
        return view

    return mark


def open_page(view: View) -> View:
    """Declare a view that everybody may open, signed in or not: sign-in, invitation, accessibility statement."""
    view.is_open = True  # type: ignore[attr-defined]
    return view


class ActorRequest(HttpRequest):
    """A request after the middleware: ``actor`` is there on every page that is not open."""

    actor: Actor
    htmx: Any
