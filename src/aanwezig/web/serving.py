"""Starting the application: the web server and the worker for background jobs, together, and ending together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from aanwezig.values import AanwezigError, BilingualText

HOST = "127.0.0.1"
PATIENCE_SECONDS = 60
ENDING_SECONDS = 10


def check_port(port: int, host: str = HOST) -> None:
    """AanwezigError when something else listens on the port already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError:
            raise AanwezigError(
                "WEB-002",
                BilingualText(f"Poort {port} is al in gebruik.", f"Port {port} is in use already."),
                BilingualText(
                    f"Stop wat daar draait, of kies een andere: --port {port + 1}.",
                    f"Stop what runs there, or choose another one: --port {port + 1}.",
                ),
            ) from None


def migrate() -> None:
    """Bring the database to the form that this version needs; does nothing when it has it."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def serve(
    settings: str,
    port: int,
    *,
    host: str = HOST,
    workers: int = 1,
    environment: Mapping[str, str] | None = None,
    ready: Callable[[str], None] = lambda address: None,
) -> int:
    """Run server and worker until one ends or somebody stops us; the exit code.

    ``ready`` is called with the address once pages are answered.
    """
    variables = {**os.environ, **(environment or {}), "DJANGO_SETTINGS_MODULE": settings}
    server = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "--no-access-log", "aanwezig.web.wsgi:application",
    ]  # fmt: skip
    worker = [sys.executable, "-m", "aanwezig.web.manage", "worker"]
    running: list[subprocess.Popen[bytes]] = []
    previous = signal.signal(signal.SIGTERM, _interrupt)
    try:
        running = [_start(command, variables) for command in (server, worker)]
        address = f"http://{'localhost' if host == HOST else host}:{port}/"
        _wait_until_ready(f"http://{HOST if host == '0.0.0.0' else host}:{port}/accessibility/", running)
        ready(address)
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
        return next((process.returncode for process in running if process.returncode), 0)
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(running)
        signal.signal(signal.SIGTERM, previous)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _start(command: Sequence[str], variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # A group of its own, so that what a server started ends with it.
    return subprocess.Popen(command, env=dict(variables), stdin=subprocess.DEVNULL, start_new_session=True)


def _wait_until_ready(address: str, running: Sequence[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and all(process.poll() is None for process in running):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except urllib.error.HTTPError:
            # It answers; that this page is not there is another matter.
            return
        except OSError:
            time.sleep(0.2)
    raise AanwezigError(
        "WEB-003",
        BilingualText("De toepassing start niet.", "The application does not start."),
        BilingualText(
            "Kijk in de regels hierboven wat er misgaat.", "See in the lines above what goes wrong."
        ),
    )


def _stop(running: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in running:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
    for process in running:
        try:
            process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
