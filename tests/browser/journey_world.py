"""A school with absence and what follows from it, for the journeys: computed from facts, nothing made up of results."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from web_world import NOW, TODAY, World, make_world

from aanwezig.web.facts.models import FACTS, Contact, Person
from aanwezig.web.facts.persons import search_words
from aanwezig.web.organisations.models import Role
from aanwezig.web.pupils.models import Note
from aanwezig.web.results.recompute import recompute_school

SECRET = "Moeder vertelde in vertrouwen"
MONDAY = date(2026, 3, 9)


def today_is_known() -> Any:
    """The journeys take place on `TODAY`, also in the thread of the live server."""
    return patch("django.utils.timezone.now", lambda: NOW)


def school_with_absence() -> World:
    """Fleur reached 16 hours and has a note, Sem was reported ill five times, Daan is always there."""
    world = make_world()
    for key, first, last, group in (
        ("p1", "Fleur", "Wit", "1A"),
        ("p2", "Sem", "Visser", "1A"),
        ("p3", "Daan", "Jansen", "2B"),
    ):
        pupil = world.pupil(key, first_name=first, last_name=last, group=group)
        person = Person.objects.get(pupil=pupil)
        person.search_text, person.sound = search_words(person)
        person.save()
    for day in range(3):
        for lesson in range(1, 8):
            world.absent(
                world.pupils["p1"],
                MONDAY + timedelta(days=day),
                lesson=str(lesson),
                absence_id=f"a{day}-{lesson}",
            )
    for week in range(5):
        world.absent(world.pupils["p2"], date(2026, 1, 12) + timedelta(days=14 * week), "sick")
    Contact.objects.create(
        pupil=world.pupils["p1"], name="Anna Wit", relation="moeder", phone="050 1234567", has_authority=True
    )
    FACTS["deliveries"].objects.create(school_id=world.school.code, last_day=TODAY)
    Note.objects.create(
        pupil=world.pupils["p1"],
        organisation=world.school,
        made_by=world.user(Role.CARE_COORDINATOR),
        made_at=NOW,
        kind="talk_parents",
        day=TODAY,
        text=SECRET,
        agreed="Maandag om tien uur terug op school.",
    )
    recompute_school(world.school.code)
    return world


def work_off(world: World) -> None:
    """What the worker does after facts changed."""
    recompute_school(world.school.code)


def user_of(world: World, role: str) -> Any:
    """The user of a role; parent and young person of Fleur."""
    pupils = [world.pupils["p1"]] if role in (Role.PARENT, Role.YOUNG_PERSON) and world.pupils else []
    return world.user(role, pupils=pupils)


def fixed_day() -> Iterator[None]:
    with today_is_known():
        yield


__all__ = ["MONDAY", "SECRET", "fixed_day", "school_with_absence", "user_of", "work_off"]
