"""Thresholds, reason codes and retention of a school; the calendar and lesson times."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from web_world import NOW, TODAY, World

from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import NotAllowed
from aanwezig.web.calendars import actions as calendars
from aanwezig.web.calendars.domain import WeekTimes, closure_wrong, overlapping, weekday_wrong
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import FACTS, Contact, Person, Pupil, School
from aanwezig.web.imports.models import SavedMap
from aanwezig.web.organisations.models import Role
from aanwezig.web.results.thresholds import choices_of
from aanwezig.web.upkeep import actions, queries
from aanwezig.web.upkeep.domain import due_on, ended_before, periods
from aanwezig.web.upkeep.models import Clearing

PAGES = (
    "upkeep:thresholds",
    "upkeep:reasons",
    "upkeep:retention",
    "calendars:calendar",
    "calendars:timetable",
)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_administrator_opens_every_page(world: World, name: str, language: str) -> None:
    user = world.user(Role.ADMINISTRATOR)
    user.language = language
    user.save()
    response = world.client(Role.ADMINISTRATOR).get(reverse(name))
    assert response.status_code == 200
    assert "Het Anker" in response.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_mentor_opens_none_of_them(world: World, name: str) -> None:
    assert world.client(Role.MENTOR).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_another_school_is_not_found(world: World, name: str) -> None:
    client = world.client(Role.ADMINISTRATOR)
    assert client.get(reverse(name), {"school": world.other_school.ref}).status_code == 404


def test_a_school_chooses_a_reading_with_a_reason_and_goes_back(world: World) -> None:
    client = world.client(Role.SCHOOL_LEADER)
    address = reverse("upkeep:threshold", args=["relative_16h.operator"])
    assert "meer dan" in client.get(address).content.decode().lower()
    assert client.post(address, {"choice": "more_than"}).status_code == 200, "without a reason it stays"
    assert not choices_of(world.school.code)
    client.post(address, {"choice": "more_than", "why": "Zo las onze gemeente het."})
    assert choices_of(world.school.code) == {"relative_16h.operator": "more_than"}
    assert "Zo las onze gemeente het." in client.get(reverse("upkeep:thresholds")).content.decode()
    client.post(address, {"forget": "1"})
    assert not choices_of(world.school.code)


def test_a_duty_takes_readings_only_and_a_signal_a_number_too(world: World) -> None:
    client = world.client(Role.SCHOOL_LEADER)
    duty = reverse("upkeep:threshold", args=["relative_16h.threshold_minutes"])
    client.post(duty, {"choice": "other", "number": 5000, "why": "ruimer"})
    assert not choices_of(world.school.code)
    signal = reverse("upkeep:threshold", args=["lateness.times"])
    client.post(signal, {"choice": "other", "number": 6, "why": "eerder erbij zijn"})
    assert choices_of(world.school.code) == {"lateness.times": 6}


def test_reason_codes_are_changed_for_the_next_delivery(world: World) -> None:
    SavedMap.objects.create(
        school_id=world.school.code,
        profile="generic",
        content={
            "reasons": {"ZZ": {"reason": "sick", "authorised": "yes"}},
            "options": {"lesson_minutes": 45},
        },
        saved_at=NOW,
    )
    client = world.client(Role.ADMINISTRATOR)
    assert "ZZ" in client.get(reverse("upkeep:reasons")).content.decode()
    address = reverse("upkeep:set_reasons", args=["generic"])
    client.post(address, {"code": "ZZ", "reason": "truant", "authorised": "no"})
    kept = SavedMap.objects.get().content
    assert kept == {
        "reasons": {"ZZ": {"reason": "truant", "authorised": "no"}},
        "options": {"lesson_minutes": 45},
    }
    client.post(address, {"code": "ZZ", "reason": "no such", "authorised": ""})
    assert SavedMap.objects.get().content == kept


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [(date(2020, 2, 29), 5, date(2025, 2, 28)), (date(2020, 7, 31), 2, date(2022, 7, 31))],
)
def test_a_period_ends_so_many_years_after_leaving(day: date, years: int, expected: date) -> None:
    assert due_on(day, years) == expected


def _left(world: World, key: str, day: date) -> Pupil:
    pupil = world.pupil(key, first_day=date(2012, 8, 1), last_day=day)
    world.absent(pupil, date(2019, 3, 1))
    Contact.objects.create(pupil=pupil, name="Ouder")
    return pupil


def test_nothing_is_due_the_day_before_and_all_on_the_day(world: World) -> None:
    years = periods()["absence"].years
    on_the_day = ended_before(TODAY, years)
    _left(world, "late", on_the_day.replace(day=on_the_day.day + 1))
    absence = next(one for one in queries.due(world.school) if one.period.id == "absence")
    assert absence.rows == 0
    _left(world, "due", on_the_day)
    absence = next(one for one in queries.due(world.school) if one.period.id == "absence")
    assert absence.pupils == 1 and absence.rows >= 3


def test_who_is_enrolled_elsewhere_keeps_everything(world: World) -> None:
    pupil = _left(world, "moved", date(2015, 7, 31))
    FACTS["enrolments"].objects.create(
        pupil=pupil, school_id=world.other_school.code, first_day=date(2015, 8, 1)
    )
    assert not queries.pupils_past(world.school, "file", TODAY).exists()


def test_what_is_due_is_removed_wholly_and_the_rest_stays(world: World) -> None:
    gone, stays = _left(world, "gone", date(2015, 7, 31)), world.pupil("stays")
    world.absent(stays, date(2026, 3, 2))
    actor = world.actor(Role.ADMINISTRATOR)
    for kind in ("file", "absence"):
        one = next(due for due in queries.due(world.school) if due.period.id == kind)
        actions.clear_up(actor, world.school, kind, one.before, one.pupils)
    assert not Pupil.objects.filter(pk=gone.pk).exists()
    assert not Person.objects.filter(pk=gone.pk).exists()
    assert not FACTS["absences"].objects.filter(pupil_id=gone.pk).exists()
    assert not Contact.objects.filter(pupil_id=gone.pk).exists()
    assert current("absences").get().pupil_id == stays.pk
    assert Clearing.objects.count() == 2


def test_nothing_is_removed_when_the_numbers_changed_since_somebody_looked(world: World) -> None:
    _left(world, "one", date(2015, 7, 31))
    one = next(due for due in queries.due(world.school) if due.period.id == "absence")
    _left(world, "two", date(2015, 7, 31))
    with pytest.raises(AanwezigError):
        actions.clear_up(world.actor(Role.ADMINISTRATOR), world.school, "absence", one.before, one.pupils)
    assert Pupil.objects.count() == 2


def test_retention_is_for_administrator_and_privacy_officer(world: World) -> None:
    _left(world, "one", date(2015, 7, 31))
    one = next(due for due in queries.due(world.school) if due.period.id == "absence")
    with pytest.raises(NotAllowed):
        actions.clear_up(world.actor(Role.SCHOOL_LEADER), world.school, "absence", one.before, one.pupils)
    assert world.client(Role.PRIVACY_OFFICER).get(reverse("upkeep:retention")).status_code == 200


# The calendar


@pytest.mark.parametrize(
    ("first", "last", "kind", "wrong"),
    [
        (date(2026, 5, 4), date(2026, 5, 4), "study_day", None),
        (date(2026, 5, 5), date(2026, 5, 4), "holiday", "order"),
        (date(2026, 1, 1), date(2026, 4, 30), "holiday", None),
        (date(2026, 1, 1), date(2026, 5, 1), "holiday", "too_long"),
        (date(2026, 5, 4), date(2026, 5, 4), "party", "kind"),
    ],
)
def test_a_closure_that_cannot_be_is_told(first: date, last: date, kind: str, wrong: str | None) -> None:
    assert closure_wrong(first, last, kind) == wrong


def test_closures_that_touch_do_not_overlap() -> None:
    others = [(date(2026, 5, 4), date(2026, 5, 6))]
    assert not overlapping(date(2026, 5, 7), date(2026, 5, 8), others)
    assert overlapping(date(2026, 5, 6), date(2026, 5, 8), others)


@pytest.mark.parametrize(
    ("minutes", "lessons", "wrong"),
    [
        (300, 6, None),
        (None, None, None),
        (0, 0, None),
        (None, 6, "lessons_without_minutes"),
        (721, 6, "minutes"),
        (300, 21, "lessons"),
    ],
)
def test_lesson_times_that_cannot_be_are_told(minutes: Any, lessons: Any, wrong: str | None) -> None:
    assert weekday_wrong(minutes, lessons) == wrong


def test_a_closure_is_added_and_removed_as_a_fact(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    address = reverse("calendars:calendar")
    values = {"kind": "study_day", "first_day": "2026-03-27", "last_day": "2026-03-27"}
    before = School.objects.get(code=world.school.code).facts_version
    assert client.post(address, values).status_code == 302
    row = current("closures").get()
    assert (row.first_day, row.kind, row.recorded_by) == (
        date(2026, 3, 27),
        "study_day",
        world.user(Role.CARE_COORDINATOR),
    )
    assert client.post(address, values).status_code == 200, (
        "the same days again are refused, with what was typed"
    )
    assert current("closures").count() == 1
    client.post(reverse("calendars:remove", args=[row.pk]))
    assert not current("closures").exists() and FACTS["closures"].objects.count() == 1
    assert School.objects.get(code=world.school.code).facts_version > before


def test_another_schools_closure_cannot_be_removed(world: World) -> None:
    row = FACTS["closures"].objects.create(
        school_id=world.other_school.code, first_day=TODAY, last_day=TODAY, kind="study_day"
    )
    world.client(Role.CARE_COORDINATOR).post(reverse("calendars:remove", args=[row.pk]))
    assert current("closures").filter(pk=row.pk).exists()


def test_lesson_times_are_kept_corrected_and_taken_away(world: World) -> None:
    actor = world.actor(Role.CARE_COORDINATOR)
    week = WeekTimes(None, (300, 300, 200, 300, 300), (6, 6, 4, 6, 6))
    calendars.set_week(actor, world.school, week)
    assert current("timetable").count() == 5
    calendars.set_week(actor, world.school, week)
    assert FACTS["timetable"].objects.count() == 5, "the same times again change nothing"
    calendars.set_week(actor, world.school, WeekTimes(None, (300, 310, None, 300, 300), (6, 6, None, 6, 6)))
    assert dict(current("timetable").values_list("weekday", "minutes")) == {1: 300, 2: 310, 4: 300, 5: 300}
    with pytest.raises(NotAllowed):
        calendars.set_week(world.actor(Role.MENTOR), world.school, week)


def test_the_form_of_lesson_times_keeps_what_was_typed_when_it_is_wrong(world: World) -> None:
    response = world.client(Role.CARE_COORDINATOR).post(
        reverse("calendars:timetable"), {"group": "", "mon_minutes": "9999", "tue_minutes": "305"}
    )
    assert response.status_code == 200 and "305" in response.content.decode()
    assert not current("timetable").exists()
