"""Filling the database of the demonstration: facts, people, results, and what people already did with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.db import transaction

from aanwezig.calendar import region_of_municipality
from aanwezig.engines import open_engine, open_register_folder
from aanwezig.values import SchoolYear
from aanwezig.web.demo.names import name_everybody
from aanwezig.web.demo.people import Cast, make_organisations, make_people
from aanwezig.web.demo.story import tell_story
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.loading import load_register
from aanwezig.web.facts.models import FACTS, Pupil
from aanwezig.web.results.recompute import recompute_school


def build(register: Path, last_day: date, seed: int) -> None:
    """From a made-up register folder to an application in which people have worked for a while."""
    cast = _organisations(register, last_day)
    load_register(register, {one.code: one for one in cast.schools})
    name_everybody(Pupil.objects.values_list("pk", flat=True), seed)
    with transaction.atomic():
        _complete(cast, last_day)
    people = make_people(cast, _groups(cast, last_day), SchoolYear.of(last_day).first)
    for school in cast.schools:
        recompute_school(school.code)
    # What people record here changes facts; the worker makes those results anew as soon as it starts.
    tell_story(cast, people, last_day)


def _organisations(register: Path, last_day: date) -> Cast:
    with open_register_folder(register, open_engine("duckdb"), on=last_day) as opened:
        rows = opened.arrow("schools").to_pylist()
    from aanwezig.simulate.schools import municipalities

    names = {entry["code"]: entry["name"] for entry in municipalities()}
    code = rows[0]["municipality"]
    return make_organisations(
        {row["school_id"]: (row["name"], row["sector"]) for row in rows}, (code, names[code])
    )


def _complete(cast: Cast, last_day: date) -> None:
    """What the simulation leaves open: one partnership for all, the region of each school, days of delivery."""
    region = region_of_municipality(cast.municipality.code)
    FACTS["schools"].objects.update(partnership=cast.partnership.code, holiday_region=region)
    FACTS["deliveries"].objects.all().delete()
    for school in cast.schools:
        FACTS["deliveries"].objects.create(school_id=school.code, last_day=last_day)


def _groups(cast: Cast, last_day: date) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for school in cast.schools:
        rows = current("enrolments").filter(
            school_id=school.code, first_day__lte=last_day, last_day__isnull=True
        )
        names = rows.exclude(group=None).values_list("group", flat=True).distinct()
        found[school.code] = sorted(names)
    return found
