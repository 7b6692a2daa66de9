"""The page of a school: figures, other definitions, what is empty, who may see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from web_world import TODAY, World

from aanwezig.web.organisations.models import Role
from aanwezig.web.results.models import SchoolPicture
from aanwezig.web.results.recompute import recompute_school
from aanwezig.web.schools.domain import PupilSum, by_definitions, pupil_sum


def _pupil(possible: float | None, absent: float | None, **more: Any) -> PupilSum:
    values = {"unauthorised": 0.0, "sick": 0.0, "late": 0.0, "is_enrolled": True, **more}
    return PupilSum(possible, absent, **values)


def test_each_definition_answers_another_question() -> None:
    pupils = [
        _pupil(1000, 100, unauthorised=20, sick=60, late=20),
        _pupil(3000, 0),
        _pupil(1000, 500, sick=500, is_enrolled=False),
    ]
    found = {one.definition: one.rate for one in by_definitions(pupils)}
    assert found == {
        "ours": 1 - 600 / 5000,
        "unauthorised_only": 1 - 20 / 5000,
        "without_sickness": 1 - 40 / 5000,
        "without_lateness": 1 - 580 / 5000,
        "mean_of_pupils": pytest.approx((0.9 + 1.0 + 0.5) / 3),
        "enrolled_now": 1 - 100 / 4000,
    }


def test_pupils_of_whom_nothing_was_delivered_are_in_no_definition() -> None:
    found = by_definitions([_pupil(None, None), _pupil(0, 0)])
    assert all(one.rate is None and one.pupils == 0 for one in found)


def test_stored_figures_that_are_unknown_stay_unknown() -> None:
    assert (
        pupil_sum({"possible_minutes": None, "absent_minutes": None, "by_reason": None}, True).possible
        is None
    )


@pytest.fixture
def computed(world: World) -> World:
    for number in range(12):
        pupil = world.pupil(f"p{number}", group="1A" if number < 6 else "1B")
        if number % 4 == 0:
            world.absent(pupil, TODAY, part=None, lesson="3")
    recompute_school(world.school.code)
    return world


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_headline_is_the_answer(
    computed: World, language: str, django_assert_max_num_queries: Any
) -> None:
    user = computed.user(Role.CARE_COORDINATOR)
    user.language = language
    user.save()
    client = computed.client(Role.CARE_COORDINATOR)
    with django_assert_max_num_queries(12):
        text = client.get(reverse("schools:school")).content.decode()
    assert "Het Anker: " in text and ("aanwezig" if language == "nl" else "present") in text
    assert "1B" in text
    why = client.get(reverse("schools:why")).content.decode()
    assert ("Alleen ongeoorloofd" if language == "nl" else "Only unauthorised") in why


def test_without_facts_the_page_says_what_is_missing_and_leads_there(world: World) -> None:
    text = world.client(Role.CARE_COORDINATOR).get(reverse("schools:school")).content.decode()
    assert "Nog geen cijfers" in text and reverse("imports:start") in text
    mentor = world.client(Role.MENTOR).get(reverse("schools:school")).content.decode()
    assert "Nog geen cijfers" in mentor and reverse("imports:start") not in mentor


def test_a_board_chooses_a_school_and_sees_no_other(world: World) -> None:
    client = world.client(Role.SCHOOL_LEADER, world.board)
    assert client.get(reverse("schools:school")).status_code == 200
    assert client.get(reverse("schools:school"), {"school": world.other_school.ref}).status_code == 404


def test_a_year_without_figures_is_not_found(computed: World) -> None:
    client = computed.client(Role.CARE_COORDINATOR)
    assert client.get(reverse("schools:school"), {"year": "1999-2000"}).status_code == 404
    assert SchoolPicture.objects.filter(school_id=computed.school.code).exists()


def test_an_officer_sees_no_figures_of_a_school(world: World) -> None:
    assert world.client(Role.ATTENDANCE_OFFICER).get(reverse("schools:school")).status_code == 403
