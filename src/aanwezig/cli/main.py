"""The door of the command line: ``aanwezig`` and ``python -m aanwezig`` come here."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn

import typer

from aanwezig.cli import errors
from aanwezig.cli.commands import check, count, export_register, import_, measure, simulate, web
from aanwezig.cli.help import command_class, group_class
from aanwezig.cli.language import choose_language
from aanwezig.cli.texts import Texts
from aanwezig.values import AanwezigError
from aanwezig.values.text import Language

COMMANDS = (import_, check, measure, count, simulate, web, export_register)


def build_app(language: Language) -> typer.Typer:
    """All commands, with their help in a language."""
    say = Texts(language)
    built = typer.Typer(
        cls=group_class(say),
        help=say("aanwezig.help"),
        add_completion=False,
        rich_markup_mode=None,
        invoke_without_command=True,
        no_args_is_help=False,
    )

    @built.callback()
    def aanwezig(
        context: typer.Context,
        version: bool = typer.Option(False, "--version", help=say("aanwezig.version")),
        language: str | None = typer.Option(None, "--language", metavar="nl|en", help=say("option.language")),
    ) -> None:
        if version:
            from importlib.metadata import version as installed

            typer.echo(f"aanwezig {installed('aanwezig')}")
            raise typer.Exit
        if context.invoked_subcommand is None:
            typer.echo(context.get_help())

    for command in COMMANDS:
        command.add_to(built, say, command_class(say))
    return built


# For who documents or tests the commands; `main` builds its own in the language of the user.
app = build_app("en")


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments ask; the exit code. Whatever goes wrong becomes one line on stderr."""
    language = choose_language(arguments, os.environ)
    say = Texts(language)
    prepare_streams()
    if not errors.debugging():
        warnings.simplefilter("ignore")
    try:
        return answer(arguments, say)
    except AanwezigError as error:
        return fail(error, say)
    except (KeyboardInterrupt, typer.Abort):
        errors.tell(say("error.interrupted"))
        return errors.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough of it (`| head`); nothing may be flushed to it any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
        return errors.DONE
    except OSError as error:
        return fail(errors.unreadable(error), say, error)
    except Exception as error:
        return fail(errors.our_mistake(error), say, error)


def answer(arguments: Sequence[str], say: Texts) -> int:
    """Run the command; what Typer finds wrong in the arguments becomes an error in our words."""
    command = typer.main.get_command(build_app(say.language))
    try:
        outcome: Any = command.main(list(arguments), prog_name="aanwezig", standalone_mode=False)
    except SystemExit as end:
        # Only where stdout was closed: Typer ends with 1 then, which is ours for --strict.
        raise BrokenPipeError from end
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        raise errors.usage_error(error, say) from error
    sys.stdout.flush()
    return outcome if isinstance(outcome, int) else errors.DONE


def fail(error: AanwezigError, say: Texts, cause: BaseException | None = None) -> int:
    if errors.debugging():
        traceback.print_exception(cause or error)
    errors.tell(error.in_language(say.language))
    return errors.WRONG


def prepare_streams() -> None:
    """UTF-8 for what programs read, and a sign that a terminal lacks becomes '?', never an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")


def main() -> NoReturn:
    raise SystemExit(run(sys.argv[1:]))
