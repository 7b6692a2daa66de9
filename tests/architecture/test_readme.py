"""The README is tried as a newcomer would: its example files and commands, in both languages.

In the READMEs ``<!-- file: NAME -->`` stands before a block with the content of that file, and ``<!-- run -->``
before a block of commands.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.nl.md")
BLOCK = re.compile(r"<!-- (?:file: (?P<file>\S+)|run) -->\n```\w+\n(?P<body>.*?)```", re.DOTALL)
MARKER = re.compile(r"<!-- (?:file: \S+|run) -->")
RUN_MAIN = "import sys; sys.argv[0] = 'aanwezig'; from aanwezig.cli.main import main; main()"


@dataclass(frozen=True)
class Step:
    """A file to write, or commands to run when there is no file name."""

    file: str | None
    body: str


def steps(readme: str) -> list[Step]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = [Step(match["file"], match["body"]) for match in BLOCK.finditer(text)]
    assert len(found) == len(MARKER.findall(text)), f"{readme}: a marker without a block right after it"
    return found


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(command)
    assert program == "aanwezig", command
    return subprocess.run(
        [sys.executable, "-c", RUN_MAIN, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )


def follow(readme: str, folder: Path) -> list[str]:
    """Do what the README says; give the commands that were run."""
    commands = []
    for step in steps(readme):
        if step.file is not None:
            path = folder / step.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.body, encoding="utf-8")
            continue
        for command in step.body.splitlines():
            done = run(command, folder)
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
            commands.append(command)
    return commands


@pytest.mark.parametrize("readme", READMES)
def test_a_newcomer_gets_a_report_on_own_csv_by_the_readme(readme: str, tmp_path: Path) -> None:
    commands = follow(readme, tmp_path)

    outputs = [
        tmp_path / words[words.index("--out") + 1] for words in map(shlex.split, commands) if "--out" in words
    ]
    assert tmp_path / "report.html" in outputs
    for output in outputs:
        assert output.stat().st_size > 0, output
    assert "25PL00" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_example_has_the_duty_that_the_readme_promises(tmp_path: Path) -> None:
    follow("README.md", tmp_path)

    done = run("aanwezig check myregister --on 2025-10-01 --rule relative_16h --format json", tmp_path)

    assert done.returncode == 0, done.stderr
    duties = [finding for finding in json.loads(done.stdout)["findings"] if finding["rule"] == "relative_16h"]
    assert [(duty["pupil_id"], duty["first_day"], duty["last_day"], duty["due"]) for duty in duties] == [
        ("p1", "2025-09-08", "2025-09-11", "2025-09-18")
    ]


def test_the_readmes_are_twins() -> None:
    english, dutch = (steps(readme) for readme in READMES)
    assert english == dutch
    headings = [
        re.findall(r"^#+ ", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE) for readme in READMES
    ]
    assert headings[0] == headings[1]
