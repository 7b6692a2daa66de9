"""Who can see a child, who looked, and the log with its filters."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from web_world import NOW, TODAY, World

from aanwezig.web.access.decide import decide, who_can_see
from aanwezig.web.accounts.actions import change_profile
from aanwezig.web.audit.actions import record_change, record_reading, record_readings
from aanwezig.web.audit.models import ReadRecord
from aanwezig.web.audit.queries import LogFilter, log_rows, who_looked
from aanwezig.web.audit.words import _ACTIONS, _PAGES
from aanwezig.web.organisations.models import Role


def test_who_looked_groups_per_person_and_day_and_keeps_pages_apart_from_lists(world: World) -> None:
    pupil = world.pupil("p1")
    mentor, coordinator = world.actor(Role.MENTOR), world.actor(Role.CARE_COORDINATOR)
    decision = decide(mentor, "pupil.view", pupil)
    for _ in range(3):
        record_reading(mentor, pupil, "who", decision)
    record_readings(mentor, [pupil], "pupils")
    record_readings(coordinator, [pupil], "pupils", way="export")
    with patch("django.utils.timezone.now", lambda: NOW - timedelta(days=1)):
        record_reading(mentor, pupil, "who", decision)
    rows = {(row.name, row.day): row for row in who_looked(pupil)}
    assert len(rows) == 3
    today = rows[mentor.name, TODAY]
    assert (len(today.opened), today.listed, today.taken) == (1, 1, ())
    assert rows[coordinator.name, TODAY].taken and not rows[coordinator.name, TODAY].opened
    assert not any(row.in_emergency for row in rows.values())


def test_the_page_says_who_can_see_and_why_and_is_itself_logged(world: World) -> None:
    pupil = world.pupil("p1")
    world.user(Role.CARE_COORDINATOR)
    client = world.client(Role.MENTOR)
    page = client.get(reverse("pupil_who", args=(pupil.ref,)))
    text = page.content.decode()
    assert "Care_coordinator Test" in text and "leerlingen in de groepen van deze mentor" in text
    assert ReadRecord.objects.filter(pupil=pupil, what="who", user=world.user(Role.MENTOR)).exists()
    assert {one.scope for one in who_can_see(pupil)} == {"own_groups", "school"}


def test_parents_see_it_of_their_own_child_only(world: World) -> None:
    mine, other = world.pupil("p1"), world.pupil("p2")
    client = world.client(Role.PARENT, pupils=[mine])
    assert client.get(reverse("pupil_who", args=(mine.ref,))).status_code == 200
    assert client.get(reverse("pupil_who", args=(other.ref,))).status_code == 403
    assert Client().get(reverse("pupil_who", args=(mine.ref,))).status_code == 302
    assert not ReadRecord.objects.filter(pupil=other).exists()


def test_the_page_asks_few_questions_however_many_looked(world: World) -> None:
    pupil, client = world.pupil("p1"), world.client(Role.MENTOR)
    for role in (Role.CARE_COORDINATOR, Role.SCHOOL_LEADER, Role.ABSENCE_TEAM, Role.YOUTH_DOCTOR):
        world.user(role)
    world.user(Role.ATTENDANCE_OFFICER), world.user(Role.SCHOOL_LEADER, world.board)
    client.get(reverse("account"))
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("pupil_who", args=(pupil.ref,))).status_code == 200
        counts.append(len(asked))
        for index in range(20):
            with patch("django.utils.timezone.now", lambda d=20 * number + index: NOW - timedelta(days=d)):
                record_readings(world.actor(Role.CARE_COORDINATOR), [pupil], "pupils")
    assert counts[1] <= counts[0] <= 12, counts


def test_the_log_is_filtered_by_kind_person_action_and_period(world: World) -> None:
    pupil, mentor = world.pupil("p1"), world.actor(Role.MENTOR)
    record_readings(mentor, [pupil], "pupils")
    with patch("django.utils.timezone.now", lambda: NOW - timedelta(days=5)):
        change_profile(mentor, world.user(Role.MENTOR), {"name": "Anders"})
    officer = world.actor(Role.PRIVACY_OFFICER)
    assert log_rows(officer, LogFilter("read")).count() == 1
    assert log_rows(officer, LogFilter("change")).count() == 1
    assert log_rows(officer, LogFilter("change", first_day=TODAY - timedelta(days=5))).count() == 1
    assert not log_rows(officer, LogFilter("change", first_day=TODAY - timedelta(days=4))).exists()
    assert not log_rows(officer, LogFilter("change", last_day=TODAY - timedelta(days=6))).exists()
    assert not log_rows(officer, LogFilter("change", action="break_glass")).exists()
    assert log_rows(officer, LogFilter("read", user_ref=mentor.ref)).count() == 1
    assert not log_rows(officer, LogFilter("read", user_ref="somebody")).exists()


def test_the_log_of_another_organisation_is_not_seen(world: World) -> None:
    record_readings(world.actor(Role.MENTOR), [world.pupil("p1")], "pupils")
    assert not log_rows(world.actor(Role.PRIVACY_OFFICER, world.other_school), LogFilter("read")).exists()
    assert log_rows(world.actor(Role.ADMINISTRATOR, world.partnership), LogFilter("read")).exists()


def test_the_log_page_names_no_child(world: World) -> None:
    pupil = world.pupil("p1", first_name="Zeldzaam")
    record_readings(world.actor(Role.MENTOR), [pupil], "pupils")
    for role in (Role.ADMINISTRATOR, Role.PRIVACY_OFFICER):
        client = world.client(role)
        text = client.get(reverse("log"), {"kind": "read"}).content.decode()
        assert pupil.ref in text and "Zeldzaam" not in text
    text = client.get(reverse("log"), {"kind": "change", "who": "nonsense", "first_day": "no day"}).content
    assert b"Traceback" not in text
    assert world.client(Role.MENTOR).get(reverse("log")).status_code == 403


def test_the_own_account_is_changed_only_by_its_person(world: World) -> None:
    client = world.client(Role.MENTOR)
    page = client.post(reverse("account"), {"name": "", "language": "nl"})
    assert page.status_code == 422
    client.post(
        reverse("account"), {"name": "Jo Smit", "language": "en", "phone": "050 123", "job_title": "x"}
    )
    user = world.user(Role.MENTOR)
    user.refresh_from_db()
    assert (user.name, user.language, user.phone) == ("Jo Smit", "en", "050 123")
    assert "My account" in client.get(reverse("account")).content.decode()


def test_one_works_at_an_own_organisation_only(world: World) -> None:
    client = world.client(Role.MENTOR)
    for ref, expected in ((world.other_school.ref, None), (world.school.ref, world.school.ref)):
        client.post(reverse("work_for"), {"organisation": ref, "next": "https://elsewhere.example/"})
        assert client.session.get("working_at") == expected


def test_details_of_a_change_are_codes_only(world: World) -> None:
    actor = world.actor(Role.ADMINISTRATOR)
    record_change(actor, "invite", details={"role": "mentor", "first_day": "2026-03-20"})
    page = world.client(Role.ADMINISTRATOR).get(reverse("log"))
    assert "role: mentor" in page.content.decode()


def _codes(names: dict[str, int]) -> set[str]:
    """The codes that calls of these functions give, by the place of the argument."""
    found = set()
    ours = [Path(one.path) for one in apps.get_app_configs() if one.name.startswith("aanwezig.web.")]
    for path in (path for folder in ours for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                place = names[node.func.id]
                given = node.args[place] if len(node.args) > place else None
                if isinstance(given, ast.Constant):
                    found.add(str(given.value))
    return found


def test_every_action_and_page_of_the_log_has_words() -> None:
    """Mend: name it in ``audit/words.py``."""
    assert _codes({"record_change": 1, "_log": 1, "record_own_change": 1}) - set(_ACTIONS) == set()
    assert _codes({"record_reading": 2, "record_readings": 2}) - set(_PAGES) == set()
