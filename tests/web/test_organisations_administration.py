"""Organisations, people, roles, the access table in words, the first administrator."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from web_world import PASSWORD, TODAY, World

from aanwezig.web.access.actor import actor_of
from aanwezig.web.access.decide import NotAllowed, decide
from aanwezig.web.access.table import rights
from aanwezig.web.accounts.models import User
from aanwezig.web.audit.models import ChangeRecord
from aanwezig.web.facts.models import School
from aanwezig.web.organisations import actions
from aanwezig.web.organisations.access_words import ROLE_WHY, SCOPE_WORDS, roles_in_words
from aanwezig.web.organisations.actions import NotPossible, OrganisationValues
from aanwezig.web.organisations.domain import ROLES_AT, split_names
from aanwezig.web.organisations.models import Kind, Membership, Organisation, Role


def test_a_new_school_gets_its_place_in_the_register(world: World) -> None:
    client = world.client(Role.ADMINISTRATOR, world.partnership)
    data = {"name": "Het Kompas", "code": "25pl00", "partnership": world.partnership.pk}
    page = client.post(f"{reverse('add_organisation')}?kind=school", data)
    assert page.status_code == 302, page.context["form"].errors
    made = Organisation.objects.get(code="25PL00")
    assert made.kind == Kind.SCHOOL and School.objects.get(code="25PL00").organisation == made


@pytest.mark.parametrize(
    ("kind", "code"), [("school", "25PL"), ("school", "99AA00"), ("school", ""), ("municipality", "14")]
)
def test_a_code_that_is_wrong_or_taken_is_told_at_its_field(world: World, kind: str, code: str) -> None:
    client = world.client(Role.ADMINISTRATOR, world.partnership)
    data = {"name": "Nieuw", "code": code, "partnership": world.partnership.pk}
    page = client.post(f"{reverse('add_organisation')}?kind={kind}", data)
    assert page.status_code == 422 and "code" in page.context["form"].errors


def test_an_organisation_that_nobody_could_administer_is_not_made(world: World) -> None:
    with pytest.raises(NotPossible):
        actions.add_organisation(
            world.actor(Role.ADMINISTRATOR, world.partnership), OrganisationValues("board", "Los bestuur")
        )


def test_the_code_of_a_school_with_facts_stays(world: World) -> None:
    administrator = world.actor(Role.ADMINISTRATOR, world.partnership)
    with pytest.raises(NotPossible):
        actions.change_organisation(
            administrator,
            world.school,
            OrganisationValues("school", "Het Anker", "25PL00", partnership=world.partnership),
        )


def test_a_closed_organisation_gives_nothing_any_more_and_can_be_opened(world: World) -> None:
    pupil, coordinator = world.pupil("p1"), world.user(Role.CARE_COORDINATOR)
    administrator = world.actor(Role.ADMINISTRATOR, world.partnership)
    actions.close_organisation(administrator, world.school, TODAY)
    assert not decide(actor_of(coordinator, TODAY), "pupil.view", pupil).allowed
    actions.reopen_organisation(administrator, world.school)
    assert decide(actor_of(coordinator, TODAY), "pupil.view", pupil).allowed


def test_an_administrator_keeps_to_the_own_organisations(world: World) -> None:
    client = world.client(Role.ADMINISTRATOR, world.other_school)
    mentor = world.user(Role.MENTOR)
    membership = mentor.memberships.get()
    assert client.get(reverse("organisation", args=(world.school.ref,))).status_code == 403
    assert client.get(reverse("person", args=(mentor.ref,))).status_code == 404
    assert client.get(reverse("role", args=(membership.ref,))).status_code == 403
    for action in (
        lambda actor: actions.end_role(actor, membership, TODAY),
        lambda actor: actions.switch_off_account(actor, mentor),
        lambda actor: actions.reset_second_factor(actor, mentor),
        lambda actor: actions.close_organisation(actor, world.school, TODAY),
    ):
        with pytest.raises(NotAllowed):
            action(world.actor(Role.ADMINISTRATOR, world.other_school))
        with pytest.raises(NotAllowed):
            action(None)


def test_switching_off_ends_roles_and_sessions_at_once(world: World) -> None:
    user = world.user(Role.MENTOR)
    signed_in = world.client(Role.MENTOR)
    assert signed_in.get(reverse("account")).status_code == 200
    by_form = Client()
    by_form.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert by_form.get(reverse("mfa_activate_totp")).status_code == 200

    world.client(Role.ADMINISTRATOR).post(reverse("switch_off_account", args=(user.ref,)))
    for client in (signed_in, by_form):
        assert reverse("account_login") in client.get(reverse("account")).url
    row = Membership.objects.get(user=user)
    assert row.last_day == TODAY - timedelta(days=1)
    wrong = Client().post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert wrong.status_code == 302 and wrong.url == reverse("account_inactive")
    assert ChangeRecord.objects.filter(action="switch_off_account", subject=user.ref).exists()


def test_an_account_with_a_role_elsewhere_is_not_switched_off(world: World) -> None:
    user = world.user(Role.MENTOR)
    Membership.objects.create(
        user=user, organisation=world.other_school, role=Role.CARE_COORDINATOR, first_day=TODAY
    )
    world.client(Role.ADMINISTRATOR).post(reverse("switch_off_account", args=(user.ref,)))
    user.refresh_from_db()
    assert user.is_active and user.memberships.filter(last_day__isnull=True).count() == 2


def test_an_administrator_cannot_lock_everybody_out(world: World) -> None:
    actor = world.actor(Role.ADMINISTRATOR)
    own = world.user(Role.ADMINISTRATOR)
    for action in (
        lambda: actions.end_role(actor, own.memberships.get(), TODAY),
        lambda: actions.switch_off_account(actor, own),
        lambda: actions.close_organisation(actor, world.school, TODAY),
    ):
        with pytest.raises(NotPossible):
            action()


def test_a_role_is_changed_and_ended(world: World) -> None:
    world.pupil("p1", group="1A")
    world.pupil("p2", group="2B")
    user, client = world.user(Role.MENTOR), world.client(Role.ADMINISTRATOR)
    row = user.memberships.get()
    url = reverse("role", args=(row.ref,))
    assert client.post(url, {"groups": "2B"}).status_code == 302
    row.refresh_from_db()
    assert row.groups == ["2B"]
    assert client.post(url, {"groups": "9Z"}).status_code == 422
    assert client.post(url, {"end": "1"}).status_code == 302
    assert not actor_of(user, TODAY).memberships


def test_taking_away_a_second_factor_signs_out_everywhere(world: World) -> None:
    user = world.user(Role.MENTOR)
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    actions.reset_second_factor(world.actor(Role.ADMINISTRATOR), user)
    assert reverse("account_login") in client.get(reverse("account")).url


def test_people_are_found_by_name_role_and_organisation(world: World) -> None:
    world.user(Role.MENTOR), world.user(Role.CARE_COORDINATOR), world.user(Role.MENTOR, world.other_school)
    client = world.client(Role.ADMINISTRATOR, world.partnership)
    page = client.get(reverse("people"), {"role": "mentor"})
    assert {row.roles[0].organisation for row in page.context["rows"]} == {"De Brug", "Het Anker"}
    page = client.get(reverse("people"), {"q": "care_coordinator"})
    assert [row.name for row in page.context["rows"]] == ["Care_coordinator Test"]
    page = client.get(reverse("people"), {"organisation": world.other_school.ref})
    assert len(page.context["rows"]) == 1


@pytest.mark.parametrize("name", ["people", "organisations", "invitations", "administration", "roles"])
def test_lists_ask_as_many_questions_for_many_rows_as_for_few(world: World, name: str) -> None:
    client = world.client(Role.ADMINISTRATOR, world.partnership)
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(name)).status_code == 200
        counts.append(len(asked))
        for index in range(12):
            key = f"{number}{index}"
            user = User.objects.create_user(f"x{key}@example.org", None, name=f"X {key}")
            Membership.objects.create(user=user, organisation=world.school, role=Role.MENTOR, first_day=TODAY)
            Organisation.objects.create(
                kind=Kind.BOARD, name=f"B {key}", code=key, partnership=world.partnership
            )
    assert counts[1] <= counts[0] <= 12, counts


def test_the_access_table_is_told_whole_in_words(world: World) -> None:
    told = {role.code: role for role in roles_in_words()}
    assert set(told) == set(Role.values) == set(ROLE_WHY)
    for role, words in told.items():
        lines = len(words.sees_pupils) + len(words.arranges) + len(words.not_allowed)
        assert lines == sum(not right.everyone for right in rights().values())
        assert words.where, role
    used = {scope for right in rights().values() for scope in right.roles.values()}
    assert used <= set(SCOPE_WORDS)
    page = world.client(Role.MENTOR).get(reverse("roles"))
    assert "leerlingen in de groepen van deze mentor" in page.content.decode()


def test_every_role_exists_at_some_kind_of_organisation() -> None:
    assert {role for roles in ROLES_AT.values() for role in roles} == set(Role.values)
    assert set(ROLES_AT) == set(Kind.values)


@pytest.mark.parametrize(
    ("text", "names"), [("1A, 1B;2C", ("1A", "1B", "2C")), (" ", ()), ("1A,1A\n3", ("1A", "3"))]
)
def test_names_with_commas_between_are_split(text: str, names: tuple[str, ...]) -> None:
    assert split_names(text) == names


def test_administration_shows_only_what_the_role_may(world: World) -> None:
    mentor = world.client(Role.MENTOR).get(reverse("administration"))
    assert mentor.status_code == 403
    officer = world.client(Role.PRIVACY_OFFICER).get(reverse("administration"))
    urls = {line.url for _title, lines in officer.context["groups"] for line in lines}
    assert reverse("emergencies") in urls and reverse("people") not in urls


def test_the_first_administrator_of_an_empty_installation(db: None) -> None:
    out = StringIO()
    call_command("create_administrator", email="a@example.org", organisation="SWV Test", stdout=out)
    link = out.getvalue().splitlines()[-1]
    client = Client()
    path = link.split("://")[1].partition("/")[2]
    new = {
        "name": "A",
        "language": "nl",
        "password1": "een heel lange zin",
        "password2": "een heel lange zin",
    }
    assert client.post(f"/{path}", new).status_code == 302
    row = Membership.objects.get()
    assert (row.role, row.organisation.kind) == (Role.ADMINISTRATOR, Kind.PARTNERSHIP)


@pytest.mark.parametrize(
    "options",
    [
        {"email": "no-address", "organisation": "X"},
        {"email": "a@example.org", "organisation": "X", "kind": "school"},
        {"email": "a@example.org", "organisation": "X", "kind": "school", "code": "1"},
    ],
)
def test_the_command_says_what_is_wrong_and_makes_nothing(db: None, options: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        call_command("create_administrator", **options, stdout=StringIO())
    assert not Organisation.objects.exists()
