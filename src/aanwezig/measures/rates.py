"""Attendance per unit and period: the figures behind ``aanwezig measure`` (docs/specification/register.md §5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import pyarrow as pa

from aanwezig.calendar import Calendars
from aanwezig.engines import calendars_of
from aanwezig.measures.bands import band, less_than, rate
from aanwezig.measures.blocks import added_up, blocks_of
from aanwezig.measures.days import MICRO
from aanwezig.measures.figures import (
    COUNTS,
    PARTS,
    YEAR,
    Marked,
    added,
    attach,
    stretch_figures,
    sums_of,
    unit_figures,
)
from aanwezig.measures.parameters import BANDS, MeasureParameters
from aanwezig.measures.periods import MeasurePeriod, Per, periods
from aanwezig.measures.possible import period_of_day, shared_days
from aanwezig.measures.prepare import bring, prepare
from aanwezig.measures.register_view import IbisTable, Register
from aanwezig.measures.shares import pupils_per_unit, schools_before
from aanwezig.measures.units import By, UnitColumns, with_unit
from aanwezig.values import Period


def measure(
    register: Register,
    by: By = "pupil",
    per: Per = "school_year",
    parameters: MeasureParameters | None = None,
    calendars: Calendars | None = None,
) -> pa.Table:
    """Attendance per unit and period, one row each, in the order of unit and period.

    Columns as in docs/specification/interfaces.md, 'CSV/JSON of measure'. The periods lie in the school year of the
    register's reference date. ``by``: whose figures; ValueError for an unknown unit or period.
    ``calendars``: where they were made before.
    """
    return measures(register, [(by, per)], parameters, calendars)[0]


def measures(
    register: Register,
    questions: Sequence[tuple[By, Per]],
    parameters: MeasureParameters | None = None,
    calendars: Calendars | None = None,
) -> list[pa.Table]:
    """Several measures (whose, over what periods) of one register at once; the rows are read once for all."""
    chosen = parameters or MeasureParameters()
    asked = [(by, UnitColumns.of(by), periods(register.on, per)) for by, per in questions]
    first = min(period.before.first for _, _, found in asked for period in found)
    parts: list[list[pa.Table]] = [[] for _ in asked]
    known = [
        None if by == "pupil" else schools_before(register, min(period.before.first for period in found))
        for by, _, found in asked
    ]

    def ask(marked: Marked) -> None:
        for (by, _, found), schools, own in zip(asked, known, parts, strict=True):
            own.append(register.engine.to_arrow(unit_sums(marked, found, by, chosen, schools)))

    for block in blocks_of(register):
        if block is register:
            ask(Marked.from_first(register, first, calendars))
        else:
            calendars = calendars or calendars_of(register)
            with register.engine.kept_only_here():
                ask(Marked.of(prepare(block, first, calendars)))
    answers = []
    for (by, unit, found), own in zip(asked, parts, strict=True):
        sums = bring(register, added_up(own, [*unit.names, "period"]), "sums")
        names: dict[str, list[Any]] = {
            "period": [p.number for p in found],
            "label": [p.label for p in found],
        }
        labels = bring(register, pa.table(names), "labels")
        answers.append(register.engine.to_arrow(_output(sums, labels, by, unit, chosen)))
    return answers


def unit_sums(
    marked: Marked,
    found: Sequence[MeasurePeriod],
    by: By,
    parameters: MeasureParameters,
    known: IbisTable | None,
) -> IbisTable:
    """Per unit and period the sums that the figures are made of; those of blocks of pupils add up.

    ``known``: the schools of which the school year before is known, None for pupils' own figures.
    """
    prepared = marked.prepared
    now = [(period.number, period.now) for period in found]
    unit = UnitColumns.of(by).names
    if known is None:
        own = with_unit(prepared, stretch_figures(marked, now, "now", by_part=True), by)
        cells = _cells(own, [*unit, "pupil_id"])
        cells = cells.filter((cells.known_days + cells.unknown_days > 0) | (len(found) == 1))
        cells = _days_once(marked, cells, now)
        return cells.select(*unit, "period", *COUNTS, *YEAR, pupils=ibis.literal(1, "int64"))
    pupils = pupils_per_unit(marked, found, by, parameters, known)
    units = with_unit(prepared, prepared.stretches, by).select("stretch", *unit)
    times = unit_figures(marked, now, units, unit).select(*unit, "period", *COUNTS)
    both = added([times, pupils], [*unit, "period"])
    return both.filter(both.pupils > 0)


def _cells(figures: IbisTable, key: list[str]) -> IbisTable:
    """Sums over the stretches of each key and period; how far the year is: by the pupil's last stretch."""
    last = {name: figures[name].argmax(figures.stretch) for name in YEAR}
    return figures.group_by(*key, "period").aggregate(**sums_of(figures, COUNTS), **last)


