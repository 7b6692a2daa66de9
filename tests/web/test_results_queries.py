"""What pages ask of the results: only what the actor may see, in the reader's language, with few queries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from web_world import TODAY, World

from aanwezig.web.access.decide import NotAllowed
from aanwezig.web.facts.changes import correct_fact
from aanwezig.web.facts.models import FACTS, Person
from aanwezig.web.organisations.models import Role
from aanwezig.web.results import queries
from aanwezig.web.results.recompute import recompute_school
from aanwezig.web.results.values import PupilFilters

MONDAY = date(2026, 3, 9)


@pytest.fixture
def school(world: World) -> World:
    """Two classes; p1 reached 16 hours, p2 was ill for a day, p3 is always there."""
    for key, group, first, last in (
        ("p1", "1A", "Fleur", "de Wit"),
        ("p2", "1A", "Zoë", "Çelik"),
        ("p3", "2B", "Daan", "Jansen"),
    ):
        pupil = world.pupil(key, group=group, first_name=first, last_name=last)
        Person.objects.filter(pupil=pupil).update(
            search_text=" ".join(queries.plain_words(f"{first} {last}"))
        )
    for day in range(3):
        for lesson in range(1, 7):
            world.absent(
                world.pupils["p1"],
                MONDAY + timedelta(days=day),
                lesson=str(lesson),
                absence_id=f"a{day}-{lesson}",
            )
    world.absent(world.pupils["p2"], MONDAY, "sick")
    FACTS["deliveries"].objects.create(school_id=world.school.code, last_day=TODAY)
    recompute_school(world.school.code)
    return world


def test_duties_with_the_working_days_that_are_left(school: World) -> None:
    (duty,) = queries.open_duties(school.actor(Role.CARE_COORDINATOR), school.school.code)
    # Reached on Wednesday 11 March, due on Wednesday 18; it is Friday 20.
    assert (duty.due, duty.working_days_left, duty.is_overdue) == (date(2026, 3, 18), -2, True)
    assert duty.finding.pupil == school.pupils["p1"] and duty.finding.title


def test_explanations_are_in_the_readers_language(school: World) -> None:
    actor = school.actor(Role.CARE_COORDINATOR)
    with translation.override("nl"):
        dutch = queries.open_duties(actor, school.school.code)[0].finding.why
    with translation.override("en"):
        english = queries.open_duties(actor, school.school.code)[0].finding.why
    assert "leerling" in dutch.lower() or "uur" in dutch
    assert "hours" in english


def test_a_mentor_sees_the_own_class_only(school: World) -> None:
    mentor = school.actor(Role.MENTOR, groups=["2B"])
    assert queries.open_duties(mentor, school.school.code) == ()
    assert [row.name for row in queries.pupils_list(mentor, school.school.code).items] == ["Daan Jansen"]
    with pytest.raises(NotAllowed):
        queries.findings_of(mentor, school.pupils["p1"])
    with pytest.raises(NotAllowed):
        queries.standing(mentor, school.pupils["p1"])


def test_another_school_and_another_role_get_nothing(school: World) -> None:
    other = school.actor(Role.CARE_COORDINATOR, school.other_school)
    assert queries.pupils_list(other, school.school.code).total == 0
    assert queries.open_signals(other, school.school.code).items == ()
    for question in (
        queries.school_picture,
        queries.integrity_faults,
        queries.freshness,
        queries.group_alerts,
    ):
        with pytest.raises(NotAllowed):
            question(other, school.school)  # type: ignore[operator]
    with pytest.raises(NotAllowed):
        queries.open_signals(school.actor(Role.RESEARCHER), school.school.code)


def test_standing_says_what_is_and_what_is_not_reached(school: World) -> None:
    actor = school.actor(Role.CARE_COORDINATOR)
    reached = queries.standing(actor, school.pupils["p1"])
    ill = queries.standing(actor, school.pupils["p2"])
    assert reached is not None and ill is not None
    assert reached.proposed_tier == 2 and reached.tier_reasons
    assert reached.legal_status == "compulsory"
    assert ill.not_reached and ill.figures["by_reason"] == {"sick": 300}
    assert queries.standing(actor, school.pupils["p1"], "2019-2020") is None


def test_the_list_of_pupils_can_be_narrowed_and_ordered(school: World) -> None:
    actor, code = school.actor(Role.CARE_COORDINATOR), school.school.code

    def names(order: str = "name", **chosen: Any) -> list[str]:
        return [
            row.name for row in queries.pupils_list(actor, code, PupilFilters(**chosen), order=order).items
        ]

    assert names() == ["Daan Jansen", "Fleur de Wit", "Zoë Çelik"]
    assert names("rate")[0] == "Fleur de Wit"
    assert names(group="1A", order="-rate") == ["Zoë Çelik", "Fleur de Wit"]
    assert names(text="celik") == names(text="ÇELIK zo") == ["Zoë Çelik"]
    assert names(with_duty=True) == ["Fleur de Wit"]
    assert names(band="good", group="2B") == ["Daan Jansen"]
    assert names(tier=3) == []
    with pytest.raises(KeyError):
        names("pupil__person__number")


def test_a_page_past_the_end_is_the_last_one(school: World) -> None:
    found = queries.pupils_list(school.actor(Role.CARE_COORDINATOR), school.school.code, page=9)
    assert (found.number, found.pages, found.total) == (1, 1, 3)


def test_a_cleared_finding_is_shown_only_when_asked_for(school: World) -> None:
    pupil, actor = school.pupils["p1"], school.actor(Role.CARE_COORDINATOR)
    for row in FACTS["absences"].objects.filter(pupil=pupil, superseded_at=None):
        correct_fact(row, None, {"reason": "sick", "authorised": "yes"})
    recompute_school(school.school.code)
    rules = {one.rule for one in queries.findings_of(actor, pupil)}
    cleared = {one.rule: one for one in queries.findings_of(actor, pupil, cleared_too=True)}
    assert "relative_16h" not in rules
    assert not cleared["relative_16h"].is_open and cleared["relative_16h"].cleared_because == "facts"


def test_freshness_before_and_after_a_change(school: World) -> None:
    actor = school.actor(Role.SCHOOL_LEADER)
    fresh = queries.freshness(actor, school.school)
    assert (fresh.state, fresh.delivered_to, fresh.is_stale) == ("complete", TODAY, False)
    correct_fact(FACTS["absences"].objects.filter(superseded_at=None)[0], None, {"reason": "sick"})
    assert queries.freshness(actor, school.school).is_stale
    assert queries.freshness_of([school.other_school.code])[0].state == "not_computed"


def test_the_picture_of_a_school_with_the_year_before(school: World) -> None:
    now, before = queries.school_picture(school.actor(Role.SCHOOL_LEADER), school.school)
    assert now is not None and before is None
    assert {unit["name"]: unit["pupils"] for unit in now["classes"]} == {"1A": 2, "2B": 1}
    assert [one["tier"] for one in now["tiers"]] == [3, 2, 1]
    assert now["tiers_text"]["nl"] and now["grid_text"]["en"]


def test_lists_need_few_queries(school: World, django_assert_max_num_queries: Any) -> None:
    actor, code = school.actor(Role.CARE_COORDINATOR), school.school.code
    for question, most in (
        (lambda: queries.pupils_list(actor, code, PupilFilters(text="a")), 3),
        (lambda: queries.open_signals(actor, code), 3),
        (lambda: queries.open_duties(actor, code), 3),
        (lambda: queries.school_picture(actor, school.school), 1),
        (lambda: queries.freshness(actor, school.school), 2),
    ):
        with django_assert_max_num_queries(most):
            question()
