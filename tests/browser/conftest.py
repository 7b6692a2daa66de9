"""A real browser before the live application, and the three things every page must keep.

``visitor`` opens pages; ``visitor.must_be_fine()`` asserts that axe finds nothing, that no request left the host
and that the console holds no error (a refused style or script is one). Screenshots are kept where the environment
variable AANWEZIG_SCREENS says.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("django", reason="the application needs the extra 'web'")
pytest.importorskip("playwright", reason="the browser tests need playwright")

from allauth.account.internal.flows import login
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

# Playwright runs an event loop in the thread in which the tests ask the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
sys.path.insert(0, str(Path(__file__).parents[1] / "web"))

WIDE, PHONE = 1280, 390
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# What axe must not find anything of: WCAG 2.2 AA, and what its makers call best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def chromium_path() -> str | None:
    return next(
        (
            found
            for name in ("chromium", "chromium-browser", "google-chrome")
            if (found := shutil.which(name))
        ),
        None,
    )


# In `make test`: each journey in Dutch at a desk, the pages of two roles; `make test-browser` does all of it.
FAST_ROLES = ("mentor", "care_coordinator")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        chosen = getattr(getattr(item, "callspec", None), "params", {})
        is_other_way = {"width", "language"} <= set(chosen) and (chosen["width"], chosen["language"]) != (
            1280,
            "nl",
        )
        if is_other_way or ("role" in chosen and str(chosen["role"]) not in FAST_ROLES):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium on the path (Debian/Ubuntu: apt install chromium)")
    if not (Path(settings.WEB) / "design/static/design/app.css").is_file():
        pytest.skip("the static files are not built: make setup")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody before the application. ``base``: address of the live server."""

    page: Page
    base: str
    language: str
    width: int
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def sign_in(self, user: Any) -> None:
        """Signed in as this user, as if password and second factor had just been given."""
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session, now = client.session, time.time()
        session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
            {"method": "password", "at": now},
            {"method": "mfa", "at": now, "type": "totp"},
        ]
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
        session.save()
        if user.language != self.language:
            user.language = self.language
            user.save(update_fields=["language"])
        self.cookie(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)

    def cookie(self, name: str, value: str) -> None:
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.base}])

    def open(self, path: str, lands: str | None = None) -> Page:
        """The page at that address; fails on an answer of 400 and above, and when it lands elsewhere than said."""
        answer = self.page.goto(self.base + path)
        assert answer is not None and answer.status < 400, f"{path}: {answer and answer.status}"
        landed = urlsplit(self.page.url).path
        assert landed == urlsplit(lands or path).path, f"{path} led to {landed}"
        return self.page

    def screenshot(self, name: str) -> None:
        folder = os.environ.get("AANWEZIG_SCREENS")
        if folder:
            # The head of the page stays in view: from above it lies where a reader sees it.
            self.page.evaluate("window.scrollTo(0, 0)")
            target = Path(folder) / f"{name}-{self.language}-{self.width}.png"
            self.page.screenshot(path=target, full_page=True)

    def must_be_fine(self, name: str = "") -> None:
        """Axe clean, nothing wider than the screen, no request to elsewhere, no error in the console."""
        if name:
            self.screenshot(name)
        assert not self.outside, f"requests left the host: {self.outside}"
        assert not self.errors, f"errors in the console: {self.errors}"
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 1, f"the page is {wide} px wider than the screen"
        found = Axe().run(self.page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        told = [
            f"{one['id']}: {one['help']}: {[node['html'][:160] + ' ' + (node.get('failureSummary') or '')[:300] for node in one['nodes'][:4]]}"
            for one in found.response["violations"]
        ]
        assert not told, "\n".join(told)


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Visitor]]:
    """``visit(width=390, language="en", user=...)``: a new visitor with a window and cookies of its own."""
    with ExitStack() as closing:

        def make(
            width: int = WIDE, language: str = "nl", user: Any = None, javascript: bool = True
        ) -> Visitor:
            context = chromium.new_context(
                viewport={"width": width, "height": 844 if width < 600 else 900},
                locale="nl-NL" if language == "nl" else "en-GB",
                timezone_id="Europe/Amsterdam",
                java_script_enabled=javascript,
            )
            closing.callback(context.close)
            visitor = Visitor(context.new_page(), live_server.url, language, width)
            own = urlsplit(live_server.url).netloc

            def asked(request: Request) -> None:
                parts = urlsplit(request.url)
                if parts.scheme not in ("data", "blob", "about") and parts.netloc != own:
                    visitor.outside.append(request.url)

            def said(message: ConsoleMessage) -> None:
                # That a form or page was refused (403, 422 …) is an answer, and no error of the page.
                is_answer = message.location.get("url") == visitor.page.url and " status of 4" in message.text
                if message.type in ("error", "warning") and not is_answer:
                    visitor.errors.append(message.text)

            context.on("request", asked)
            visitor.page.on("console", said)
            visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
            visitor.cookie(settings.LANGUAGE_COOKIE_NAME, language)
            if user is not None:
                visitor.sign_in(user)
            return visitor

        yield make


@pytest.fixture(
    params=[(WIDE, "nl"), (WIDE, "en"), (PHONE, "nl"), (PHONE, "en")], ids=lambda p: f"{p[1]}-{p[0]}"
)
def visitor(request: pytest.FixtureRequest, visit: Callable[..., Visitor]) -> Visitor:
    """A signed-out visitor: each test runs wide and narrow, in Dutch and in English."""
    width, language = request.param
    return visit(width=width, language=language)
