"""The menu on a wide screen and on a phone, by mouse and by keyboard, with and without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect


@pytest.fixture
def coordinator(transactional_db: None) -> Any:
    from web_world import make_world

    return make_world().user("care_coordinator")


@pytest.mark.parametrize(("width", "language"), [(1280, "nl"), (390, "en")])
def test_a_page_of_somebody_signed_in_is_accessible(
    visit: Callable, coordinator: Any, width: int, language: str
) -> None:
    visitor = visit(width=width, language=language, user=coordinator)
    visitor.open("/design/")
    visitor.must_be_fine("menu")


def test_the_menu_has_the_pages_of_the_role(visit: Callable, coordinator: Any) -> None:
    page = visit(user=coordinator).open("/design/")
    menu = page.get_by_role("navigation", name="Hoofdmenu")
    expect(menu.get_by_role("link", name="School", exact=True)).to_be_visible()
    expect(menu.get_by_role("link", name="Meldingen")).to_be_visible()


def test_on_a_phone_more_opens_the_menu_without_script(visit: Callable, coordinator: Any) -> None:
    page = visit(width=390, user=coordinator, javascript=False).open("/design/")
    menu = page.get_by_role("navigation", name="Hoofdmenu")
    expect(menu).to_be_hidden()
    page.get_by_role("link", name="Meer").click()
    expect(menu.get_by_role("link", name="Meldingen")).to_be_visible()
    menu.get_by_role("link", name="Sluiten").click()
    expect(menu).to_be_hidden()


def test_the_menu_of_the_person_opens_and_closes_by_keyboard(visit: Callable, coordinator: Any) -> None:
    page = visit(user=coordinator).open("/design/")
    button = page.locator("details.user > summary")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Uitloggen")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Uitloggen")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_printed_page_has_no_menu_and_says_who_printed_it(visit: Callable, coordinator: Any) -> None:
    page = visit(user=coordinator).open("/design/")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Hoofdmenu")).to_be_hidden()
    expect(page.get_by_text("Afgedrukt door")).to_be_visible()
