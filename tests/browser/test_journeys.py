"""What people do in a day, from the first page to the end, in a real browser: wide and on a phone, Dutch and English."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from journey_world import SECRET, fixed_day, school_with_absence, user_of, work_off
from playwright.sync_api import Page, expect
from web_world import PASSWORD, World

from aanwezig.web.audit.models import EmergencyAccess, ReadRecord
from aanwezig.web.duties.models import Notification
from aanwezig.web.organisations.models import Role
from aanwezig.web.pupils.models import Note, TierSetting
from aanwezig.web.results.models import StoredFinding
from aanwezig.web.signals.models import Review

WIDE, PHONE = 1280, 390
EVERY_WAY = pytest.mark.parametrize(
    ("width", "language"), [(WIDE, "nl"), (WIDE, "en"), (PHONE, "nl"), (PHONE, "en")]
)
Visit = Callable[..., Any]


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    yield from fixed_day()


@pytest.fixture
def world(transactional_db: None, settings: Any, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    return school_with_absence()


def primary(page: Page) -> Any:
    """The button that the page is about."""
    return page.locator("main .nl-button--primary").first


@EVERY_WAY
def test_follow_up_a_signal_from_today(world: World, visit: Visit, width: int, language: str) -> None:
    visitor = visit(width=width, language=language, user=world.user(Role.CARE_COORDINATOR))
    page = visitor.open("/")
    visitor.must_be_fine("journey-signal-1-today")
    page.locator(
        "main a[href^='/signals/']", has_text=re.compile("Bekijk|View|Opvolgen|Follow")
    ).first.click()
    visitor.must_be_fine("journey-signal-2-signal")
    page.locator("a[href$='/explained/']").click()
    visitor.must_be_fine("journey-signal-3-why")
    page.locator("button.nl-button--primary").click()
    # Without a choice the form stays and says what is missing.
    visitor.must_be_fine("journey-signal-4-missing")
    page.locator("input[name=why][value=agreed]").check()
    page.locator("textarea[name=note]").fill("Afgesproken met Sem en zijn ouders.")
    page.locator("button.nl-button--primary").click()
    expect(page.get_by_text("Afgesproken met Sem")).to_be_visible()
    visitor.must_be_fine("journey-signal-5-done")
    assert Review.objects.get().state == "explained"
    visitor.open("/signals/")
    expect(page.get_by_text("Er waren")).to_have_count(0)


@EVERY_WAY
def test_prepare_a_notification_and_see_it_met(world: World, visit: Visit, width: int, language: str) -> None:
    visitor = visit(width=width, language=language, user=world.user(Role.CARE_COORDINATOR))
    page = visitor.open("/duties/")
    visitor.must_be_fine("journey-duty-1-list")
    page.locator("main .rows .nl-button").first.click()
    visitor.must_be_fine("journey-duty-2-duty")
    page.locator("main form button.nl-button--primary").click()
    visitor.must_be_fine("journey-duty-3-prepared")
    page.fill("#id_suspected_reason", "Slaapt slecht; mogelijk ADHD.")
    for name, value in (
        ("action_taken", "Gesprek op 12 maart."),
        ("action_wanted_text", "Graag een gesprek."),
    ):
        page.fill(f"#id_{name}", value)
    for name, value in (("all_lessons_missed", "False"), ("action_wanted", "True")):
        page.locator(f"[name={name}][value={value}]").check()
    for name in ("reporter_name", "reporter_role", "reporter_phone", "reporter_email"):
        page.fill(f"#id_{name}", "bos@example.org" if name.endswith("email") else "N. Bos")
    page.locator("form[data-confirm-leaving] button").last.click()
    # A word that looks like a diagnosis is pointed at, not taken away.
    expect(page.locator("main").get_by_text("ADHD", exact=True)).to_be_visible()
    visitor.must_be_fine("journey-duty-4-words")
    page.fill("#id_suspected_reason", "Slaapt slecht.")
    page.locator("form[data-confirm-leaving] button").last.click()
    page.fill("#id_number", "DUO-123")
    page.locator("#sent button.nl-button--primary").click()
    expect(page.get_by_text("DUO-123")).to_be_visible()
    visitor.must_be_fine("journey-duty-5-sent")
    assert Notification.objects.get().status == "registered"
    work_off(world)
    assert StoredFinding.objects.get(rule="relative_16h").met
    visitor.open("/duties/")
    expect(page.locator("main .rows li", has_text="Fleur")).to_have_count(0)
    visitor.must_be_fine("journey-duty-6-met")


@EVERY_WAY
def test_set_a_tier_with_the_reason(world: World, visit: Visit, width: int, language: str) -> None:
    visitor = visit(width=width, language=language, user=world.user(Role.CARE_COORDINATOR))
    ref = world.pupils["p1"].ref
    page = visitor.open(f"/pupils/{ref}/")
    visitor.must_be_fine("journey-tier-1-pupil")
    page.locator("main a[href$='/tier/']").first.click()
    page.locator("input[name=tier][value='3']").check()
    primary(page).click()
    # Without a reason nothing is set, and the choice stays.
    expect(page.locator("input[name=tier][value='3']")).to_be_checked()
    visitor.must_be_fine("journey-tier-2-why")
    assert not TierSetting.objects.exists()
    page.fill("#id_reason", "Drie weken weg, er is een plan nodig.")
    primary(page).click()
    page.wait_for_url(f"**/pupils/{ref}/")
    visitor.must_be_fine("journey-tier-3-set")
    assert (TierSetting.objects.get().tier, TierSetting.objects.get().set_by) == (
        3,
        world.user(Role.CARE_COORDINATOR),
    )


@EVERY_WAY
def test_the_overview_for_parents_holds_nothing_internal(
    world: World, visit: Visit, width: int, language: str
) -> None:
    visitor = visit(width=width, language=language, user=world.user(Role.CARE_COORDINATOR))
    ref = world.pupils["p1"].ref
    page = visitor.open(f"/pupils/{ref}/")
    expect(page.get_by_text(SECRET)).to_have_count(1)
    page.goto(f"{visitor.base}/pupils/{ref}/overview/")
    visitor.must_be_fine("journey-overview-1-screen")
    expect(page.get_by_text("Maandag om tien uur")).to_have_count(1)
    page.emulate_media(media="print")
    visitor.screenshot("journey-overview-2-print")
    printed = page.locator("body").inner_text()
    assert "Fleur" in printed and "Maandag om tien uur" in printed
    assert SECRET not in page.content()
    # Nor what is proposed or found about the child, nor the menu.
    for word in (
        "melding" if language == "nl" else "notification",
        "signaal" if language == "nl" else "signal",
    ):
        assert word not in printed.lower(), word
    expect(page.locator("nav").first).to_be_hidden()
    page.emulate_media(media="screen")
    parent = visit(width=width, language=language, user=user_of(world, Role.PARENT))
    parent.open("/", lands=f"/pupils/{ref}/overview/")
    assert SECRET not in parent.page.content()
    parent.must_be_fine("journey-overview-3-parent")


@EVERY_WAY
def test_a_note_is_written_with_the_keyboard_only(
    world: World, visit: Visit, width: int, language: str
) -> None:
    visitor = visit(width=width, language=language, user=world.user(Role.CARE_COORDINATOR))
    page = visitor.open("/")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.goto(visitor.base + "/")
    if width == PHONE:
        to(page, "a[data-opens-menu]")
        page.keyboard.press("Enter")
    to(page, "nav.menu a[href='/pupils/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pupils/")
    ref = world.pupils["p1"].ref
    to(page, f"main a[href='/pupils/{ref}/']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/pupils/{ref}/")
    to(page, "main a[href*='/notes/new/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/notes/new/**")
    to(page, "#id_text")
    page.keyboard.type("Ik sprak Fleur bij de deur.")
    to(page, "main button.nl-button--primary")
    visitor.must_be_fine("journey-keyboard-note")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/pupils/{ref}/**")
    expect(page.get_by_text("Ik sprak Fleur bij de deur.")).to_have_count(1)
    assert Note.objects.filter(text="Ik sprak Fleur bij de deur.").exists()


def to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there; what has the focus is always visible."""
    for _press in range(120):
        page.keyboard.press("Tab")
        focused = page.evaluate("one => document.activeElement.matches(one)", selector)
        seen = page.evaluate(
            "() => { const box = document.activeElement.getBoundingClientRect();"
            " return document.activeElement === document.body || (box.width > 0 && box.height > 0) }"
        )
        assert seen, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if focused:
            return
    raise AssertionError(f"the keyboard does not come to {selector}")


