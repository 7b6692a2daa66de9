"""``aanwezig import``: a school's export into a register folder or the application's database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from typer.core import TyperCommand

from aanwezig.cli.commands.check import check_language
from aanwezig.cli.commands.web import SETTINGS, needs_django
from aanwezig.cli.errors import DONE, tell, wrong_use
from aanwezig.cli.texts import Texts

if TYPE_CHECKING:
    from aanwezig.register import ImportReport, Store

DATABASE = "database"
# A dry run without a register looks at the files alone; the fault report is named after this folder.
LOOK = "aanwezig-look"


def add_to(app: typer.Typer, say: Texts, command: type[TyperCommand]) -> None:
    @app.command("import", cls=command, help=say("import.help"), short_help=say("import.short"))
    def import_(
        files: list[str] | None = typer.Argument(
            None, metavar=say("metavar.files"), help=say("import.files")
        ),
        school: str | None = typer.Option(None, "--school", metavar="ID", help=say("import.school")),
        profile: str | None = typer.Option(
            None, "--profile", metavar=say("metavar.name"), help=say("import.profile")
        ),
        mapping: str | None = typer.Option(
            None, "--map", metavar=say("metavar.file"), help=say("import.map")
        ),
        into: str | None = typer.Option(None, "--into", metavar=say("metavar.into"), help=say("import.into")),
        dry_run: bool = typer.Option(False, "--dry-run", help=say("import.dry_run")),
        strict: bool = typer.Option(False, "--strict", help=say("import.strict")),
        yes: bool = typer.Option(False, "--yes", help=say("import.yes")),
        undo: str | None = typer.Option(None, "--undo", metavar="BATCH", help=say("import.undo")),
        language: str | None = typer.Option(None, "--language", metavar="nl|en", help=say("option.language")),
    ) -> int:
        check_language(language)
        if into == DATABASE:
            open_database()
        if undo is not None:
            return undo_batch(undo, into, files, say)
        if not files:
            raise wrong_use("import.no_files")
        if school is None or profile is None:
            option = "--school" if school is None else "--profile"
            raise wrong_use("import.missing", option=option)
        if into is None and not dry_run:
            raise wrong_use("import.no_into")

        from aanwezig.cli.progress import counting
        from aanwezig.register import import_files

        with counting(say("import.progress")) as progress:
            report = import_files(
                [Path(file) for file in files],
                school_id=school,
                profile=profile,
                mapping=Path(mapping) if mapping else None,
                into=place_of(into or LOOK, school),
                dry_run=dry_run,
                strict=strict,
                confirm=yes,
                progress=(lambda rows, _bytes: progress(rows)) if progress else None,
                language=say.language,
            )
        return tell_import(report, say, show_preview=dry_run)


def open_database() -> None:
    """Load the application on the database that the environment sets."""
    needs_django()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)

    import django

    django.setup()

    from aanwezig.web.imports.command import database_is_ready

    if not database_is_ready():
        raise wrong_use("export-register.database")


def place_of(into: str, school: str) -> Path | Store:
    """Where an import goes: a register folder, or what a school has in the database."""
    if into != DATABASE:
        return Path(into)

    from aanwezig.web.imports.command import store_of

    return store_of(school)


def tell_import(report: ImportReport, say: Texts, *, show_preview: bool) -> int:
    """The summary on stdout; why nothing was kept as one line on stderr; the exit code."""
    from aanwezig.register.report import preview_text, report_text

    typer.echo(report_text(report, say.language), nl=False)
    if show_preview and report.preview:
        typer.echo("\n" + preview_text(report, say.language), nl=False)
    if report.error is not None:
        tell(report.error.in_language(say.language))
    return report.exit_code


def undo_batch(batch: str, into: str | None, files: list[str] | None, say: Texts) -> int:
    if into is None or files:
        raise wrong_use("import.undo_use")
    if into == DATABASE:
        from aanwezig.web.access.actor import SYSTEM
        from aanwezig.web.imports.actions import undo_by_command

        undo_by_command(SYSTEM, batch)
    else:
        from aanwezig.register import undo_batch as undo

        undo(Path(into), batch)
    typer.echo(say("import.undone", batch=batch))
    return DONE
