"""From a template and its values to one self-contained page: no request, no script, no inline style."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from aanwezig.cli.texts import Texts
from aanwezig.values.forms import Forms


@cache
def environment() -> Environment:
    return Environment(
        loader=PackageLoader("aanwezig.cli.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def style() -> str:
    """The style sheet without the air that only its readers need."""
    text = files("aanwezig.cli.report").joinpath("templates/style.css").read_text("utf-8")
    return "".join(line.strip() for line in text.splitlines())


@cache
def style_hash() -> str:
    """What the page's own policy allows: this style and nothing else."""
    digest = hashlib.sha256(style().encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def render(template: str, say: Texts, **values: Any) -> str:
    """The page as text."""
    return (
        environment()
        .get_template(template)
        .render(
            say=say,
            forms=Forms(say.language),
            style=Markup(style()),
            style_hash=style_hash(),
            version=version("aanwezig"),
            **values,
        )
    )


def csv_link(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str | None:
    """A table as the address of a download that the page itself holds; None without rows."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    number = 0
    for row in rows:
        writer.writerow(["" if cell is None else cell for cell in row])
        number += 1
    return f"data:text/csv;charset=utf-8,{quote(stream.getvalue())}" if number else None
