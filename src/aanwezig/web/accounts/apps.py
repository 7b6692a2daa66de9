from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "aanwezig.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        from aanwezig.web.accounts import checks  # noqa: F401

        post_migrate.connect(make_cache_table, sender=self)


def make_cache_table(using: str = "default", **_others: Any) -> None:
    """The cache that workers share, for counting wrong tries, is a table; Django has no migration for it."""
    call_command("createcachetable", database=using, verbosity=0)
