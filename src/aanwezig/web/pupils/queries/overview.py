"""The overview for parents and pupil: how often the pupil was there, what was agreed, whom to call.

Nothing of what people at school write for each other is read here: of a note only what was agreed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from aanwezig.values import SchoolYear
from aanwezig.web.facts.models import Pupil
from aanwezig.web.organisations.models import Membership, Role
from aanwezig.web.pupils.models import Note, PlanMark
from aanwezig.web.pupils.queries.at_once import a_day, day, rows_at_once, same_names
from aanwezig.web.pupils.queries.one_pupil import PupilSource, read_pupil
from aanwezig.web.pupils.queries.page import Enrolled, enrolments
from aanwezig.web.pupils.queries.stands_out import language
from aanwezig.web.pupils.queries.year_days import PupilYearDays, year_days
from aanwezig.web.results.models import PupilYear


@dataclass(frozen=True, slots=True)
class Agreed:
    """Something agreed: on which day, in the words written for parents and pupil."""

    day: date
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody at school who can be called."""

    name: str
    role: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Reduced:
    """A reduced programme that runs."""

    minutes_per_week: int
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Overview:
    """``first_day``, ``last_day``: the school days that the figures are about; both None when nothing is known."""

    pupil: Pupil
    first_name: str
    name: str
    enrolled: tuple[Enrolled, ...]
    year: SchoolYear
    on: date
    standing: PupilYear | None
    days: PupilYearDays
    first_day: date | None
    last_day: date | None
    agreed: tuple[Agreed, ...]
    plan_review_on: date | None
    reduced: tuple[Reduced, ...]
    calls: tuple[Call, ...]


def overview_of(pupil: Pupil, on: date) -> Overview:
    """Three queries."""
    year = SchoolYear.of(on)
    source = read_pupil(pupil, year, on)
    places = enrolments(source)
    standing = (
        PupilYear.objects.filter(pupil=pupil, school_year=str(year))
        .select_related("school")
        .order_by("-is_enrolled", "pk")
        .first()
    )
    schools = [one.school_id for one in places]
    people = Membership.objects.filter(
        organisation__code__in=schools,
        role__in=(Role.MENTOR, Role.CARE_COORDINATOR),
        user__is_active=True,
        first_day__lte=on,
    ).filter(Q(last_day__isnull=True) | Q(last_day__gte=on))
    notes = Note.objects.filter(pupil=pupil, withdrawn_at__isnull=True, day__gte=year.first).exclude(
        agreed=""
    )
    notes = notes.filter(Q(shared=True) | Q(organisation__code__in=schools))
    rows = rows_at_once(
        {
            "agreed": (notes, same_names("day", "agreed")),
            "plans": (
                PlanMark.objects.filter(
                    pupil=pupil, ended_on__isnull=True, first_day__lte=on, review_on__gte=on
                ),
                same_names("review_on"),
            ),
            "people": (
                people,
                {
                    "school": "organisation__code",
                    "groups": "groups",
                    "role": "role",
                    "name": "user__name",
                    "phone": "user__phone",
                    "email": "user__email",
                },
            ),
        }
    )
    person = getattr(pupil, "person", None)
    days = year_days(source, language())
    counted = [one.day for one in days.squares if one.state in ("present", "absent")]
    agreed = [Agreed(a_day(row["day"]), row["agreed"]) for row in rows["agreed"]]
    return Overview(
        pupil,
        (person.first_name if person else "") or pupil.pk,
        (person.full_name if person else "") or pupil.pk,
        places,
        year,
        on,
        standing,
        days,
        min(counted, default=None),
        max(counted, default=None),
        tuple(sorted(agreed, key=lambda one: one.day, reverse=True)),
        a_day(rows["plans"][0]["review_on"]) if rows["plans"] else None,
        _reduced(source, on),
        _calls(rows["people"], {(one.school_id, one.group) for one in places}),
    )


def _reduced(source: PupilSource, on: date) -> tuple[Reduced, ...]:
    found = []
    for row in source.tables["reduced_programmes"]:
        first, last = a_day(row["first_day"]), day(row["last_day"])
        if first <= on + timedelta(days=31) and (last is None or last >= on):
            found.append(Reduced(row["minutes_per_week"], first, last))
    return tuple(found)


def _calls(rows: list[dict[str, object]], places: set[tuple[str, str]]) -> tuple[Call, ...]:
    """The mentor first; the care coordinator of the school after."""
    found: list[Call] = []
    for row in sorted(rows, key=lambda one: (one["role"] != Role.MENTOR, str(one["name"]))):
        groups = row["groups"]
        if isinstance(groups, str):
            groups = json.loads(groups)
        assert isinstance(groups, list)
        if row["role"] == Role.MENTOR and not any((row["school"], group) in places for group in groups):
            continue
        role = str(Role(str(row["role"])).label)
        found.append(Call(str(row["name"]), role, str(row["phone"] or ""), str(row["email"] or "")))
    return tuple(found)
