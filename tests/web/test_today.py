"""The first page: what each role finds, in how many queries, what is new since the last visit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from signal_world import alert, at, duty, finding, picture, year_of
from web_world import NOW, TODAY, World

from aanwezig.web.access.decide import NotAllowed
from aanwezig.web.accounts.models import User
from aanwezig.web.audit.models import EmergencyAccess, ReadRecord
from aanwezig.web.facts.models import FACTS, Pupil
from aanwezig.web.organisations.models import Kind, Organisation, Role
from aanwezig.web.pupils.models import Note, PlanMark
from aanwezig.web.results.models import PupilWeek
from aanwezig.web.signals import actions as following
from aanwezig.web.today import actions
from aanwezig.web.today.domain import Presence, count_duties, presence, visit
from aanwezig.web.today.mail import send_weekly_mails
from aanwezig.web.today.models import PlanCoverage, WeeklyMail
from aanwezig.web.today.tasks import daily


def page(client: Client, address: str = "/", status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return " ".join(answer.content.decode().split())


def come_again(client: Client, user: User, days_ago: float = 1) -> None:
    """As if the person was here before."""
    User.objects.filter(pk=user.pk).update(seen_today_at=at(days_ago), seen_before_at=at(days_ago + 1))


def english(world: World, role: str) -> Client:
    User.objects.filter(pk=world.user(role).pk).update(language="en")
    return world.client(role)


def a_full_day(world: World, pupils: int) -> list[Pupil]:
    """A school with everything on its first page, for so many pupils."""
    picture(world)
    made = []
    for number in range(pupils):
        pupil = world.pupil(f"p{number:03}", first_name=f"Kind{number}")
        year_of(world, pupil)
        finding(world, pupil)
        finding(world, pupil, "chronic", unit="percent", quantity=12.5)
        duty(world, pupil, TODAY + timedelta(days=number - 2))
        FACTS["observations"].objects.create(pupil=pupil, date=TODAY - timedelta(days=9), kind="return")
        gone = world.absent(pupil, date(2026, 3, 3))
        finding(world, pupil, "kearney_10", found_at=at(5), cleared_at=at(0.2), facts=[f"absences:{gone.pk}"])
        made.append(pupil)
    alert(world, made)
    return made


# What a role finds


def test_nobody_signed_in_is_led_to_the_door(world: World) -> None:
    answer = Client().get("/")
    assert answer.status_code == 302 and "sign-in" in answer["Location"]


@pytest.mark.parametrize("role", [Role.PARENT, Role.YOUNG_PERSON])
def test_a_parent_or_young_person_is_led_to_the_own_overview(world: World, role: str) -> None:
    client = world.client(role, pupils=[world.pupil("p1")])
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/family/")


@pytest.mark.parametrize(
    ("role", "word"),
    [
        (Role.MENTOR, "Kind0"),
        (Role.CARE_COORDINATOR, "Kind0"),
        (Role.SCHOOL_LEADER, "Kind0"),
        (Role.ABSENCE_TEAM, "Kind0"),
        (Role.YOUTH_DOCTOR, "Kind0"),
        (Role.PARTNERSHIP_STAFF, "How fresh"),
        (Role.ADMINISTRATOR, "How fresh"),
        (Role.PRIVACY_OFFICER, "emergency"),
        (Role.RESEARCHER, "Nothing is waiting"),
        (Role.ATTENDANCE_OFFICER, "No pupil was reported"),
        (Role.ARRANGEMENT_COORDINATOR, "Nobody takes part"),
    ],
)
def test_every_role_finds_what_is_theirs(world: World, role: str, word: str) -> None:
    a_full_day(world, 1)
    text = page(english(world, role))
    assert word in text
    if word != "Kind0":
        assert "Kind0" not in text


def test_a_mentor_finds_the_own_class_only(world: World) -> None:
    picture(world)
    mine, other = world.pupil("p1", first_name="Eigen"), world.pupil("p2", first_name="Ander", group="2B")
    finding(world, mine)
    finding(world, other)
    duty(world, other, TODAY)
    text = page(world.client(Role.MENTOR))
    assert "Eigen" in text and "Ander" not in text


def test_another_school_stays_another_school(world: World) -> None:
    picture(world)
    there = world.pupil("p2", first_name="Elders", school=world.other_school)
    finding(world, there, school_id=world.other_school.code)
    assert "Elders" not in page(world.client(Role.CARE_COORDINATOR))
    page(world.client(Role.CARE_COORDINATOR), f"/?school={world.other_school.ref}", 404)


def test_a_youth_doctor_finds_no_duties(world: World) -> None:
    picture(world)
    pupil = world.pupil("p1", first_name="Kind")
    finding(world, pupil)
    duty(world, pupil, TODAY)
    text = page(english(world, Role.YOUTH_DOCTOR))
    assert "Fourth sick report" in text and "Has to be reported" not in text and "16 hours" not in text


def test_a_board_first_chooses_a_school(world: World) -> None:
    Organisation.objects.filter(pk=world.other_school.pk).update(board=world.board)
    a_full_day(world, 1)
    client = world.client(Role.SCHOOL_LEADER, world.board)
    text = page(client)
    assert "Het Anker" in text and "De Brug" in text and "Kind0" not in text
    assert "Kind0" in page(client, f"/?school={world.school.ref}")


def test_an_attendance_officer_finds_reported_pupils(world: World) -> None:
    pupil = world.pupil("p1", first_name="Gemeld")
    FACTS["notifications"].objects.create(
        pupil=pupil, school_id=world.school.code, category="relative_16h", first_day=date(2026, 2, 2),
        sent_on=date(2026, 2, 10), status="registered",
    )  # fmt: skip
    assert "Gemeld" in page(world.client(Role.ATTENDANCE_OFFICER))


def test_a_privacy_officer_finds_emergencies_without_the_child(world: World) -> None:
    pupil = world.pupil("p1", first_name="Geheim")
    opened = EmergencyAccess.objects.create(
        user=world.user(Role.MENTOR), organisation=world.school, pupil=pupil, reason="Met spoed",
        begun_at=at(0.1), ends_at=NOW + timedelta(hours=2),
    )  # fmt: skip
    opened.told.add(world.school)
    text = page(english(world, Role.PRIVACY_OFFICER))
    assert "1 file opened" in text and "Geheim" not in text and "Met spoed" not in text


def test_reading_the_list_is_recorded(world: World) -> None:
    (pupil,) = a_full_day(world, 1)
    page(world.client(Role.CARE_COORDINATOR))
    record = ReadRecord.objects.get()
    assert (record.pupil, record.what, record.way, record.role) == (
        pupil,
        "today",
        "list",
        Role.CARE_COORDINATOR,
    )


# How much it costs


@pytest.mark.parametrize("role", [Role.CARE_COORDINATOR, Role.MENTOR, Role.YOUTH_DOCTOR])
def test_the_page_asks_at_most_twelve_questions_however_many_rows(world: World, role: str) -> None:
    a_full_day(world, 3)
    client = world.client(role)
    page(client)
    few = _queries(client, world.user(role))
    for number in range(40):
        pupil = world.pupil(f"q{number}")
        year_of(world, pupil)
        finding(world, pupil)
        duty(world, pupil, TODAY)
    many = _queries(client, world.user(role))
    assert many == few
    assert many <= 12


def _queries(client: Client, user: User) -> int:
    come_again(client, user)
    with CaptureQueriesContext(connection) as asked:
        page(client)
    return len(asked)


# Since the last visit


@pytest.mark.parametrize(
    ("seen", "before", "since", "is_new"),
    [
        (None, None, None, True),
        (29, None, None, False),
        (30, 90, 90, False),
        (31, 90, 31, True),
    ],
)
def test_who_comes_back_within_half_an_hour_is_on_the_same_visit(
    seen: int | None, before: int | None, since: int | None, is_new: bool
) -> None:
    def ago(minutes: int | None) -> datetime | None:
        return None if minutes is None else NOW - timedelta(minutes=minutes)

    assert visit(NOW, ago(seen), ago(before)) == (ago(since), is_new)


def test_the_first_visit_says_so_and_the_next_one_what_is_new(world: World) -> None:
    picture(world)
    finding(world, world.pupil("p1", first_name="Oud"), found_at=at(10))
    client = english(world, Role.CARE_COORDINATOR)
    assert "your first visit" in page(client)
    with patch("django.utils.timezone.now", lambda: NOW + timedelta(minutes=40)):
        finding(world, world.pupil("p2", first_name="Nieuw"), found_at=NOW + timedelta(minutes=20))
        text = page(client)
        assert "1 new since" in text and "New signal: Fourth sick report" in text
        # Reloading does not make it old.
        assert "1 new since" in page(client)


def test_an_excuse_that_came_later_clears_the_signal_and_says_so(world: World) -> None:
    picture(world)
    pupil = world.pupil("p1", first_name="Noor")
    row = world.absent(pupil, date(2026, 3, 3), recorded_at=at(20))
    gone = finding(
        world, pupil, "kearney_10", quantity=10, unit="days", found_at=at(5), facts=[f"absences:{row.pk}"]
    )
    client = english(world, Role.CARE_COORDINATOR)
    assert "10 days," in page(client)
    come_again(client, world.user(Role.CARE_COORDINATOR))
    FACTS["absences"].objects.filter(pk=row.pk).update(superseded_at=at(0.3))
    world.absent(pupil, date(2026, 3, 3), "medical", absence_id=row.absence_id, recorded_at=at(0.3))
    type(gone).objects.filter(pk=gone.pk).update(cleared_at=at(0.2), cleared_because="facts")
    text = page(client)
    assert "by a reason that came later" in text
    assert "Nothing waits" in text
    own = page(client, f"/signals/{gone.ref}/")
    assert "by a reason that came later" in own and "Let it wait" not in own


def test_what_colleagues_did_is_news_and_what_i_did_is_not(world: World) -> None:
    picture(world)
    pupil = world.pupil("p1", first_name="Noor")
    me, other = world.user(Role.CARE_COORDINATOR), world.user(Role.MENTOR)
    for user in (me, other):
        Note.objects.create(
            organisation=world.school,
            made_by=user,
            made_at=at(0.5),
            pupil=pupil,
            kind="talk_pupil",
            day=TODAY,
            text="x",
        )
    client = english(world, Role.CARE_COORDINATOR)
    come_again(client, me)
    assert page(client).count("Talk by a colleague") == 1


# Figures


def test_figures_of_duties() -> None:
    days = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=2), None]
    found = count_duties(days, TODAY)
    assert (found.number, found.overdue, found.first) == (4, 1, TODAY)
    assert count_duties([TODAY - timedelta(days=1)], TODAY).first is None


@pytest.mark.parametrize(
    ("possible", "absent", "agreed", "expected"),
    [
        (1500, 0, None, Presence(1500, 1500)),
        (1500, 900, 600, Presence(600, 600)),
        (1500, 960, 600, Presence(540, 600)),
        # A short week: not more can be asked than there was.
        (300, 0, 600, Presence(300, 300)),
        (0, 0, 600, None),
        (None, None, 600, None),
    ],
)
def test_presence_against_the_agreement(
    possible: float | None, absent: float | None, agreed: int | None, expected: Presence | None
) -> None:
    assert presence(possible, absent, agreed) == expected


def test_exactly_as_agreed_is_kept_and_a_minute_less_is_not() -> None:
    assert Presence(600, 600).is_kept and not Presence(599, 600).is_kept


def test_a_pupil_who_just_returned_is_watched_against_the_agreement(world: World) -> None:
    picture(world)
    pupil = world.pupil("p1", first_name="Terug")
    year_of(world, pupil)
    FACTS["observations"].objects.create(pupil=pupil, date=date(2026, 3, 4), kind="return")
    FACTS["reduced_programmes"].objects.create(
        pupil=pupil,
        school_id=world.school.code,
        first_day=date(2026, 3, 4),
        minutes_per_week=600,
        ground="return_plan",
        agreed_by="parents",
    )
    PupilWeek.objects.create(
        school_id=world.school.code,
        pupil=pupil,
        monday=date(2026, 3, 9),
        possible_minutes=1500,
        absent_minutes=960,
        assumed_timetable=False,
    )
    finding(world, pupil, "relapse", unit="days")
    text = page(english(world, Role.CARE_COORDINATOR))
    assert "9 hours of the agreed 10 hours in the week of 9 March" in text.replace("\xa0", " ")
    assert "1 absent again" in text


def test_who_returned_longer_than_four_weeks_ago_is_not_just_returned(world: World) -> None:
    picture(world)
    for days, name in ((28, "Net"), (29, "Lang")):
        pupil = world.pupil(f"p{days}", first_name=name)
        FACTS["observations"].objects.create(pupil=pupil, date=TODAY - timedelta(days=days), kind="return")
    text = page(world.client(Role.CARE_COORDINATOR))
    assert "Net B." in text and "Lang B." not in text


def test_plan_coverage_with_that_of_last_month(world: World) -> None:
    picture(world)
    for number in range(4):
        pupil = world.pupil(f"p{number}")
        year_of(world, pupil, proposed_tier=1 if number == 3 else 2)
        if number < 2:
            PlanMark.objects.create(
                pupil=pupil, first_day=TODAY - timedelta(days=30), review_on=TODAY + timedelta(days=0 if number else -1),
                lead="x", place="x", made_at=NOW,
            )  # fmt: skip
    PlanCoverage.objects.create(
        school_id=world.school.code, on=TODAY - timedelta(days=31), pupils=4, with_plan=2
    )
    text = page(english(world, Role.CARE_COORDINATOR))
    # Of three in tier 2 one has a plan; the day of review is today, the other one's was yesterday.
    assert "1 of 3 · last month 50%" in text and "33%" in text


def test_the_daily_task_keeps_the_coverage_of_every_school(world: World) -> None:
    year_of(world, world.pupil("p1"))
    assert daily.func() == 2
    assert daily.func() == 2
    kept = PlanCoverage.objects.get(school=world.school.code)
    assert (kept.on, kept.pupils, kept.with_plan) == (TODAY, 1, 0)


# Empty


def test_a_school_without_data_says_so_and_leads_to_the_import(world: World) -> None:
    assert "no absence of this school yet" in page(english(world, Role.CARE_COORDINATOR))


def test_a_calm_day_says_that_nothing_waits(world: World) -> None:
    picture(world)
    text = page(english(world, Role.CARE_COORDINATOR))
    assert "Nothing waits" in text and "Nothing has to be reported now" in text


def test_an_organisation_without_schools(world: World) -> None:
    empty = Organisation.objects.create(kind=Kind.BOARD, name="Leeg bestuur", code="0")
    User.objects.filter(pk=world.user(Role.SCHOOL_LEADER, empty).pk).update(language="en")
    assert "No school yet" in page(world.client(Role.SCHOOL_LEADER, empty))


# The mail


def test_the_weekly_mail_says_only_that_there_is_something(world: World) -> None:
    pupil = world.pupil("p1", first_name="Noor")
    finding(world, pupil)
    user = world.user(Role.CARE_COORDINATOR)
    assert send_weekly_mails.func() == 0
    actions.choose_weekly_mail(world.actor(Role.CARE_COORDINATOR), True)
    assert send_weekly_mails.func() == 1
    (sent,) = mail.outbox
    assert sent.to == [user.email]
    for secret in ("Noor", "Bakker", "p1", "Anker", "ziek", "1"):
        assert secret not in sent.subject + sent.body.replace("127.0.0.1", ""), secret
    # Not again within a week, and again after one.
    assert send_weekly_mails.func() == 0
    WeeklyMail.objects.update(last_sent_on=TODAY - timedelta(days=7))
    assert send_weekly_mails.func() == 1


def test_no_mail_when_nothing_waits_or_when_it_is_stopped(world: World) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    actions.choose_weekly_mail(actor, True)
    assert send_weekly_mails.func() == 0
    finding(world, world.pupil("p1"))
    actions.choose_weekly_mail(actor, False)
    assert send_weekly_mails.func() == 0


def test_wanting_the_mail_is_asked_on_a_page(world: World) -> None:
    client = world.client(Role.MENTOR)
    page(client, "/today/mail/")
    assert client.post("/today/mail/", {"wanted": "yes"}).status_code == 302
    assert WeeklyMail.objects.get().is_wanted


def test_nobody_chooses_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        actions.choose_weekly_mail(None, True)
    with pytest.raises(NotAllowed):
        actions.begin_visit(None, world.user(Role.MENTOR))


# Groups before persons


def test_a_group_alert_stands_before_persons_and_folds_the_mild_ones(world: World) -> None:
    picture(world)
    mild, heavy = world.pupil("p1", first_name="Licht"), world.pupil("p2", first_name="Zwaar")
    for pupil in (mild, heavy):
        finding(world, pupil, "at_risk", unit="percent", quantity=6)
    finding(world, heavy, "mazl_4th")
    one = alert(world, [mild, heavy])
    text = page(english(world, Role.CARE_COORDINATOR))
    assert text.index("Class 1A as a whole") < text.index("Not yet followed up<")
    assert "Zwaar" in text and "Licht" not in text and "1 pupil is folded" in text
    members = page(world.client(Role.CARE_COORDINATOR), f"/signals/groups/{one.ref}/")
    assert "Licht" in members and "Zwaar" in members


def test_a_mentor_hears_of_the_own_class_only(world: World) -> None:
    picture(world)
    alert(world, [world.pupil("p1")], group="1A")
    alert(world, [world.pupil("p2", group="2B")], group="2B")
    text = page(english(world, Role.MENTOR))
    assert "Class 1A" in text and "Class 2B" not in text


def test_what_was_followed_up_is_off_the_page(world: World) -> None:
    picture(world)
    one = finding(world, world.pupil("p1", first_name="Noor"))
    client = world.client(Role.CARE_COORDINATOR)
    assert "Noor" in page(client)
    following.review_signal(world.actor(Role.CARE_COORDINATOR), one, "seen")
    come_again(client, world.user(Role.CARE_COORDINATOR), 0.01)
    assert "Vierde ziekmelding" not in page(client)


def test_the_worker_does_the_days_work_once_each_morning(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aanwezig.web.results.jobs import upkeep
    from aanwezig.web.today.models import PlanCoverage, WeeklyMail

    reader = world.user(Role.PRIVACY_OFFICER)
    WeeklyMail.objects.create(user=reader, is_wanted=True)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW.replace(hour=5, minute=59))
    upkeep.send(sender=None)
    assert not PlanCoverage.objects.exists(), "not in the night"
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW.replace(hour=6, minute=0))
    upkeep.send(sender=None)
    kept = PlanCoverage.objects.count()
    assert kept == 2, "of each school"
    PlanCoverage.objects.update(pupils=99)
    upkeep.send(sender=None)
    assert set(PlanCoverage.objects.values_list("pupils", flat=True)) == {99}, "once a day"
