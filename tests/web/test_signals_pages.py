"""Pages of signals: the list, one signal, following up one or several, the ladder; with and without the right."""

from __future__ import annotations

from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from signal_world import alert, at, finding, year_of
from web_world import TODAY, World

from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import NotAllowed
from aanwezig.web.accounts.models import User
from aanwezig.web.audit.models import ChangeRecord, ReadRecord
from aanwezig.web.facts.models import FACTS
from aanwezig.web.organisations.models import Role
from aanwezig.web.pupils.models import Note
from aanwezig.web.signals import actions
from aanwezig.web.signals.models import Review, Step, StepCount, StepNeed, StepOutcome
from aanwezig.web.signals.queries.follow_up import overview
from aanwezig.web.signals.tasks import recount_stale, recount_steps

REVIEWERS = (Role.MENTOR, Role.CARE_COORDINATOR, Role.SCHOOL_LEADER, Role.ABSENCE_TEAM)
UNTIL = TODAY + timedelta(days=14)


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return " ".join(answer.content.decode().split())


def english(world: World, role: str) -> Client:
    User.objects.filter(pk=world.user(role).pk).update(language="en")
    return world.client(role)


# Who may


@pytest.mark.parametrize("role", list(Role))
def test_only_who_has_the_right_follows_up(world: World, role: str) -> None:
    pupil = world.pupil("p1")
    one = finding(world, pupil)
    actor = world.actor(role, pupils=[pupil])
    if role in REVIEWERS:
        actions.review_signal(actor, one, "seen")
    else:
        with pytest.raises(NotAllowed):
            actions.review_signal(actor, one, "seen")
    assert Review.objects.count() == (role in REVIEWERS)
    answer = world.client(role, pupils=[pupil]).post(f"/signals/{one.ref}/seen/", {"note": ""})
    assert answer.status_code == (302 if role in REVIEWERS else 403)


def test_nobody_follows_up_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        actions.review_signal(None, finding(world, world.pupil("p1")), "seen")


def test_a_pupil_out_of_reach_is_refused_on_every_address(world: World) -> None:
    one = finding(world, world.pupil("p2", group="2B"))
    mentor = world.client(Role.MENTOR)
    assert mentor.get(f"/signals/{one.ref}/").status_code == 403
    assert mentor.post(f"/signals/{one.ref}/seen/").status_code == 403
    several = {"signal": one.ref, "state": "seen", "sure": "yes", "note": ""}
    assert mentor.post("/signals/several/", several).status_code == 403
    assert not Review.objects.exists() and not ReadRecord.objects.exists()


def test_several_are_refused_when_one_of_them_may_not_be(world: World) -> None:
    mine, other = finding(world, world.pupil("p1")), finding(world, world.pupil("p2", group="2B"))
    with pytest.raises(NotAllowed):
        actions.review_signals(world.actor(Role.MENTOR), [mine, other], "seen")
    answer = world.client(Role.MENTOR).post(
        "/signals/several/", {"signal": f"{mine.ref},{other.ref}", "state": "seen", "sure": "yes"}
    )
    assert answer.status_code == 403
    assert not Review.objects.exists()


def test_a_group_alert_and_a_duty_are_not_reviewed(world: World) -> None:
    pupil = world.pupil("p1")
    for one in (alert(world, [pupil]), finding(world, pupil, kind="duty")):
        with pytest.raises(NotAllowed):
            actions.review_signal(world.actor(Role.CARE_COORDINATOR), one, "seen")


# What is kept


def test_a_review_stays_when_the_signal_grows_and_is_logged_without_its_words(world: World) -> None:
    pupil = world.pupil("p1")
    one = finding(world, pupil)
    actor = world.actor(Role.CARE_COORDINATOR)
    made = actions.review_signal(actor, one, "explained", why="known", note="Oma is overleden")
    type(one).objects.filter(pk=one.pk).update(last_day=TODAY, quantity=9)
    assert not overview(actor, world.school.code).lines
    record = ChangeRecord.objects.get()
    assert (record.action, record.pupil, record.subject) == ("signal.review", pupil, made.ref)
    assert "Oma" not in str(record.details)


