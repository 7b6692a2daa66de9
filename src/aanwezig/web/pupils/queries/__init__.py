"""Questions about pupils that other pages ask; the pupil's own page is in ``page``."""

from aanwezig.web.pupils.domain import TierNow
from aanwezig.web.pupils.queries.following import Returned, followed_up_since, recently_returned
from aanwezig.web.pupils.queries.tiers import (
    PlanCoverage,
    plan_coverage,
    pupils_without_plan,
    tier_of,
    with_tier,
)

__all__ = [
    "PlanCoverage",
    "Returned",
    "TierNow",
    "followed_up_since",
    "plan_coverage",
    "pupils_without_plan",
    "recently_returned",
    "tier_of",
    "with_tier",
]
