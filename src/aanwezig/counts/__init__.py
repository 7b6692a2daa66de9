"""Counting home-sitters (thuiszitters): definitions as data, counts, and why they differ."""

from aanwezig.counts.counting import CountResult, Person, ProfileCount, count, count_by
from aanwezig.counts.outcome import Answer
from aanwezig.counts.person import person_in
from aanwezig.counts.places import UNITS, By
from aanwezig.counts.profiles import ProfileData, all_profiles, profiles_named
from aanwezig.counts.reconciliation import Difference, Reconciliation, intersections, pairs, reconcile
from aanwezig.counts.series import national_series
from aanwezig.counts.uncertainty import Corrected, Moved, corrections, movement

__all__ = [
    "UNITS",
    "Answer",
    "By",
    "Corrected",
    "CountResult",
    "Difference",
    "Moved",
    "Person",
    "ProfileCount",
    "ProfileData",
    "Reconciliation",
    "all_profiles",
    "corrections",
    "count",
    "count_by",
    "intersections",
    "movement",
    "national_series",
    "pairs",
    "person_in",
    "profiles_named",
    "reconcile",
]
