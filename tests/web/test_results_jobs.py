"""Recomputing in the background: asked for once, stale schools found, and nothing lost when the worker is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.test import override_settings
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from web_world import TODAY, World

from aanwezig.web.facts.changes import add_fact, mark_changed
from aanwezig.web.facts.models import School
from aanwezig.web.results import jobs
from aanwezig.web.results.models import PupilYear, StoredFinding
from aanwezig.web.results.recompute import recompute_school

IN_DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def line(world: World) -> Any:
    """Tasks lie in the database, as in an installation."""
    with override_settings(TASKS=IN_DATABASE):
        yield world


def waiting() -> list[str]:
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    return sorted(row.args_kwargs["args"][0] for row in rows)


def absence(world: World, pupil: Any, day: date) -> dict[str, Any]:
    return {
        "pupil_id": pupil.pk,
        "school_id": world.school.code,
        "date": day,
        "reason": "sick",
        "part": "day",
    }


def test_a_change_of_facts_asks_once_for_a_recompute(
    line: World, django_capture_on_commit_callbacks: Any
) -> None:
    pupil = line.pupil("p1")
    with django_capture_on_commit_callbacks(execute=True):
        add_fact("absences", None, absence(line, pupil, TODAY))
    with django_capture_on_commit_callbacks(execute=True):
        add_fact("absences", None, absence(line, pupil, TODAY - timedelta(days=1)))
    assert waiting() == [line.school.code]


def test_a_change_while_one_runs_asks_again(line: World, django_capture_on_commit_callbacks: Any) -> None:
    jobs.ask_for([line.school.code])
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    with django_capture_on_commit_callbacks(execute=True):
        mark_changed([line.school.code])
    assert waiting() == [line.school.code]


def test_a_school_is_stale_by_its_facts_and_by_the_day(line: World) -> None:
    both = [line.school.code, line.other_school.code]
    assert jobs.stale_schools() == both
    for code in both:
        recompute_school(code)
    assert jobs.stale_schools() == []
    mark_changed([line.school.code])
    assert jobs.stale_schools() == [line.school.code]
    with patch("aanwezig.web.results.jobs.today", lambda: TODAY + timedelta(days=1)):
        assert jobs.stale_schools() == both


def test_stale_schools_are_put_in_line_once(line: World) -> None:
    assert jobs.work_off_stale() == 2
    assert jobs.work_off_stale() == 0
    assert waiting() == sorted([line.school.code, line.other_school.code])


def test_a_school_that_just_failed_waits_a_while(line: World) -> None:
    jobs.ask_for([line.school.code])
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
    assert jobs.work_off_stale() == 1
    assert waiting() == [line.other_school.code]
    DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).update(
        finished_at=timezone.now() - timedelta(hours=1)
    )
    jobs.work_off_stale()
    assert waiting() == sorted([line.school.code, line.other_school.code])


def test_a_task_that_ran_when_its_worker_was_killed_comes_back(line: World) -> None:
    jobs.ask_for([line.school.code, line.other_school.code])
    one, other = DBTaskResult.objects.all()
    DBTaskResult.objects.filter(pk=one.pk).update(status=TaskResultStatus.RUNNING, worker_ids=["a"])
    # The second took three workers with it.
    DBTaskResult.objects.filter(pk=other.pk).update(
        status=TaskResultStatus.RUNNING, worker_ids=["a", "b", "c"]
    )
    assert jobs.put_back() == 1
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.status, other.status) == (TaskResultStatus.READY, TaskResultStatus.FAILED)


def test_the_task_makes_the_results(world: World) -> None:
    pupil = world.pupil("p1")
    world.absent(pupil, TODAY)
    told = jobs.recompute.call(world.school.code)
    assert told["stored"] and PupilYear.objects.filter(pupil=pupil).exists()
    assert jobs.recompute.call("99ZZ99") == {"school": "99ZZ99", "gone": True}


def test_what_goes_wrong_is_told_without_its_text(world: World) -> None:
    def broken(code: str) -> None:
        raise ValueError("pupil p1, Noor Bakker")

    with (
        patch("aanwezig.web.results.jobs.recompute_school", broken),
        pytest.raises(jobs.RecomputeFailed) as error,
    ):
        jobs.recompute.call(world.school.code)
    assert "Noor" not in str(error.value) and "ValueError" in str(error.value)
    assert error.value.__cause__ is None and error.value.__suppress_context__


SCRIPT = """
import os, signal, sys
import django
django.setup()
from datetime import date
from pathlib import Path
from django.core.management import call_command
from aanwezig.simulate import simulate
from aanwezig.web.facts.changes import current, mark_changed
from aanwezig.web.facts.loading import load_register
from aanwezig.web.results.models import StoredFinding
from aanwezig.web.results.recompute import recompute_school

folder = Path(sys.argv[1])
call_command("migrate", verbosity=0)
simulate(folder / "register", pupils=30, seed=1, schools=1, until=date(2026, 3, 20))
code, = load_register(folder / "register").schools
recompute_school(code, date(2026, 3, 20))
print(StoredFinding.objects.filter(cleared_at=None).count(), flush=True)
current("absences").update(superseded_at="2026-03-20T10:00:00Z")
mark_changed([code])
recompute_school(code, date(2026, 3, 20), before_end=lambda: os.kill(os.getpid(), signal.SIGKILL))
"""
LOOK = """
import django
django.setup()
from aanwezig.web.facts.models import School
from aanwezig.web.results.models import StoredFinding
school = School.objects.get()
print(StoredFinding.objects.filter(cleared_at=None).count(), school.facts_version - school.computed_version)
"""


def test_a_killed_process_leaves_the_old_results_whole_and_the_worker_finishes(tmp_path: Path) -> None:
    """On a SQLite file of its own: killed as the last thing in the transaction, then the worker as after a restart."""
    settings = {"DJANGO_SETTINGS_MODULE": "aanwezig.web.settings.demo", "AANWEZIG_DEMO_FOLDER": str(tmp_path)}
    environment = {**os.environ, **settings}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False
        )

    killed = run("-c", SCRIPT, str(tmp_path))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    before = int(killed.stdout)
    assert before > 10
    open_findings, behind = map(int, run("-c", LOOK).stdout.split())
    assert (open_findings, behind) == (before, 1)
    worked = run("-m", "aanwezig.web.manage", "worker", "--batch")
    assert worked.returncode == 0, worked.stderr
    open_findings, behind = map(int, run("-c", LOOK).stdout.split())
    assert behind == 0 and open_findings < before


def test_only_one_worker_works(tmp_path: Path) -> None:
    from django.core.management.base import CommandError

    from aanwezig.web.results.management.commands.worker import _only_one

    with override_settings(DATA_FOLDER=tmp_path), _only_one(), pytest.raises(CommandError), _only_one():
        pass


def test_findings_survive_a_school_without_pupils(world: World) -> None:
    recompute_school(world.other_school.code)
    school = School.objects.get(code=world.other_school.code)
    assert school.computed_version == school.facts_version
    assert not StoredFinding.objects.exists()
