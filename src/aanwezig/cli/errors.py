"""Every error as one line on stderr and an exit code: 2 for wrong use, unreadable input and our own mistakes."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

from aanwezig.cli.texts import Texts, all_texts
from aanwezig.values import AanwezigError, BilingualText

DONE = 0
STRICT_FAILED = 1
WRONG = 2
INTERRUPTED = 130
DEBUG = "AANWEZIG_DEBUG"
# The code of each error of the command line, by the key of its texts; the documentation lists them.
CODES = {
    "usage.too_much": "CLI-001",
    "usage.no_such_option": "CLI-002",
    "usage.needs_value": "CLI-003",
    "import.missing": "CLI-004",
    "usage.missing_argument": "CLI-004",
    "usage.missing_option": "CLI-004",
    "usage.bad_value": "CLI-005",
    "usage.no_such_command": "CLI-006",
    "error.file": "CLI-010",
    "usage.date": "CLI-011",
    "usage.choice": "CLI-012",
    "usage.setting": "CLI-014",
    "usage.xlsx_needs_out": "CLI-015",
    "usage.out_is_folder": "CLI-016",
    "usage.out_folder_missing": "CLI-017",
    "usage.on_or_year": "CLI-018",
    "simulate.bad_year": "CLI-021",
    "import.no_files": "CLI-031",
    "import.no_into": "CLI-032",
    "import.undo_use": "CLI-033",
    "web.not_installed": "CLI-040",
    "export-register.key_use": "CLI-041",
    "export-register.database": "CLI-042",
    "error.ours": "CLI-099",
}


def wrong_use(key: str, **values: object) -> AanwezigError:
    """An error of use, with what is wrong (``key.what``) and how to mend it (``key.mend``) from the texts."""
    what, mend = (all_texts()[f"{key}.{part}"].format(**values) for part in ("what", "mend"))
    return AanwezigError(CODES[key], what, mend)


def tell(line: str) -> None:
    """One line on stderr, whatever the terminal can write."""
    text = " ".join(line.split())
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=sys.stderr)


def usage_error(error: Any, say: Texts) -> AanwezigError:
    """What Typer found wrong in the arguments, in our words.

    Told apart by the name of the class, because Typer carries its own copy of click in some versions.
    """
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "aanwezig"
    kind = type(error).__name__
    option = getattr(error, "option_name", None)
    if kind == "NoSuchOption":
        return _with_help("usage.no_such_option", command, option=option, hint=_hint(error, say))
    if kind == "BadOptionUsage":
        return _with_help("usage.needs_value", command, option=option)
    if kind == "MissingParameter" and error.param is not None:
        parameter = error.param
        is_option = parameter.param_type_name == "option"
        name = parameter.opts[0] if is_option else parameter.metavar
        key = "usage.missing_option" if is_option else "usage.missing_argument"
        return _with_help(key, command, name=name)
    if kind == "BadParameter" and error.param is not None:
        return _with_help("usage.bad_value", command, option=error.param.opts[0])
    if kind == "UsageError" and context is not None and getattr(context.command, "commands", None):
        names = ", ".join(sorted(context.command.commands))
        return _with_help("usage.no_such_command", command, names=names)
    return _with_help("usage.too_much", command)


def _with_help(key: str, command: str, **values: object) -> AanwezigError:
    what = all_texts()[key].format(**values)
    mend = all_texts()["usage.see_help"].format(command=command)
    return AanwezigError(CODES[key], what, mend)


def _hint(error: Any, say: Texts) -> str:
    found = [name for name in getattr(error, "possibilities", None) or () if name]
    return f" {say('usage.did_you_mean')} {' / '.join(sorted(found))}?" if found else ""


def our_mistake(error: BaseException) -> AanwezigError:
    """An error that nobody foresaw: its kind and place in our code, never its text, which may hold data."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "aanwezig" in frame.filename]
    where = f"{type(error).__name__}"
    if own:
        where += f", {os.path.basename(own[-1].filename)}:{own[-1].lineno}"  # noqa: PTH119
    return AanwezigError(
        CODES["error.ours"],
        all_texts()["error.ours.what"].format(where=where),
        all_texts()["error.ours.mend"].format(variable=f"{DEBUG}=1"),
    )


def unreadable(error: OSError) -> AanwezigError:
    """A file that the computer does not let us read or write: the computer's reason, and which file."""
    place = error.filename if isinstance(error.filename, str) else "?"
    reason = error.strerror or type(error).__name__
    return wrong_use("error.file", path=place, reason=reason)


def debugging() -> bool:
    return os.environ.get(DEBUG, "") not in ("", "0")


__all__ = [
    "DONE",
    "INTERRUPTED",
    "STRICT_FAILED",
    "WRONG",
    "BilingualText",
    "debugging",
    "our_mistake",
    "tell",
    "unreadable",
    "usage_error",
    "wrong_use",
]