@EVERY_WAY
def test_signing_in_with_password_and_code(world: World, visit: Visit, width: int, language: str) -> None:
    cache.clear()
    user = world.user(Role.CARE_COORDINATOR)
    user.language = language
    user.save()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    visitor = visit(width=width, language=language)
    page = visitor.open("/school/", lands="/account/sign-in/")
    visitor.must_be_fine("journey-sign-in-1")
    page.fill("#id_login", user.email)
    page.fill("#id_password", "niet het goede wachtwoord")
    page.locator("form.form button").click()
    expect(page.get_by_text(re.compile("is niet goed|klopt niet|is not right")).first).to_be_visible()
    visitor.must_be_fine("journey-sign-in-2-wrong")
    page.fill("#id_password", PASSWORD)
    page.locator("form.form button").click()
    page.wait_for_url("**/second-factor/**")
    visitor.must_be_fine("journey-sign-in-3-code")
    page.fill("#id_code", code_of(secret))
    page.locator("form.form button").click()
    # To the page that was asked for.
    page.wait_for_url("**/school/")
    visitor.must_be_fine("journey-sign-in-4-school")


def code_of(secret: str) -> str:
    """What the app on the telephone shows now."""
    counter = int(time.time()) // 30
    assert counter in list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counter)))


@EVERY_WAY
def test_who_tries_too_often_waits(world: World, visit: Visit, width: int, language: str) -> None:
    cache.clear()
    user = world.user(Role.CARE_COORDINATOR)
    visitor = visit(width=width, language=language)
    page = visitor.open("/account/sign-in/")
    for _time in range(6):
        page.fill("#id_login", user.email)
        page.fill("#id_password", "niet het goede wachtwoord")
        page.locator("form.form button").click()
    waits = "Wacht een kwartier" if language == "nl" else "Wait a quarter of an hour"
    expect(page.get_by_text(waits).first).to_be_visible()
    visitor.must_be_fine("journey-sign-in-5-waits")
    page.fill("#id_password", PASSWORD)
    page.locator("form.form button").click()
    expect(page.get_by_text(waits).first).to_be_visible()
    cache.clear()


