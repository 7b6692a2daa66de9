"""``aanwezig simulate``: a made-up register with a known truth."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.core import TyperCommand

from aanwezig.cli import arguments
from aanwezig.cli.commands.check import check_language
from aanwezig.cli.errors import DONE, tell, wrong_use
from aanwezig.cli.texts import Texts
from aanwezig.values import SchoolYear


def add_to(app: typer.Typer, say: Texts, command: type[TyperCommand]) -> None:
    @app.command("simulate", cls=command, help=say("simulate.help"), short_help=say("simulate.short"))
    def simulate(
        directory: str = typer.Argument(..., metavar=say("metavar.folder"), help=say("simulate.directory")),
        pupils: int = typer.Option(..., "--pupils", metavar="N", help=say("simulate.pupils")),
        seed: int = typer.Option(..., "--seed", metavar="S", help=say("simulate.seed")),
        schools: int = typer.Option(None, "--schools", metavar="N", help=say("simulate.schools")),
        school_year: str = typer.Option(
            None, "--school-year", metavar="2025-2026", help=say("simulate.year")
        ),
        truth: bool = typer.Option(False, "--truth", help=say("simulate.truth")),
        language: str = typer.Option(None, "--language", metavar="nl|en", help=say("option.language")),
    ) -> int:
        check_language(language)
        arguments.whole_number("--pupils", pupils, 1)
        arguments.whole_number("--seed", seed, 0)
        if schools is not None:
            arguments.whole_number("--schools", schools, 1)
        path = Path(directory)
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            # Never over somebody's own register.
            raise wrong_use("CLI-020", "simulate.not_empty", path=path)
        year = {"school_year": _school_year(school_year)} if school_year else {}

        from aanwezig import library

        summary = library.simulate_register(
            path, pupils=pupils, seed=seed, schools=schools, truth=truth, **year
        )
        typer.echo(say("simulate.done", pupils=pupils, path=path))
        for line in summary_lines(summary):
            typer.echo(f"  {line}")
        tell(say("simulate.next", path=path))
        return DONE


def _school_year(text: str) -> SchoolYear:
    try:
        return SchoolYear.parse(text)
    except ValueError:
        raise wrong_use("CLI-021", "simulate.bad_year", text=arguments.short(text)) from None


def summary_lines(summary: object) -> list[str]:
    """How many rows each table has."""
    rows = getattr(summary, "rows", {}) or {}
    return [f"{table}: {number}" for table, number in rows.items()]