def _days_once(marked: Marked, cells: IbisTable, now: Sequence[tuple[int, Period]]) -> IbisTable:
    """A day at two schools is one day of the pupil."""
    if not marked.prepared.contents.has_shared:
        return cells
    days = period_of_day(marked.prepared, now, "days_shared")
    cells = attach(cells, shared_days(marked.prepared, marked.odd, days), ["pupil_id", "period"])
    return cells.mutate(open_days=cells.open_days - cells.days_twice).drop("days_twice")


def _undelivered(rows: IbisTable) -> IbisTable:
    """Whether the school delivered none of the days: then nothing can be said, which is not 0."""
    return (rows.known_days == 0) & (rows.unknown_days > 0)


def _no_shares() -> dict[str, IbisTable]:
    names = (*(f"share_{name}" for name in BANDS), "share_improved")
    return {name: ibis.null("float64") for name in names}


def _shares(rows: IbisTable) -> dict[str, IbisTable]:
    """The share of the unit's pupils in each band, and of those who improved, among those of whom it is known."""
    with_band = sum((rows[f"in_{name}"] for name in BANDS[1:]), rows[f"in_{BANDS[0]}"])
    shares = {
        f"share_{name}": rows[f"in_{name}"].cast("float64") / with_band.nullif(0).cast("float64")
        for name in BANDS
    }
    return {**shares, "share_improved": rows.rose.cast("float64") / rows.comparable.nullif(0).cast("float64")}


def _in_millionths(fine: IbisTable) -> IbisTable:
    """Hundred-millionths of a minute as minutes, to the nearest millionth: the same on every engine."""
    return (fine.cast("float64") / 100.0 + 0.5).floor() / 1_000_000.0


def _output(
    rows: IbisTable, labels: IbisTable, by: By, unit: UnitColumns, parameters: MeasureParameters
) -> IbisTable:
    rows = rows.inner_join(labels, "period")
    unknown = _undelivered(rows)

    def said(value: IbisTable) -> IbisTable:
        return ibis.ifelse(unknown, ibis.null(value.type()), value)

    few = rows.open_days < parameters.provisional_days if by == "pupil" else ibis.literal(False)
    early = less_than(rows.year_days_passed, rows.year_days, parameters.provisional_year_percent)
    band_ = band(rows.half_absent, rows.half_possible, parameters)
    micro_agreed = rows.half_possible * (MICRO // 2) - rows.micro_not_agreed
    attended = (rows.half_possible - rows.half_absent) * (MICRO // 2)
    agreed_rate = attended.cast("float64") / micro_agreed.nullif(0).cast("float64")
    return rows.select(
        unit=ibis.literal(by),
        unit_id=rows.unit_id,
        **({"school_id": rows.unit_school} if unit.has_school else {}),
        period=rows.label,
        pupils=rows.pupils,
        possible_minutes=said(rows.half_possible.cast("float64") / 2.0),
        absent_minutes=said(rows.half_absent.cast("float64") / 2.0),
        attendance_rate=rate(rows.half_absent, rows.half_possible),
        band=band_,
        provisional=ibis.ifelse(band_.isnull(), ibis.null("boolean"), few | early),
        **(_no_shares() if by == "pupil" else _shares(rows)),
        assumed_timetable=rows.assumed_days > 0,
        **{f"absent_{part}": said(_in_millionths(rows[f"fine_{part}"])) for part in PARTS},
        agreed_minutes=said(micro_agreed.cast("float64") / float(MICRO)),
        # Written out: the least of nothing and 1 is 1 on DuckDB.
        attendance_rate_agreed=ibis.ifelse(agreed_rate > 1.0, 1.0, agreed_rate),
        late_count=said(rows.late_count),
    ).order_by([*(["school_id"] if unit.has_school else []), "unit_id", "period"])
