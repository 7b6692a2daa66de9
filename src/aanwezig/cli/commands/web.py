"""``aanwezig demo`` and ``aanwezig serve``: the web application. Only these load Django."""

from __future__ import annotations

import importlib.util
import os
import sys
from datetime import date
from pathlib import Path

import typer
from typer.core import TyperCommand

from aanwezig.cli.commands.check import check_language
from aanwezig.cli.errors import tell, wrong_use
from aanwezig.cli.texts import Texts

DEMO_SETTINGS = "aanwezig.web.settings.demo"
SETTINGS = "aanwezig.web.settings.production"


def add_to(app: typer.Typer, say: Texts, command: type[TyperCommand]) -> None:
    @app.command("demo", cls=command, help=say("demo.help"), short_help=say("demo.short"))
    def demo(
        port: int = typer.Option(8000, "--port", metavar="N", min=1, max=65535, help=say("web.port")),
        folder: str = typer.Option(
            "demo", "--folder", metavar=say("metavar.folder"), help=say("demo.folder")
        ),
        new: bool = typer.Option(False, "--new", help=say("demo.new")),
        no_browser: bool = typer.Option(False, "--no-browser", help=say("demo.no_browser")),
        make_only: bool = typer.Option(False, "--make-only", help=say("demo.make_only")),
        language: str | None = typer.Option(None, "--language", metavar="nl|en", help=say("option.language")),
    ) -> int:
        check_language(language)
        needs_django()
        place = Path(folder).absolute()
        os.environ["AANWEZIG_DEMO_FOLDER"] = str(place)
        os.environ["DJANGO_SETTINGS_MODULE"] = DEMO_SETTINGS

        from aanwezig.web.demo import folder as demo_folder
        from aanwezig.web.serving import check_port, serve

        if not make_only:
            check_port(port)
        today = date.today()  # noqa: DTZ011 - the day where the demo runs
        if demo_folder.is_of(place, today) and not new:
            demo_folder.renew()
            tell(say("demo.again", path=folder))
        else:
            tell(say("demo.making"))
            demo_folder.make(place, today)
        users = demo_folder.users()
        if make_only:
            return 0

        def ready(address: str) -> None:
            typer.echo(say("demo.ready", address=address))
            for user in users:
                typer.echo(f"  {user.role:<28} {user.name:<24} {user.organisation}")
            typer.echo(say("web.stop"))
            if not no_browser and has_screen():
                import webbrowser

                webbrowser.open(address)

        return serve(DEMO_SETTINGS, port, ready=ready)

    @app.command("serve", cls=command, help=say("serve.help"), short_help=say("serve.short"))
    def serve_(
        port: int = typer.Option(8000, "--port", metavar="N", min=1, max=65535, help=say("web.port")),
        host: str = typer.Option("127.0.0.1", "--host", metavar=say("metavar.name"), help=say("serve.host")),
        workers: int = typer.Option(2, "--workers", metavar="N", min=1, max=64, help=say("serve.workers")),
        new_key: bool = typer.Option(False, "--new-key", help=say("serve.new_key")),
        language: str | None = typer.Option(None, "--language", metavar="nl|en", help=say("option.language")),
    ) -> int:
        check_language(language)
        needs_django()
        if new_key:
            print_keys()
            return 0
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)

        from aanwezig.web.serving import check_port, migrate, serve
        from aanwezig.web.settings.environment import read_environment

        if os.environ["DJANGO_SETTINGS_MODULE"] == SETTINGS:
            read_environment().data.mkdir(parents=True, exist_ok=True)
        check_port(port, host)
        import django

        django.setup()
        migrate()
        return serve(
            os.environ["DJANGO_SETTINGS_MODULE"],
            port,
            host=host,
            workers=workers,
            ready=lambda address: typer.echo(say("serve.ready", address=address) + "\n" + say("web.stop")),
        )


def has_screen() -> bool:
    """Whether a browser can open here: not over a plain connection to a server."""
    return sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


def needs_django() -> None:
    """A clear error where the extra 'web' was not installed."""
    if importlib.util.find_spec("django") is None:
        raise wrong_use("web.not_installed")


def print_keys() -> None:
    """A secret key and a field key for a new installation, ready to put in the environment."""
    import secrets

    from cryptography.fernet import Fernet

    typer.echo(f"AANWEZIG_SECRET_KEY={secrets.token_urlsafe(48)}")
    typer.echo(f"AANWEZIG_FIELD_KEY={Fernet.generate_key().decode()}")
