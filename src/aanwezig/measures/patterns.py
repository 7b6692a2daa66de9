"""Patterns in a pupil's absence, shown when they are unlikely by chance (docs/specification/register.md §5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.stats import hypergeom

from aanwezig.calendar import Calendars
from aanwezig.measures.definition import Measure
from aanwezig.measures.figures import Marked
from aanwezig.measures.pattern_counts import PatternParameters, chains_of, day_counts, lesson_counts
from aanwezig.measures.prepare import prepare
from aanwezig.measures.register_view import Register
from aanwezig.values import BilingualText as T
from aanwezig.values import SchoolYear, Source

# So far back a summer holiday is still seen as a holiday before the first school day.
BEFORE_THE_YEAR = timedelta(days=92)

DEFINITION = Measure(
    "patterns",
    T("Patronen in het verzuim", "Patterns in absence"),
    T(
        "Of het verzuim vaker dan bij toeval valt op een weekdag, een lesuur, het eerste lesuur, een vak, rond weekenden of vakanties, of na een toetsweek. Alleen getoond bij genoeg gegevens en als toeval onwaarschijnlijk is, altijd met de aantallen.",
        "Whether absence falls more often than by chance on a weekday, a lesson hour, the first lesson, a subject, around weekends or holidays, or after a test week. Shown only with enough data and when chance is unlikely, always with the counts.",
    ),
    T("Gemiste dagen of lessen die hier vielen.", "Days or lessons missed that fell here."),
    T("Alle gemiste dagen of lessen.", "All days or lessons missed."),
    T(
        "Leerlingen met genoeg schooldagen en genoeg verzuim.",
        "Pupils with enough school days and enough absence.",
    ),
    T("Het schooljaar tot en met de peildatum.", "The school year up to the reference date."),
    Source("NJi 2020", "1.1, 3.1, 7; exact test and false-discovery rate: docs/specification/register.md §5"),
    "count",
    ("pupil_id", "pattern", "value", "missed_here", "missed_in_all", "possible_here", "possible_in_all"),
)


def patterns(
    register: Register,
    parameters: PatternParameters | None = None,
    *,
    shown_only: bool = True,
    calendars: Calendars | None = None,
) -> pa.Table:
    """Per pupil and pattern the counts, what chance would give, the exact test and its correction.

    ``pattern``: ``weekday``, ``around_weekend``, ``around_holiday``, ``after_test_week`` (of days; lateness left
    out), ``lesson_hour``, ``first_lesson``, ``subject`` (of lessons on days not missed whole). ``shown_only``
    False also gives what was tested and is not shown.
    """
    chosen = parameters or PatternParameters()
    year = SchoolYear.of(register.on).first
    prepared = prepare(register, year - BEFORE_THE_YEAR, calendars)
    marked = Marked.of(prepared)
    chains = chains_of(prepared, year, chosen)
    counted = [register.engine.to_arrow(day_counts(marked, chains, year))]
    if prepared.contents.has_slots:
        counted.append(register.engine.to_arrow(lesson_counts(marked, chains, year)))
    days_in_all = register.engine.to_arrow(
        chains.of_pupil.inner_join(
            chains.days.group_by("chain").aggregate(days=chains.days.count()), "chain"
        ).select("pupil_id", "days")
    )
    table = pa.concat_tables(counted).join(days_in_all, "pupil_id", join_type="inner")
    return _judged(table, chosen, shown_only)


def _judged(table: pa.Table, parameters: PatternParameters, shown_only: bool) -> pa.Table:
    """Enough data, the exact test, the correction over the pupil's patterns, in order."""
    counts: dict[str, Any] = {
        name: np.asarray(table[name]) for name in ("hits", "marked", "drawn", "total", "days")
    }
    enough = (counts["days"] >= parameters.minimum_school_days) & (
        counts["drawn"] >= parameters.minimum_missed
    )
    # A subject is tested only when missed often enough: its lessons are counted from what was missed.
    subject = np.asarray(table["pattern"].to_pylist(), dtype=object) == "subject"
    enough &= ~subject | (counts["hits"] >= parameters.minimum_missed)
    table = table.filter(pa.array(enough))
    counts = {name: values[enough] for name, values in counts.items()}
    chance = chance_of_at_least(counts["hits"], counts["marked"], counts["drawn"], counts["total"])
    corrected = adjusted_per_pupil(np.asarray(table["pupil_id"].to_pylist(), dtype=object), chance)
    shown = (corrected <= parameters.false_discovery_percent / 100) & (
        counts["hits"] >= parameters.minimum_missed
    )
    make: Any = pa.table
    found: pa.Table = make(
        {
            "pupil_id": table["pupil_id"],
            "pattern": table["pattern"],
            "value": table["value"],
            "missed_here": table["hits"],
            "missed_in_all": table["drawn"],
            "possible_here": table["marked"],
            "possible_in_all": table["total"],
            "expected_by_chance": pa.array(
                counts["drawn"] * counts["marked"] / np.maximum(counts["total"], 1)
            ),
            "chance": pa.array(chance),
            "chance_corrected": pa.array(corrected),
            "shown": pa.array(shown),
        }
    )
    found = found.sort_by([("pupil_id", "ascending"), ("pattern", "ascending"), ("value", "ascending")])
    return found.filter(found["shown"]) if shown_only else found


def chance_of_at_least(
    hits: npt.NDArray[np.int64],
    marked: npt.NDArray[np.int64],
    drawn: npt.NDArray[np.int64],
    total: npt.NDArray[np.int64],
) -> npt.NDArray[np.float64]:
    """The chance of so many hits or more when what was missed falls anywhere (Fisher's exact test, one-sided).

    1 where there are no more than expected: that is not unlikely.
    """
    if len(hits) == 0:
        return np.zeros(0)
    tail = np.asarray(hypergeom.sf(hits - 1, total, marked, drawn), dtype=np.float64)
    return np.asarray(np.where(hits * total <= marked * drawn, 1.0, tail), dtype=np.float64)


def adjusted_per_pupil(
    pupils: npt.NDArray[np.object_], chances: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The chances corrected after Benjamini and Hochberg (1995) over each pupil's patterns, in the order given."""
    if len(chances) == 0:
        return chances
    _, codes = np.unique(pupils.astype(str), return_inverse=True)
    order = np.lexsort((chances, codes))
    own, sorted_chances = codes[order], chances[order]
    starts = np.flatnonzero(np.concatenate([[True], own[1:] != own[:-1]]))
    sizes = np.diff(np.concatenate([starts, [len(own)]]))
    rank = np.arange(len(own)) - np.repeat(starts, sizes) + 1
    scaled = sorted_chances * np.repeat(sizes, sizes) / rank
    # The smallest from each rank on, pupil by pupil: a running minimum from behind.
    corrected = scaled.copy()
    for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
        corrected[start : start + size] = np.minimum.accumulate(scaled[start : start + size][::-1])[::-1]
    found = np.empty_like(corrected)
    found[order] = np.minimum(corrected, 1.0)
    return np.asarray(found, dtype=np.float64)
