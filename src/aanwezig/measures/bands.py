"""Bands of the absence rate, decided by whole numbers so that exactly on the line is exactly right."""

from __future__ import annotations

import ibis

from aanwezig.measures.parameters import MeasureParameters, Percent, as_fraction
from aanwezig.measures.register_view import IbisValue


def at_most(part: IbisValue, whole: IbisValue, percent: Percent) -> IbisValue:
    """Whether part ≤ percent of whole, by part × 100 × denominator ≤ whole × numerator."""
    limit = as_fraction(percent)
    return part * (100 * limit.denominator) <= whole * limit.numerator


def less_than(part: IbisValue, whole: IbisValue, percent: Percent) -> IbisValue:
    limit = as_fraction(percent)
    return part * (100 * limit.denominator) < whole * limit.numerator


def band(absent: IbisValue, possible: IbisValue, parameters: MeasureParameters) -> IbisValue:
    """good [0, 5 %], at_risk (5, 10), chronic [10, 20), severe [20, 100]; null when nothing was possible."""
    return ibis.cases(
        (possible.isnull() | (possible <= 0), ibis.null("string")),
        (at_most(absent, possible, parameters.good_to), "good"),
        (less_than(absent, possible, parameters.chronic_from), "at_risk"),
        (less_than(absent, possible, parameters.severe_from), "chronic"),
        else_="severe",
    )


def rate(absent: IbisValue, possible: IbisValue) -> IbisValue:
    """1 − absent ÷ possible, unrounded; null when nothing was possible (never 0 or infinite)."""
    return 1.0 - absent.cast("float64") / possible.nullif(0).cast("float64")


def improved(
    absent: IbisValue,
    possible: IbisValue,
    absent_before: IbisValue,
    possible_before: IbisValue,
    parameters: MeasureParameters,
) -> IbisValue:
    """Whether attendance rose against the own period before; null when either period had nothing possible.

    The rise in percentage points is (absent_before ÷ possible_before − absent ÷ possible) × 100.
    """
    gained = absent_before * possible - absent * possible_before
    asked = as_fraction(parameters.minimum_rise)
    enough = gained * (100 * asked.denominator) >= possible * possible_before * asked.numerator
    known = (possible > 0) & (possible_before > 0)
    return ibis.ifelse(known.fill_null(False), (gained > 0) & enough, ibis.null("boolean"))
