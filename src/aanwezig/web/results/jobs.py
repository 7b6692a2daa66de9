"""Recomputing in the background: who asks for it, what is stale, and what a killed worker left behind."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.dispatch import Signal, receiver
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from aanwezig.web.access.decide import today
from aanwezig.web.facts.changes import facts_changed
from aanwezig.web.facts.models import School
from aanwezig.web.results.recompute import recompute_school

log = logging.getLogger(__name__)
# A task that the worker did not survive so often is not tried again.
MOST_TRIES = 3
# A school whose recompute failed is tried again after so long, or when its facts change.
WAIT_AFTER_FAILURE = timedelta(minutes=15)

# Sent by the worker when it starts and about every minute, for what apps must keep up to date without being asked.
upkeep = Signal()


class RecomputeFailed(Exception):
    """Told without the text of what went wrong, which may name a child: only the kind and our place in the code."""


@task()
def recompute(school: str) -> dict[str, Any]:
    """Make the results of a school anew, as of today."""
    try:
        summary = recompute_school(school)
    except School.DoesNotExist:
        return {"school": school, "gone": True}
    except Exception as error:
        raise RecomputeFailed(f"{school}: {type(error).__name__} in {_place(error)}") from None
    return {
        "school": school,
        "version": summary.version,
        "stored": summary.changes is not None,
        "seconds": round(summary.seconds, 2),
    }


def ask_for(schools: Iterable[str]) -> int:
    """Put schools in line that do not wait in it yet; how many were added."""
    added = 0
    for code in sorted(set(schools)):
        if not is_waiting(code):
            recompute.enqueue(code)
            added += 1
    return added


def is_waiting(code: str) -> bool:
    """Whether a recompute of the school is in line and has not begun: it will see every fact that is there now."""
    if not isinstance(recompute.get_backend(), DatabaseBackend):
        return False
    return bool(_tasks(code).filter(status=TaskResultStatus.READY).exists())


def stale_schools() -> list[str]:
    """Schools whose facts changed since they were computed, or that were computed on another day: duties move on."""
    stale = (
        Q(computed_version__lt=F("facts_version")) | Q(computed_on__isnull=True) | Q(computed_on__lt=today())
    )
    return list(School.objects.filter(stale).order_by("code").values_list("code", flat=True))


def work_off_stale() -> int:
    """Put every stale school in line, but one that just failed or is being worked on; how many were added."""
    now = timezone.now()
    wanted = []
    for code in stale_schools():
        recent = _tasks(code).filter(status=TaskResultStatus.FAILED, finished_at__gt=now - WAIT_AFTER_FAILURE)
        running = _tasks(code).filter(status=TaskResultStatus.RUNNING)
        if not recent.exists() and not running.exists():
            wanted.append(code)
    return ask_for(wanted)


def put_back() -> int:
    """Put tasks in line again that ran when their worker was killed; how many. Only for who is the one worker.

    A task that was begun too often without an end is given up, so that it does not take every worker with it.
    """
    back = 0
    for one in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING):
        if len(one.worker_ids) >= MOST_TRIES:
            one.set_failed(RecomputeFailed(f"begun {len(one.worker_ids)} times, never ended"))
            log.error("gave up task %s", one.task_name)
            continue
        one.status = TaskResultStatus.READY
        one.started_at = None
        one.save(update_fields=["status", "started_at"])
        back += 1
    return back


@receiver(facts_changed)
def _facts_changed(sender: Any, schools: Iterable[str], **_more: Any) -> None:
    ask_for(schools)


def _tasks(code: str) -> Any:
    return DBTaskResult.objects.filter(task_path=recompute.module_path, args_kwargs__args__0=code)


def _place(error: BaseException) -> str:
    """The last line of our own code that the error came through."""
    place, frame = "?", error.__traceback__
    while frame is not None:
        module = frame.tb_frame.f_globals.get("__name__", "")
        if module.startswith("aanwezig"):
            place = f"{module}:{frame.tb_lineno}"
        frame = frame.tb_next
    return place
