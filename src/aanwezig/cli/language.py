"""Dutch or English: by ``--language``, else by the locale of the computer."""

from __future__ import annotations

import locale
from collections.abc import Mapping, Sequence

from aanwezig.values.text import Language

# In the order in which a locale is looked up for messages (POSIX).
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language to speak, known before the arguments are read because help and errors need it."""
    asked = asked_language(arguments)
    if asked is not None:
        return asked
    for variable in VARIABLES:
        if environment.get(variable):
            return "nl" if environment[variable].lower().startswith("nl") else "en"
    system = locale.getlocale()[0] or ""
    return "nl" if system.lower().startswith(("nl", "dutch")) else "en"


def asked_language(arguments: Sequence[str]) -> Language | None:
    """The value of ``--language`` among the arguments; None when it is not there or not one of ours."""
    for index, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--language" and index + 1 < len(arguments):
            value = arguments[index + 1]
        elif argument.startswith("--language="):
            value = argument.partition("=")[2]
        else:
            continue
        if value == "nl":
            return "nl"
        if value == "en":
            return "en"
    return None
