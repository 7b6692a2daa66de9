"""Every page of the menu, for each role, at both widths: with a school that has data, and in an empty installation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from journey_world import fixed_day, school_with_absence, user_of
from web_world import World, make_world

from aanwezig.web.access.actor import actor_of
from aanwezig.web.access.decide import today
from aanwezig.web.design.menu import menu_for
from aanwezig.web.facts.models import FACTS
from aanwezig.web.organisations.models import Role

FAMILY = (Role.PARENT, Role.YOUNG_PERSON)
# What is opened from those pages, once.
MORE = {
    Role.CARE_COORDINATOR: (
        "/account/",
        "/account/sessions/",
        "/account/second-factor/",
        "/administration/roles/",
        "/definitions/",
        "/today/mail/",
        "/signals/steps/",
        "/signals/steps/ladder/",
        "/search/",
        "/search/saved/",
        "/exports/",
        "/import/freshness/",
        "/calendar/timetable/",
        "/school/why/",
        "/worklist/missing/",
    ),
    Role.ADMINISTRATOR: (
        "/administration/organisations/",
        "/administration/people/",
        "/administration/invitations/",
        "/administration/invitations/add/",
        "/administration/log/",
        "/administration/thresholds/",
        "/administration/reasons/",
        "/administration/retention/",
    ),
}
# These show what was imported: without anything they lead to the import, for who may do it.
OF_PUPILS = ("/", "/pupils/", "/school/", "/signals/", "/duties/", "/worklist/")


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    yield from fixed_day()


@pytest.fixture(params=["full", "empty"])
def world(request: pytest.FixtureRequest, transactional_db: None, settings: Any, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    if request.param == "full":
        return school_with_absence()
    made = make_world()
    FACTS["schools"].objects.all().delete()
    return made


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_each_page_of_the_menu(
    world: World, visit: Callable[..., Any], role: Role, subtests: pytest.Subtests
) -> None:
    if role in FAMILY and not world.pupils:
        pytest.skip("there is no parent without a child")
    user = user_of(world, role)
    state = "full" if world.pupils else "empty"
    actor = actor_of(user, today())
    urls = [item.url for group in menu_for(actor, "/") for item in group.items]
    assert urls
    for width, language in ((1280, "en"), (390, "nl")):
        visitor = visit(width=width, language=language, user=user)
        for url in dict.fromkeys((*urls, *MORE.get(role, ()))):
            with subtests.test(url, width=width):
                visitor.errors.clear()
                answer = visitor.page.goto(visitor.base + url)
                assert answer is not None and answer.status == 200, f"{url}: {answer and answer.status}"
                visitor.must_be_fine(f"menu-{state}-{role}-{url.strip('/').replace('/', '-') or 'today'}")
                if state == "empty" and url in OF_PUPILS and url in urls and actor.may_anywhere("import.run"):
                    assert visitor.page.locator("main a[href^='/import/']").count(), "leads nowhere"
