"""Every text in both languages, with the same places to fill, and none that nobody says."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import aanwezig.cli
import aanwezig.pictures
from aanwezig.cli.texts import Texts, all_texts
from aanwezig.rules.provisions import all_provisions

SOURCES = [Path(package.__file__).parent for package in (aanwezig.cli, aanwezig.pictures)]


def said_in() -> list[Path]:
    return [path for source in SOURCES for path in source.rglob("*") if path.suffix in (".py", ".html")]


# Keys that are put together from parts: a command's name, a reason, a band.
MADE_UP = re.compile(
    r"^(reason|category|band|unit|per|day|letter|tiers\.group|alerts\.kind|count\.unit|in_unit|value)[._]|^(usage|import|simulate|error|web|export-register)\..*\.(what|mend)$|\.examples$"
)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(all_texts()))
def test_both_languages_have_the_same_places_to_fill(key: str) -> None:
    text = all_texts()[key]
    assert placeholders(text.nl) == placeholders(text.en)


def test_every_text_is_said_somewhere() -> None:
    code = "".join(path.read_text("utf-8") for path in said_in())
    unsaid = [
        key
        for key in all_texts()
        if not MADE_UP.search(key) and f'{key}"' not in code and f"{key}'" not in code
    ]
    assert not unsaid


def test_what_the_code_says_exists() -> None:
    code = "".join(path.read_text("utf-8") for path in said_in())
    said = set(re.findall(r"""say\(\s*["']([a-z0-9_.]+)["']""", code))
    assert not {key for key in said if key not in all_texts() and not key.endswith(".")}


def test_a_text_is_filled_in_the_language_asked_for() -> None:
    assert Texts("nl")("due.left", days=3) == "nog 3 werkdagen"
    assert Texts("en")("due.left", days=3) == "3 working days left"


def test_a_text_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        Texts("nl")("no.such.text")


def test_every_unit_of_a_rule_has_its_words() -> None:
    units = {
        parameter.unit
        for rule in all_provisions().values()
        for version in rule.versions
        for parameter in version.parameters.values()
        if parameter.unit
    }
    assert not {unit for unit in units if f"in_unit.{unit.replace(' ', '_')}" not in all_texts()}