@pytest.mark.parametrize(
    ("state", "more"),
    [
        ("explained", {}),
        ("explained", {"why": "other"}),
        ("explained", {"why": "weather"}),
        ("seen", {"why": "known"}),
        ("muted", {}),
        ("seen", {"until": UNTIL}),
        ("muted", {"until": TODAY}),
        ("muted", {"until": TODAY + timedelta(days=181)}),
    ],
)
def test_what_is_not_complete_is_refused_with_a_reason(
    world: World, state: str, more: dict[str, object]
) -> None:
    one = finding(world, world.pupil("p1"))
    with pytest.raises(AanwezigError):
        actions.review_signal(world.actor(Role.MENTOR), one, state, **more)  # type: ignore[arg-type]
    assert not Review.objects.exists()


def test_undoing_brings_it_back_and_twice_changes_nothing(world: World) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    made = actions.review_signal(actor, finding(world, world.pupil("p1")), "seen")
    assert not overview(actor, world.school.code).lines
    for _ in range(2):
        actions.undo_review(actor, made)
    assert len(overview(actor, world.school.code).lines) == 1
    assert ChangeRecord.objects.filter(action="signal.review.undo").count() == 1


def test_a_muted_signal_comes_back_on_its_day(world: World) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    actions.review_signal(actor, finding(world, world.pupil("p1")), "muted", until=UNTIL)
    for day, lines in ((UNTIL - timedelta(days=1), 0), (UNTIL, 1)):
        with patch("aanwezig.web.signals.queries.follow_up.today", lambda day=day: day):
            assert len(overview(actor, world.school.code).lines) == lines, day


@pytest.mark.parametrize("kind", ["note", "talk_parents", "home_visit", "contact", "notification"])
def test_any_word_about_the_pupil_takes_it_off_the_list(world: World, kind: str) -> None:
    actor, pupil = world.actor(Role.CARE_COORDINATOR), world.pupil("p1")
    finding(world, pupil)
    assert overview(actor, world.school.code).open_signals == 1
    if kind == "contact":
        FACTS["observations"].objects.create(pupil=pupil, date=TODAY, kind="contact")
    elif kind == "notification":
        FACTS["notifications"].objects.create(
            pupil=pupil,
            school_id=world.school.code,
            category="other",
            first_day=TODAY,
            sent_on=TODAY,
            status="registered",
        )
    else:
        Note.objects.create(
            organisation=world.school,
            made_by=world.user(Role.MENTOR),
            made_at=at(0),
            pupil=pupil,
            kind=kind,
            day=TODAY,
            text="x",
        )
    found = overview(actor, world.school.code)
    assert found.open_signals == 0 and [state.state for state in found.states.values()] == ["word"]


def test_a_withdrawn_note_does_not_count(world: World) -> None:
    actor, pupil = world.actor(Role.CARE_COORDINATOR), world.pupil("p1")
    finding(world, pupil)
    Note.objects.create(
        organisation=world.school, made_by=world.user(Role.MENTOR), made_at=at(0), pupil=pupil, kind="note", day=TODAY,
        text="x", withdrawn_at=at(0), withdrawn_because="fout",
    )  # fmt: skip
    assert overview(actor, world.school.code).open_signals == 1


# Pages


def test_the_list_says_why_in_the_second_line_in_both_languages(world: World) -> None:
    pupil = world.pupil("p1")
    year_of(world, pupil)
    finding(world, pupil)
    finding(world, pupil, "chronic", unit="percent", quantity=12.5, last_day=TODAY - timedelta(days=9))
    dutch = text_of(world.client(Role.CARE_COORDINATOR), "/signals/").replace("\xa0", " ")
    assert (
        "1 leerling nog niet opgevolgd" in dutch
        and "4 keer, 12 jan – 16 mrt" in dutch
        and "Chronisch verzuim" in dutch
    )
    text = text_of(english(world, Role.CARE_COORDINATOR), "/signals/").replace("\xa0", " ")
    assert (
        "1 pupil not yet followed up" in text
        and "4 times, 12 Jan – 16 Mar" in text
        and "Chronic absence" in text
    )


def test_tabs_show_what_waits_and_what_was_done(world: World) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    actions.review_signal(actor, finding(world, world.pupil("p1", first_name="Wacht")), "muted", until=UNTIL)
    actions.review_signal(actor, finding(world, world.pupil("p2", first_name="Klaar")), "seen")
    client = world.client(Role.CARE_COORDINATOR)
    assert "Wacht B." in text_of(client, "/signals/?state=muted") and "Klaar B." in text_of(
        client, "/signals/?state=followed"
    )
    assert "B." not in text_of(client, "/signals/").replace("mr. B.", "")
    text_of(client, "/signals/?state=nonsense", 404)


