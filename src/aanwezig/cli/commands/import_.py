"""``aanwezig import``: a school's export into a register folder."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.core import TyperCommand

from aanwezig.cli.commands.check import check_language
from aanwezig.cli.errors import DONE, STRICT_FAILED, wrong_use
from aanwezig.cli.texts import Texts

DATABASE = "database"


def add_to(app: typer.Typer, say: Texts, command: type[TyperCommand]) -> None:
    @app.command("import", cls=command, help=say("import.help"), short_help=say("import.short"))
    def import_(
        files: list[str] = typer.Argument(None, metavar=say("metavar.files"), help=say("import.files")),
        school: str = typer.Option(None, "--school", metavar="ID", help=say("import.school")),
        profile: str = typer.Option(
            None, "--profile", metavar=say("metavar.name"), help=say("import.profile")
        ),
        mapping: str = typer.Option(None, "--map", metavar=say("metavar.file"), help=say("import.map")),
        into: str = typer.Option(None, "--into", metavar=say("metavar.into"), help=say("import.into")),
        dry_run: bool = typer.Option(False, "--dry-run", help=say("import.dry_run")),
        strict: bool = typer.Option(False, "--strict", help=say("import.strict")),
        yes: bool = typer.Option(False, "--yes", help=say("import.yes")),
        undo: str = typer.Option(None, "--undo", metavar="BATCH", help=say("import.undo")),
        language: str = typer.Option(None, "--language", metavar="nl|en", help=say("option.language")),
    ) -> int:
        check_language(language)
        if into == DATABASE:
            raise wrong_use("CLI-030", "import.no_database")
        if undo is not None:
            return undo_batch(undo, into, files, say)
        if not files:
            raise wrong_use("CLI-031", "import.no_files")
        for name, value in (("--school", school), ("--profile", profile)):
            if value is None:
                raise wrong_use("CLI-004", "import.missing", option=name)
        if into is None and not dry_run:
            raise wrong_use("CLI-032", "import.no_into")

        from aanwezig import library
        from aanwezig.cli.output.imported import write_import
        from aanwezig.cli.progress import measuring

        with measuring(say("import.progress")) as progress:
            report = library.import_files(
                [Path(file) for file in files],
                school_id=school,
                profile=profile,
                mapping=Path(mapping) if mapping else None,
                into=Path(into) if into else None,
                dry_run=dry_run,
                strict=strict,
                progress=progress,
                confirmed=yes,
            )
        write_import(report, say, dry_run=dry_run)
        return STRICT_FAILED if strict and report.faults else DONE


def undo_batch(batch: str, into: str | None, files: list[str] | None, say: Texts) -> int:
    if into is None or files:
        raise wrong_use("CLI-033", "import.undo_use")
    from aanwezig.register import undo_batch as undo

    undo(batch, into=Path(into))
    typer.echo(say("import.undone", batch=batch))
    return DONE
