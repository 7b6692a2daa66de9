"""Names, numbers and parents for made-up children; the same seed gives the same names."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

import yaml

from aanwezig.web.facts.models import Contact, Person
from aanwezig.web.facts.persons import search_words

PREFIXES = ("van den", "van der", "de", "van", "ter")
WITH_TWO_PARENTS = 0.6


@cache
def _lists() -> dict[str, list[str]]:
    text = resources.files("aanwezig.web.demo").joinpath("data/names.yaml").read_text(encoding="utf-8")
    lists: dict[str, list[str]] = yaml.safe_load(text)
    return lists


def _split(last: str) -> tuple[str, str]:
    """'van den Berg' as prefix and name."""
    for prefix in PREFIXES:
        if last.startswith(f"{prefix} "):
            return prefix, last.removeprefix(f"{prefix} ")
    return "", last


def name_everybody(pupil_ids: Iterable[str], seed: int) -> None:
    """A name and number for each pupil, and one or two parents with a phone number that is nobody's."""
    rng = random.Random(seed)
    lists = _lists()
    persons, contacts = [], []
    for position, pupil_id in enumerate(sorted(pupil_ids)):
        prefix, last = _split(rng.choice(lists["last"]))
        person = Person(
            pupil_id=pupil_id,
            first_name=rng.choice(lists["first"]),
            prefix=prefix,
            last_name=last,
            number=str(20_000 + position),
        )
        person.search_text, person.sound = search_words(person)
        persons.append(person)
        contacts += [
            _parent(rng, lists, person, number)
            for number in range(2 if rng.random() < WITH_TWO_PARENTS else 1)
        ]
    Person.objects.bulk_create(persons, batch_size=2_000)
    Contact.objects.bulk_create(contacts, batch_size=2_000)


def _parent(rng: random.Random, lists: dict[str, list[str]], person: Person, number: int) -> Contact:
    values: dict[str, Any] = {"has_authority": True}
    surname = f"{person.prefix} {person.last_name}".strip()
    # 06 0000 …: no such numbers are given out.
    phone = f"06 0000 {rng.randrange(10_000):04d}"
    return Contact(
        pupil_id=person.pupil_id,
        name=f"{rng.choice(lists['parent'])} {surname}",
        relation=("moeder", "vader")[number],
        phone=phone,
        **values,
    )
