"""An import whose process is killed while it is kept: after a restart it is kept once, and nothing is double."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCHOOL = "99AA00"
BEGIN = """
import os, sys, time
from pathlib import Path
import django
django.setup()
"""
MAKE = (
    BEGIN
    + """
from datetime import date
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from aanwezig.web.facts.models import FACTS, Pupil, School
from aanwezig.web.imports import files
from aanwezig.web.imports.models import Batch, State
from aanwezig.web.organisations.models import Organisation
own = Organisation.objects.create(kind="school", name="Het Anker", code="99AA00")
school = School.objects.create(code="99AA00", organisation=own)
FACTS["schools"].objects.create(school=school, name="Het Anker", sector="vo")
pupil = Pupil.objects.create(pupil_id="1")
FACTS["pupils"].objects.create(pupil=pupil, birth_date=date(2012, 5, 1))
FACTS["enrolments"].objects.create(pupil=pupil, school=school, first_day=date(2025, 8, 1))
now = timezone.now()
batch = Batch.objects.create(school=school, profile="generic", state=State.KEEPING, made_at=now, changed_at=now)
lines = ["pupil_id,date,lesson,minutes,reason"]
for day in range(1, 28):
    lines += [f"1,2026-01-{day:02},{lesson},50,sick" for lesson in range(1, 9)]
files.store(batch, "verzuim.csv", ["\\n".join(lines).encode()])
print(batch.ref)
"""
)
# Everything is written and nothing committed: there the process waits to be killed.
KEEP_AND_WAIT = (
    BEGIN
    + """
from aanwezig.web.imports import jobs, store
from aanwezig.web.imports.models import State
def wait(schools):
    Path(sys.argv[2]).touch()
    time.sleep(300)
store.mark_changed = wait
jobs.run(sys.argv[1], State.KEEPING)
"""
)
RESUME = (
    BEGIN
    + """
from django_tasks_db.models import DBTaskResult
from aanwezig.web.imports import jobs
from aanwezig.web.results.jobs import upkeep
upkeep.send(sender=None)
for waiting in DBTaskResult.objects.filter(task_path=jobs.keep.module_path):
    jobs.keep.func(*waiting.args_kwargs["args"])
"""
)
LOOK = (
    BEGIN
    + """
import json
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import FACTS
from aanwezig.web.imports.models import Batch
print(json.dumps([Batch.objects.get().state, FACTS["absences"].objects.count(), current("absences").count()]))
"""
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation of its own on a file."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "aanwezig.web.settings.demo",
        "AANWEZIG_DEMO_FOLDER": str(tmp_path),
    }


def run(environment: dict[str, str], script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_kill_in_the_middle_of_keeping_loses_and_doubles_nothing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    ref = run(environment, MAKE)
    marker = tmp_path / "everything-is-written"
    child = subprocess.Popen([sys.executable, "-c", KEEP_AND_WAIT, ref, str(marker)], env=environment)
    while not marker.exists():
        assert child.poll() is None, "the import ended before it could be killed"
        time.sleep(0.1)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert json.loads(run(environment, LOOK)) == ["keeping", 0, 0]

    run(environment, RESUME)
    assert json.loads(run(environment, LOOK)) == ["kept", 216, 216]
    run(environment, RESUME)
    assert json.loads(run(environment, LOOK)) == ["kept", 216, 216]
