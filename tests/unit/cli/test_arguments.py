"""What somebody typed becomes a value, or an error that says what is expected."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aanwezig.cli import arguments
from aanwezig.values import AanwezigError


def test_a_date_is_written_with_the_year_first() -> None:
    assert arguments.day("--on", "2025-10-01") == date(2025, 10, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-30",
        "1-10-2025",
        "2025-10",
        "today",
        "",
        "20251001",
        "2025-10-01T00",
        "0001-01-01",
        "9999-12-31",
    ],
)
def test_other_dates_are_wrong_use_that_names_the_option(text: str) -> None:
    with pytest.raises(AanwezigError) as caught:
        arguments.day("--on", text)
    assert "--on" in caught.value.in_language("nl")
    assert "2025-10-01" in caught.value.in_language("en")


def test_a_choice_that_is_not_there_names_the_choices() -> None:
    with pytest.raises(AanwezigError, match="text, json, csv, xlsx, html"):
        arguments.choice("--format", "docx", arguments.FORMATS)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("relative_16h.operator=>", ">"),
        ("relative_16h.operator=>=", ">="),
        ("relative_16h.threshold_minutes=900", 900),
        ("kearney_25.share=12.5", 12.5),
        ("relative_16h.count_late=true", True),
        ("relative_16h.count_late=false", False),
        (" relative_16h.operator = > ", ">"),
    ],
)
def test_a_setting_is_a_number_a_truth_or_a_text(text: str, value: object) -> None:
    assert list(arguments.readings([text]).values()) == [value]


@pytest.mark.parametrize("text", ["operator=>", "relative_16h.operator", "a.b.c=1", "=", "a b.c=1"])
def test_a_setting_needs_a_rule_a_parameter_and_a_value(text: str) -> None:
    with pytest.raises(AanwezigError, match="CLI-014"):
        arguments.readings([text])


def test_a_place_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(AanwezigError, match="CLI-016"):
        arguments.output_path(str(tmp_path), "json", is_terminal=False)
    with pytest.raises(AanwezigError, match="CLI-017"):
        arguments.output_path(str(tmp_path / "no" / "file.json"), "json", is_terminal=False)
    assert (
        arguments.output_path(str(tmp_path / "file.json"), "json", is_terminal=False)
        == tmp_path / "file.json"
    )


def test_a_spreadsheet_does_not_go_to_a_terminal_but_may_be_redirected() -> None:
    with pytest.raises(AanwezigError, match="--out"):
        arguments.output_path(None, "xlsx", is_terminal=True)
    assert arguments.output_path(None, "xlsx", is_terminal=False) is None


def test_a_long_text_is_cut_so_that_the_error_stays_one_line() -> None:
    with pytest.raises(AanwezigError) as caught:
        arguments.day("--on", "x" * 10_000)
    assert len(caught.value.in_language("nl")) < 300
