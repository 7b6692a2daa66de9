"""What the pages of imports show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from aanwezig.register import load_profile, profile_names
from aanwezig.values import SchoolYear
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import organisations_with, today
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import School
from aanwezig.web.imports.models import Batch, State
from aanwezig.web.organisations.models import Kind, Organisation
from aanwezig.web.results.models import SchoolPicture, StoredFinding


def schools_to_choose(actor: Actor, right: str = "import.run") -> list[Organisation]:
    """The schools for which the actor has the right, by name."""
    return list(organisations_with(actor, right).filter(kind=Kind.SCHOOL).order_by("name"))


def school_at(actor: Actor, right: str, wanted: str = "") -> Organisation | None:
    """The school that an address names by its ref, else the one that the person works at, else the only one.

    None: it has to be chosen. LookupError when the named one is not among those of the actor.
    """
    choice = schools_to_choose(actor, right)
    if wanted:
        found = next((one for one in choice if one.ref == wanted), None)
        if found is None:
            raise LookupError
        return found
    place = actor.working_at
    if place and place.kind == Kind.SCHOOL:
        return next((one for one in choice if one.pk == place.id), None)
    return choice[0] if len(choice) == 1 else None


def imports_of(organisation: Organisation) -> QuerySet[Batch]:
    """The imports of a school, the last one first, without those that were given up."""
    found = Batch.objects.filter(school_id=organisation.code).exclude(state=State.ABANDONED)
    return found.select_related("by", "undone_by").prefetch_related("files")


def has_facts(organisation: Organisation) -> tuple[bool, bool]:
    """Whether the register describes the school, and whether it has pupils."""
    return (
        current("schools").filter(school_id=organisation.code).exists(),
        current("enrolments").filter(school_id=organisation.code).exists(),
    )


def likely_profile(organisation: Organisation, has_pupils: bool) -> str:
    """What a person most likely imports next: the system of the last absence; for a school without pupils a list of them."""
    if not has_pupils:
        return "roster"
    rosters = [name for name in profile_names() if load_profile(name).kind == "roster"]
    kept = Batch.objects.filter(school_id=organisation.code, state=State.KEPT).exclude(profile__in=rosters)
    return kept.values_list("profile", flat=True).first() or "magister"


@dataclass(frozen=True, slots=True)
class WhatChanged:
    """What the recompute after an import found. None while it is not done."""

    new_signals: int
    new_duties: int
    cleared: int
    open_points: int


def what_changed(batch: Batch) -> WhatChanged | None:
    """New and returned signals and duties since the import was kept, and those that were cleared by it."""
    if batch.kept_at is None or batch.school.computed_version < (batch.facts_version or 0):
        return None
    if batch.facts_version is None:
        return WhatChanged(0, 0, 0, 0)
    since = Q(found_at__gte=batch.kept_at) | Q(reopened_at__gte=batch.kept_at)
    found = StoredFinding.objects.filter(school_id=batch.school_id)
    fresh = list(found.filter(since, cleared_at__isnull=True).values_list("kind", flat=True))
    return WhatChanged(
        fresh.count("signal"),
        fresh.count("duty"),
        found.filter(cleared_at__gte=batch.kept_at).exclude(kind="fault").count(),
        fresh.count("fault"),
    )


@dataclass(frozen=True, slots=True)
class FreshSchool:
    """How far the data of a school go. ``state``: complete, incomplete, not_stated, no_data; never guessed from rows."""

    school: Organisation
    state: str
    complete_to: date | None
    days_behind: int | None
    last_import: datetime | None


def freshness(actor: Actor) -> list[FreshSchool]:
    """The schools of the actor, by name; five queries whatever their number."""
    schools = schools_to_choose(actor, "freshness.view")
    codes = [one.code for one in schools]
    year = SchoolYear.of(today())
    stored = SchoolPicture.objects.filter(school_id__in=codes, school_year=str(year))
    pictures = {
        code: freshness or {} for code, freshness in stored.values_list("school_id", "figures__freshness")
    }
    said = dict(
        current("deliveries")
        .filter(school_id__in=codes)
        .values_list("school_id")
        .annotate(last=Max("last_day"))
    )
    imports = dict(
        Batch.objects.filter(school_id__in=codes, state=State.KEPT)
        .order_by()
        .values_list("school_id")
        .annotate(last=Max("kept_at"))
    )
    # The first row of each school is enough: there may be a million.
    rows = current("absences").filter(school=OuterRef("pk"), date__gte=year.first)
    with_rows = set(School.objects.filter(Exists(rows), code__in=codes).values_list("code", flat=True))
    return [
        _fresh(
            one, pictures.get(one.code, {}), said.get(one.code), one.code in with_rows, imports.get(one.code)
        )
        for one in schools
    ]


def _fresh(
    school: Organisation, stored: dict[str, object], said: date | None, has_rows: bool, last: datetime | None
) -> FreshSchool:
    year = SchoolYear.of(today())
    if said is None:
        return FreshSchool(school, "not_stated" if has_rows else "no_data", None, None, last)
    complete_to = min(said, today())
    if complete_to < year.first and not has_rows:
        return FreshSchool(school, "no_data", complete_to, None, last)
    # Not computed yet: what of today is missing may still come.
    known = stored.get("last_school_day")
    last_school_day = date.fromisoformat(str(known)) if known else today() - timedelta(days=1)
    if complete_to >= last_school_day:
        return FreshSchool(school, "complete", complete_to, 0, last)
    same = stored.get("delivered_to") == complete_to.isoformat()
    behind = stored.get("school_days_behind") if same else None
    return FreshSchool(school, "incomplete", complete_to, behind if isinstance(behind, int) else None, last)
