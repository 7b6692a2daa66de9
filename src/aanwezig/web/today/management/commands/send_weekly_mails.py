"""``send_weekly_mails``: what the worker does by itself each morning, now; nobody gets more than one mail a week."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from aanwezig.web.today.mail import send_weekly_mails


class Command(BaseCommand):
    help = "Ask the worker to send the weekly mail to everybody who wants it."

    def handle(self, *args: Any, **options: Any) -> None:
        send_weekly_mails.enqueue()
