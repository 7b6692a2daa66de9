"""Imports by the command line: the same store and the same log, by who has the installation's settings."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from aanwezig.web.access.actor import SYSTEM
from aanwezig.web.audit.actions import record_change
from aanwezig.web.imports.models import Batch
from aanwezig.web.imports.store import DatabaseStore


def database_is_ready() -> bool:
    """Whether the database is there in the form that this version needs."""
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def store_of(school: str) -> DatabaseStore:
    """What a school has, to import into."""

    def in_transaction(batch: Batch) -> None:
        details = {"profile": batch.profile, "school": batch.school_id, **batch.report["numbers"]}
        record_change(SYSTEM, "import_kept", subject=batch.ref, details=details)

    return DatabaseStore(school.strip(), in_transaction=in_transaction)
