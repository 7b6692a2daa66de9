"""What somebody typed, as values: dates, choices, readings; each error says what is expected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from aanwezig.cli.errors import wrong_use

FORMATS = ("text", "json", "csv", "xlsx", "html")
ENGINES = ("duckdb", "spark")
UNITS = ("pupil", "group", "level", "school", "partnership", "municipality", "region")
# No register goes back further; calendars end long after this.
FIRST_YEAR, LAST_YEAR = 1990, 2100
COUNT_UNITS = ("municipality", "school", "partnership", "sector", "age")
PERIODS = ("school_year", "month", "week")


def day(option: str, text: str) -> date:
    """A date as 2025-10-01; other forms, days that do not exist and far-off years are wrong use."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
        try:
            found = date.fromisoformat(text.strip())
        except ValueError:
            found = date.min
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    raise wrong_use("usage.date", option=option, text=short(text))


def optional_day(option: str, text: str | None) -> date | None:
    return None if text is None else day(option, text)


def choice(option: str, text: str, choices: Sequence[str]) -> str:
    """One of the choices, else wrong use that names them."""
    if text not in choices:
        raise wrong_use("usage.choice", option=option, text=short(text), choices=", ".join(choices))
    return text


def readings(settings: Sequence[str]) -> dict[str, Any]:
    """``rule.parameter=value`` of each ``--set``; the rules check that rule and parameter exist."""
    chosen: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not re.fullmatch(r"\w+\.\w+", name.strip()):
            raise wrong_use("usage.setting", text=short(setting))
        chosen[name.strip()] = scalar(value.strip())
    return chosen


def scalar(text: str) -> Any:
    """A number, true, false or a text; not YAML, to which '>' means something else."""
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"[+-]?\d+", text):
        return int(text)
    if re.fullmatch(r"[+-]?\d+\.\d+", text):
        return float(text)
    return text


def output_path(out: str | None, form: str, *, is_terminal: bool) -> Path | None:
    """Where the answer goes, None for stdout; a place that cannot be written is told before the work."""
    if out is None:
        if form == "xlsx" and is_terminal:
            raise wrong_use("usage.xlsx_needs_out")
        return None
    path = Path(out)
    if path.is_dir():
        raise wrong_use("usage.out_is_folder", path=path)
    if not path.parent.is_dir():
        raise wrong_use("usage.out_folder_missing", path=path.parent)
    return path


def short(text: str) -> str:
    """What was typed, cut so that a line stays a line."""
    return text if len(text) <= 60 else text[:57] + "..."
