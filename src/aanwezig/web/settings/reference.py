"""The table of environment variables in ``docs/installation.md``, made from ``environment.Environment``.

``python -m aanwezig.web.settings.reference docs/installation.md`` renews it; a test compares.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from aanwezig.web.settings.environment import PREFIX, Environment

BEGIN = "<!-- variables: made from settings/environment.py -->"
END = "<!-- end of variables -->"


def variables_table() -> str:
    """Every variable with its default and meaning, as a Markdown table."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    lines += [
        f"| `{PREFIX}{name.upper()}` | {_default(field)} | {_meaning(field)} |"
        for name, field in Environment.model_fields.items()
    ]
    return "\n".join(lines)


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if value is PydanticUndefined:
        return "**required**"
    if isinstance(value, tuple):
        value = ",".join(value)
    if isinstance(value, bool):
        value = str(value).lower()
    return f"`{value}`" if str(value) else "empty"


def _meaning(field: FieldInfo) -> str:
    text = (field.description or "").replace("|", "\\|")
    if get_origin(field.annotation) is Literal:
        choices = ", ".join(f"`{one}`" for one in get_args(field.annotation))
        text += f" One of {choices}."
    return text


def with_table(page: str) -> str:
    """The page with the table renewed; ValueError when it has no place for it."""
    before, _begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{variables_table()}\n{END}{after}"


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.write_text(with_table(target.read_text(encoding="utf-8")), encoding="utf-8")
