"""What users and scripts see, kept whole; a change shows as a diff to look at.

Renew with ``RENEW_GOLDEN=1 python -m pytest tests/golden`` and read the diff before committing it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from aanwezig.cli import main as command_line
from aanwezig.cli.report.check_report import check_page
from aanwezig.cli.texts import Texts
from aanwezig.library import open_register

FILES = Path(__file__).parent / "files"
COMMANDS = ("", "check", "count", "import", "measure", "simulate")
TABLES = {
    "schools": "school_id,name,sector,holiday_region\n25PL00,De Linde,po,noord\n",
    "pupils": "pupil_id,birth_date\np1,2015-03-14\np2,2016-11-02\n",
    "enrolments": "pupil_id,school_id,first_day,last_day,group\np1,25PL00,2024-08-01,,7A\np2,25PL00,2024-08-01,,6A\n",
    "absences": (
        "absence_id,pupil_id,school_id,date,minutes,part,reason,authorised\n"
        "a1,p1,25PL00,2025-09-08,330,,truant,no\na2,p1,25PL00,2025-09-09,330,,truant,no\n"
        "a3,p1,25PL00,2025-09-11,300,,truant,no\na4,p2,25PL00,2025-09-16,,day,sick,yes\n"
        "a5,p2,25PL00,2025-02-30,,day,sick,yes\n"
    ),
    "deliveries": "school_id,last_day\n25PL00,2025-09-30\n",
}
Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command in a folder with the register ``myregister``; gives its stdout."""
    folder = tmp_path / "myregister"
    folder.mkdir()
    for name, content in TABLES.items():
        (folder / f"{name}.csv").write_text(content, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str) -> str:
        assert command_line.run(arguments) == 0
        return capsys.readouterr().out

    return run


def compare(name: str, text: str) -> None:
    path = FILES / name
    text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    if os.environ.get("RENEW_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert path.exists(), f"{name} was never made: RENEW_GOLDEN=1 python -m pytest tests/golden"
    assert text == path.read_text("utf-8"), f"{name} changed: look, and renew it with RENEW_GOLDEN=1"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_help(run: Run, language: str) -> None:
    pages = [run(*filter(None, ("--language", language, command, "--help"))) for command in COMMANDS]
    compare(f"help.{language}.txt", "\n\n".join(pages))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_text_of_check(run: Run, language: str) -> None:
    said = run("check", "myregister", "--on", "2025-10-01", "--rule", "relative_16h", "--language", language)
    compare(f"check.{language}.txt", said)


def test_json_of_check(run: Run) -> None:
    arguments = ("check", "myregister", "--on", "2025-10-01", "--rule", "relative_16h", "--format", "json")
    compare("check.json", run(*arguments, "--language", "en"))


def test_csv_of_check(run: Run) -> None:
    compare(
        "check.csv",
        run("check", "myregister", "--on", "2025-10-01", "--rule", "relative_16h", "--format", "csv"),
    )


def test_json_of_measure(run: Run) -> None:
    compare("measure.json", run("measure", "myregister", "--on", "2025-10-01", "--format", "json"))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_words_of_the_report(run: Run, language: str) -> None:
    """The words that a reader sees, up to the definitions, which stand in the reference pages."""
    register = open_register("myregister", on=date(2025, 10, 1))
    check = register.check(rules=["relative_16h"])
    page = check_page(register, check, Texts("nl" if language == "nl" else "en"), date(2025, 10, 2))
    compare(f"report.{language}.txt", words(page.partition('<section id="uitleg"')[0]))


class Words(HTMLParser):
    """The text between elements, without the style sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self.silent = False

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data).strip()
        if text and not self.silent:
            self.lines.append(text)


def words(page: str) -> str:
    reader = Words()
    reader.feed(page)
    return "\n".join(reader.lines)
