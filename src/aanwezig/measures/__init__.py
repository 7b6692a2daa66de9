"""Attendance measures as Ibis expressions that name no engine (docs/specification/register.md §5).

``measure`` gives the figures per unit and period; the other functions each one subject. Every measure has a
definition in ``catalogue()``.
"""

from aanwezig.measures.aggregates import hide_small
from aanwezig.measures.catalogue import catalogue
from aanwezig.measures.change import ChangeParameters, change
from aanwezig.measures.definition import Measure
from aanwezig.measures.grids import absent_days, daily, weekday_lesson_grid, weeks
from aanwezig.measures.parameters import BANDS, MeasureParameters
from aanwezig.measures.pattern_counts import PatternParameters
from aanwezig.measures.patterns import patterns
from aanwezig.measures.periods import PERS, Per
from aanwezig.measures.rates import measure, measures
from aanwezig.measures.spells import spells
from aanwezig.measures.units import UNITS, By

__all__ = [
    "BANDS",
    "PERS",
    "UNITS",
    "By",
    "ChangeParameters",
    "Measure",
    "MeasureParameters",
    "PatternParameters",
    "Per",
    "absent_days",
    "catalogue",
    "change",
    "daily",
    "hide_small",
    "measure",
    "measures",
    "patterns",
    "spells",
    "weekday_lesson_grid",
    "weeks",
]
