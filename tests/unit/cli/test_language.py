"""Which language the command line speaks."""

from __future__ import annotations

import pytest

from aanwezig.cli.language import asked_language, choose_language


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        ([], {"LANG": "nl_NL.UTF-8"}, "nl"),
        ([], {"LANG": "nl_BE.UTF-8"}, "nl"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "C.UTF-8"}, "en"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {"LC_ALL": "en_US.UTF-8", "LANG": "nl_NL.UTF-8"}, "en"),
        ([], {"LC_MESSAGES": "nl_NL.UTF-8", "LANG": "en_US.UTF-8"}, "nl"),
        ([], {"LC_ALL": "", "LANG": "nl_NL.UTF-8"}, "nl"),
        (["check", "--language", "nl"], {"LANG": "en_GB.UTF-8"}, "nl"),
        (["check", "--language=en"], {"LANG": "nl_NL.UTF-8"}, "en"),
        (["check", "--language", "de"], {"LANG": "nl_NL.UTF-8"}, "nl"),
    ],
)
def test_the_option_goes_before_the_locale_and_the_locale_by_its_own_order(
    arguments: list[str], environment: dict[str, str], expected: str
) -> None:
    assert choose_language(arguments, environment) == expected


def test_what_stands_after_two_dashes_is_no_option() -> None:
    assert asked_language(["import", "--", "--language=nl"]) is None


def test_an_option_without_its_value_asks_for_nothing() -> None:
    assert asked_language(["check", "--language"]) is None
