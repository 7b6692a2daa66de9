"""What an import did, on a screen: counts, faults, and how to undo it."""

from __future__ import annotations

from typing import Any

import typer

from aanwezig.cli.texts import Texts

SHOWN = 20


def write_import(report: Any, say: Texts, *, dry_run: bool) -> None:
    """The summary of an ``ImportReport``."""
    typer.echo(report.summary(say.language))
