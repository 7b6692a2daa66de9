"""The access table decides, and says why."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from web_world import FIRST, TODAY, World

from aanwezig.web.access.decide import NotAllowed, decide, require, visible_pupils, who_can_see
from aanwezig.web.access.scopes import SCOPES, memberships_near, reach
from aanwezig.web.access.table import rights
from aanwezig.web.facts.models import FACTS, Pupil
from aanwezig.web.organisations.models import Role


def test_nobody_may_nothing(world: World) -> None:
    pupil = world.pupil("p1")
    for name in rights():
        assert not decide(None, name, pupil if rights()[name].about == "pupil" else world.school).allowed
        with pytest.raises(NotAllowed):
            require(None, name)


def test_a_mentor_sees_the_own_class_only(world: World) -> None:
    mine, other = world.pupil("p1", group="1A"), world.pupil("p2", group="2B")
    mentor = world.actor(Role.MENTOR, groups=["1A"])
    assert set(visible_pupils(mentor, "pupil.view")) == {mine}
    assert decide(mentor, "pupil.view", mine).allowed
    refused = decide(mentor, "pupil.view", other)
    assert not refused.allowed and refused.why


def test_a_mentor_without_groups_sees_nobody(world: World) -> None:
    world.pupil("p1")
    assert not visible_pupils(world.actor(Role.MENTOR, groups=[]), "pupil.view").exists()


def test_a_school_keeps_sight_of_who_left_for_nowhere_for_31_days(world: World) -> None:
    coordinator = world.actor(Role.CARE_COORDINATOR)
    for days, expected in ((31, True), (32, False)):
        pupil = world.pupil(f"left-{days}", last_day=TODAY - timedelta(days=days))
        assert decide(coordinator, "pupil.view", pupil).allowed is expected, days


def test_the_old_school_loses_sight_when_the_new_one_begins(world: World) -> None:
    pupil = world.pupil("moved", last_day=TODAY - timedelta(days=3))
    FACTS["enrolments"].objects.create(
        pupil=pupil, school_id=world.other_school.code, first_day=TODAY - timedelta(days=2), group="6"
    )
    assert not decide(world.actor(Role.CARE_COORDINATOR), "pupil.view", pupil).allowed
    new = world.actor(Role.CARE_COORDINATOR, world.other_school)
    assert decide(new, "pupil.view", pupil).allowed


def test_an_attendance_officer_sees_only_who_was_reported_and_lives_there(world: World) -> None:
    reported, elsewhere, unreported = (
        world.pupil("r"),
        world.pupil("e", municipality=world.other_municipality.code),
        world.pupil("u"),
    )
    for pupil in (reported, elsewhere):
        FACTS["notifications"].objects.create(
            pupil=pupil,
            school_id=world.school.code,
            category="relative_16h",
            first_day=date(2026, 2, 2),
            sent_on=date(2026, 2, 10),
            status="registered",
        )
    officer = world.actor(Role.ATTENDANCE_OFFICER)
    assert set(visible_pupils(officer, "pupil.view")) == {reported}
    assert not decide(officer, "pupil.view", unreported).allowed


def test_a_withdrawn_notification_gives_no_view(world: World) -> None:
    pupil = world.pupil("w")
    FACTS["notifications"].objects.create(
        pupil=pupil,
        school_id=world.school.code,
        category="relative_16h",
        first_day=date(2026, 2, 2),
        sent_on=date(2026, 2, 10),
        status="withdrawn",
    )
    assert not decide(world.actor(Role.ATTENDANCE_OFFICER), "pupil.view", pupil).allowed


def test_partnership_staff_and_researchers_see_no_pupils(world: World) -> None:
    world.pupil("p1")
    for role in (Role.PARTNERSHIP_STAFF, Role.RESEARCHER, Role.ADMINISTRATOR):
        assert not visible_pupils(world.actor(role), "pupil.view").exists()


def test_a_parent_sees_the_own_child_and_nothing_of_the_staff(world: World) -> None:
    mine, other = world.pupil("c1"), world.pupil("c2")
    parent = world.actor(Role.PARENT, pupils=[mine])
    assert decide(parent, "pupil.overview", mine).allowed
    assert not decide(parent, "pupil.overview", other).allowed
    assert not decide(parent, "pupil.view", mine).allowed


def test_a_board_reaches_its_schools(world: World) -> None:
    pupil, other = world.pupil("b1"), world.pupil("b2", school=world.other_school)
    leader = world.actor(Role.SCHOOL_LEADER, world.board)
    assert decide(leader, "pupil.view", pupil).allowed
    assert not decide(leader, "pupil.view", other).allowed
    assert decide(leader, "school.view", world.school).allowed
    assert not decide(leader, "school.view", world.other_school).allowed


def test_a_role_that_ended_gives_nothing(world: World) -> None:
    user = world.user(Role.CARE_COORDINATOR)
    user.memberships.update(last_day=TODAY - timedelta(days=1))
    pupil = world.pupil("p1")
    assert not decide(world.actor(Role.CARE_COORDINATOR), "pupil.view", pupil).allowed


def test_who_can_see_a_child_is_who_decide_lets_in(world: World) -> None:
    """Two ways to the same answer: from the child to the people, and from each person to the child."""
    pupils = [
        world.pupil("p1"),
        world.pupil("p2", group="2B"),
        world.pupil("p3", school=world.other_school, group="1A"),
        world.pupil("p4", last_day=TODAY - timedelta(days=10)),
        world.pupil("p5", municipality=world.other_municipality.code),
    ]
    FACTS["notifications"].objects.create(
        pupil=pupils[0],
        school_id=world.school.code,
        category="relative_16h",
        first_day=FIRST,
        sent_on=date(2026, 1, 10),
        status="registered",
    )
    FACTS["participations"].objects.create(
        pupil=pupils[1], arrangement_id="arr-1", first_day=FIRST, status_before="absent", needs="rust"
    )
    roles = [role for role in Role if role not in (Role.PARENT, Role.YOUNG_PERSON)]
    people = [(role, place) for role, place in product(roles, (None, world.other_school))]
    actors = [world.actor(role, place) for role, place in people]
    actors.append(world.actor(Role.SCHOOL_LEADER, world.board))
    names = {actor.ref: actor.name for actor in actors}
    for pupil in pupils:
        expected = sorted(names[actor.ref] for actor in actors if decide(actor, "pupil.view", pupil).allowed)
        assert sorted(who.name for who in who_can_see(pupil)) == expected, pupil.pk


def test_every_scope_reaches_only_who_is_near(world: World) -> None:
    """`memberships_near` may never leave out somebody whom a scope lets in."""
    pupil = world.pupil("p1")
    FACTS["participations"].objects.create(
        pupil=pupil, arrangement_id="arr-1", first_day=FIRST, status_before="absent", needs="rust"
    )
    near = {row.pk for row in memberships_near(pupil, TODAY)}
    for role in Role:
        actor = world.actor(role, pupils=[pupil])
        for membership in actor.memberships:
            for scope in SCOPES:
                reached = Pupil.objects.filter(reach(membership, scope, TODAY), pk=pupil.pk).exists()
                near_now = {row.pk for row in memberships_near(pupil, TODAY)} if reached else near
                assert not reached or membership.id in near_now, (role, scope)
