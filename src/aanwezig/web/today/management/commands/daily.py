"""``daily``: what the worker does by itself each morning, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from aanwezig.web.today.tasks import daily


class Command(BaseCommand):
    help = "Ask the worker to keep today's plan coverage and to count the steps of every school."

    def handle(self, *args: Any, **options: Any) -> None:
        daily.enqueue()
