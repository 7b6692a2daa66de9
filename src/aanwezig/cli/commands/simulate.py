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
        schools: int | None = typer.Option(None, "--schools", metavar="N", help=say("simulate.schools")),
        school_year: str = typer.Option(
            "2025-2026", "--school-year", metavar=say("metavar.school_year"), help=say("simulate.year")
        ),
        years: int = typer.Option(1, "--years", metavar="N", help=say("simulate.years")),
        until: str | None = typer.Option(
            None, "--until", metavar=say("metavar.date"), help=say("simulate.until")
        ),
        truth: bool = typer.Option(False, "--truth", help=say("simulate.truth")),
        language: str | None = typer.Option(None, "--language", metavar="nl|en", help=say("option.language")),
    ) -> int:
        check_language(language)
        year = read_school_year(school_year)
        last_day = arguments.optional_day("--until", until)

        from aanwezig.cli.progress import measuring
        from aanwezig.simulate import simulate as make_register

        with measuring(say("simulate.progress")) as progress:
            summary = make_register(
                Path(directory),
                pupils=pupils,
                seed=seed,
                schools=schools,
                truth=truth,
                school_year=year,
                years=years,
                until=last_day,
                progress=progress,
            )
        typer.echo(say("simulate.done", pupils=summary.pupils, schools=summary.schools, path=directory))
        for table, number in sorted(summary.rows.items()):
            typer.echo(f"  {table:<20}{number:>12}")
        tell(say("simulate.next", path=directory))
        return DONE


def read_school_year(text: str) -> SchoolYear:
    try:
        return SchoolYear.parse(text)
    except ValueError:
        raise wrong_use("simulate.bad_year", text=arguments.short(text)) from None
