"""The page that ``--help`` shows, in Dutch or English.

Typer writes help in the language of its own translations, of which there is no Dutch one; so the page is
made here from the same definitions of the command.
"""

from __future__ import annotations

import textwrap
from typing import Any

from typer.core import TyperCommand, TyperGroup

from aanwezig.cli.texts import Texts

WIDEST = 100
NAME_COLUMN = 26


def page(command: Any, context: Any, say: Texts, width: int) -> str:
    """The help of a command: how to call it, what it does, arguments, options, commands, examples."""
    width = min(width, WIDEST)
    parameters = command.get_params(context)
    arguments = [p for p in parameters if p.param_type_name == "argument"]
    options = [p for p in parameters if p.param_type_name == "option"]
    lines = [f"{say('help.usage')}: {usage(command, context, arguments, options, say)}", ""]
    for paragraph in (command.help or "").strip().split("\n\n"):
        text = " ".join(paragraph.split())
        lines += [*textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  "), ""]
    commands = sorted(getattr(command, "commands", {}).items())
    lines += section(say("help.commands"), [(name, one.short_help or "") for name, one in commands], width)
    lines += section(say("help.arguments"), [(metavar(p), p.help) for p in arguments], width)
    lines += section(say("help.options"), [option_row(p, say) for p in options], width)
    lines += [f"{say('help.examples')}:"]
    lines += [f"  {line}" for line in say(f"{context.info_name}.examples").splitlines()]
    return "\n".join(lines).rstrip() + "\n"


def usage(command: Any, context: Any, arguments: list[Any], options: list[Any], say: Texts) -> str:
    parts = [context.command_path]
    parts += [metavar(p) for p in arguments]
    parts += [f"{p.opts[0]} {metavar(p)}" for p in options if p.required]
    if getattr(command, "commands", None):
        parts.append(say("help.command"))
    return " ".join([*parts, f"[{say('help.options').upper()}]"])


def metavar(parameter: Any) -> str:
    """The word that stands for the value of an argument or option."""
    return str(parameter.metavar or parameter.name.upper())


def option_row(option: Any, say: Texts) -> tuple[str, str]:
    names = ", ".join([*option.opts, *option.secondary_opts])
    if option.name == "help":
        return names, say("help.help")
    if not option.is_flag:
        names = f"{names} {metavar(option)}"
    text = option.help or ""
    if option.required:
        text += f" [{say('help.required')}]"
    elif isinstance(option.default, str | int) and not isinstance(option.default, bool):
        text += f" [{say('help.default')}: {option.default}]"
    return names, text


def section(title: str, rows: list[tuple[str, str]], width: int) -> list[str]:
    """A title and rows of two columns; nothing when there are no rows."""
    if not rows:
        return []
    lines = [f"{title}:"]
    indent = " " * NAME_COLUMN
    for name, text in rows:
        wrapped = textwrap.wrap(text, max(width - NAME_COLUMN, 30)) or [""]
        first = f"  {name}"
        if len(first) < NAME_COLUMN - 1:
            lines.append(first.ljust(NAME_COLUMN) + wrapped[0])
            wrapped = wrapped[1:]
        else:
            lines.append(first)
        lines += [indent + line for line in wrapped]
    return [*lines, ""]


def command_class(say: Texts) -> type[TyperCommand]:
    """A command whose help is ours, in the language of ``say``."""

    class Command(TyperCommand):
        def format_help(self, ctx: Any, formatter: Any) -> None:
            formatter.write(page(self, ctx, say, formatter.width))

    return Command


def group_class(say: Texts) -> type[TyperGroup]:
    """A group of commands whose help is ours, in the language of ``say``."""

    class Group(TyperGroup):
        def format_help(self, ctx: Any, formatter: Any) -> None:
            formatter.write(page(self, ctx, say, formatter.width))

    return Group
