"""Recomputing a school of about 1,500 pupils in the application, and the ratio to ``check`` alone in the same call.

``python bench/web_recompute.py`` takes the school of that size out of the database of ``web_data`` and recomputes it: at
first, when every row is new; when nothing changed but the worker has just begun; after an import that touches 40
pupils; and on a new day. What it changes is rolled back.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import web_data

PUPILS, TOUCHED = 1500, 40
MOST_SECONDS = 3.0


def timed(what: str, do: Callable[[], Any], reference: float | None = None) -> tuple[float, float, Any]:
    """Seconds by the clock and of the processors, and what came of it; ``reference``: processor seconds of ``check``."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = do()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    ratio = f"{cpu / reference:6.2f} × check" if reference else ""
    print(f"  {what:44s} {wall:7.2f} s  {cpu:7.2f} s CPU  {ratio}", flush=True)
    return wall, cpu, found


def the_school() -> str:
    """The school whose size is nearest."""
    from django.db.models import Count

    from aanwezig.web.facts.models import FACTS

    sizes = FACTS["enrolments"].objects.values_list("school_id").annotate(pupils=Count("pk")).order_by()
    return min(sizes, key=lambda one: abs(one[1] - PUPILS))[0]


def measure() -> None:
    from django.db import transaction

    from aanwezig.findings import check
    from aanwezig.web.facts.reading import facts_of_school
    from aanwezig.web.results import memory
    from aanwezig.web.results.models import OpenQuestion, PupilWeek, PupilYear, SchoolPicture, StoredFinding
    from aanwezig.web.results.recompute import recompute_school

    code, on = the_school(), web_data.ON
    _, _, facts = timed("read its facts", lambda: facts_of_school(code, on))
    print(f"    {facts.tables['absences'].num_rows:,} rows of absence")
    # Once for what Python imports and compiles at first use.
    with facts.open(on) as register:
        check(register)
    with facts.open(on) as register:
        _, reference, _ = timed("check alone", lambda: check(register))
    figures = []

    def recompute(what: str, day: Any = on) -> None:
        wall, cpu, done = timed(what, lambda: recompute_school(code, day), reference)
        figures.append((what, wall, cpu))
        print(f"    {done.pupils:,} pupils, {done.changes}")

    recompute("once, to warm up")
    figures.clear()
    with transaction.atomic():
        memory.forget()
        for table in (StoredFinding, OpenQuestion, PupilWeek, PupilYear, SchoolPicture):
            table.objects.filter(school=code).delete()
        recompute("first: every row is new")
        memory.forget()
        recompute("the worker has just begun")
        touch(code)
        recompute(f"after an import that touches {TOUCHED} pupils")
        recompute("on a new day", on + timedelta(days=3))
        transaction.set_rollback(True)
    for what, wall, cpu in figures:
        said = "within" if wall <= MOST_SECONDS else "above"
        print(
            f"  {what}: {said} the {MOST_SECONDS:g} s that a recompute may take ({cpu:.1f} s of the processor)"
        )


def touch(code: str) -> None:
    """A correction of the last absence of some pupils."""
    from aanwezig.web.facts.changes import correct_fact, current

    done: set[str] = set()
    for row in current("absences").filter(school_id=code, date__lte=web_data.ON).order_by("-date", "pk"):
        if row.pupil_id not in done and row.reason != "sick":
            correct_fact(row, None, {"reason": "sick", "authorised": "yes"})
            done.add(row.pupil_id)
        if len(done) == TOUCHED:
            return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=web_data.FOLDER)
    chosen = parser.parse_args()
    web_data.start(chosen.folder)
    web_data.make_database(chosen.folder)
    print(f"Recompute of a school of about {PUPILS:,} pupils, on {web_data.ON}")
    measure()


if __name__ == "__main__":
    main()
