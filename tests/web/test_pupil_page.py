"""The pupil's page: who sees it, what stands on it, and in how many queries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from web_world import TODAY, World

from aanwezig.web.audit.models import ReadRecord
from aanwezig.web.facts.models import FACTS, Contact, Pupil
from aanwezig.web.organisations.models import Role
from aanwezig.web.pupils import actions
from aanwezig.web.pupils.actions.notes import NoteText
from aanwezig.web.results.models import OpenQuestion, PupilYear, StoredFinding
from aanwezig.web.results.recompute import recompute_school


def address(pupil: Pupil, rest: str = "") -> str:
    return f"/pupils/{pupil.ref}/{rest}"


def standing(world: World, pupil: Pupil, **fields: Any) -> PupilYear:
    """The stored figures of a pupil, as the background work leaves them."""
    figures = {
        "by_reason": {"truant": 600.0, "sick": 1200.0},
        "by_mark": {"unauthorised": 600.0, "authorised": 1200.0},
        "has_reduced_programme": False,
        "attendance_rate_agreed": 0.862,
        "late_count": 3,
        "absent_days": 6,
        "whole_days": 4,
        "rate_before": None,
    }
    defaults = {
        "school_id": world.school.code,
        "pupil": pupil,
        "school_year": "2025-2026",
        "group": "1A",
        "is_enrolled": True,
        "possible_minutes": 13000.0,
        "absent_minutes": 1800.0,
        "rate": 0.8621,
        "band": "chronic",
        "figures": figures,
        "proposed_tier": 2,
        "tier_reasons": [
            {
                "tier": 2,
                "because": "chronic",
                "text": {"nl": "Mist meer dan 10 %.", "en": "Over 10%."},
                "facts": [],
            }
        ],
    }
    return PupilYear.objects.create(**{**defaults, **fields})


def finding(world: World, pupil: Pupil, rule: str = "mazl_4th", **fields: Any) -> StoredFinding:
    defaults = {
        "school_id": world.school.code,
        "pupil": pupil,
        "rule": rule,
        "version": "2020",
        "kind": "signal",
        "first_day": date(2026, 1, 12),
        "last_day": date(2026, 3, 2),
        "explanation_nl": "Vier ziekmeldingen in twaalf schoolweken.",
        "explanation_en": "Four sick reports in twelve school weeks.",
        "school_year": "2025-2026",
        "found_at": timezone.now(),
        "changed_at": timezone.now(),
        "key": f"{pupil.pk}-{rule}-{fields.get('first_day', '')}",
    }
    return StoredFinding.objects.create(**{**defaults, **fields})


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_page_says_who_the_pupil_is_and_how_it_stands(world: World) -> None:
    pupil = world.pupil("p1")
    standing(world, pupil)
    world.user(Role.MENTOR, groups=["1A"])
    page = text_of(world.client(Role.CARE_COORDINATOR).get(address(pupil)))
    for words in (
        "Noor Bakker",
        "86,2",
        "klas 1A",
        "13 jaar",
        "leerplichtig",
        "Mentor Mentor Test",
        "laag 2",
    ):
        assert words in page, words


def test_reading_is_recorded(world: World) -> None:
    pupil = world.pupil("p1")
    world.client(Role.CARE_COORDINATOR).get(address(pupil))
    record = ReadRecord.objects.get(pupil=pupil)
    assert (record.what, record.way, record.role) == ("pupil", "page", Role.CARE_COORDINATOR)


def test_who_may_not_see_the_pupil_is_told_why_and_nothing_is_recorded_as_read(world: World) -> None:
    pupil = world.pupil("p1", group="2B")
    response = world.client(Role.MENTOR, groups=["1A"]).get(address(pupil))
    assert response.status_code == 403
    assert "Bakker" not in response.content.decode()
    assert not ReadRecord.objects.exists()


def test_days_of_which_nothing_is_known_do_not_look_attended(world: World) -> None:
    pupil = world.pupil("p1")
    FACTS["deliveries"].objects.create(school_id=world.school.code, last_day=TODAY - timedelta(days=7))
    page = text_of(world.client(Role.CARE_COORDINATOR).get(address(pupil)))
    assert "Van 5 schooldagen is nog niets bekend" in page
    assert "day-no_data" in page and "day-closed" in page and "day-coming" in page


def test_a_day_tells_each_lesson_with_reason_and_mark(world: World) -> None:
    pupil = world.pupil("p1")
    world.absent(pupil, date(2026, 3, 3), "truant", lesson="2", minutes=50, absence_id="a")
    world.absent(pupil, date(2026, 3, 3), "sick", lesson="5", minutes=50, absence_id="b")
    page = text_of(world.client(Role.CARE_COORDINATOR).get(address(pupil)))
    assert "lesuur 2: spijbelen, ongeoorloofd, 50 min." in page
    assert "lesuur 5: ziek, geoorloofd, 50 min." in page
    assert "100 van 300 minuten" in page


def test_an_earlier_school_year_has_its_own_calendar(world: World) -> None:
    pupil = world.pupil("p1", first_day=date(2024, 8, 1))
    world.absent(pupil, date(2025, 2, 3), "sick")
    client = world.client(Role.CARE_COORDINATOR)
    assert "3 februari 2025" not in text_of(client.get(address(pupil)))
    page = text_of(client.get(address(pupil) + "?year=2024-2025"))
    assert "maandag 3 februari 2025" in page


def test_signals_duties_what_is_not_reached_and_what_cannot_be_told(world: World) -> None:
    pupil = world.pupil("p1")
    not_reached = {
        "rule": "relative_16h",
        "school_id": world.school.code,
        "quantity": 660,
        "quantity_with_unknown": 780,
        "threshold": 960,
        "unit": "minutes",
        "first_day": "2026-03-02",
        "window_last": "2026-03-27",
        "text": {"nl": "Het venster loopt tot en met 27 maart.", "en": "The window runs until 27 March."},
    }
    standing(world, pupil, picture={"patterns": [], "charts": [], "not_reached": [not_reached]})
    finding(world, pupil)
    duty = finding(world, pupil, "long_relative", kind="duty", due=date(2026, 3, 24), obligation="must")
    finding(world, pupil, "lateness", cleared_at=timezone.now())
    OpenQuestion.objects.create(
        school_id=world.school.code, pupil=pupil, rule="relative_16h", missing="authorised"
    )
    page = text_of(world.client(Role.CARE_COORDINATOR).get(address(pupil)))
    assert "Vier ziekmeldingen in twaalf schoolweken." in page
    assert f"/duties/{duty.ref}/" in page and "24 maart" in page
    assert "11 uur van 16 uur" in page and "tot en met 27 maart" in page
    assert "niet te zeggen" in page
    assert "1 die niet meer geldt" in page


def test_an_attendance_officer_sees_no_signals_and_no_documents(world: World) -> None:
    pupil = world.pupil("p1")
    finding(world, pupil)
    FACTS["notifications"].objects.create(
        pupil=pupil,
        school_id=world.school.code,
        category="relative_16h",
        first_day=date(2026, 2, 2),
        sent_on=date(2026, 2, 10),
        status="registered",
    )
    page = text_of(world.client(Role.ATTENDANCE_OFFICER).get(address(pupil)))
    assert "Vier ziekmeldingen" not in page and 'id="documents"' not in page
    assert "Melding verstuurd" in page


@pytest.mark.parametrize("many", [1, 40])
@pytest.mark.parametrize(
    ("role", "at_board"),
    [
        (Role.CARE_COORDINATOR, False),
        (Role.SCHOOL_LEADER, True),
        (Role.ABSENCE_TEAM, False),
        (Role.MENTOR, False),
    ],
)
def test_the_page_asks_the_database_the_same_few_questions_whatever_there_is(
    world: World, many: int, role: str, at_board: bool
) -> None:
    pupil = world.pupil("p1")
    coordinator = world.actor(Role.CARE_COORDINATOR)
    standing(world, pupil)
    for number in range(many):
        day = TODAY - timedelta(days=number)
        world.absent(pupil, day, absence_id=f"a{number}")
        actions.write_note(coordinator, pupil, NoteText("note", day, f"tekst {number}"))
        Contact.objects.create(pupil=pupil, name=f"Ouder {number}")
        finding(world, pupil, first_day=day)
    client = world.client(role, world.board if at_board else None)
    client.get(address(pupil))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address(pupil)).status_code == 200
    assert len(asked) <= 12, "\n".join(query["sql"][:120] for query in asked.captured_queries)


def test_a_pupil_of_whom_nothing_is_known_gets_a_page_that_says_so(world: World) -> None:
    pupil = Pupil.objects.create(pupil_id="empty")
    FACTS["enrolments"].objects.create(
        pupil=pupil, school_id=world.school.code, first_day=date(2026, 3, 20), group=None
    )
    page = text_of(world.client(Role.CARE_COORDINATOR).get(address(pupil)))
    assert "nog geen cijfers" in page and "geen mentor bekend" in page
    assert "de geboortedatum" in page


def test_a_pupil_who_changed_school_shows_both_schools_but_only_this_schools_notes(world: World) -> None:
    pupil = world.pupil("p1", school=world.other_school, last_day=date(2026, 2, 27), group="8")
    old = world.actor(Role.CARE_COORDINATOR, world.other_school)
    FACTS["enrolments"].objects.filter(pupil=pupil).update(last_day=None)
    actions.write_note(old, pupil, NoteText("note", TODAY, "alleen voor de oude school"))
    actions.write_note(old, pupil, NoteText("note", TODAY, "ook voor anderen", shared=True))
    FACTS["enrolments"].objects.filter(pupil=pupil).update(last_day=date(2026, 2, 27))
    FACTS["enrolments"].objects.create(
        pupil=pupil, school_id=world.school.code, first_day=date(2026, 3, 2), group="1A"
    )
    page = text_of(world.client(Role.CARE_COORDINATOR).get(address(pupil)))
    assert "Naar De Brug" in page and "Naar Het Anker" in page
    assert "ook voor anderen" in page and "alleen voor de oude school" not in page


def test_the_timeline_can_be_narrowed_and_paged(world: World) -> None:
    pupil = world.pupil("p1")
    coordinator = world.actor(Role.CARE_COORDINATOR)
    for number in range(20):
        actions.write_note(
            coordinator, pupil, NoteText("note", TODAY - timedelta(days=number), f"tekst{number:02}")
        )
    client = world.client(Role.CARE_COORDINATOR)
    first = text_of(client.get(address(pupil)))
    assert "tekst00" in first and "tekst19" not in first
    assert "tekst19" in text_of(client.get(address(pupil) + "?page=2"))
    only = text_of(client.get(address(pupil) + "?kind=school"))
    assert 'class="said">tekst00' not in only and "Ingeschreven" in only


def test_how_many_can_see_and_looked_is_fetched_apart(world: World) -> None:
    pupil = world.pupil("p1")
    client = world.client(Role.CARE_COORDINATOR)
    client.get(address(pupil))
    part = text_of(client.get(address(pupil, "around/")))
    assert "wie kan dit zien (1)" in part and "wie keek (1 deze week)" in part


def test_what_the_background_work_leaves_is_what_the_page_shows(world: World) -> None:
    """From rows of absence through the rules to the page, without made-up results in between."""
    FACTS["deliveries"].objects.create(school_id=world.school.code, last_day=TODAY)
    pupil = world.pupil("p1")
    for week in range(24):
        monday = date(2025, 9, 1) + timedelta(weeks=week)
        world.absent(pupil, monday, "sick")
    for day in (9, 10):
        world.absent(pupil, date(2026, 3, day), "truant", lesson="1", minutes=50, absence_id=f"t{day}")
    recompute_school(world.school.code, TODAY)
    page = text_of(world.client(Role.CARE_COORDINATOR).get(address(pupil)))
    for words in (
        "Op maandag",
        "chronisch",
        "nog niet bereikt",
        "2 uur van 16 uur",
        "Vergeleken met de eigen eerdere weken",
        "voorstel: laag",
    ):
        assert words in page, words
    assert "Er zijn net feiten veranderd" not in page
    # What a signal is not stands there once, and the same signal of before under the last one.
    assert page.count("Het is geen meldplicht en geen verwijt.") == 1
    assert page.count('<div class="head">Vierde ziekmelding') == 1 and "keer eerder" in page
