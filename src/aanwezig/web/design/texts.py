"""The texts of the pages: collect them from code and templates, and compile the Dutch ones.

``python -m aanwezig.web.design.texts extract [APP …]`` writes ``<app>/locale/nl/LC_MESSAGES/django.po`` (needs
xgettext of GNU gettext), then compiles. ``… compile`` needs only babel. Without Django's settings, so that one app
that is being changed does not keep the others from their texts.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

WEB = Path(__file__).resolve().parents[1]
PO = "locale/nl/LC_MESSAGES/django.po"


def apps() -> list[Path]:
    """The folders of all apps of the application."""
    return sorted(path.parent for path in WEB.glob("*/apps.py"))


def compile_texts(folders: Iterable[Path] | None = None) -> list[Path]:
    """Write the ``.mo`` beside each ``.po``; a text that is marked fuzzy or empty is left out, as gettext does."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    made = []
    for folder in folders or apps():
        source = folder / PO
        if source.is_file():
            with source.open("rb") as stream:
                catalog = read_po(stream, locale="nl", abort_invalid=True)
            target = source.with_suffix(".mo")
            with target.open("wb") as stream:
                write_mo(stream, catalog)
            made.append(target)
    return made


def missing(folder: Path) -> list[str]:
    """Texts of an app that have no Dutch yet, or whose Dutch is only a guess of the tool (fuzzy)."""
    from babel.messages.pofile import read_po

    source = folder / PO
    if not source.is_file():
        return []
    with source.open("rb") as stream:
        catalog = read_po(stream, locale="nl")
    texts = []
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (message.fuzzy or not all(forms)):
            texts.append(message.id if isinstance(message.id, str) else message.id[0])
    return texts


def extract_texts(folders: Iterable[Path]) -> None:
    """Renew the ``.po`` of each app: texts sorted, so that two people's changes merge; Dutch that stands is kept."""
    import django
    from django.conf import settings
    from django.core.management.commands.makemessages import Command as MakeMessages

    class Sorted(MakeMessages):
        msgmerge_options = [*MakeMessages.msgmerge_options, "--sort-output", "--no-fuzzy-matching"]
        msgattrib_options = [*MakeMessages.msgattrib_options, "--sort-output"]
        xgettext_options = [*MakeMessages.xgettext_options, "--sort-output"]

    if not settings.configured:
        settings.configure(USE_I18N=True, LANGUAGES=[("nl", "Nederlands"), ("en", "English")])
        django.setup()
    began = Path.cwd()
    for folder in folders:
        (folder / PO).parent.mkdir(parents=True, exist_ok=True)
        os.chdir(folder)
        try:
            command = Sorted()
            parser = command.create_parser("manage.py", "makemessages")
            options = vars(
                parser.parse_args(
                    [
                        "--locale=nl",
                        "--no-location",
                        "--no-obsolete",
                        "--no-wrap",
                        "--ignore=assets/*",
                        "--ignore=static/*",
                    ]
                )
            )
            command.execute(**options)
        finally:
            os.chdir(began)
        _tidy(folder / PO)


def _tidy(path: Path) -> None:
    """Without the lines that differ at each run."""
    if not path.is_file():
        return
    text = path.read_text("utf-8")
    head = (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: Aanwezig\\n"\n"Language: nl\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    )
    body = re.split(r"\n\n", text, maxsplit=1)
    path.write_text(head + "\n" + (body[1] if len(body) > 1 else ""), "utf-8")


def main(arguments: list[str]) -> int:
    work, names = (arguments[0] if arguments else ""), arguments[1:]
    known = {path.name: path for path in apps()}
    wrong = [name for name in names if name not in known]
    if work not in ("extract", "compile") or wrong:
        print(f"usage: extract|compile [{'|'.join(known)}] …", file=sys.stderr)
        return 2
    folders = [known[name] for name in names] or list(known.values())
    if work == "extract":
        if shutil.which("xgettext") is None:
            print("Collecting texts needs GNU gettext (Debian/Ubuntu: apt install gettext).", file=sys.stderr)
            return 2
        extract_texts(folders)
    compile_texts(folders)
    for folder in folders if work == "extract" else ():
        if left := missing(folder):
            print(f"{folder.name}: {len(left)} texts without Dutch, the first: {left[0]!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
