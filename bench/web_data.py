"""A partnership with 25,000 pupils in 60 schools and a year of facts, as the database of the application.

Made once and kept in ``bench/out`` until the tables change. The clock of the process is set to a day near the end of
that year: then every page has a whole year to show.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ON = date(2026, 7, 3)
PUPILS, SCHOOLS, SEED = 25_000, 60, 7
ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "bench/out/web"


def start(folder: Path) -> None:
    """Start Django on the database in ``folder``, on the morning of the reference day."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "aanwezig.web.settings.demo"
    os.environ["AANWEZIG_DEMO_FOLDER"] = str(folder)
    from django.utils import timezone

    back = datetime.now(tz=UTC) - datetime(ON.year, ON.month, ON.day, 7, tzinfo=UTC)
    # Before anything takes the function by its name.
    timezone.now = lambda: datetime.now(tz=UTC) - back
    import django

    django.setup()
    # One line for each recompute says nothing here.
    logging.getLogger("aanwezig").setLevel(logging.WARNING)
    # Links that lead to a refusal are part of the walk.
    logging.getLogger("django.request").setLevel(logging.ERROR)


def tables() -> str:
    """What names the form of the database: another form needs another one."""
    sums = hashlib.sha256(f"{PUPILS} {SCHOOLS} {SEED} {ON}".encode())
    for path in sorted((ROOT / "src/aanwezig/web").glob("*/migrations/0*.py")):
        sums.update(path.read_bytes())
    return sums.hexdigest()


def timed(what: str, do: Callable[[], Any]) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    found = do()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"  {what:44s} {wall:7.1f} s  {cpu:7.1f} s CPU", flush=True)
    return found


def make_database(folder: Path) -> None:
    """The database in ``folder``, unless there is one of this form."""
    mark = folder / "made_for"
    if mark.exists() and mark.read_text() == tables():
        return
    for path in folder.glob("*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    print(f"A database of {PUPILS:,} pupils in {SCHOOLS} schools, on {ON}")
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    _fill(folder / "register")
    mark.write_text(tables())


def _fill(register: Path) -> None:
    from django.db.models import Count

    from aanwezig.simulate import simulate
    from aanwezig.values import SchoolYear
    from aanwezig.web.demo import build, people, story
    from aanwezig.web.demo.names import name_everybody
    from aanwezig.web.facts.loading import load_register
    from aanwezig.web.facts.models import FACTS, Pupil
    from aanwezig.web.organisations.models import Kind, Organisation
    from aanwezig.web.results.recompute import recompute_school

    timed("simulate", lambda: simulate(register, pupils=PUPILS, seed=SEED, schools=SCHOOLS))
    cast = build._organisations(register, ON)
    schools = {one.code: one for one in Organisation.objects.filter(kind=Kind.SCHOOL)}
    loaded = timed("load the register", lambda: load_register(register, schools))
    print("    " + ", ".join(f"{rows:,} {name}" for name, rows in loaded.rows.items() if rows > 1000))
    enrolled = FACTS["enrolments"].objects.values_list("school_id").annotate(pupils=Count("pk"))
    biggest, pupils = enrolled.order_by("-pupils")[0]
    cast = replace(cast, secondary=schools[biggest])
    timed("name everybody", lambda: name_everybody(Pupil.objects.values_list("pk", flat=True), SEED))
    FACTS["schools"].objects.update(partnership=cast.partnership.code)
    FACTS["deliveries"].objects.update(last_day=ON)
    made = people.make_people(cast, build._groups(cast, ON), SchoolYear.of(ON).first)
    timed("recompute all schools", lambda: [recompute_school(code) for code in loaded.schools])
    timed("what people did meanwhile", lambda: story.tell_story(cast, made, ON))
    timed(f"recompute a school of {pupils:,} pupils", lambda: recompute_school(biggest))