@EVERY_WAY
def test_breaking_the_glass(world: World, visit: Visit, width: int, language: str) -> None:
    visitor = visit(width=width, language=language, user=world.user(Role.MENTOR))
    pupil = world.pupils["p3"]
    page = visitor.page
    answer = page.goto(f"{visitor.base}/pupils/{pupil.ref}/")
    assert answer is not None and answer.status == 403
    visitor.must_be_fine("journey-emergency-1-refused")
    assert "Jansen" not in page.content()
    page.locator("a[href$='/emergency/']").click()
    visitor.must_be_fine("journey-emergency-2-reason")
    page.locator("textarea[name=reason], input[name=reason]").fill("kort")
    primary(page).click()
    visitor.must_be_fine("journey-emergency-3-too-short")
    assert not EmergencyAccess.objects.exists()
    page.locator("textarea[name=reason], input[name=reason]").fill(
        "Daan is niet thuisgekomen, de politie vraagt."
    )
    primary(page).click()
    page.wait_for_url(f"**/pupils/{pupil.ref}/")
    expect(page.locator("h1")).to_contain_text("Daan")
    visitor.must_be_fine("journey-emergency-4-open")
    assert ReadRecord.objects.filter(pupil=pupil, is_emergency=True).exists()
    officer = visit(width=width, language=language, user=world.user(Role.PRIVACY_OFFICER))
    officer.open("/administration/emergencies/")
    expect(officer.page.get_by_text("de politie vraagt")).to_be_visible()
    officer.must_be_fine("journey-emergency-5-told")
