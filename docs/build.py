"""Make the reference pages from the code, into ``docs/reference``, and check the links between all pages.

``--check`` writes nothing and fails when a page is not what the code says. To add a page: write a function
that returns its Markdown in ``pages.py`` and name it in ``PAGES``.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from pages import PAGES

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def made_pages() -> dict[str, str]:
    """Every reference page by its file name."""
    return {name: page.make() for name, page in PAGES.items()} | {"README.md": index()}


def index() -> str:
    lines = [
        "# Reference",
        "",
        "Made from the code by `make docs`; a test fails when a page is out of date. Do not edit these pages.",
        "",
    ]
    lines += [f"- [{page.title}]({name}): {page.about}" for name, page in PAGES.items()]
    return "\n".join(lines) + "\n"


def outdated(pages: dict[str, str]) -> list[str]:
    """The pages on disk that are not what the code says, or that no code makes."""
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in REFERENCE.glob("*.md")}
    return sorted(name for name in {*pages, *on_disk} if pages.get(name) != on_disk.get(name))


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
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is out of date")
    pages = made_pages()
    if parser.parse_args().check:
        old = outdated(pages)
        for name in old:
            print(f"Out of date: docs/reference/{name}. Run: make docs", file=sys.stderr)
        return 1 if old else 0
    REFERENCE.mkdir(exist_ok=True)
    for name in outdated(pages):
        if name in pages:
            (REFERENCE / name).write_text(pages[name], encoding="utf-8")
            print(f"docs/reference/{name}")
        else:
            (REFERENCE / name).unlink()
    broken = broken_links()
    for line in broken:
        print(f"Link leads nowhere: {line}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
