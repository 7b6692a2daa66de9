"""Breaking the glass: exactly this child, only reading, only until the end, and told."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.urls import reverse
from web_world import NOW, TODAY, World

from aanwezig.web.access.decide import NotAllowed, decide, visible_pupils
from aanwezig.web.access.table import rights
from aanwezig.web.audit.actions import record_change, record_reading
from aanwezig.web.audit.emergency import break_glass, mark_seen, may_break_glass
from aanwezig.web.audit.models import ChangeRecord, EmergencyAccess, ReadRecord
from aanwezig.web.audit.queries import emergencies, own_emergencies, unseen_emergencies, who_looked
from aanwezig.web.facts.models import Pupil
from aanwezig.web.organisations.models import Membership, Organisation, Role

REASON = "De leerling is nu in gevaar en de zorgcoördinator is er niet."


@pytest.fixture
def closed(world: World) -> Pupil:
    """A pupil of the school whom the mentor of 1A does not see."""
    return world.pupil("closed", group="2B")


def test_it_opens_exactly_this_child(world: World, closed: Pupil) -> None:
    other = world.pupil("other", group="2B")
    break_glass(world.actor(Role.MENTOR), closed, REASON)
    mentor = world.actor(Role.MENTOR)
    decision = decide(mentor, "pupil.view", closed)
    assert decision.allowed and decision.is_emergency
    assert not decide(mentor, "pupil.view", other).allowed
    assert not decide(world.actor(Role.MENTOR, groups=["3C"]), "pupil.view", closed).allowed
    # Lists stay as they were.
    assert closed not in visible_pupils(mentor, "pupil.view")


def test_it_opens_for_reading_only(world: World, closed: Pupil) -> None:
    break_glass(world.actor(Role.MENTOR), closed, REASON)
    mentor = world.actor(Role.MENTOR)
    opened = {name for name, right in rights().items() if right.about == "pupil" and not right.everyone}
    allowed = {name for name in opened if decide(mentor, name, closed).allowed}
    assert allowed == {"pupil.view", "pupil.documents", "pupil.who", "pupil.break_glass"}
    # What a right for reading lets in cannot be used to change something.
    with pytest.raises(NotAllowed):
        record_change(
            mentor, "add_document", decision=decide(mentor, "pupil.documents", closed), pupil=closed
        )


def test_it_ends_after_24_hours_to_the_second(world: World, closed: Pupil) -> None:
    break_glass(world.actor(Role.MENTOR), closed, REASON)
    for seconds, is_open in ((-1, True), (0, False)):
        with patch("django.utils.timezone.now", lambda s=seconds: NOW + timedelta(hours=24, seconds=s)):
            assert decide(world.actor(Role.MENTOR), "pupil.view", closed).allowed is is_open
            assert bool(own_emergencies(world.actor(Role.MENTOR))) is is_open


def test_it_ends_with_the_role(world: World, closed: Pupil) -> None:
    break_glass(world.actor(Role.MENTOR), closed, REASON)
    Membership.objects.filter(role=Role.MENTOR).update(last_day=TODAY - timedelta(days=1))
    assert not decide(world.actor(Role.MENTOR), "pupil.view", closed).allowed


@pytest.mark.parametrize(
    "role", [Role.PARENT, Role.YOUNG_PERSON, Role.PARTNERSHIP_STAFF, Role.RESEARCHER, Role.ADMINISTRATOR]
)
def test_roles_without_the_right_cannot(world: World, closed: Pupil, role: Role) -> None:
    actor = world.actor(role, pupils=[closed])
    assert not may_break_glass(actor, closed)
    with pytest.raises(NotAllowed):
        break_glass(actor, closed, REASON)
    assert not EmergencyAccess.objects.exists()


def test_nobody_cannot(world: World, closed: Pupil) -> None:
    with pytest.raises(NotAllowed):
        break_glass(None, closed, REASON)  # type: ignore[arg-type]


@pytest.mark.parametrize(("reason", "enough"), [("x" * 19, False), ("x" * 20, True), ("x   " * 6, False)])
def test_a_reason_has_at_least_twenty_characters(
    world: World, closed: Pupil, reason: str, enough: bool
) -> None:
    page = world.client(Role.MENTOR).post(reverse("pupil_emergency", args=(closed.ref,)), {"reason": reason})
    assert page.status_code == (302 if enough else 422)
    assert EmergencyAccess.objects.exists() is enough
    if not enough:
        assert page.context["form"]["reason"].value() == reason
        with pytest.raises(ValueError, match="short"):
            break_glass(world.actor(Role.MENTOR), closed, reason)


def test_the_privacy_officers_are_told_without_content(
    world: World, closed: Pupil, django_capture_on_commit_callbacks
) -> None:
    school, board = world.user(Role.PRIVACY_OFFICER), world.user(Role.PRIVACY_OFFICER, world.board)
    elsewhere = world.user(Role.PRIVACY_OFFICER, world.other_school)
    with django_capture_on_commit_callbacks(execute=True):
        break_glass(world.actor(Role.MENTOR), closed, REASON)
    assert {one.to[0] for one in mail.outbox} == {school.email, board.email}
    assert elsewhere.email not in str([one.to for one in mail.outbox])
    for one in mail.outbox:
        text = one.subject + one.body
        assert not any(
            word in text for word in ("Noor", "Bakker", "gevaar", "Mentor Test", closed.pk, closed.ref)
        )


def test_a_mail_server_that_is_away_does_not_stop_an_emergency(
    world: World, closed: Pupil, settings, django_capture_on_commit_callbacks
) -> None:
    world.user(Role.PRIVACY_OFFICER)
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 9
    with django_capture_on_commit_callbacks(execute=True):
        break_glass(world.actor(Role.MENTOR), closed, REASON)
    assert EmergencyAccess.objects.count() == 1


def test_the_reason_stays_out_of_the_log(world: World, closed: Pupil) -> None:
    break_glass(world.actor(Role.MENTOR), closed, REASON)
    record = ChangeRecord.objects.get(action="break_glass")
    assert record.pupil == closed and "gevaar" not in str(record.details)
    assert EmergencyAccess.objects.get().reason == REASON


def test_what_is_read_in_an_emergency_is_marked(world: World, closed: Pupil) -> None:
    break_glass(world.actor(Role.MENTOR), closed, REASON)
    mentor = world.actor(Role.MENTOR)
    record_reading(mentor, closed, "pupil", decide(mentor, "pupil.view", closed))
    (row,) = who_looked(closed)
    assert row.in_emergency and row.organisation == world.school.name


def test_the_officer_sees_the_line_until_it_was_looked_at(world: World, closed: Pupil) -> None:
    opened = break_glass(world.actor(Role.MENTOR), closed, REASON)
    officer, client = world.actor(Role.PRIVACY_OFFICER), world.client(Role.PRIVACY_OFFICER)
    assert unseen_emergencies(officer) == 1 and unseen_emergencies(world.actor(Role.MENTOR)) == 0
    page = client.get(reverse("emergencies"))
    assert REASON in page.content.decode()
    assert ReadRecord.objects.filter(pupil=closed, what="emergencies").exists()
    client.post(reverse("emergency_seen", args=(opened.ref,)))
    opened.refresh_from_db()
    assert opened.seen_by == world.user(Role.PRIVACY_OFFICER) and unseen_emergencies(officer) == 0


def test_an_officer_of_elsewhere_sees_nothing(world: World, closed: Pupil) -> None:
    opened = break_glass(world.actor(Role.MENTOR), closed, REASON)
    other = world.actor(Role.PRIVACY_OFFICER, world.other_school)
    assert not emergencies(other).exists()
    with pytest.raises(NotAllowed):
        mark_seen(other, opened)
    with pytest.raises(NotAllowed):
        emergencies(world.actor(Role.SCHOOL_LEADER))


def test_the_page_403_offers_it_to_who_has_the_right(world: World, closed: Pupil) -> None:
    from django.test import RequestFactory

    from aanwezig.web.access.middleware import ActorMiddleware

    def offered(role: Role, place: Organisation | None = None) -> bool:
        request = RequestFactory().get("/")
        request.actor = world.actor(role, place)
        request.user = world.user(role, place)
        decision = decide(request.actor, "pupil.view", closed)
        answer = ActorMiddleware(lambda r: None).process_exception(request, NotAllowed(decision, closed))
        return reverse("pupil_emergency", args=(closed.ref,)) in answer.content.decode()

    assert offered(Role.MENTOR)
    assert not offered(Role.MENTOR, world.other_school)
    assert not offered(Role.ADMINISTRATOR)


def test_who_sees_the_child_already_need_not_break_anything(world: World, closed: Pupil) -> None:
    page = world.client(Role.ATTENDANCE_OFFICER).get(reverse("pupil_emergency", args=(closed.ref,)))
    assert page.status_code == 200
    mine = world.pupil("mine", group="1A")
    page = world.client(Role.MENTOR).get(reverse("pupil_emergency", args=(mine.ref,)))
    assert page.status_code == 302 and not EmergencyAccess.objects.exists()
