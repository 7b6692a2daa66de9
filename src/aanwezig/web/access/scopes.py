"""What each scope of the access table means, as a condition on pupils, and back: on memberships of one pupil.

Both forms of a scope stand side by side; a test holds them equal on made-up partnerships.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from aanwezig.values import SchoolYear
from aanwezig.web.access.actor import Acting, Actor
from aanwezig.web.facts.models import FACTS, Pupil
from aanwezig.web.organisations.models import Kind, Membership
from aanwezig.web.results.models import PupilYear, StoredFinding

# A school keeps sight of who left until it is known where the child went, at most so long.
DAYS_AFTER_LEAVING = 31
SICKNESS_AND_LONG_ABSENCE = (
    "mazl_4th",
    "mazl_7th",
    "mazl_po",
    "kearney_25",
    "kearney_10",
    "kearney_distress",
    "severe",
    "chronic",
    "long_relative",
)
# A notification stays in the officer's view for this school year and the one before.
REPORTED_YEARS = 2

PupilCondition = Callable[[Acting, date], Q]


def _current(table: str) -> QuerySet:  # type: ignore[type-arg]
    rows: QuerySet = FACTS[table].objects.filter(superseded_at__isnull=True)  # type: ignore[type-arg]
    return rows


def _running(rows: QuerySet, on: date) -> QuerySet:  # type: ignore[type-arg]
    return rows.filter(first_day__lte=on).filter(Q(last_day__isnull=True) | Q(last_day__gte=on))


def _enrolled(schools: frozenset[str], on: date, groups: frozenset[str] | None = None) -> Q:
    of_pupil = _current("enrolments").filter(pupil=OuterRef("pk"))
    mine = of_pupil.filter(school_id__in=schools)
    if groups is not None:
        mine = mine.filter(group__in=groups)
    left = mine.filter(last_day__lt=on, last_day__gte=on - timedelta(days=DAYS_AFTER_LEAVING))
    return Q(Exists(_running(mine, on))) | (
        Q(Exists(left)) & ~Q(Exists(_running(of_pupil.exclude(school_id__in=schools), on)))
    )


def _signalled(on: date, rules: tuple[str, ...] | None = None) -> Q:
    year = str(SchoolYear.of(on))
    findings = StoredFinding.objects.filter(
        pupil=OuterRef("pk"), cleared_at__isnull=True, school_year=year, kind__in=("duty", "signal")
    )
    if rules is not None:
        return Q(Exists(findings.filter(rule__in=rules)))
    higher = PupilYear.objects.filter(pupil=OuterRef("pk"), school_year=year, proposed_tier__gt=1)
    return Q(Exists(findings)) | Q(Exists(higher))


def _lives_in(code: str) -> Q:
    return Q(Exists(_current("pupils").filter(pupil=OuterRef("pk"), municipality=code)))


def _reported(on: date) -> Q:
    since = SchoolYear.of(on).first
    since = since.replace(year=since.year - REPORTED_YEARS + 1)
    sent = (
        _current("notifications").filter(pupil=OuterRef("pk"), sent_on__gte=since).exclude(status="withdrawn")
    )
    nowhere = _current("not_enrolled").filter(pupil=OuterRef("pk"))
    enrolled = _running(_current("enrolments").filter(pupil=OuterRef("pk")), on)
    return Q(Exists(sent)) | (Q(Exists(nowhere)) & ~Q(Exists(enrolled)))


@dataclass(frozen=True, slots=True)
class Scope:
    """``pupils``: which pupils a membership reaches. ``kinds``: at which organisations it can be used."""

    pupils: PupilCondition
    kinds: tuple[str, ...]


_SCHOOL_KINDS = (Kind.SCHOOL, Kind.BOARD)
SCOPES: dict[str, Scope] = {
    "own_groups": Scope(lambda m, on: _enrolled(m.at.schools, on, m.groups), _SCHOOL_KINDS),
    "school": Scope(lambda m, on: _enrolled(m.at.schools, on), _SCHOOL_KINDS),
    "school_signalled": Scope(lambda m, on: _enrolled(m.at.schools, on) & _signalled(on), _SCHOOL_KINDS),
    "serves_signalled": Scope(
        lambda m, on: _enrolled(m.at.schools, on) & _signalled(on, SICKNESS_AND_LONG_ABSENCE),
        (Kind.CARE_PROVIDER,),
    ),
    "serves_all": Scope(lambda m, on: _enrolled(m.at.schools, on), (Kind.CARE_PROVIDER,)),
    "municipality_reported": Scope(lambda m, on: _lives_in(m.at.code) & _reported(on), (Kind.MUNICIPALITY,)),
    "municipality_all": Scope(lambda m, on: _lives_in(m.at.code), (Kind.MUNICIPALITY,)),
    "arrangement": Scope(
        lambda m, on: Q(
            Exists(
                _running(
                    _current("participations").filter(pupil=OuterRef("pk"), arrangement_id=m.at.code), on
                )
            )
        ),
        (Kind.ARRANGEMENT,),
    ),
    "own_child": Scope(lambda m, on: Q(person_memberships=m.id), tuple(Kind)),
}


def reach(membership: Acting, scope: str, on: date) -> Q:
    """The condition on pupils that a membership reaches in a scope; nobody where the scope does not fit."""
    one = SCOPES[scope]
    if membership.at.kind not in one.kinds:
        return Q(pk__in=())
    return one.pupils(membership, on)


def pupils_in_reach(memberships: list[tuple[Acting, str]], on: date) -> QuerySet[Pupil]:
    """Pupils whom any of these memberships reaches in its scope."""
    condition = Q(pk__in=())
    for membership, scope in memberships:
        condition |= reach(membership, scope, on)
    found = Pupil.objects.filter(condition)
    return found.distinct() if any(scope == "own_child" for _, scope in memberships) else found


def memberships_near(pupil: Pupil, on: date) -> QuerySet[Membership]:
    """Memberships that could reach a pupil, by where the child is enrolled, lives or takes part; not yet decided."""
    schools = (
        _current("enrolments")
        .filter(pupil=pupil, first_day__lte=on)
        .filter(Q(last_day__isnull=True) | Q(last_day__gte=on - timedelta(days=DAYS_AFTER_LEAVING)))
        .values("school__organisation")
    )
    homes = _current("pupils").filter(pupil=pupil).values("municipality")
    arrangements = _running(_current("participations").filter(pupil=pupil), on).values("arrangement_id")
    near = (
        Q(organisation__in=schools)
        | Q(organisation__board_schools__in=schools)
        | Q(organisation__serves__in=schools)
        | Q(organisation__kind=Kind.MUNICIPALITY, organisation__code__in=homes)
        | Q(organisation__kind=Kind.ARRANGEMENT, organisation__code__in=arrangements)
        | Q(pupils=pupil)
    )
    return (
        Membership.objects.filter(near, first_day__lte=on, user__is_active=True)
        .filter(Q(last_day__isnull=True) | Q(last_day__gte=on))
        .select_related("organisation", "user")
        .distinct()
    )


__all__ = ["SCOPES", "Actor", "memberships_near", "pupils_in_reach", "reach"]
