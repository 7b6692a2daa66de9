"""What stands around every page: menu by right, language, pages for what went wrong; and the texts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import resolve
from web_world import World

from aanwezig.web.design import menu, texts
from aanwezig.web.design.context import page


def labels(world: World, role: str) -> list[str]:
    request = RequestFactory().get("/design/")
    request.actor = world.actor(role)  # type: ignore[attr-defined]
    return [str(item.label) for group in page(request)["frame"].menu for item in group.items]


def test_the_menu_has_only_pages_that_exist_and_that_the_role_may_open(world: World) -> None:
    for role in ("mentor", "school_leader", "researcher", "administrator"):
        actor = world.actor(role)
        for group in menu.menu_for(actor, "/"):
            for item in group.items:
                right = getattr(resolve(item.url).func, "right", "")
                assert right and actor.may_anywhere(right)


def test_who_may_not_open_a_page_does_not_see_it(world: World) -> None:
    assert "School" in labels(world, "school_leader")
    assert "School" not in labels(world, "parent")


def test_numbers_beside_the_menu_are_asked_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def counts(actor: object) -> dict[str, int]:
        asked.append(actor)
        return {"duties": 3}

    monkeypatch.setattr(menu, "_counts", [counts])
    groups = menu.menu_for(world.actor("school_leader"), "/")
    found = {item.url: item.count for group in groups for item in group.items}
    assert asked and len(asked) == 1
    assert found[menu.address("duties:list")] == 3


def test_the_page_one_is_on_is_marked_with_the_nearest_entry(world: World) -> None:
    url = menu.address("duties:list")
    groups = menu.menu_for(world.actor("school_leader"), f"{url}something/")
    current = [item.url for group in groups for item in group.items if item.is_current]
    assert current == [url]


def test_the_language_is_kept_and_leads_back_to_the_page(client: Client, db: None) -> None:
    response = client.post("/language/", {"language": "en", "next": "/accessibility/"})
    assert response.status_code == 302 and response["Location"] == "/accessibility/"
    assert 'lang="en"' in client.get("/accessibility/").content.decode()


def test_a_language_that_does_not_exist_changes_nothing(client: Client, db: None) -> None:
    assert settings.LANGUAGE_COOKIE_NAME not in client.post("/language/", {"language": "xx"}).cookies


def test_choosing_a_language_never_leads_to_another_site(client: Client, db: None) -> None:
    for away in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        assert client.post("/language/", {"language": "nl", "next": away})["Location"] == "/"


def test_who_signed_in_keeps_the_language_with_the_account(world: World) -> None:
    user = world.user("mentor")
    world.client("mentor").post("/language/", {"language": "en"})
    user.refresh_from_db()
    assert user.language == "en"


def test_a_page_that_does_not_exist_says_so_in_words(client: Client, db: None) -> None:
    response = client.get("/no-such-page/")
    assert response.status_code == 404 and "Deze pagina bestaat niet" in response.content.decode()


def test_a_refusal_says_why_and_what_can_be_done(world: World) -> None:
    from aanwezig.web.access.decide import decide
    from aanwezig.web.access.middleware import refused

    request = RequestFactory().get("/x/")
    request.actor = world.actor("parent")  # type: ignore[attr-defined]
    text = refused(request, decide(request.actor, "admin.audit")).content.decode()  # type: ignore[attr-defined]
    assert "Je mag deze pagina niet zien" in text and "Wat je kunt doen" in text


@pytest.mark.parametrize("app", texts.apps(), ids=lambda path: path.name)
def test_every_text_has_its_dutch(app: Path) -> None:
    assert texts.missing(app) == []


# What becomes a PDF is never sent to a browser and carries its own style.
TEMPLATES = sorted(path for path in texts.WEB.glob("*/templates/**/*.html") if not path.stem.endswith("_pdf"))


def test_no_template_breaks_the_content_security_policy() -> None:
    wrong = [
        f"{path.parent.name}/{path.name}: {found.group(0)}"
        for path in TEMPLATES
        for found in re.finditer(
            r"""\sstyle=["']|\son(?:click|change|load|submit|input)=|<style|<script(?![^>]*\ssrc=)|//cdn|https?://[^"' ]+\.(?:js|css)""",
            path.read_text("utf-8"),
        )
    ]
    assert TEMPLATES and not wrong
