"""``python -m aanwezig.web.manage worker``: does the work in the background, one worker an installation."""

from __future__ import annotations

import fcntl
import logging
import signal
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from aanwezig.web.results.jobs import put_back, upkeep, work_off_stale

log = logging.getLogger(__name__)
UPKEEP_SECONDS = 60.0


class Command(BaseCommand):
    help = "Work off the tasks in line: recompute schools, imports. Picks up what a killed worker left."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", action="store_true", help="Do what is in line, then end.")
        parser.add_argument("--interval", type=float, default=1.0, help="Seconds between looks at the line.")

    def handle(self, *args: Any, batch: bool, interval: float, **options: Any) -> None:
        # A line for each look at the line is no news.
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
        with _only_one():
            back = put_back()
            if back:
                log.warning("put %d tasks in line again that were not ended", back)
            Rounds(interval).run(batch)


class Rounds:
    """Look at the line, do what is in it, wait; about every minute the upkeep."""

    def __init__(self, interval: float) -> None:
        self.interval, self.worker_id = interval, get_random_string(32)
        self.worker: Worker | None = None
        self.is_ending = False

    def run(self, batch: bool) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        next_upkeep = 0.0
        while not self.is_ending:
            if time.monotonic() >= next_upkeep:
                close_old_connections()
                work_off_stale()
                upkeep.send_robust(sender=Rounds)
                next_upkeep = time.monotonic() + UPKEEP_SECONDS
            self.worker = Worker(
                queue_names=["*"],
                interval=0,
                batch=True,
                backend_name="default",
                startup_delay=False,
                max_tasks=None,
                worker_id=self.worker_id,
                excluded_queue_names=[],
            )
            self.worker.run()
            if batch:
                return
            if not self.is_ending:
                time.sleep(self.interval)

    def _end(self, number: int, frame: FrameType | None) -> None:
        """Ends after the task that runs; asked twice, at once: what it did is then as if it had not begun."""
        if self.is_ending or self.worker is None or not self.worker.running_task:
            raise SystemExit(0)
        self.is_ending = True
        self.worker.running = False


@contextmanager
def _only_one() -> Iterator[None]:
    """The lock of the one worker; CommandError when another holds it. The system frees it when we are killed."""
    folder = Path(settings.DATA_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "worker.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(
                "Another worker does the work of this installation already. End that one first."
            ) from None
        yield
