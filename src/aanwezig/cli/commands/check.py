"""``aanwezig check``: all rules over a register folder."""

from __future__ import annotations

import sys

import typer
from typer.core import TyperCommand

from aanwezig.cli import arguments
from aanwezig.cli.errors import DONE, STRICT_FAILED
from aanwezig.cli.texts import Texts


def add_to(app: typer.Typer, say: Texts, command: type[TyperCommand]) -> None:
    @app.command("check", cls=command, help=say("check.help"), short_help=say("check.short"))
    def check(
        register: str = typer.Argument(..., metavar="REGISTER", help=say("argument.register")),
        on: str = typer.Option(..., "--on", metavar=say("metavar.date"), help=say("option.on")),
        known: str | None = typer.Option(
            None, "--known", metavar=say("metavar.date"), help=say("option.known")
        ),
        rule: list[str] = typer.Option([], "--rule", metavar="ID", help=say("check.rule")),
        readings: list[str] = typer.Option(
            [], "--set", metavar=say("metavar.setting"), help=say("check.set")
        ),
        form: str = typer.Option(
            "text", "--format", metavar="|".join(arguments.FORMATS), help=say("option.format")
        ),
        out: str | None = typer.Option(None, "--out", metavar=say("metavar.path"), help=say("option.out")),
        engine: str = typer.Option("duckdb", "--engine", metavar="duckdb|spark", help=say("option.engine")),
        strict: bool = typer.Option(False, "--strict", help=say("check.strict")),
        language: str | None = typer.Option(None, "--language", metavar="nl|en", help=say("option.language")),
    ) -> int:
        check_language(language)
        day = arguments.day("--on", on)
        known_day = arguments.optional_day("--known", known)
        arguments.choice("--format", form, arguments.FORMATS)
        arguments.choice("--engine", engine, arguments.ENGINES)
        choices = arguments.readings(readings)
        path = arguments.output_path(out, form, is_terminal=sys.stdout.isatty())

        from aanwezig import library
        from aanwezig.cli.output.answer import write_check
        from aanwezig.cli.progress import counting

        opened = library.open_register(register, engine=engine, on=day, known=known_day)
        with counting(say("check.progress")) as progress:
            result = opened.check(rules=tuple(rule) or None, readings=choices, progress=progress)
        write_check(opened, result, form, path, say)
        return STRICT_FAILED if strict and result.has_faults else DONE


def check_language(language: str | None) -> None:
    """The language was chosen before the arguments were read; here only a wrong value is told."""
    if language is not None:
        arguments.choice("--language", language, ("nl", "en"))
