"""Notes, contacts, documents, recorded facts, tier and plan: kept, corrected, withdrawn, never lost."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from web_world import NOW, TODAY, World

from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import NotAllowed
from aanwezig.web.audit.models import ChangeRecord, ReadRecord
from aanwezig.web.facts.models import FACTS, Contact, Pupil, School
from aanwezig.web.organisations.models import Role
from aanwezig.web.pupils import actions
from aanwezig.web.pupils.actions.contacts import ContactText
from aanwezig.web.pupils.actions.notes import NoteText
from aanwezig.web.pupils.domain import MAX_DOCUMENT_BYTES, format_of, plan_state
from aanwezig.web.pupils.models import Document, Note, PlanMark, TierSetting
from aanwezig.web.pupils.queries import (
    followed_up_since,
    plan_coverage,
    pupils_without_plan,
    recently_returned,
    tier_of,
)
from aanwezig.web.pupils.wrong import Conflict
from aanwezig.web.results.models import PupilYear

TEXT = NoteText("note", TODAY, "Buikpijn op zondagavond.")


def address(pupil: Pupil, rest: str = "") -> str:
    return f"/pupils/{pupil.ref}/{rest}"


def zipped(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def standing(world: World, pupil: Pupil, tier: int | None) -> PupilYear:
    return PupilYear.objects.create(
        school_id=world.school.code,
        pupil=pupil,
        school_year="2025-2026",
        is_enrolled=True,
        possible_minutes=1,
        absent_minutes=0,
        proposed_tier=tier,
    )


# Notes


def test_a_note_is_written_and_the_log_holds_no_word_of_it(world: World) -> None:
    pupil = world.pupil("p1")
    note = actions.write_note(world.actor(Role.MENTOR), pupil, TEXT)
    assert (note.text, note.organisation) == (TEXT.text, world.school)
    record = ChangeRecord.objects.get(action="note.write")
    assert "Buikpijn" not in str(record.details) and record.pupil == pupil


def test_nobody_and_a_colleague_out_of_reach_cannot_write(world: World) -> None:
    pupil = world.pupil("p1", group="2B")
    for actor in (None, world.actor(Role.MENTOR, groups=["1A"])):
        with pytest.raises(NotAllowed):
            actions.write_note(actor, pupil, TEXT)
    assert not Note.objects.exists()


def test_a_note_about_tomorrow_or_without_words_is_refused(world: World) -> None:
    pupil, mentor = world.pupil("p1"), world.actor(Role.MENTOR)
    for written in (NoteText("note", TODAY + timedelta(days=1), "x"), NoteText("note", TODAY, "  ")):
        with pytest.raises(AanwezigError):
            actions.write_note(mentor, pupil, written)


def test_an_edit_keeps_what_it_said(world: World) -> None:
    mentor = world.actor(Role.MENTOR)
    note = actions.write_note(mentor, world.pupil("p1"), TEXT)
    actions.edit_note(mentor, note, 1, NoteText("talk_pupil", TODAY, "Nu anders."))
    version = note.versions.get()
    assert (version.text, version.kind, version.version) == (TEXT.text, "note", 1)
    assert (note.text, note.version) == ("Nu anders.", 2)


def test_of_two_people_who_edit_one_note_the_second_sees_both_texts_and_loses_nothing(world: World) -> None:
    pupil = world.pupil("p1")
    note = actions.write_note(world.actor(Role.MENTOR), pupil, TEXT)
    typed = {"kind": "note", "day": "2026-03-20", "present": "", "agreed": "", "version": "1"}
    first, second = world.client(Role.MENTOR), world.client(Role.CARE_COORDINATOR)
    url = address(pupil, f"notes/{note.ref}/")
    assert first.post(url, {**typed, "text": "van de mentor"}).status_code == 302
    answer = second.post(url, {**typed, "text": "van de coördinator"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "van de mentor" in page and "van de coördinator" in page
    note.refresh_from_db()
    assert (note.text, note.version) == ("van de mentor", 2)
    # Saving again is now a choice made with both texts in sight.
    assert second.post(url, {**typed, "text": "allebei", "version": "2"}).status_code == 302
    note.refresh_from_db()
    assert note.text == "allebei"
    assert [one.text for one in note.versions.all()] == ["van de mentor", TEXT.text]


def test_who_is_late_with_an_action_gets_a_conflict_with_what_stands(world: World) -> None:
    mentor = world.actor(Role.MENTOR)
    note = actions.write_note(mentor, world.pupil("p1"), TEXT)
    actions.edit_note(mentor, note, 1, NoteText("note", TODAY, "eerst"))
    with pytest.raises(Conflict) as conflict:
        actions.edit_note(mentor, note, 1, NoteText("note", TODAY, "later"))
    assert conflict.value.now.text == "eerst"  # type: ignore[attr-defined]


def test_a_withdrawn_note_is_gone_from_the_page_and_kept_for_who_audits(world: World) -> None:
    pupil = world.pupil("p1")
    client = world.client(Role.MENTOR)
    note = actions.write_note(world.actor(Role.MENTOR), pupil, TEXT)
    withdraw = address(pupil, f"notes/{note.ref}/withdraw/")
    assert client.post(withdraw, {"because": ""}).status_code == 422
    assert client.post(withdraw, {"because": "verkeerde leerling"}).status_code == 302
    assert "Buikpijn" not in client.get(address(pupil)).content.decode()
    assert client.get(address(pupil, f"notes/{note.ref}/")).status_code == 404
    note.refresh_from_db()
    assert (note.text, note.withdrawn_because) == (TEXT.text, "verkeerde leerling")


def test_a_doctor_reads_only_the_notes_that_are_shared(world: World) -> None:
    pupil = world.pupil("p1")
    mentor = world.actor(Role.MENTOR)
    own = actions.write_note(mentor, pupil, NoteText("note", TODAY, "alleen school"))
    shared = actions.write_note(mentor, pupil, NoteText("note", TODAY, "ook de arts", shared=True))
    from test_pupil_page import finding

    finding(world, pupil)
    client = world.client(Role.YOUTH_DOCTOR)
    page = client.get(address(pupil)).content.decode()
    assert "ook de arts" in page and "alleen school" not in page
    assert client.get(address(pupil, f"notes/{own.ref}/")).status_code == 404
    assert client.get(address(pupil, f"notes/{shared.ref}/")).status_code == 200
    assert client.post(address(pupil, f"notes/{shared.ref}/"), {"text": "x"}).status_code == 403


# Contacts


def test_of_two_changes_of_one_contact_the_second_is_asked_again(world: World) -> None:
    pupil, actor = world.pupil("p1"), world.actor(Role.CARE_COORDINATOR)
    contact = actions.add_contact(actor, pupil, ContactText("Mevrouw Bakker", "moeder", "06 1"))
    actions.change_contact(actor, contact, 1, ContactText("Mevrouw Bakker", "moeder", "06 2"))
    url = address(pupil, f"contacts/{contact.ref}/")
    typed = {"name": "Mevrouw Bakker", "phone": "06 3", "version": "1"}
    client = world.client(Role.MENTOR)
    answer = client.post(url, typed)
    assert answer.status_code == 409
    assert "06 2" in answer.content.decode() and "06 3" in answer.content.decode()
    assert client.post(url, {**typed, "version": "2"}).status_code == 302
    assert Contact.objects.get().phone == "06 3"


def test_a_contact_is_removed_only_by_post(world: World) -> None:
    pupil = world.pupil("p1")
    contact = Contact.objects.create(pupil=pupil, name="Oma")
    client = world.client(Role.MENTOR)
    url = address(pupil, f"contacts/{contact.ref}/remove/")
    assert client.get(url).status_code == 200 and Contact.objects.exists()
    assert client.post(url).status_code == 302 and not Contact.objects.exists()


# Documents


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\xff\xd8\xff\xe0....", "jpg"),
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (zipped(**{"[Content_Types].xml": "<a/>", "word__document.xml": "<a/>"}), "docx"),
        (zipped(mimetype="application/vnd.oasis.opendocument.text"), "odt"),
        (
            zipped(
                **{"[Content_Types].xml": "<a/>", "word__document.xml": "<a/>", "word__vbaProject.bin": "x"}
            ),
            None,
        ),
        (zipped(**{"a.txt": "x"}), None),
        (b"PK\x03\x04 broken", None),
        (b"<html><script>", None),
        (b"", None),
    ],
)
def test_what_a_file_is_follows_from_its_content(content: bytes, expected: str | None) -> None:
    assert format_of(content) == expected


def test_a_document_lies_under_a_name_that_tells_nothing_and_comes_back_as_an_attachment(
    world: World,
) -> None:
    pupil = world.pupil("p1")
    client = world.client(Role.CARE_COORDINATOR)
    file = SimpleUploadedFile("Noor Bakker.pdf", b"%PDF-1.7 inhoud")
    assert (
        client.post(address(pupil, "documents/new/"), {"title": "Brief huisarts", "file": file}).status_code
        == 302
    )
    document = Document.objects.get()
    assert "akker" not in document.path and "huisarts" not in document.path
    answer = client.get(address(pupil, f"documents/{document.ref}/"))
    assert answer.content == b"%PDF-1.7 inhoud"
    assert answer["Content-Disposition"] == 'attachment; filename="brief-huisarts.pdf"'
    assert ReadRecord.objects.filter(way="file", pupil=pupil).count() == 1


def test_a_page_that_calls_itself_a_pdf_is_refused_and_nothing_is_kept(world: World) -> None:
    pupil = world.pupil("p1")
    file = SimpleUploadedFile("brief.pdf", b"<html><script>alert(1)</script>")
    answer = world.client(Role.CARE_COORDINATOR).post(
        address(pupil, "documents/new/"), {"title": "Brief", "file": file}
    )
    assert answer.status_code == 422 and "Brief" in answer.content.decode()
    assert not Document.objects.exists()


def test_a_document_larger_than_10_mb_is_refused(world: World) -> None:
    with pytest.raises(AanwezigError) as refused:
        actions.add_document(
            world.actor(Role.MENTOR), world.pupil("p1"), "x", b"%PDF-" + b"0" * MAX_DOCUMENT_BYTES
        )
    assert refused.value.code == "WEB-612"


def test_who_may_not_see_documents_gets_none(world: World) -> None:
    pupil = world.pupil("p1")
    document = actions.add_document(world.actor(Role.MENTOR), pupil, "Verslag", b"%PDF-1")
    for client in (world.client(Role.ADMINISTRATOR), world.client(Role.CARE_COORDINATOR, world.other_school)):
        assert client.get(address(pupil, f"documents/{document.ref}/")).status_code == 403
    other = world.pupil("p2")
    # The address of another pupil does not open it either.
    assert world.client(Role.MENTOR).get(address(other, f"documents/{document.ref}/")).status_code == 404


def test_a_withdrawn_document_is_not_served(world: World) -> None:
    pupil, mentor = world.pupil("p1"), world.actor(Role.MENTOR)
    document = actions.add_document(mentor, pupil, "Verslag", b"%PDF-1")
    actions.withdraw_document(mentor, document, "verkeerd kind")
    assert world.client(Role.MENTOR).get(address(pupil, f"documents/{document.ref}/")).status_code == 404


def test_the_file_of_an_erased_pupil_is_gone(world: World, django_capture_on_commit_callbacks: Any) -> None:
    pupil = world.pupil("p1")
    document = actions.add_document(world.actor(Role.MENTOR), pupil, "Verslag", b"%PDF-1")
    assert default_storage.exists(document.path)
    with django_capture_on_commit_callbacks(execute=True):
        pupil.delete()
    assert not default_storage.exists(document.path)


# Facts that people know


RECORDED: list[tuple[str, dict[str, Any], str]] = [
    ("contact", {"date": "2026-03-18"}, "observations"),
    ("return", {"date": "2026-03-18"}, "observations"),
    ("distress", {"date": "2026-03-02", "last_day": "2026-03-18"}, "observations"),
    (
        "suspension",
        {"kind": "suspension", "first_day": "2026-03-18", "last_day": "2026-03-18"},
        "suspensions",
    ),
    (
        "reduced_programme",
        {"first_day": "2026-03-18", "hours_per_week": "12.5", "ground": "return_plan", "agreed_by": "ouders"},
        "reduced_programmes",
    ),
    (
        "leave",
        {"first_day": "2026-03-18", "last_day": "2026-03-19", "ground": "art11_g", "granted": "yes"},
        "leave",
    ),
]


@pytest.mark.parametrize(("what", "typed", "table"), RECORDED)
def test_what_a_person_records_stands_in_the_register(
    world: World, what: str, typed: dict[str, Any], table: str
) -> None:
    pupil = world.pupil("p1")
    before = School.objects.get(code=world.school.code).facts_version
    answer = world.client(Role.MENTOR).post(address(pupil, f"record/{what}/"), typed)
    assert answer.status_code == 302, answer.content.decode()
    row = FACTS[table].objects.get(pupil=pupil)
    assert row.superseded_at is None and row.recorded_by is not None
    # The school's results are stale from here on.
    assert School.objects.get(code=world.school.code).facts_version > before
    if what == "reduced_programme":
        assert row.minutes_per_week == 750


def test_a_correction_is_a_new_row_and_the_old_one_stays_known(world: World) -> None:
    pupil, mentor = world.pupil("p1"), world.actor(Role.MENTOR)
    row = actions.record(mentor, pupil, "return", {"date": date(2026, 3, 17)})
    client = world.client(Role.MENTOR)
    assert client.post(address(pupil, f"record/return/{row.pk}/"), {"date": "2026-03-18"}).status_code == 302
    old, new = FACTS["observations"].objects.filter(pupil=pupil).order_by("pk")
    assert (old.date, old.superseded_at) == (date(2026, 3, 17), NOW)
    assert (new.date, new.superseded_at) == (date(2026, 3, 18), None)


def test_a_withdrawal_ends_the_row(world: World) -> None:
    pupil, mentor = world.pupil("p1"), world.actor(Role.MENTOR)
    row = actions.record(mentor, pupil, "contact", {"date": date(2026, 3, 17)})
    client = world.client(Role.MENTOR)
    assert client.post(address(pupil, f"record/contact/{row.pk}/withdraw/")).status_code == 302
    row.refresh_from_db()
    assert row.superseded_at == NOW
    with pytest.raises(AanwezigError):
        actions.withdraw_recorded(mentor, pupil, "contact", row.pk)


def test_the_same_suspension_twice_is_said_not_doubled(world: World) -> None:
    pupil = world.pupil("p1")
    client = world.client(Role.MENTOR)
    typed = {"kind": "suspension", "first_day": "2026-03-18", "last_day": "2026-03-18"}
    client.post(address(pupil, "record/suspension/"), typed)
    answer = client.post(address(pupil, "record/suspension/"), typed)
    assert answer.status_code == 422 and "Dit staat er al" in answer.content.decode()
    assert FACTS["suspensions"].objects.count() == 1


def test_what_came_with_an_import_is_mended_in_the_schools_own_system(world: World) -> None:
    pupil = world.pupil("p1")
    row = FACTS["observations"].objects.create(pupil=pupil, date=TODAY, kind="contact", batch="b1")
    with pytest.raises(AanwezigError) as refused:
        actions.withdraw_recorded(world.actor(Role.MENTOR), pupil, "contact", row.pk)
    assert refused.value.code == "WEB-610"


def test_contact_of_tomorrow_and_a_period_that_ends_before_it_begins_are_refused(world: World) -> None:
    pupil, mentor = world.pupil("p1"), world.actor(Role.MENTOR)
    with pytest.raises(AanwezigError):
        actions.record(mentor, pupil, "contact", {"date": TODAY + timedelta(days=1)})
    with pytest.raises(AanwezigError):
        values = {"kind": "suspension", "first_day": TODAY, "last_day": TODAY - timedelta(days=1)}
        actions.record(mentor, pupil, "suspension", values)
    assert not FACTS["observations"].objects.exists() and not FACTS["suspensions"].objects.exists()


# Tier and plan


def test_a_tier_that_a_person_set_does_not_fall_with_the_proposal(world: World) -> None:
    pupil = world.pupil("p1")
    row = standing(world, pupil, 3)
    coordinator = world.actor(Role.CARE_COORDINATOR)
    actions.set_tier(coordinator, pupil, 3, "Blijft weg.", TODAY + timedelta(days=42))
    row.proposed_tier = 1
    row.save()
    now = tier_of([pupil.pk])[pupil.pk]
    assert (now.tier, now.proposed, now.is_set) == (3, 1, True)
    actions.set_tier(coordinator, pupil, 2, "Gaat beter.", TODAY + timedelta(days=42))
    assert tier_of([pupil.pk])[pupil.pk].tier == 2
    assert [one.tier for one in TierSetting.objects.filter(pupil=pupil)] == [2, 3]


def test_a_higher_proposal_stands_beside_the_tier_and_changes_nothing(world: World) -> None:
    pupil = world.pupil("p1")
    standing(world, pupil, 3)
    actions.set_tier(world.actor(Role.CARE_COORDINATOR), pupil, 1, "Bekend.", TODAY + timedelta(days=42))
    now = tier_of([pupil.pk])[pupil.pk]
    assert now.tier == 1 and now.proposal_is_higher


def test_outside_the_school_the_tier_is_seen_without_the_reasons_of_the_school(world: World) -> None:
    pupil = world.pupil("p1")
    actions.set_tier(
        world.actor(Role.CARE_COORDINATOR), pupil, 2, "interne reden", TODAY + timedelta(days=42)
    )
    FACTS["participations"].objects.create(
        pupil=pupil, arrangement_id="arr-1", first_day=date(2025, 9, 1), status_before="absent", needs="rust"
    )
    page = world.client(Role.ARRANGEMENT_COORDINATOR).get(address(pupil)).content.decode()
    assert "Laag 2" in page and "interne reden" not in page


def test_a_mentor_may_not_set_the_tier(world: World) -> None:
    with pytest.raises(NotAllowed):
        actions.set_tier(world.actor(Role.MENTOR), world.pupil("p1"), 2, "x", TODAY + timedelta(days=7))


def test_of_two_people_who_set_the_tier_at_once_the_second_is_told(world: World) -> None:
    pupil = world.pupil("p1")
    client = world.client(Role.CARE_COORDINATOR)
    typed = {"tier": "2", "reason": "eigen reden", "review_on": "2026-05-01", "seen": ""}
    actions.set_tier(world.actor(Role.SCHOOL_LEADER), pupil, 3, "al gezet", TODAY + timedelta(days=42))
    answer = client.post(address(pupil, "tier/"), typed)
    page = answer.content.decode()
    assert answer.status_code == 409 and "al gezet" in page and "eigen reden" in page
    assert TierSetting.objects.count() == 1


def test_a_review_day_must_lie_ahead_and_within_a_year(world: World) -> None:
    pupil, coordinator = world.pupil("p1"), world.actor(Role.CARE_COORDINATOR)
    for wrong in (TODAY - timedelta(days=1), TODAY + timedelta(days=400)):
        with pytest.raises(AanwezigError):
            actions.set_tier(coordinator, pupil, 2, "x", wrong)


@pytest.mark.parametrize(
    ("first", "review", "ended", "expected"),
    [
        (TODAY, TODAY, None, "current"),
        (TODAY + timedelta(days=1), TODAY + timedelta(days=9), None, "coming"),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), None, "review_past"),
        (TODAY - timedelta(days=9), TODAY + timedelta(days=9), TODAY, "ended"),
    ],
)
def test_when_a_plan_is_current(first: date, review: date, ended: date | None, expected: str) -> None:
    assert plan_state(first, review, ended, TODAY) == expected


def test_plan_coverage_counts_pupils_in_tier_2_and_3_with_and_without_a_current_plan(world: World) -> None:
    coordinator = world.actor(Role.CARE_COORDINATOR)
    with_plan, late, without, tier_1, elsewhere = (
        world.pupil("a"),
        world.pupil("b"),
        world.pupil("c"),
        world.pupil("d"),
        world.pupil("e", school=world.other_school),
    )
    for pupil, tier in ((with_plan, 2), (late, 3), (without, 2), (tier_1, 1), (elsewhere, 3)):
        standing(world, pupil, tier)
    for pupil in (with_plan, late):
        actions.mark_plan(
            coordinator,
            pupil,
            first_day=TODAY,
            review_on=TODAY + timedelta(days=30),
            lead="N. Bos",
            place="map",
        )
    PlanMark.objects.filter(pupil=late).update(
        first_day=TODAY - timedelta(days=60), review_on=TODAY - timedelta(days=1)
    )
    coverage = plan_coverage(coordinator, world.school.code)
    assert (coverage.pupils, coverage.with_plan, coverage.without_plan, coverage.review_past) == (3, 1, 2, 1)
    assert list(pupils_without_plan(coordinator, world.school.code)) == [late, without]
    assert plan_coverage(world.actor(Role.MENTOR, groups=["9Z"]), world.school.code).pupils == 0


def test_one_plan_runs_at_a_time_and_can_be_ended(world: World) -> None:
    pupil, coordinator = world.pupil("p1"), world.actor(Role.CARE_COORDINATOR)
    client = world.client(Role.CARE_COORDINATOR)
    typed = {"first_day": "2026-03-20", "review_on": "2026-05-01", "lead": "N. Bos", "place": "Magister"}
    assert client.post(address(pupil, "plan/"), typed).status_code == 302
    with pytest.raises(AanwezigError):
        actions.mark_plan(
            coordinator, pupil, first_day=TODAY, review_on=TODAY, lead="een ander", place="elders"
        )
    assert client.post(address(pupil, "plan/"), {**typed, "review_on": "2026-06-01"}).status_code == 302
    assert PlanMark.objects.get().review_on == date(2026, 6, 1)
    assert client.post(address(pupil, "plan/end/")).status_code == 302
    assert PlanMark.objects.get().ended_on == TODAY


# What other pages ask


def test_any_note_talk_or_contact_counts_as_following_up(world: World) -> None:
    noted, contacted, silent, before = (world.pupil(name) for name in "abcd")
    mentor = world.actor(Role.MENTOR)
    actions.write_note(mentor, noted, TEXT)
    actions.record(mentor, contacted, "contact", {"date": TODAY - timedelta(days=1)})
    old = actions.write_note(mentor, before, NoteText("note", TODAY - timedelta(days=30), "oud"))
    Note.objects.filter(pk=old.pk).update(made_at=NOW - timedelta(days=30))
    ids = [pupil.pk for pupil in (noted, contacted, silent, before)]
    assert set(followed_up_since(ids, TODAY - timedelta(days=7))) == {noted.pk, contacted.pk}


def test_returns_of_the_last_10_school_days_with_the_absence_since(world: World) -> None:
    back, long_ago = world.pupil("a"), world.pupil("b")
    mentor = world.actor(Role.MENTOR)
    actions.record(mentor, back, "return", {"date": date(2026, 3, 16)})
    actions.record(mentor, long_ago, "return", {"date": date(2026, 3, 6)})
    world.absent(back, date(2026, 3, 13))
    world.absent(back, date(2026, 3, 18))
    found = recently_returned(world.actor(Role.CARE_COORDINATOR), world.school.code)
    # Ten school days back from Friday 20 March is Monday 9 March.
    assert [one.pupil for one in found] == [back]
    assert (found[0].school_days, found[0].absent_days, found[0].days_left) == (5, 1, 5)
