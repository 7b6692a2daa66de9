"""Duties: prepare, save, record as sent, follow, withdraw; letters."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from web_world import NOW, TODAY, World

from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import NotAllowed
from aanwezig.web.audit.models import ChangeRecord, ReadRecord
from aanwezig.web.duties import actions, domain, queries
from aanwezig.web.duties.letters import fill, kinds_for, letter_kinds
from aanwezig.web.duties.models import Letter, Notification, Status
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Contact, Person, Pupil
from aanwezig.web.organisations.models import Role
from aanwezig.web.results.models import StoredFinding

COMPLETE: dict[str, Any] = {
    "suspected_reason": "Slaapt slecht, wil niet naar school.",
    "all_lessons_missed": False,
    "absence_days": 3,
    "absence_hours": Decimal("16.0"),
    "action_taken": "Gesprek op 10 maart.",
    "action_wanted": True,
    "action_wanted_text": "Graag een gesprek.",
    "location": "Het Anker",
    "reporter_name": "N. Bos",
    "reporter_role": "zorgcoördinator",
    "reporter_phone": "050 123",
    "reporter_email": "bos@example.org",
}


def make_duty(world: World, pupil: Pupil, **fields: Any) -> StoredFinding:
    rows = [
        world.absent(pupil, day, minutes=320)
        for day in (date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 12))
    ]
    values = {
        "rule": "relative_16h",
        "version": "2017-01-01",
        "kind": "duty",
        "group": "1A",
        "first_day": date(2026, 3, 9),
        "last_day": date(2026, 3, 12),
        "quantity": 960,
        "threshold": 960,
        "unit": "minutes",
        "obligation": "must",
        "due": date(2026, 3, 19),
        "met": False,
        "facts": [f"absences:{row.pk}" for row in rows],
        "explanation_nl": "Zestien uur gemist.",
        "explanation_en": "Sixteen hours missed.",
        "school_year": "2025-2026",
        "found_at": NOW,
        "changed_at": NOW,
        "key": f"{pupil.pk} 9 March",
    }
    return StoredFinding.objects.create(school_id=world.school.code, pupil=pupil, **{**values, **fields})


@pytest.fixture
def duty(world: World) -> StoredFinding:
    return make_duty(world, world.pupil("p1"))


def test_a_prepared_notification_is_filled_from_the_facts_and_the_reporter(
    world: World, duty: StoredFinding
) -> None:
    Contact.objects.create(pupil=duty.pupil, name="Ouder", phone="06 1", has_authority=True)
    made = actions.prepare(world.actor(Role.CARE_COORDINATOR), duty)
    assert (made.status, made.category, made.absence_days, made.absence_hours) == (
        Status.DRAFT,
        "relative_16h",
        3,
        Decimal("16.0"),
    )
    assert made.location == "Het Anker" and made.family_phone == "06 1"
    assert made.reporter_email == world.user(Role.CARE_COORDINATOR).email
    assert actions.prepare(world.actor(Role.CARE_COORDINATOR), duty).pk == made.pk, "once per duty"


def test_a_mentor_sees_the_duty_but_does_not_prepare_it(world: World, duty: StoredFinding) -> None:
    mentor = world.actor(Role.MENTOR)
    assert list(queries.open_duties(mentor, [world.school.code])) == [duty]
    with pytest.raises(NotAllowed):
        actions.prepare(mentor, duty)
    assert not Notification.objects.exists()


def test_nobody_signed_in_prepares_nothing(duty: StoredFinding) -> None:
    with pytest.raises(NotAllowed):
        actions.prepare(None, duty)


def test_a_notification_is_not_sent_until_every_field_is_there(world: World, duty: StoredFinding) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    made = actions.prepare(actor, duty)
    with pytest.raises(AanwezigError) as refused:
        actions.record_sent(actor, made, TODAY, "1")
    assert refused.value.code == "WEB-304"
    assert not current("notifications").exists()


def test_a_sent_notification_becomes_a_fact_that_meets_the_duty(world: World, duty: StoredFinding) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    made = actions.save_draft(actor, actions.prepare(actor, duty), COMPLETE, 1)
    before = duty.school.facts_version
    sent = actions.record_sent(actor, made, TODAY, " 12345 ")
    fact = current("notifications").get()
    assert (fact.category, fact.first_day, fact.last_day, fact.sent_on, fact.status) == (
        "relative_16h",
        date(2026, 3, 9),
        date(2026, 3, 12),
        TODAY,
        "registered",
    )
    assert sent.number == "12345" and sent.fact_id == fact.pk
    duty.school.refresh_from_db()
    assert duty.school.facts_version > before, "the results are stale now"
    assert ChangeRecord.objects.filter(action="duty.sent", pupil=duty.pupil).exists()
    with pytest.raises(AanwezigError) as again:
        actions.record_sent(actor, made, TODAY, "")
    assert again.value.code == "WEB-303"


@pytest.mark.parametrize(
    ("day", "allowed"),
    [(TODAY, True), (TODAY + timedelta(days=1), False), (date(2026, 3, 9), True), (date(2026, 3, 8), False)],
)
def test_the_day_of_sending_lies_between_the_absence_and_today(
    world: World, duty: StoredFinding, day: date, allowed: bool
) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    made = actions.save_draft(actor, actions.prepare(actor, duty), COMPLETE, 1)
    if allowed:
        assert actions.record_sent(actor, made, day, "").sent_on == day
    else:
        with pytest.raises(AanwezigError) as refused:
            actions.record_sent(actor, made, day, "")
        assert refused.value.code == "WEB-306"


def test_a_word_like_a_diagnosis_stops_sending_until_a_person_says_it_is_needed(
    world: World, duty: StoredFinding
) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    values = {**COMPLETE, "suspected_reason": "Heeft ADHD volgens moeder."}
    made = actions.save_draft(actor, actions.prepare(actor, duty), values, 1)
    with pytest.raises(AanwezigError) as refused:
        actions.record_sent(actor, made, TODAY, "")
    assert refused.value.code == "WEB-305"
    assert actions.record_sent(actor, made, TODAY, "", words_accepted=True).status == Status.REGISTERED


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Vermoedelijk autisme en een Depressie.", ("autisme", "Depressie")),
        ("diagnosed with anxiety disorder", ("diagnosed", "anxiety disorder")),
        ("Zij las veel, past in de klas.", ()),
        ("Komt uit Assen, adres: Oddestraat.", ()),
        ("long covid", ("long covid",)),
        ("", ()),
    ],
)
def test_diagnosis_words_are_whole_words(text: str, found: tuple[str, ...]) -> None:
    assert domain.diagnosis_words(text) == found


def test_two_people_who_edit_one_form_both_keep_what_they_typed(world: World, duty: StoredFinding) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    made = actions.prepare(actor, duty)
    actions.save_draft(world.actor(Role.SCHOOL_LEADER), made, {"suspected_reason": "van de leider"}, 1)
    client = world.client(Role.CARE_COORDINATOR)
    response = client.post(
        reverse("duties:notification", args=[made.ref]),
        {"version": 1, "suspected_reason": "van de coördinator"},
    )
    text = response.content.decode()
    assert response.status_code == 409
    assert "van de leider" in text and "van de coördinator" in text
    made.refresh_from_db()
    assert made.suspected_reason == "van de leider"


def test_withdrawing_needs_a_reason_and_takes_the_fact_back(world: World, duty: StoredFinding) -> None:
    actor = world.actor(Role.SCHOOL_LEADER)
    made = actions.save_draft(actor, actions.prepare(actor, duty), COMPLETE, 1)
    actions.record_sent(actor, made, TODAY, "7")
    with pytest.raises(AanwezigError):
        actions.withdraw(actor, made, "  ")
    actions.withdraw(actor, made, "Was ziek gemeld.")
    assert current("notifications").get().status == "withdrawn"
    again = actions.prepare(actor, duty)
    assert again.pk != made.pk, "a withdrawn notification makes room for a new one"


def test_a_step_that_does_not_fit_is_refused(world: World, duty: StoredFinding) -> None:
    actor = world.actor(Role.SCHOOL_LEADER)
    made = actions.save_draft(actor, actions.prepare(actor, duty), COMPLETE, 1)
    with pytest.raises(AanwezigError):
        actions.change_status(actor, made, "closed")
    actions.record_sent(actor, made, TODAY, "7")
    actions.change_status(actor, made, "in_progress")
    actions.change_status(actor, made, "closed")
    with pytest.raises(AanwezigError):
        actions.change_status(actor, made, "in_progress")
    assert [change.status for change in made.history.all()] == ["registered", "in_progress", "closed"]
    assert current("notifications").get().status == "closed"


def test_the_list_asks_few_questions_however_long_it_is(
    world: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_duty(world, world.pupil(f"p{number}"))
    client = world.client(Role.CARE_COORDINATOR)
    with django_assert_max_num_queries(13):
        response = client.get(reverse("duties:list"))
    assert response.status_code == 200
    assert ReadRecord.objects.filter(what="duties").count() == 30


def test_an_overdue_duty_says_how_late_it_is(world: World, duty: StoredFinding) -> None:
    text = world.client(Role.CARE_COORDINATOR).get(reverse("duties:list")).content.decode()
    assert "1 dag te laat" in text
    counts = queries.duty_counts(world.actor(Role.CARE_COORDINATOR), [world.school.code])
    assert (counts.to_do, counts.overdue, counts.first_due) == (1, 1, date(2026, 3, 19))


def test_a_friday_that_passed_is_overdue_on_sunday(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make_duty(world, world.pupil("p9"), due=date(2026, 3, 20))
    sunday = datetime(2026, 3, 22, 12, tzinfo=NOW.tzinfo)
    monkeypatch.setattr("django.utils.timezone.now", lambda: sunday)
    actor = world.actor(Role.CARE_COORDINATOR)
    line = queries.duty_lines(
        queries.open_duties(actor, [world.school.code]).select_related("pupil__person")
    )[0]
    assert line.is_overdue


@pytest.mark.parametrize(
    "name", ["duties:duty", "duties:notification", "duties:letter-made", "duties:letter-pdf"]
)
def test_a_pupil_out_of_reach_is_refused(world: World, name: str) -> None:
    other = world.pupil("elsewhere", school=world.other_school)
    finding = StoredFinding.objects.create(
        school_id=world.other_school.code,
        pupil=other,
        rule="relative_16h",
        version="1",
        kind="duty",
        first_day=TODAY,
        last_day=TODAY,
        explanation_nl="x",
        explanation_en="x",
        school_year="2025-2026",
        found_at=NOW,
        changed_at=NOW,
        key="x",
    )
    made = Notification.objects.create(
        school_id=world.other_school.code,
        pupil=other,
        category="relative_16h",
        first_day=TODAY,
        made_at=NOW,
        changed_at=NOW,
    )
    letter = Letter.objects.create(
        school_id=world.other_school.code,
        pupil=other,
        kind="talk",
        language="nl",
        subject="x",
        text="geheim",
        made_at=NOW,
    )
    ref = {"duties:duty": finding.ref, "duties:notification": made.ref}.get(name, letter.ref)
    response = world.client(Role.CARE_COORDINATOR).get(reverse(name, args=[ref]))
    assert response.status_code == 403
    assert "geheim" not in response.content.decode()


def test_a_suspension_is_told_to_the_inspectorate_and_recorded(world: World) -> None:
    pupil = world.pupil("s1")
    from aanwezig.web.facts.models import FACTS

    row = FACTS["suspensions"].objects.create(
        pupil=pupil,
        school_id=world.school.code,
        first_day=date(2026, 3, 9),
        last_day=date(2026, 3, 11),
        kind="suspension",
    )
    actor = world.actor(Role.SCHOOL_LEADER)
    with pytest.raises(AanwezigError):
        actions.tell_inspectorate(actor, pupil, row.pk, date(2026, 3, 8))
    actions.tell_inspectorate(actor, pupil, row.pk, date(2026, 3, 10))
    assert current("suspensions").get().inspectorate_told_on == date(2026, 3, 10)
    assert not queries.untold_suspensions(pupil)


@pytest.mark.parametrize("kind", sorted(letter_kinds()))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_letter_fills_its_places(kind: str, language: Any) -> None:
    text = fill(letter_kinds()[kind], language, {"child": "Noor", "school": "Het Anker"})
    assert "Noor" in text.subject + text.text and "{" not in text.text
    assert letter_kinds()[kind] in kinds_for((letter_kinds()[kind].rules or ("x",))[0])


def test_a_letter_is_kept_and_comes_as_a_pdf(world: World, duty: StoredFinding) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    address = reverse("duties:letter", args=[duty.pupil.ref, "notified"])
    page = client.get(f"{address}?duty={duty.ref}").content.decode()
    assert "van 9 maart tot en met 12 maart 2026" in page
    assert client.post(address, {"subject": "", "text": "x"}).status_code == 200, (
        "an error keeps what was typed"
    )
    assert not Letter.objects.exists()
    response = client.post(address, {"subject": "Over Noor", "text": "Beste ouders,\n\nDit is de brief."})
    made = Letter.objects.get()
    assert response.url == reverse("duties:letter-made", args=[made.ref])
    assert "Dit is de brief." in client.get(response.url).content.decode()
    pdf = client.get(reverse("duties:letter-pdf", args=[made.ref]))
    assert pdf.content.startswith(b"%PDF") and "Noor" not in pdf["Content-Disposition"]
    assert ReadRecord.objects.filter(pupil=duty.pupil, what="letter", way="file").exists()


def test_the_whole_way_from_list_to_sent_in_the_browser(world: World, duty: StoredFinding) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    begun = client.post(reverse("duties:duty", args=[duty.ref]))
    form = client.get(begun.url).content.decode()
    assert "Zestien uur gemist." in form and "artikel" in form.lower()
    values = {name: str(value) for name, value in COMPLETE.items()}
    assert client.post(begun.url, {**values, "version": 1}).status_code == 302
    made = Notification.objects.get()
    done = client.post(
        reverse("duties:sent", args=[made.ref]), {"sent_on": "2026-03-20", "number": "99"}, follow=True
    )
    assert "99" in done.content.decode()
    made.refresh_from_db()
    assert made.status == Status.REGISTERED


@pytest.mark.parametrize("language", ["nl", "en"])
def test_definitions_are_read_in_both_languages(world: World, language: str) -> None:
    user = world.user(Role.MENTOR)
    user.language = language
    user.save()
    client = world.client(Role.MENTOR)
    page = client.get(reverse("definitions:rule", args=["relative_16h"])).content.decode()
    assert ("Zestien uur" if language == "nl" else "Sixteen hours") in page
    assert client.get(reverse("definitions:overview")).status_code == 200
    assert client.get("/definitions/rules/no-such-rule/").status_code == 404


def test_the_official_number_is_kept_encrypted_and_shown_to_who_prepares_only(
    world: World, duty: StoredFinding
) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    made = actions.prepare(actor, duty)
    with pytest.raises(AanwezigError):
        actions.set_official_number(actor, duty.pupil, "123456789")
    with pytest.raises(NotAllowed):
        actions.set_official_number(world.actor(Role.MENTOR), duty.pupil, "111222333")
    client = world.client(Role.CARE_COORDINATOR)
    client.post(reverse("duties:official-number", args=[made.ref]), {"number": "1112.22.333"})
    stored = bytes(Person.objects.get(pupil=duty.pupil).official_number or b"")
    assert stored and b"111222333" not in stored
    address = reverse("duties:notification", args=[made.ref])
    assert "111222333" in client.get(address).content.decode()
    assert "111222333" not in world.client(Role.MENTOR).get(address).content.decode()
    change = ChangeRecord.objects.get(action="duty.official_number")
    assert change.details == {"held": True}


def test_a_worrying_signal_may_be_notified_as_other(world: World) -> None:
    finding = make_duty(
        world, world.pupil("late"), rule="lateness", kind="signal", unit="reports", obligation="", due=None
    )
    client = world.client(Role.CARE_COORDINATOR)
    address = reverse("duties:duty", args=[finding.ref])
    assert address in client.get(reverse("signals:signal", args=[finding.ref])).content.decode()
    client.post(address)
    assert Notification.objects.get().category == "other"
    plain = make_duty(world, world.pupil("plain"), rule="change", kind="signal")
    assert client.get(reverse("duties:duty", args=[plain.ref])).status_code == 404
