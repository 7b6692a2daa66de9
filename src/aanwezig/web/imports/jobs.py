"""Checking and keeping in the background. Where an import stands is in its row; a job that is lost is asked for again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from aanwezig.register import ImportReport, import_files
from aanwezig.values import AanwezigError
from aanwezig.web.access.actor import SYSTEM, Actor, actor_of
from aanwezig.web.access.decide import require, today
from aanwezig.web.access.refs import new_ref
from aanwezig.web.audit.actions import record_change
from aanwezig.web.imports import files
from aanwezig.web.imports.models import RUNNING, Batch, State
from aanwezig.web.imports.reports import error_of, keep_details, plain_report
from aanwezig.web.imports.store import DatabaseStore
from aanwezig.web.imports.wrong import ChangedMeanwhile, wrong
from aanwezig.web.results.jobs import upkeep

log = logging.getLogger(__name__)
# An import that its process did not survive so often is not tried again.
MOST_TRIES = 3
# Facts that change while an import is read make it begin again; so often.
MOST_READINGS = 3
# Progress is told this often, in seconds.
TELL_EVERY = 1.0


@task()
def check(ref: str) -> str:
    """Try an import without keeping anything; the state that it is in then."""
    return run(ref, State.CHECKING)


@task()
def keep(ref: str) -> str:
    """Keep an import; the state that it is in then."""
    return run(ref, State.KEEPING)


def run(ref: str, state: State) -> str:
    """Do what an import waits for. Nothing when it does not wait any more; what goes wrong is kept with the import."""
    batch = _claim(ref, state)
    if batch is None:
        return Batch.objects.filter(ref=ref).values_list("state", flat=True).first() or "gone"
    try:
        report = _import(batch, is_dry=state == State.CHECKING)
    except AanwezigError as error:
        _end(batch, state, State.FAILED, error=error_of(error))
    except Exception as error:
        # The text may name a child: only the kind is told.
        log.error("import %s: %s", ref, type(error).__name__)
        _end(batch, state, State.FAILED, error=error_of(wrong("WEB-712")))
    else:
        _ended(batch, state, report)
    return Batch.objects.values_list("state", flat=True).get(pk=batch.pk)


def _claim(ref: str, state: State) -> Batch | None:
    """Take an import that waits; who held it before can end it no more."""
    batch = Batch.objects.filter(ref=ref, state=state).select_related("school__organisation", "by").first()
    if batch is None:
        return None
    if batch.tries >= MOST_TRIES:
        _end(batch, state, State.FAILED, error=error_of(wrong("WEB-712")))
        return None
    claim = new_ref()
    taken = Batch.objects.filter(pk=batch.pk, state=state, claim=batch.claim).update(
        claim=claim, tries=batch.tries + 1, started_at=timezone.now(), rows_read=0
    )
    batch.claim = claim
    return batch if taken else None


def _import(batch: Batch, *, is_dry: bool) -> ImportReport:
    actor = actor_of_batch(batch)
    decision = require(actor, "import.run", batch.school.organisation)
    if not files.are_there(batch):
        raise wrong("WEB-711")

    def in_transaction(kept: Batch) -> None:
        numbers = kept.report["numbers"]
        record_change(
            actor,
            "import_kept",
            decision=decision,
            subject=kept.ref,
            details={"profile": kept.profile, "school": kept.school_id, **numbers},
        )

    with files.named(batch) as paths:
        for reading in range(MOST_READINGS):
            store = DatabaseStore(batch.school_id, actor.user_id, batch, in_transaction)
            try:
                return import_files(
                    paths,
                    batch.school_id,
                    batch.profile,
                    mapping=batch.mapping,
                    into=store,
                    dry_run=is_dry,
                    confirm=batch.is_confirmed,
                    who=actor.ref or actor.name,
                    progress=_telling(batch),
                    now=timezone.now(),
                )
            except ChangedMeanwhile:
                if reading == MOST_READINGS - 1:
                    raise
    raise AssertionError


def actor_of_batch(batch: Batch) -> Actor:
    """Who asked for the import, with the roles of today."""
    return SYSTEM if batch.by is None else actor_of(batch.by, today(), batch.school.organisation.ref)


def _telling(batch: Batch) -> Callable[[int, int], None]:
    last = time.monotonic()

    def tell(read: int, _bytes: int) -> None:
        nonlocal last
        if time.monotonic() - last > TELL_EVERY:
            last = time.monotonic()
            Batch.objects.filter(pk=batch.pk, claim=batch.claim).update(rows_read=read)

    return tell


def _ended(batch: Batch, state: State, report: ImportReport) -> None:
    keep_details(batch, report)
    if report.batch_id is not None:
        # Kept, in the transaction of the store.
        files.remove_uploads(batch)
        return
    error: dict[str, Any] = {} if report.error is None else error_of(report.error)
    is_nothing = state == State.KEEPING and not error
    values = {"report": plain_report(report, is_nothing=is_nothing), "error": error}
    if is_nothing:
        # Nothing new in it: that is an end too.
        _end(batch, state, State.KEPT, kept_at=timezone.now(), **values)
        files.remove_uploads(batch)
    else:
        _end(batch, state, State.STOPPED if error else State.CHECKED, **values)


def _end(batch: Batch, was: State, state: State, **values: Any) -> None:
    """The end of a run, unless another one took the import over, or it was kept or given up meanwhile."""
    own = Batch.objects.filter(pk=batch.pk, state=was, claim=batch.claim)
    if own.update(state=state, changed_at=timezone.now(), **values):
        return
    if Batch.objects.filter(pk=batch.pk, state=State.ABANDONED).exists():
        # What this run wrote since is not to stay either.
        files.remove_all(batch)


def ask_for(batch: Batch) -> None:
    """Put an import in line, inside the transaction that made it wait."""
    (check if batch.state == State.CHECKING else keep).enqueue(batch.ref)


def resume() -> int:
    """Put imports in line again that wait while nothing works on them: their process was killed. How many.

    Also removes files that nobody went on with. Called by the one worker between two tasks, so that none runs now.
    """
    asked = 0
    for batch in Batch.objects.filter(state__in=RUNNING):
        one = check if batch.state == State.CHECKING else keep
        if isinstance(one.get_backend(), DatabaseBackend):
            waiting = DBTaskResult.objects.filter(
                task_path=one.module_path, args_kwargs__args__0=batch.ref, status=TaskResultStatus.READY
            )
            if waiting.exists():
                continue
        one.enqueue(batch.ref)
        asked += 1
    for batch in Batch.objects.filter(state=State.KEPT, files__path__gt="").distinct():
        files.remove_uploads(batch)
    files.remove_old()
    return asked


@receiver(upkeep)
def _upkeep(sender: Any, **_more: Any) -> None:
    resume()
