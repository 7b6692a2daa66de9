"""Everything that a user can meet is documented, and the committed pages are what the code says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from aanwezig.calendar.holidays import known_school_years
from aanwezig.cli.errors import CODES
from aanwezig.counts import all_profiles
from aanwezig.engines.fault_codes import FAULT_CODES
from aanwezig.measures import catalogue
from aanwezig.register import profile_names
from aanwezig.register.fault_codes import FAULT_CODES as IMPORT_CODES
from aanwezig.rules.provisions import all_provisions
from aanwezig.tables import TABLES

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
COMMANDS = ("import", "check", "count", "measure", "simulate")


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def headings(name: str) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", page(name), re.MULTILINE))


def test_the_committed_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "build.py"), "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_in_both_languages(name: str) -> None:
    assert {f"aanwezig {name} (nl)", f"aanwezig {name} (en)"} <= headings("command-line.md")


def test_every_table_and_column_is_documented() -> None:
    assert set(TABLES) <= headings("register.md")
    text = page("register.md")
    missing = [
        f"{table.name}.{column.name}"
        for table in TABLES.values()
        for column in table.all_columns()
        if f"| `{column.name}` |" not in text
    ]
    assert not missing


def test_every_rule_and_each_of_its_parameters_is_documented() -> None:
    assert set(all_provisions()) <= headings("rules.md")
    text = page("rules.md")
    missing = [
        f"{rule.id}.{name}"
        for rule in all_provisions().values()
        for version in rule.versions
        for name in version.parameters
        if f"| `{name}` |" not in text
    ]
    assert not missing


def test_every_measure_is_documented() -> None:
    assert {measure.id for measure in catalogue()} <= headings("measures.md")


def test_every_definition_of_home_sitters_is_documented() -> None:
    assert set(all_profiles()) <= headings("definitions.md")


def test_every_code_of_a_fault_is_documented() -> None:
    assert {*FAULT_CODES, *IMPORT_CODES} <= headings("faults.md")
    assert not {code for code in CODES.values() if f"| {code} |" not in page("faults.md")}


def test_every_code_that_the_code_names_has_a_page() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "aanwezig").rglob("*.py"))
    named = set(re.findall(r'"((?:REG|CLI|CHK|CNT|LIB|SIM)-\d{3})"', source))
    assert not {code for code in named if code not in page("faults.md")}


def test_every_school_year_of_holidays_is_documented() -> None:
    assert not {str(year) for year in known_school_years() if str(year) not in page("holidays.md")}


def test_every_import_profile_is_documented() -> None:
    assert set(profile_names()) <= headings("profiles.md")


def test_every_option_of_a_command_has_a_text_of_its_own() -> None:
    for block in re.findall(r"```text\n(.*?)```", page("command-line.md"), re.DOTALL):
        options = re.findall(r"^  (--\S+.*)$", block, re.MULTILINE)
        assert options
        for line in options:
            following = block[block.index(line) + len(line) :].lstrip("\n").splitlines()
            has_text = "  " in line.strip() or (following and following[0].startswith(" " * 20))
            assert has_text, line
