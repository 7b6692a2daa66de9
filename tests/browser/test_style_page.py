"""The page with every component and picture: the first that a change of the look breaks."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect


def test_every_component_is_accessible_and_keeps_the_rules(visitor) -> None:
    page = visitor.open("/design/")
    words = "Tijdlijn" if visitor.language == "nl" else "Timeline"
    expect(page.get_by_role("heading", name=words)).to_be_visible()
    visitor.must_be_fine("design")


def test_the_accessibility_statement_can_be_read_by_everybody(visitor) -> None:
    visitor.open("/accessibility/")
    visitor.must_be_fine("accessibility")


def test_the_first_tab_skips_to_the_content(visit: Callable) -> None:
    page = visit().open("/accessibility/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_language_can_be_changed_and_the_page_stays(visit: Callable) -> None:
    visitor = visit()
    page = visitor.open("/design/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    assert page.url.endswith("/design/")


def test_everything_can_be_read_without_javascript(visit: Callable) -> None:
    visitor = visit(javascript=False)
    page = visitor.open("/design/")
    page.locator(".definition summary").first.click()
    expect(page.locator(".definition-body").first).to_be_visible()


def test_a_form_with_typed_text_asks_before_it_is_left(visit: Callable) -> None:
    visitor = visit()
    page = visitor.open("/design/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("textarea").first.fill("Moeder belt morgen terug")
    page.goto(visitor.base + "/accessibility/")
    assert asked == ["beforeunload"]


def test_a_page_that_does_not_exist_is_accessible_too(visitor) -> None:
    visitor.page.goto(visitor.base + "/no-such-page/")
    # The browser itself tells the console of the 404.
    visitor.errors.clear()
    visitor.must_be_fine("404")
