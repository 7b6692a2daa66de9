"""The journey of an import in a real browser, and the worklist after it: wide and narrow, Dutch and English."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from web_world import World, make_world

from aanwezig.web.facts.changes import current
from aanwezig.web.imports import jobs
from aanwezig.web.imports.models import Batch, State
from aanwezig.web.organisations.models import Role
from aanwezig.web.results.recompute import recompute_school

PHONE, WIDE = 390, 1280
ROSTER = """Leerlingnummer;Roepnaam;Tussenvoegsel;Achternaam;Geboortedatum;Klas;Instroomdatum
1001;Quirijn;;Zonneveld;2012-05-01;1A;2025-08-18
1002;Sem;van der;Wal;2011-04-30;1B;2025-08-18
"""
ABSENCES = """Nr;Dag;Uur;Waarom
1001;09-03-2026;1;Zk
1001;09-03-2026;1;Sp
1001;10-03-2026;2;Zk
1002;31-02-2026;3;Sp
1002;12-03-2026;3;Sp
9999;12-03-2026;3;Sp
"""


@pytest.fixture
def world(transactional_db: None, settings: Any, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_world()


def work_off() -> None:
    """What the worker would do."""
    for batch in Batch.objects.filter(state__in=["checking", "keeping"]):
        jobs.run(batch.ref, State(batch.state))


@pytest.mark.parametrize(("width", "language"), [(WIDE, "nl"), (PHONE, "nl"), (WIDE, "en"), (PHONE, "en")])
def test_from_own_files_to_points_to_look_at(
    world: World, visit: Callable[..., Any], tmp_path: Path, width: int, language: str
) -> None:
    roster, absences = tmp_path / "leerlingen.csv", tmp_path / "verzuim maart.csv"
    roster.write_text(ROSTER)
    absences.write_text(ABSENCES)
    visitor = visit(width=width, language=language, user=world.user(Role.CARE_COORDINATOR))
    page = visitor.open("/import/")
    visitor.must_be_fine("import-1-start")

    page.select_option("#id_profile", "roster")
    page.set_input_files("#id_uploads", str(roster))
    page.locator("form[enctype] .nl-button--primary").click()
    visitor.must_be_fine("import-2-roster-columns")
    page.locator("main .nl-button--primary").click()
    visitor.must_be_fine("import-3-running")
    work_off()
    page.reload()
    visitor.must_be_fine("import-4-roster-checked")
    page.locator("main .nl-button--primary").click()
    page.wait_for_selector("#progress")
    work_off()
    # It leads on by itself.
    page.wait_for_selector("dl.facts, p[role=status] a")
    visitor.must_be_fine("import-5-roster-kept")

    visitor.open("/import/")
    page.select_option("#id_profile", "generic")
    page.set_input_files("#id_uploads", str(absences))
    page.fill("#id_first_day", "2026-03-01")
    page.fill("#id_last_day", "2026-03-19")
    page.locator("form[enctype] .nl-button--primary").click()
    for ours, theirs in (("pupil_id", "Nr"), ("date", "Dag"), ("reason", "Waarom"), ("lesson", "Uur")):
        page.select_option(f"#id_{ours}", theirs)
    visitor.must_be_fine("import-6-columns")
    page.locator("main .nl-button--primary").click()
    for place in range(2):
        page.select_option(f"#id_reason_{place}", ("truant", "sick")[place])
        page.select_option(f"#id_mark_{place}", ("no", "yes")[place])
    visitor.must_be_fine("import-7-codes")
    page.locator("main .nl-button--primary").click()
    work_off()
    page.reload()
    visitor.must_be_fine("import-8-checked")
    page.locator("main form[action*=keep] .nl-button--primary").click()
    work_off()
    recompute_school(world.school.code)
    page.reload()
    visitor.must_be_fine("import-9-kept")
    assert current("absences").count() == 4

    visitor.open("/import/")
    visitor.must_be_fine("import-10-list")
    visitor.open("/import/freshness/")
    visitor.must_be_fine("import-11-freshness")
    visitor.open("/worklist/")
    visitor.must_be_fine("worklist-1")
    page.locator(".rows .nl-button").first.click()
    visitor.must_be_fine("worklist-2-point")
    page.locator("details summary").nth(1).click()
    visitor.screenshot("worklist-3-withdraw")
    visitor.open("/worklist/missing/")
    visitor.must_be_fine("worklist-4-missing")
