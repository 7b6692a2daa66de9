"""Points in the data: what is wrong, who looked, what was withdrawn, what is missing; how fresh the data are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from web_world import NOW, World

from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import NotAllowed
from aanwezig.web.audit.models import ChangeRecord, ReadRecord
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import FACTS, Pupil
from aanwezig.web.imports import actions as import_actions
from aanwezig.web.imports import queries as import_queries
from aanwezig.web.organisations.models import Role
from aanwezig.web.results.models import OpenQuestion, StoredFinding
from aanwezig.web.results.recompute import recompute_school
from aanwezig.web.worklist import actions, queries
from aanwezig.web.worklist.models import LookedAt, Withdrawn

DAY = date(2026, 3, 10)


@pytest.fixture
def twice(world: World) -> StoredFinding:
    """A pupil with two reasons for one lesson, as the rules find it."""
    pupil = world.pupil("p1", first_name="Quirijn", last_name="Zonneveld")
    world.absent(pupil, DAY, "truant", lesson="1", minutes=50, absence_id="a1")
    world.absent(pupil, DAY, "sick", lesson="1", minutes=50, absence_id="a2")
    recompute_school(world.school.code)
    return StoredFinding.objects.get(rule="two_marks")


def test_two_marks_stand_in_the_worklist_with_how_to_mend_them(world: World, twice: StoredFinding) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    shown = client.get(reverse("worklist:list")).content.decode()
    assert "1 punt in de gegevens" in shown
    assert "Quirijn Zonneveld" in shown
    assert "Laat één regel staan" in shown
    assert "p1" not in client.get(reverse("worklist:list")).request["PATH_INFO"]
    assert ReadRecord.objects.filter(what="worklist", pupil="p1").exists()


def test_withdrawing_one_row_solves_it_and_is_remembered(world: World, twice: StoredFinding) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    row = current("absences").get(reason="truant")
    address = reverse("worklist:withdraw", args=(twice.ref,))
    answer = client.post(address, {"row": row.pk, "why": "", "note": "dubbel ingevoerd"})
    assert answer.status_code == 200
    assert "dubbel ingevoerd" in answer.content.decode()
    client.post(address, {"row": row.pk, "why": "double", "note": "dubbel ingevoerd"})
    assert current("absences").get().reason == "sick"
    assert FACTS["absences"].objects.get(pk=row.pk).superseded_at is not None
    assert Withdrawn.objects.get().why == "double"
    told = str(list(ChangeRecord.objects.values_list("action", "details")))
    assert "absence_withdrawn" in told
    assert "dubbel ingevoerd" not in told
    recompute_school(world.school.code)
    twice.refresh_from_db()
    assert twice.cleared_at is not None


def test_a_row_that_is_no_part_of_the_point_cannot_be_withdrawn(world: World, twice: StoredFinding) -> None:
    other = world.absent(world.pupil("p2"), DAY)
    actor = world.actor(Role.CARE_COORDINATOR)
    with pytest.raises(AanwezigError):
        actions.withdraw_row(actor, twice, other.pk, "double")
    row = current("absences").get(absence_id="a1")
    actions.withdraw_row(actor, twice, row.pk, "double")
    with pytest.raises(AanwezigError):
        actions.withdraw_row(actor, twice, row.pk, "double")
    assert Withdrawn.objects.count() == 1


def test_a_point_that_is_right_goes_and_comes_back_when_it_changes(
    world: World, twice: StoredFinding
) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    client.post(reverse("worklist:is_right", args=(twice.ref,)))
    assert LookedAt.objects.get().by == world.user(Role.CARE_COORDINATOR)
    actor = world.actor(Role.CARE_COORDINATOR)
    assert not queries.points(actor, world.school).exists()
    assert queries.points(actor, world.school, looked=True).get() == twice
    StoredFinding.objects.filter(pk=twice.pk).update(digest="other")
    assert queries.points(actor, world.school).get() == twice
    twice.refresh_from_db()
    actions.look_at(actor, twice)
    client.post(reverse("worklist:is_right", args=(twice.ref,)), {"again": "1"})
    assert queries.points(actor, world.school).exists()


def test_points_can_be_filtered_by_kind_and_class(world: World, twice: StoredFinding) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    assert (
        len(client.get(reverse("worklist:list"), {"rule": "two_marks", "group": "1A"}).context["lines"]) == 1
    )
    assert client.get(reverse("worklist:list"), {"rule": "nothing"}).status_code == 200


@pytest.mark.parametrize("name", ["point", "is_right", "withdraw"])
def test_another_school_cannot_reach_a_point(world: World, twice: StoredFinding, name: str) -> None:
    client = world.client(Role.CARE_COORDINATOR, world.other_school)
    address = reverse(f"worklist:{name}", args=(twice.ref,))
    row = current("absences").get(absence_id="a1")
    answer = (
        client.get(address) if name == "point" else client.post(address, {"row": row.pk, "why": "double"})
    )
    assert answer.status_code == 403
    assert current("absences").count() == 2


@pytest.mark.parametrize(
    "role", [Role.MENTOR, Role.ABSENCE_TEAM, Role.ADMINISTRATOR, Role.PARENT, Role.PARTNERSHIP_STAFF]
)
def test_other_roles_have_no_worklist(world: World, role: str) -> None:
    assert world.client(role).get(reverse("worklist:list")).status_code == 403


def test_missing_facts_are_told_with_where_to_fill_them_in(world: World) -> None:
    pupil = world.pupil("p1")
    OpenQuestion.objects.create(
        school_id=world.school.code, pupil=pupil, rule="relative_16h", missing="birth_date"
    )
    client = world.client(Role.CARE_COORDINATOR)
    assert (
        "Lees een leerlinglijst met de geboortedatum in"
        in client.get(reverse("worklist:missing")).content.decode()
    )
    assert "Noor Bakker" in client.get(reverse("worklist:missing_of", args=("birth_date",))).content.decode()
    assert client.get(reverse("worklist:missing_of", args=("nothing",))).status_code == 302


def test_the_pages_need_few_queries_whatever_the_number_of_points(
    world: World, twice: StoredFinding, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        pupil = world.pupil(f"q{number}")
        StoredFinding.objects.create(
            **{
                field: getattr(twice, field)
                for field in ("rule", "version", "kind", "group", "first_day", "last_day", "explanation_nl",
                              "explanation_en", "school_year", "digest", "school_id")
            },
            key=f"k{number}", pupil=pupil, found_at=NOW, changed_at=NOW,
        )  # fmt: skip
    client = world.client(Role.CARE_COORDINATOR)
    client.get(reverse("worklist:list"))
    with django_assert_max_num_queries(12):
        assert len(client.get(reverse("worklist:list")).context["lines"]) == 50
    with django_assert_max_num_queries(12):
        client.get(reverse("worklist:point", args=(twice.ref,)))


def test_freshness_is_what_was_said_and_never_the_last_row(world: World) -> None:
    pupil = world.pupil("p1")
    actor = world.actor(Role.PARTNERSHIP_STAFF)
    states = {one.school.code: one.state for one in import_queries.freshness(actor)}
    assert states == {"99AA00": "no_data", "99BB00": "no_data"}
    world.absent(pupil, date(2026, 3, 19))
    assert {one.state for one in import_queries.freshness(actor)} == {"no_data", "not_stated"}
    import_actions.record_complete(world.actor(Role.CARE_COORDINATOR), world.school, date(2026, 3, 13))
    recompute_school(world.school.code)
    (own,) = (one for one in import_queries.freshness(actor) if one.school.code == "99AA00")
    assert (own.state, own.complete_to, own.days_behind) == ("incomplete", date(2026, 3, 13), 4)
    import_actions.record_complete(world.actor(Role.CARE_COORDINATOR), world.school, date(2026, 3, 19))
    (own,) = (one for one in import_queries.freshness(actor) if one.school.code == "99AA00")
    assert own.state == "complete"


def test_an_earlier_day_takes_the_place_of_a_later_one(world: World) -> None:
    client = world.client(Role.SCHOOL_LEADER)
    address = reverse("imports:complete", args=(world.school.ref,))
    client.post(address, {"last_day": "2026-03-19"})
    client.post(address, {"last_day": "2026-03-12"})
    assert current("deliveries").get().last_day == date(2026, 3, 12)
    assert FACTS["deliveries"].objects.count() == 2
    assert client.post(address, {"last_day": "2026-03-21"}).status_code == 200
    with pytest.raises(NotAllowed):
        import_actions.record_complete(world.actor(Role.MENTOR), world.school, DAY)


def test_the_partnership_sees_freshness_and_imports_nothing(world: World) -> None:
    client = world.client(Role.PARTNERSHIP_STAFF)
    shown = client.get(reverse("imports:freshness")).content.decode()
    assert "Het Anker" in shown
    assert "De Brug" in shown
    assert "geen gegevens" in shown
    assert client.post(reverse("imports:complete", args=(world.school.ref,))).status_code == 403
    assert Pupil.objects.count() == 0
