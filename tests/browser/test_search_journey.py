"""Finding pupils and taking a list along in a real browser: accessible, in both languages, wide and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect


@pytest.fixture
def coordinator(transactional_db: None) -> Any:
    """A care coordinator of a school with a few pupils, of this school year as the clock of the computer has it."""
    from web_world import make_world

    from aanwezig.values import SchoolYear
    from aanwezig.web.access.decide import today
    from aanwezig.web.facts.persons import search_words
    from aanwezig.web.results.models import PupilYear

    world = make_world()
    for number, name in enumerate(("Sanne Dijkstra", "Tim Dykstra", "Adam Visser"), start=1):
        first, _, last = name.partition(" ")
        pupil = world.pupil(f"p{number}", first_name=first, last_name=last)
        pupil.person.search_text, pupil.person.sound = search_words(pupil.person)
        pupil.person.save()
        PupilYear.objects.create(
            school_id=world.school.code,
            pupil=pupil,
            school_year=str(SchoolYear.of(today())),
            group="1A",
            level="1",
            is_enrolled=True,
            rate=0.9 if number > 1 else None,
            band="at_risk" if number > 1 else "",
            proposed_tier=2,
            digest="",
        )
    return world.user("care_coordinator")


PAGES = (
    "/pupils/",
    "/pupils/?band=severe",
    "/search/",
    "/search/?q=dijkstra",
    "/search/?q=xqxq",
    "/search/saved/",
    "/search/saved/new/?tier=2",
    "/exports/",
    "/exports/new/pupils/",
)


@pytest.mark.parametrize(("width", "language"), [(1280, "nl"), (390, "en")])
def test_the_pages_are_accessible(visit: Callable, coordinator: Any, width: int, language: str) -> None:
    visitor = visit(width=width, language=language, user=coordinator)
    for path in PAGES:
        visitor.open(path)
        visitor.must_be_fine(re.sub(r"\W+", "-", path).strip("-"))


def test_from_the_search_field_to_the_pupil(visit: Callable, coordinator: Any) -> None:
    page = visit(user=coordinator).open("/pupils/")
    page.get_by_role("searchbox").first.fill("visser")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Adam Visser")


def test_one_note_for_two_without_script_and_undone(visit: Callable, coordinator: Any) -> None:
    page = visit(user=coordinator, javascript=False).open("/pupils/")
    page.get_by_label("Kies Sanne Dijkstra").check()
    page.get_by_label("Kies Tim Dykstra").check()
    page.get_by_role("button", name="Eén notitie schrijven").click()
    page.get_by_label("Wat is er gezegd of gezien?").fill("Samen besproken.")
    page.get_by_role("button", name="Ja, bewaren").click()
    expect(page.get_by_role("status")).to_contain_text("2 dossiers")
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_text("2 notities zijn teruggenomen.")).to_be_visible()


def test_the_password_is_shown_once(visit: Callable, coordinator: Any) -> None:
    visitor = visit(user=coordinator)
    page = visitor.open("/pupils/")
    page.get_by_role("link", name="Meenemen").click()
    page.get_by_role("button", name="Het bestand maken").click()
    password = page.locator("#export-password").inner_text()
    visitor.must_be_fine("export-password")
    page.get_by_role("link", name="Ik schreef het op: naar het bestand").click()
    expect(page.get_by_text("wordt gemaakt", exact=True)).to_be_visible()
    assert password not in page.content()
    visitor.must_be_fine("export-waiting")
