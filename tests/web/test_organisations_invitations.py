"""Inviting people and accepting: once, in time, by who was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from web_world import NOW, PASSWORD, TODAY, World

from aanwezig.web.access.decide import NotAllowed
from aanwezig.web.accounts.models import User
from aanwezig.web.audit.models import ChangeRecord
from aanwezig.web.organisations import invitations
from aanwezig.web.organisations.actions import NotPossible
from aanwezig.web.organisations.invitations import InvitationValues, accept, invite
from aanwezig.web.organisations.models import Invitation, Membership, Role

NEW = {
    "name": "Anna de Vries",
    "language": "nl",
    "password1": "een heel lange zin",
    "password2": "een heel lange zin",
}


def values(world: World, **changes: object) -> InvitationValues:
    start = InvitationValues("anna@example.org", "Anna", world.school, Role.CARE_COORDINATOR, first_day=TODAY)
    return replace(start, **changes)


def address(token: str) -> str:
    return reverse("accept_invitation", args=(token,))


def test_an_invitation_makes_an_account_that_must_set_up_a_second_factor(world: World) -> None:
    made = invite(world.actor(Role.ADMINISTRATOR), values(world))
    client = Client()
    assert "zorgcoördinator" in client.get(address(made.token)).content.decode()
    assert client.post(address(made.token), NEW).status_code == 302
    user = User.objects.get(email="anna@example.org")
    assert user.check_password(NEW["password1"]) and user.name == "Anna de Vries"
    row = user.memberships.get()
    assert (row.role, row.organisation, row.first_day) == (Role.CARE_COORDINATOR, world.school, TODAY)
    assert client.get(reverse("account")).url == reverse("mfa_activate_totp")
    assert ChangeRecord.objects.filter(
        action="accept_invitation", user=user, organisation=world.school
    ).exists()


def test_a_link_works_once(world: World) -> None:
    made = invite(world.actor(Role.ADMINISTRATOR), values(world))
    assert Client().post(address(made.token), NEW).status_code == 302
    again = Client().post(address(made.token), NEW | {"password1": "een andere lange zin"})
    assert again.status_code == 410
    assert User.objects.get(email="anna@example.org").check_password(NEW["password1"])


def test_every_link_that_does_not_work_gets_the_same_answer(world: World) -> None:
    administrator = world.actor(Role.ADMINISTRATOR)
    old = invite(administrator, values(world, email="a@example.org"))
    Invitation.objects.filter(pk=old.invitation.pk).update(expires_at=NOW)
    withdrawn = invite(administrator, values(world, email="b@example.org"))
    invitations.withdraw(administrator, withdrawn.invitation)
    used = invite(administrator, values(world, email="c@example.org"))
    accept(used.token, None, password="een heel lange zin")
    answers = {
        (one.status_code, one.content.decode().replace(token, ""))
        for token in (old.token, withdrawn.token, used.token, "forged-" + used.token)
        for one in [Client(headers={"cookie": ""}).get(address(token))]
    }
    statuses = {status for status, _ in answers}
    headings = {text.split("<h1>")[1].split("</h1>")[0] for _, text in answers}
    assert statuses == {410} and len(headings) == 1


def test_a_link_lasts_seven_days_to_the_second(world: World) -> None:
    made = invite(world.actor(Role.ADMINISTRATOR), values(world))
    for seconds, works in ((-1, True), (0, False)):
        with patch("django.utils.timezone.now", lambda s=seconds: NOW + timedelta(days=7, seconds=s)):
            assert (invitations.open_invitation(made.token) is not None) is works


def test_the_link_itself_is_not_kept(world: World) -> None:
    made = invite(world.actor(Role.ADMINISTRATOR), values(world))
    assert made.token not in str(Invitation.objects.values().get())


def test_who_has_an_account_signs_in_and_gets_the_role(world: World) -> None:
    user = world.user(Role.PARENT, pupils=[world.pupil("p1")])
    made = invite(world.actor(Role.ADMINISTRATOR), values(world, email=user.email.upper()))
    # The link alone sets no password and opens nothing.
    assert Client().post(address(made.token), NEW).status_code == 200
    assert accept(made.token, None, password="een heel lange zin") is None
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.post(address(made.token)).status_code == 302
    assert set(user.memberships.values_list("role", flat=True)) == {Role.PARENT, Role.CARE_COORDINATOR}


def test_somebody_else_cannot_take_the_role(world: World) -> None:
    made = invite(world.actor(Role.ADMINISTRATOR), values(world))
    client = world.client(Role.MENTOR)
    assert client.post(address(made.token), NEW).status_code == 409
    assert accept(made.token, world.user(Role.MENTOR)) is None
    assert Invitation.objects.get().accepted_at is None


def test_sending_again_gives_a_new_link_and_ends_the_old_one(world: World) -> None:
    client = world.client(Role.ADMINISTRATOR)
    made = invite(world.actor(Role.ADMINISTRATOR), values(world))
    client.post(reverse("change_invitation", args=(made.invitation.ref,)), {"again": "1"})
    assert invitations.open_invitation(made.token) is None
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    assert invitations.open_invitation(link.rstrip("/").rsplit("/", 1)[1]) is not None


@override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend")
def test_without_mail_the_link_is_shown_to_copy(world: World) -> None:
    client = world.client(Role.ADMINISTRATOR)
    data = {
        "email": "anna@example.org",
        "name": "Anna",
        "organisation": world.school.pk,
        "role": Role.CARE_COORDINATOR,
        "first_day": TODAY.isoformat(),
    }
    page = client.post(reverse("invite"), data)
    assert page.status_code == 200 and page["Cache-Control"] == "no-store"
    token = page.context["url"].rstrip("/").rsplit("/", 1)[1]
    assert invitations.open_invitation(token) is not None


@pytest.mark.parametrize(
    ("role", "more", "field"),
    [
        (Role.ATTENDANCE_OFFICER, {}, "role"),
        (Role.MENTOR, {}, "groups"),
        (Role.MENTOR, {"groups": "9Z"}, "groups"),
        (Role.PARENT, {}, "pupils"),
        (Role.PARENT, {"pupils": "unknown"}, "pupils"),
        (Role.CARE_COORDINATOR, {"last_day": "2026-03-01"}, "last_day"),
    ],
)
def test_the_form_says_what_a_role_needs(world: World, role: Role, more: dict[str, str], field: str) -> None:
    world.pupil("p1", group="1A")
    client = world.client(Role.ADMINISTRATOR)
    data = {"email": "a@example.org", "name": "A", "organisation": world.school.pk, "role": role}
    page = client.post(reverse("invite"), {**data, "first_day": TODAY.isoformat(), **more})
    assert page.status_code == 422 and field in page.context["form"].errors
    assert page.context["form"]["email"].value() == "a@example.org"
    assert not Invitation.objects.exists()


def test_a_parent_is_invited_by_the_number_of_the_pupil_at_this_school(world: World) -> None:
    mine, other = world.pupil("p1"), world.pupil("p2", school=world.other_school)
    client = world.client(Role.ADMINISTRATOR)
    data = {"email": "a@example.org", "name": "A", "organisation": world.school.pk, "role": Role.PARENT}
    wrong = client.post(reverse("invite"), {**data, "first_day": TODAY.isoformat(), "pupils": "p1, p2"})
    assert "p2" in str(wrong.context["form"].errors["pupils"]) and other.pk == "p2"
    client.post(reverse("invite"), {**data, "first_day": TODAY.isoformat(), "pupils": "p1"})
    assert list(Invitation.objects.get().pupils.all()) == [mine]


def test_only_the_administrator_of_the_organisation_invites(world: World) -> None:
    for actor in (None, world.actor(Role.SCHOOL_LEADER), world.actor(Role.ADMINISTRATOR, world.other_school)):
        with pytest.raises(NotAllowed):
            invite(actor, values(world))  # type: ignore[arg-type]
    invite(world.actor(Role.ADMINISTRATOR, world.partnership), values(world))
    with pytest.raises(NotPossible):
        invite(world.actor(Role.ADMINISTRATOR), values(world, role=Role.YOUTH_DOCTOR))


def test_an_account_that_was_switched_off_comes_back_with_a_new_password(world: World) -> None:
    user = world.user(Role.MENTOR)
    User.objects.filter(pk=user.pk).update(is_active=False)
    made = invite(world.actor(Role.ADMINISTRATOR), values(world, email=user.email))
    assert Client().post(address(made.token), NEW).status_code == 302
    user.refresh_from_db()
    assert user.is_active and user.check_password(NEW["password1"])


def test_who_has_the_role_already_gets_the_groups_added(world: World) -> None:
    user = world.user(Role.MENTOR, groups=["1A"])
    made = invite(
        world.actor(Role.ADMINISTRATOR), values(world, email=user.email, role=Role.MENTOR, groups=("2B",))
    )
    accept(made.token, user)
    row = Membership.objects.get(user=user)
    assert row.groups == ["1A", "2B"] and row.last_day is None


def test_a_role_that_begins_later_gives_nothing_before(world: World) -> None:
    first = date(2026, 5, 1)
    made = invite(world.actor(Role.ADMINISTRATOR), values(world, first_day=first))
    person = accept(made.token, None, password="een heel lange zin")
    assert person is not None and person.memberships.get().first_day == first


def test_a_weak_password_is_refused_and_the_name_stays(world: World) -> None:
    made = invite(world.actor(Role.ADMINISTRATOR), values(world))
    page = Client().post(address(made.token), NEW | {"password1": "kort", "password2": "kort"})
    assert page.status_code == 422 and page.context["form"].errors["password1"]
    assert page.context["form"]["name"].value() == "Anna de Vries"
