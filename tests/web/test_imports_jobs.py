"""Work in the background and by the command line: once, as who asked, and again after what went wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from web_world import World, make_world

from aanwezig.cli import main as command_line
from aanwezig.web.audit.models import ChangeRecord
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import School
from aanwezig.web.imports import files, jobs, store
from aanwezig.web.imports.models import Batch, State
from aanwezig.web.organisations.models import Role

ABSENCES = """pupil_id,date,lesson,minutes,reason
p1,2026-03-09,1,50,sick
p1,2026-03-10,2,50,truant
"""
MAGISTER = """Stamnummer;Datum;Lesuur;Code
p1;09-03-2026;1;PR
p1;09-03-2026;4;S
"""
SOMTODAY = json.dumps(
    {
        "items": [
            {
                "leerling": {"leerlingnummer": "p1"},
                "absentieReden": {"absentieSoort": "Absent", "afkorting": "ZK", "omschrijving": "Ziek"},
                "links": [{"rel": "self", "id": 1}],
                "beginDatumTijd": "2026-03-09T08:30:00.000+01:00",
                "eindDatumTijd": "2026-03-09T10:10:00.000+01:00",
                "beginLesuur": 1,
                "eindLesuur": 2,
            }
        ]
    }
)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "files"
    yield


def waiting(world: World, text: str = ABSENCES, state: str = State.KEEPING, **fields: Any) -> Batch:
    """An import in line, as a care coordinator asked for it."""
    world.pupil("p1")
    now = timezone.now()
    batch = Batch.objects.create(
        school=School.objects.get(pk=world.school.code),
        **{"profile": "generic", "by": world.user(Role.CARE_COORDINATOR), **fields},
        state=state, made_at=now, changed_at=now,
    )  # fmt: skip
    files.store(batch, "verzuim.csv", [text.encode()])
    return batch


def test_a_job_that_comes_twice_keeps_once(world: World) -> None:
    batch = waiting(world)
    assert jobs.run(batch.ref, State.KEEPING) == State.KEPT
    assert jobs.run(batch.ref, State.KEEPING) == State.KEPT
    assert current("absences").count() == 2
    assert ChangeRecord.objects.get(action="import_kept").user == batch.by


def test_of_two_runs_of_one_import_only_the_last_can_keep_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = waiting(world)
    original = store.DatabaseStore.keep

    def taken_over(self: store.DatabaseStore, delivered: Any) -> str:
        Batch.objects.filter(pk=batch.pk).update(claim="another")
        return original(self, delivered)

    monkeypatch.setattr(store.DatabaseStore, "keep", taken_over)
    assert jobs.run(batch.ref, State.KEEPING) == State.KEEPING
    assert not current("absences").exists()


def test_what_goes_wrong_unexpectedly_is_told_without_its_words(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    batch = waiting(world)

    def breaks(*_: Any) -> None:
        raise RuntimeError("Noor Bakker")

    monkeypatch.setattr(store, "mark_changed", breaks)
    assert jobs.run(batch.ref, State.KEEPING) == State.FAILED
    batch.refresh_from_db()
    assert batch.error["code"] == "WEB-712"
    assert "Noor" not in caplog.text + str(batch.error)
    assert not current("absences").exists()


def test_an_import_that_kills_its_process_again_and_again_is_given_up(world: World) -> None:
    batch = waiting(world)
    Batch.objects.filter(pk=batch.pk).update(tries=jobs.MOST_TRIES)
    assert jobs.run(batch.ref, State.KEEPING) == State.FAILED


def test_who_lost_the_role_meanwhile_keeps_nothing(world: World) -> None:
    batch = waiting(world)
    batch.by.memberships.all().delete()
    assert jobs.run(batch.ref, State.KEEPING) == State.FAILED
    assert not current("absences").exists()


def test_facts_that_change_while_it_reads_make_it_begin_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = waiting(world)
    original, times = store.DatabaseStore.keep, []

    def keep(self: store.DatabaseStore, delivered: Any) -> str:
        times.append(1)
        if len(times) == 1:
            School.objects.filter(pk=self.school).update(facts_version=999)
        return original(self, delivered)

    monkeypatch.setattr(store.DatabaseStore, "keep", keep)
    assert jobs.run(batch.ref, State.KEEPING) == State.KEPT
    assert len(times) == 2
    assert current("absences").count() == 2


def test_resume_asks_again_for_what_waits(world: World) -> None:
    waiting(world)
    waiting(world, state=State.CHECKED)
    assert jobs.resume() == 1


@pytest.mark.parametrize(
    ("profile", "text"), [("magister", MAGISTER), ("somtoday", SOMTODAY)], ids=["magister", "somtoday"]
)
def test_exports_of_the_known_systems_need_no_map(world: World, profile: str, text: str) -> None:
    batch = waiting(world, text, state=State.CHECKING, profile=profile)
    assert jobs.run(batch.ref, State.CHECKING) == State.CHECKED
    batch.refresh_from_db()
    assert batch.report["numbers"]["new"] >= 1
    assert batch.report["numbers"]["refused"] == 0


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_school_at_once_are_both_kept_or_told(tmp_path: Path) -> None:
    world = make_world()
    one = waiting(world)
    two = waiting(world, ABSENCES.replace("03-10", "03-11"))
    errors: list[BaseException] = []

    def work(batch: Batch) -> None:
        try:
            jobs.run(batch.ref, State.KEEPING)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(batch,)) for batch in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert set(Batch.objects.values_list("state", flat=True)) == {State.KEPT}
    assert current("absences").count() == 3


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def do(*arguments: str) -> tuple[int, str]:
        code = command_line.run((*arguments, "--language", "nl"))
        said = capsys.readouterr()
        return code, said.out + said.err

    return do


def test_the_command_line_imports_into_the_database_and_undoes(
    world: World, run: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    world.pupil("p1")
    path = tmp_path / "verzuim.csv"
    path.write_text(ABSENCES)
    where = ("--school", world.school.code, "--profile", "generic", "--into", "database")
    code, said = run("import", str(path), *where, "--dry-run")
    assert (code, Batch.objects.count()) == (0, 0)
    code, said = run("import", str(path), *where)
    batch = Batch.objects.get()
    assert code == 0
    assert f"Ingelezen als levering {batch.ref}" in said
    assert batch.by_command
    code, said = run("import", "--undo", batch.ref, "--into", "database")
    assert code == 0
    assert not current("absences").exists()
    code, said = run("import", "--undo", "nothing", "--into", "database")
    assert code == 2
    assert "WEB-713" in said
