"""The pupils of a unit: in which band each of them is, and who improved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import pyarrow as pa

from aanwezig.measures.bands import band, improved
from aanwezig.measures.figures import YEAR, Marked, stretch_figures, sums_of
from aanwezig.measures.parameters import BANDS, MeasureParameters
from aanwezig.measures.periods import MeasurePeriod
from aanwezig.measures.register_view import IbisTable, Register
from aanwezig.measures.units import By, UnitColumns, with_unit
from aanwezig.values import Period, SchoolYear

NOW = ("half_absent", "half_possible")
BEFORE = ("absent_before", "possible_before")


def schools_before(register: Register, first: date) -> IbisTable:
    """The schools that have absence at all from a day on and before this school year; worked out once and kept."""
    start = SchoolYear.of(register.on).first
    rows = register.table("absences")
    rows = rows.filter((rows.date < ibis.literal(start)) & (rows.date >= ibis.literal(first)))
    return register.engine.keep(rows.select("school_id").distinct())


def pupils_per_unit(
    marked: Marked, found: Sequence[MeasurePeriod], by: By, parameters: MeasureParameters, known: IbisTable
) -> IbisTable:
    """Per unit and period: pupils, how many are in each band, how many could improve and did, how far the year is.

    ``known``: the schools of which the school year before is known.
    """
    keep = marked.prepared.register.engine.keep
    homes = keep(_homes(marked, by, known))
    spans: dict[Period, int] = {}
    roles = [
        {
            "period": period.number,
            "now": spans.setdefault(period.now, len(spans)),
            "then": spans.setdefault(period.before, len(spans)),
        }
        for period in found
    ]
    periods = marked.prepared.bring(pa.Table.from_pylist(roles), "roles")
    sums = keep(_sums_per_home(marked, homes, spans))
    cells = _compared(sums, "home", periods)
    cells = cells.filter(cells.is_there | (len(found) == 1)).drop("home")
    cells = cells.inner_join(homes.drop("home"), cells.last == homes.stretch)
    cells = _over_all_schools(cells, _compared(_of_several(sums, homes), "pupil", periods))
    cells = cells.mutate(
        pupil_band=band(cells.half_absent, cells.half_possible, parameters),
        improved=improved(
            cells.pupil_half_absent,
            cells.pupil_half_possible,
            cells.pupil_absent_before,
            cells.pupil_possible_before,
            parameters,
        ),
    )
    return cells.group_by(*UnitColumns.of(by).names, "period").aggregate(
        pupils=cells.count().cast("int64"),
        **sums_of(cells, YEAR),
        **{f"in_{name}": (cells.pupil_band == name).cast("int64").sum().cast("int64") for name in BANDS},
        comparable=cells.improved.notnull().cast("int64").sum().cast("int64"),
        rose=cells.improved.fill_null(False).cast("int64").sum().cast("int64"),
    )


def _homes(marked: Marked, by: By, known: IbisTable) -> IbisTable:
    """Of each stretch its unit, and as ``home`` one number for the pupil's stretches in that unit.

    ``is_known``: the register has absence of the school in the school year before. Enrolments often go back
    further than the absences that were delivered; that nobody was ever absent is not the likelier reading.
    """
    stretches = with_unit(marked.prepared, marked.prepared.stretches, by)
    unit = UnitColumns.of(by).names
    same = ibis.window(group_by=["pupil", *unit])
    return stretches.select(
        "stretch",
        "pupil",
        *unit,
        *YEAR,
        home=stretches.stretch.min().over(same),
        in_home=stretches.count().over(same),
        is_known=stretches.school_id.isin(known.school_id),
    )


def _sums_per_home(marked: Marked, homes: IbisTable, spans: Mapping[Period, int]) -> IbisTable:
    """Time possible and absent per home and span of days; ``last``: its last stretch.

    A period is often the one before of the next: each span is summed once. ``is_there``: it has a school day.
    """
    figures = stretch_figures(marked, [(number, span) for span, number in spans.items()], "spans")
    rows = figures.select(
        "stretch", *NOW, span="period", is_there=figures.known_days + figures.unknown_days > 0
    )
    rows = rows.inner_join(homes.select("stretch", "home", "in_home", "is_known"), "stretch")
    start = SchoolYear.of(marked.prepared.on).first
    earlier = [number for span, number in spans.items() if span.last is not None and span.last < start]
    rows = rows.filter(rows.is_known | ~rows.span.isin(earlier)) if earlier else rows
    names = ("home", "span", "last", *NOW, "is_there")
    # Most pupils have one stretch: nothing to add up.
    alone = rows.filter(rows.in_home == 1).select(*names[:2], *names[3:], last="stretch").select(*names)
    several = rows.filter(rows.in_home > 1)
    together = several.group_by("home", "span").aggregate(
        last=several.stretch.max(), **sums_of(several, NOW), is_there=several.is_there.any()
    )
    return alone.union(together.select(*names))


def _of_several(sums: IbisTable, homes: IbisTable) -> IbisTable:
    """The same per pupil, of the pupils with several homes."""
    number = homes.group_by("pupil").aggregate(number=homes.home.nunique())
    own = homes.semi_join(number.filter(number.number > 1), "pupil").select("pupil", "home").distinct()
    rows = sums.inner_join(own, "home")
    return rows.group_by("pupil", "span").aggregate(**sums_of(rows, NOW))


def _compared(sums: IbisTable, key: str, periods: IbisTable) -> IbisTable:
    """Sums per span as sums per period, with those of the period before beside them."""
    now = sums.inner_join(periods, sums.span == periods.now)
    before = sums.select(key, "span", **dict(zip(BEFORE, NOW, strict=True)))
    joined = now.left_join(before, [now[key] == before[key], now.then == before.span])
    own = [name for name in sums.columns if name != "span"]
    return joined.select(*own, "period", **{name: ibis.coalesce(joined[name], 0) for name in BEFORE})


def _over_all_schools(cells: IbisTable, of_pupils: IbisTable) -> IbisTable:
    """With the pupil's own times over all units, ``pupil_…``: to improve is not of one school."""
    names = (*NOW, *BEFORE)
    whole = of_pupils.select("pupil", "period", **{f"pupil_{name}": name for name in names})
    joined = cells.left_join(whole, ["pupil", "period"])
    return joined.select(
        *cells.columns, **{f"pupil_{n}": ibis.coalesce(joined[f"pupil_{n}"], joined[n]) for n in names}
    )
