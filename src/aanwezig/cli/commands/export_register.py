"""``aanwezig export-register``: the database's facts as a register folder. Only now is Django loaded."""

from __future__ import annotations

import os
from pathlib import Path

import typer
from typer.core import TyperCommand

from aanwezig.cli.commands.check import check_language
from aanwezig.cli.commands.web import SETTINGS, needs_django
from aanwezig.cli.errors import DONE, tell, wrong_use
from aanwezig.cli.texts import Texts


def add_to(app: typer.Typer, say: Texts, command: type[TyperCommand]) -> None:
    @app.command(
        "export-register",
        cls=command,
        help=say("export-register.help"),
        short_help=say("export-register.short"),
    )
    def export_register(
        directory: str = typer.Argument(
            ..., metavar=say("metavar.folder"), help=say("export-register.directory")
        ),
        school: list[str] = typer.Option([], "--school", metavar="ID", help=say("export-register.school")),
        pseudonymise: bool = typer.Option(False, "--pseudonymise", help=say("export-register.pseudonymise")),
        key: str | None = typer.Option(
            None, "--key", metavar=say("metavar.file"), help=say("export-register.key")
        ),
        language: str | None = typer.Option(None, "--language", metavar="nl|en", help=say("option.language")),
    ) -> int:
        check_language(language)
        if pseudonymise != (key is not None):
            raise wrong_use("export-register.key_use")
        needs_django()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
        import django
        from django.db import DatabaseError

        django.setup()
        from aanwezig.web.facts.exporting import export_register as export
        from aanwezig.web.facts.exporting import read_key

        secret = read_key(Path(key)) if key is not None else None
        try:
            exported = export(Path(directory), school or None, secret)
        except DatabaseError:
            raise wrong_use("export-register.database") from None
        typer.echo(say("export-register.done", path=directory, schools=exported.schools))
        for table, number in sorted(exported.rows.items()):
            typer.echo(f"  {table:<20}{number:>12}")
        if not exported.pseudonymised:
            tell(say("export-register.care"))
        return DONE
