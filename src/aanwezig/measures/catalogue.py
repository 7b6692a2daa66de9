"""The catalogue of measures, from which documentation, help and pages are made."""

from __future__ import annotations

from aanwezig.measures import change, definitions, grids, patterns, spells
from aanwezig.measures.definition import Measure


def catalogue() -> tuple[Measure, ...]:
    """The definition of every measure, each id once."""
    return (
        *definitions.DEFINITIONS,
        spells.DEFINITION,
        patterns.DEFINITION,
        change.DEFINITION,
        *grids.DEFINITIONS,
    )