def test_the_list_has_fifty_lines_a_page_and_a_fixed_number_of_questions(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    # The first request of a session asks a few questions more.
    text_of(client, "/signals/")
    numbers = []
    for size in (3, 60):
        for number in range(size):
            pupil = world.pupil(f"p{number}")
            if not pupil.years.exists():
                year_of(world, pupil)
                finding(world, pupil)
        with CaptureQueriesContext(connection) as asked:
            text = text_of(client, "/signals/")
        numbers.append(len(asked))
    assert text.count('name="signal"') == 50
    assert numbers[0] == numbers[1] <= 12


def test_filters_keep_to_a_class_or_a_rule(world: World) -> None:
    finding(world, world.pupil("p1", first_name="Een"), group="1A")
    finding(world, world.pupil("p2", first_name="Twee"), "chronic", group="2B")
    client = world.client(Role.CARE_COORDINATOR)
    assert "Twee B." not in text_of(client, "/signals/?group=1A")
    assert "Een B." not in text_of(client, "/signals/?rule=chronic")
    assert "Niets met deze filters" in text_of(client, "/signals/?group=1A&rule=chronic")


def test_a_signal_shows_its_facts_its_rule_and_what_it_is_not(world: World) -> None:
    pupil = world.pupil("p1")
    row = world.absent(pupil, date(2026, 3, 9), "sick")
    one = finding(world, pupil, facts=[f"absences:{row.pk}"])
    text = text_of(english(world, Role.CARE_COORDINATOR), f"/signals/{one.ref}/")
    for part in (
        "four sick reports",
        "9 March",
        "whole day",
        "2008-01-01",
        "no duty to report",
        "4 times",
        "Not yet followed up",
    ):
        assert part in text, part
    record = ReadRecord.objects.get()
    assert (record.what, record.pupil) == ("signal", pupil)


def test_a_form_keeps_what_was_typed_when_something_is_missing(world: World) -> None:
    one = finding(world, world.pupil("p1"))
    answer = world.client(Role.MENTOR).post(f"/signals/{one.ref}/explained/", {"note": "Getypte tekst"})
    assert answer.status_code == 422 and "Getypte tekst" in answer.content.decode()


def test_several_are_asked_first_and_then_changed(world: World) -> None:
    refs = [finding(world, world.pupil(f"p{number}")).ref for number in range(3)]
    client = world.client(Role.CARE_COORDINATOR)
    asked = client.post(
        "/signals/several/",
        {"signal": [f"{refs[0]},{refs[1]}", refs[2]], "state": "muted", "next": "/signals/"},
    )
    assert asked.status_code == 200 and not Review.objects.exists()
    done = client.post(
        "/signals/several/",
        {"signal": refs, "state": "muted", "sure": "yes", "until": UNTIL.isoformat(), "next": "/signals/"},
    )
    assert (done.status_code, done["Location"]) == (302, "/signals/")
    assert (
        set(Review.objects.values_list("state", "until")) == {("muted", UNTIL)}
        and Review.objects.count() == 3
    )


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org"])
def test_nobody_is_sent_to_another_site(world: World, elsewhere: str) -> None:
    answer = world.client(Role.MENTOR).post("/signals/several/", {"next": elsewhere})
    assert answer["Location"] == "/signals/"


# The ladder


def sick_three_times(world: World, name: str = "p1") -> None:
    pupil = world.pupil(name)
    for day in (2, 9, 16):
        world.absent(pupil, date(2026, 3, day), "sick", absence_id=f"{name}-{day}")


def test_a_ladder_is_taken_over_counted_and_recorded(world: World) -> None:
    sick_three_times(world)
    school, actor = world.school.register, world.actor(Role.CARE_COORDINATOR)
    assert len(actions.take_over_ladder(actor, school, "sickness")) == 3
    # Taking it over again adds nothing.
    assert actions.take_over_ladder(actor, school, "sickness") == []
    assert recount_steps.func(school.pk) == 1
    need = StepNeed.objects.get()
    assert (need.reached_on, need.quantity, need.step.number) == (date(2026, 3, 16), 3, 3)
    client, pupil = english(world, Role.CARE_COORDINATOR), world.pupils["p1"]
    assert "1 step is missing" in text_of(client, "/signals/steps/")
    answer = client.post(
        f"/signals/steps/pupils/{pupil.ref}/{need.step.ref}/",
        {"state": "not_needed", "on": TODAY.isoformat(), "because": "Al besproken"},
    )
    assert answer.status_code == 302
    assert "No step is missing" in text_of(client, "/signals/steps/")
    own = text_of(client, f"/signals/steps/pupils/{pupil.ref}/")
    assert "Al besproken" in own and "not needed" in own and "not reached" in own
    client.post(f"/signals/steps/outcomes/{StepOutcome.objects.get().ref}/undo/")
    assert "1 step is missing" in text_of(client, "/signals/steps/")


def test_a_recorded_talk_does_the_step(world: World) -> None:
    sick_three_times(world)
    actor = world.actor(Role.CARE_COORDINATOR)
    actions.take_over_ladder(actor, world.school.register, "sickness")
    recount_steps.func(world.school.code)
    Note.objects.create(
        organisation=world.school,
        made_by=world.user(Role.MENTOR),
        made_at=at(0),
        pupil=world.pupils["p1"],
        kind="talk_parents",
        day=TODAY,
        text="x",
    )
    assert "No step is missing" in text_of(english(world, Role.CARE_COORDINATOR), "/signals/steps/")


@pytest.mark.parametrize(
    ("state", "on", "because"),
    [("done", TODAY + timedelta(days=1), ""), ("not_needed", TODAY, " ")],
)
def test_a_step_that_cannot_be_so_is_refused(world: World, state: str, on: date, because: str) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    (step, *_) = actions.take_over_ladder(actor, world.school.register, "late")
    with pytest.raises(AanwezigError):
        actions.record_step(actor, step, world.pupil("p1"), state, on, because)


@pytest.mark.parametrize("role", list(Role))
def test_only_care_coordinator_and_school_leader_change_the_ladder(world: World, role: str) -> None:
    may = role in (Role.CARE_COORDINATOR, Role.SCHOOL_LEADER)
    answer = world.client(role, pupils=[world.pupil("p1")]).get("/signals/steps/ladder/")
    assert answer.status_code == (200 if may else 403)
    if not may:
        with pytest.raises(NotAllowed):
            actions.take_over_ladder(
                world.actor(role, pupils=[world.pupil("p1")]), world.school.register, "late"
            )


def test_a_step_is_added_changed_and_ended_and_two_people_do_not_overwrite_each_other(world: World) -> None:
    school, actor = world.school.register, world.actor(Role.SCHOOL_LEADER)
    values = {"number": 3, "counted": "late", "weeks": 12, "action": "talk", "who": "mentor"}
    step = actions.save_step(actor, school, None, **values)  # type: ignore[arg-type]
    with pytest.raises(AanwezigError) as same:
        actions.save_step(actor, school, None, **values)  # type: ignore[arg-type]
    assert same.value.code == "WEB-412"
    actions.save_step(actor, school, step, **{**values, "number": 4}, version=1)  # type: ignore[arg-type]
    with pytest.raises(AanwezigError) as late:
        actions.save_step(actor, school, step, **{**values, "number": 5}, version=1)  # type: ignore[arg-type]
    assert late.value.code == "WEB-411"
    actions.end_step(actor, step)
    assert not Step.objects.filter(ended_at__isnull=True).exists() and Step.objects.get().number == 4


def test_the_ladder_of_another_school_is_refused(world: World) -> None:
    with pytest.raises(NotAllowed):
        actions.take_over_ladder(world.actor(Role.CARE_COORDINATOR), world.other_school.register, "late")


def test_schools_are_counted_again_when_their_facts_changed_or_on_another_day(world: World) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    actions.take_over_ladder(actor, world.school.register, "late")
    recount_steps.func(world.school.code)
    assert recount_stale() == 0
    StepCount.objects.update(on=TODAY - timedelta(days=1))
    assert recount_stale() == 1


def test_the_pages_of_the_ladder_open_empty_and_filled(world: World) -> None:
    client = english(world, Role.CARE_COORDINATOR)
    assert "no ladder yet" in text_of(client, "/signals/steps/")
    assert "Ladders to take over" in text_of(client, "/signals/steps/ladder/")
    assert client.post("/signals/steps/ladder/take-over/", {"ladder": "late"}).status_code == 302
    step = Step.objects.order_by("number").first()
    assert step is not None
    assert "Change a step" in text_of(client, f"/signals/steps/ladder/{step.ref}/")
    values = {"number": 7, "counted": "late", "weeks": "", "action": "talk", "who": "mentor", "version": 1}
    assert client.post(f"/signals/steps/ladder/{step.ref}/", values).status_code == 302
    assert Step.objects.get(pk=step.pk).weeks is None
    assert client.post(f"/signals/steps/ladder/{step.ref}/end/").status_code == 302
    wrong = client.post("/signals/steps/ladder/", {"number": 0})
    assert wrong.status_code == 422
