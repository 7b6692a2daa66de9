"""``aanwezig measure``: attendance measures per unit and period."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import typer
from typer.core import TyperCommand

from aanwezig.cli import arguments
from aanwezig.cli.commands.check import check_language
from aanwezig.cli.errors import DONE, STRICT_FAILED
from aanwezig.cli.texts import Texts

if TYPE_CHECKING:
    from aanwezig.measures import By, Per


def add_to(app: typer.Typer, say: Texts, command: type[TyperCommand]) -> None:
    @app.command("measure", cls=command, help=say("measure.help"), short_help=say("measure.short"))
    def measure(
        register: str = typer.Argument(..., metavar="REGISTER", help=say("argument.register")),
        on: str = typer.Option(..., "--on", metavar=say("metavar.date"), help=say("option.on")),
        by: str = typer.Option("pupil", "--by", metavar="|".join(arguments.UNITS), help=say("measure.by")),
        per: str = typer.Option(
            "school_year", "--per", metavar="|".join(arguments.PERIODS), help=say("measure.per")
        ),
        known: str | None = typer.Option(
            None, "--known", metavar=say("metavar.date"), help=say("option.known")
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
        day = arguments.day("--on", on)
        known_day = arguments.optional_day("--known", known)
        arguments.choice("--by", by, arguments.UNITS)
        arguments.choice("--per", per, arguments.PERIODS)
        arguments.choice("--format", form, arguments.FORMATS)
        arguments.choice("--engine", engine, arguments.ENGINES)
        path = arguments.output_path(out, form, is_terminal=sys.stdout.isatty())

        from aanwezig import library
        from aanwezig.cli.output.answer import write_measures

        opened = library.open_register(register, engine=engine, on=day, known=known_day)
        result = opened.measure(by=cast("By", by), per=cast("Per", per))
        write_measures(opened, result, form, path, say)
        return STRICT_FAILED if strict and result.faults else DONE
