"""What every template and every Dutch text of the application keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "src/aanwezig/web"
TEMPLATES = sorted(WEB.glob("*/templates/**/*.html"))
CATALOGUES = sorted(WEB.glob("*/locale/nl/LC_MESSAGES/django.po"))
# The content security policy refuses these. WeasyPrint makes the PDF pages from styles of their own.
REFUSED = {
    "a style of its own": re.compile(r"\sstyle\s*=|<style\b"),
    "a script of its own": re.compile(r"<script(?![^>]*\bsrc=)"),
    "a handler": re.compile(r"\son[a-z]+\s*=\s*[\"']"),
    "something of elsewhere": re.compile(r"<(?:script|img|link|iframe)\b[^>]*(?:src|href)=[\"']https?:"),
    "an f-string or TODO": re.compile(r"\bTODO\b|\bFIXME\b"),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def name(path: Path) -> str:
    return str(path.relative_to(WEB))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_asks_nothing_that_the_policy_refuses(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if not path.name.endswith("_pdf.html"):
        for what, pattern in REFUSED.items():
            assert not pattern.search(text), what
    # A form that goes nowhere, on the page with every component, needs none.
    for form in re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", text, re.S | re.I):
        assert "{% csrf_token %}" in form or 'action="#"' in form, (
            "a form that sends has the token of its page"
        )


def entries(path: Path) -> Iterator[tuple[str, list[str], bool]]:
    """Each English text with its Dutch ones, and whether that is a guess."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        parts: dict[str, str] = {}
        now = ""
        for line in block.splitlines():
            if found := re.match(r"(msgid_plural|msgid|msgstr(?:\[\d\])?) (.*)", line):
                now, line = found[1], found[2]
            if now and line.startswith('"'):
                parts[now] = parts.get(now, "") + line[1:-1]
        if parts.get("msgid"):
            dutch = [text for key, text in parts.items() if key.startswith("msgstr")]
            yield parts["msgid"], dutch, "#, fuzzy" in block


@pytest.mark.parametrize("path", CATALOGUES, ids=name)
def test_every_text_has_its_dutch(path: Path) -> None:
    """Mend: fill it in below ``locale/nl`` and run ``make messages APP=…``."""
    for english, dutch, is_guess in entries(path):
        assert dutch and all(dutch), english
        assert not is_guess, english
        named = set(PLACEHOLDER.findall(english))
        for text in dutch:
            assert set(PLACEHOLDER.findall(text)) <= named | {"number"}, english


def test_there_is_something_to_look_at() -> None:
    assert len(TEMPLATES) > 60
    assert len(CATALOGUES) > 10
