"""``aanwezig count``: home-sitters by every definition, side by side."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import typer
from typer.core import TyperCommand

from aanwezig.cli import arguments
from aanwezig.cli.commands.check import check_language
from aanwezig.cli.errors import DONE, STRICT_FAILED, wrong_use
from aanwezig.cli.texts import Texts
from aanwezig.values import SchoolYear

if TYPE_CHECKING:
    from aanwezig.counts import By


def add_to(app: typer.Typer, say: Texts, command: type[TyperCommand]) -> None:
    @app.command("count", cls=command, help=say("count.help"), short_help=say("count.short"))
    def count(
        register: str = typer.Argument(..., metavar="REGISTER", help=say("argument.register")),
        on: str | None = typer.Option(None, "--on", metavar=say("metavar.date"), help=say("option.on")),
        year: str | None = typer.Option(None, "--year", metavar="2025-2026", help=say("count.year")),
        known: str | None = typer.Option(
            None, "--known", metavar=say("metavar.date"), help=say("option.known")
        ),
        profile: list[str] = typer.Option([], "--profile", metavar="ID", help=say("count.profile")),
        by: str | None = typer.Option(
            None, "--by", metavar="|".join(arguments.COUNT_UNITS), help=say("count.by")
        ),
        compare: tuple[str, str] | None = typer.Option(
            None, "--compare", metavar="A B", help=say("count.compare")
        ),
        uncertainty: bool = typer.Option(False, "--uncertainty", help=say("count.uncertainty")),
        readings: list[str] = typer.Option(
            [], "--set", metavar=say("metavar.setting"), help=say("check.set")
        ),
        form: str = typer.Option(
            "text", "--format", metavar="|".join(arguments.FORMATS), help=say("option.format")
        ),
        out: str | None = typer.Option(None, "--out", metavar=say("metavar.path"), help=say("option.out")),
        engine: str = typer.Option("duckdb", "--engine", metavar="duckdb|spark", help=say("option.engine")),
        strict: bool = typer.Option(False, "--strict", help=say("measure.strict")),
        language: str | None = typer.Option(None, "--language", metavar="nl|en", help=say("option.language")),
    ) -> int:
        check_language(language)
        if (on is None) == (year is None):
            raise wrong_use("usage.on_or_year")
        day = arguments.optional_day("--on", on)
        school_year = None if year is None else _school_year(year)
        known_day = arguments.optional_day("--known", known)
        if by is not None:
            arguments.choice("--by", by, arguments.COUNT_UNITS)
        arguments.choice("--format", form, arguments.FORMATS)
        arguments.choice("--engine", engine, arguments.ENGINES)
        choices = arguments.readings(readings)
        path = arguments.output_path(out, form, is_terminal=sys.stdout.isatty())

        from aanwezig import library
        from aanwezig.cli.output.count import write_count
        from aanwezig.cli.progress import counting
        from aanwezig.counts import profiles_named

        # Told before the register is read.
        profiles_named([*profile, *(compare or ())])
        opened = library.open_register(register, engine=engine, on=day, known=known_day)
        with counting(say("count.progress")) as progress:
            result = opened.count(
                profiles=tuple(dict.fromkeys(profile)) or None,
                year=school_year,
                by=cast("By | None", by),
                compare=compare,
                readings=choices,
                uncertainty=uncertainty,
                progress=progress,
            )
        write_count(result, form, path, say)
        return STRICT_FAILED if strict and result.faults else DONE


def _school_year(text: str) -> SchoolYear:
    try:
        year = SchoolYear.parse(text)
    except ValueError:
        year = SchoolYear(0)
    if not arguments.FIRST_YEAR <= year.start_year <= arguments.LAST_YEAR:
        raise wrong_use("simulate.bad_year", text=arguments.short(text))
    return year
