"""Tiers and plans: where pupils stand, and how many who need a plan have one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from aanwezig.values import SchoolYear
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import today, visible_pupils
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Pupil, School
from aanwezig.web.pupils.domain import TierNow
from aanwezig.web.pupils.models import PlanMark, TierSetting
from aanwezig.web.results.models import PupilYear


def with_tier(pupils: QuerySet[Pupil], on: date | None = None) -> Any:
    """The query of pupils with ``tier_set``, ``tier_proposed`` and ``tier_now`` (what a person set, else the proposal)."""
    year = str(SchoolYear.of(on or today()))
    last = TierSetting.objects.filter(pupil=OuterRef("pk")).order_by("-set_at", "-pk")
    proposed = PupilYear.objects.filter(
        pupil=OuterRef("pk"), school_year=year, proposed_tier__isnull=False
    ).order_by("-is_enrolled", "-proposed_tier")
    return pupils.annotate(
        tier_set=Subquery(last.values("tier")[:1]),
        tier_proposed=Subquery(proposed.values("proposed_tier")[:1]),
    ).annotate(tier_now=Coalesce("tier_set", "tier_proposed"))


def tier_of(pupils: Iterable[str]) -> dict[str, TierNow]:
    """Where each of these pupils stands; one query. A pupil of whom nothing is known has no tier."""
    ids = list(pupils)
    last = TierSetting.objects.filter(pupil=OuterRef("pk")).order_by("-set_at", "-pk")
    rows = with_tier(Pupil.objects.filter(pk__in=ids)).annotate(
        tier_set_at=Subquery(last.values("set_at")[:1]),
        tier_set_by=Subquery(last.values("set_by__name")[:1]),
        tier_review_on=Subquery(last.values("review_on")[:1]),
        tier_ref=Subquery(last.values("ref")[:1]),
    )
    wanted = (
        "pk",
        "tier_set",
        "tier_proposed",
        "tier_set_at",
        "tier_set_by",
        "tier_review_on",
        "tier_ref",
    )
    found = dict.fromkeys(ids, TierNow())
    for pk, chosen, proposed, at, by, review_on, ref in rows.values_list(*wanted):
        found[pk] = TierNow(chosen, proposed, at.date() if at else None, by or "", review_on, ref or "")
    return found


@dataclass(frozen=True, slots=True)
class PlanCoverage:
    """Pupils in tier 2 and 3: how many have a current plan. ``review_past``: of those without, how many have a plan
    whose day of review went by."""

    pupils: int
    with_plan: int
    review_past: int
    with_plan_by_tier: tuple[tuple[int, int, int], ...] = ()

    @property
    def without_plan(self) -> int:
        return self.pupils - self.with_plan


def plan_coverage(actor: Actor, school: School | str) -> PlanCoverage:
    """Of the enrolled pupils of a school that the actor may see and who stand in tier 2 or 3; two queries."""
    on = today()
    rows = with_tier(_enrolled(actor, school, on), on).filter(tier_now__gte=2).values_list("pk", "tier_now")
    tiers: dict[str, int] = dict(rows)
    plans = PlanMark.objects.filter(pupil__in=_enrolled(actor, school, on), ended_on__isnull=True)
    begun = {
        pupil: review_on
        for pupil, review_on in plans.filter(first_day__lte=on).values_list("pupil_id", "review_on")
        if pupil in tiers
    }
    have = {pupil for pupil, review_on in begun.items() if review_on >= on}
    by_tier = tuple(
        (tier, sum(one == tier for one in tiers.values()), sum(tiers[pupil] == tier for pupil in have))
        for tier in (3, 2)
    )
    return PlanCoverage(len(tiers), len(have), len(begun) - len(have), by_tier)


def _enrolled(actor: Actor, school: School | str, on: date) -> QuerySet[Pupil]:
    code = school if isinstance(school, str) else school.pk
    rows = current("enrolments").filter(school=code, first_day__lte=on)
    rows = rows.filter(Q(last_day__isnull=True) | Q(last_day__gte=on))
    return visible_pupils(actor, "pupil.view").filter(pk__in=rows.values("pupil"))


def pupils_without_plan(actor: Actor, school: School | str) -> Any:
    """The query of those of ``plan_coverage`` without a current plan, tier 3 first."""
    on = today()
    have = PlanMark.objects.filter(ended_on__isnull=True, first_day__lte=on, review_on__gte=on)
    found = with_tier(_enrolled(actor, school, on), on).filter(tier_now__gte=2)
    return found.exclude(pk__in=have.values("pupil")).order_by("-tier_now", "person__last_name", "pk")
