"""Make the reference pages from the code, into ``build/docs``, and check the links between all pages.

To add a page: write a function that returns its Markdown and name it in ``PAGES``.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from aanwezig.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
LANGUAGES = {"en": "C.UTF-8", "nl": "nl_NL.UTF-8"}


def cell(text: object) -> str:
    """The text as one cell of a Markdown table."""
    return str(text).replace("|", "\\|").replace("\n", " ")


def data_dictionary() -> str:
    """Every table and column of the register, in both languages."""
    lines = [
        "# The register: tables and columns",
        "",
        "Dutch and English side by side; *empty*: may be empty or missing.",
    ]
    tables = TABLES.values() if isinstance(TABLES, dict) else TABLES
    for table in tables:
        lines += ["", f"## {table.name}", "", f"{table.meaning.nl} · {table.meaning.en}", ""]
        lines += [
            f"Key: {', '.join(table.key) or 'none'}. {'Optional table.' if table.optional else 'Required.'}",
            "",
        ]
        lines += ["| column | kind | empty | nl | en | values |", "|---|---|---|---|---|---|"]
        for column in table.all_columns():
            kind = f"{column.kind.value} ({column.unit})" if column.unit else column.kind.value
            row = (
                f"`{column.name}`",
                kind,
                "yes" if column.may_be_empty else "no",
                column.meaning.nl,
                column.meaning.en,
                ", ".join(f"`{value}`" for value in column.values),
            )
            lines.append("| " + " | ".join(cell(part) for part in row) + " |")
    return "\n".join(lines) + "\n"


def help_text(command: tuple[str, ...], language: str) -> str:
    """What ``aanwezig COMMAND --help`` prints."""
    locale = LANGUAGES[language]
    environment = {
        **os.environ,
        "LANG": locale,
        "LC_ALL": locale,
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "TERM": "dumb",
    }
    code = "import sys; sys.argv[0] = 'aanwezig'; from aanwezig.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *command, "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def commands() -> list[str]:
    """The names of the commands, from the command line's own definition."""
    import typer.main
    from aanwezig.cli.main import app

    return sorted(getattr(typer.main.get_command(app), "commands", {}))


def command_line() -> str:
    """The help of each command, in English and Dutch."""
    lines = ["# The command line", ""]
    for command in ((), *((name,) for name in commands())):
        lines += [f"## {' '.join(('aanwezig', *command))}", ""]
        for language in LANGUAGES:
            lines += [f"### {language}", "", "```text", help_text(command, language), "```", ""]
    return "\n".join(lines)


PAGES: dict[str, Callable[[], str]] = {
    "register.md": data_dictionary,
    "command-line.md": command_line,
}


def broken_links() -> list[str]:
    """Relative links in the project's own pages that lead nowhere."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return [
        f"{page.relative_to(ROOT)}: {target}"
        for page in sorted(pages)
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "docs")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (out / name).write_text(page(), encoding="utf-8")
        print(out / name)
    broken = broken_links()
    for line in broken:
        print(f"Link leads nowhere: {line}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
