"""Attendance per unit and period: the figures behind ``aanwezig measure`` (docs/specification/register.md §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import ibis
import pyarrow as pa
from ibis import _

from aanwezig.calendar import Calendars
from aanwezig.engines import calendars_of
from aanwezig.measures.bands import band, improved, less_than, rate
from aanwezig.measures.blocks import added_up, blocks_of
from aanwezig.measures.days import FINE, MICRO, cut_marks, odd_days
from aanwezig.measures.marks import ABSENCE_REASONS, EXEMPT_REASON, day_marks
from aanwezig.measures.parameters import BANDS, MeasureParameters
from aanwezig.measures.periods import MeasurePeriod, Per, periods
from aanwezig.measures.possible import (
    odd_possible,
    period_of_day,
    period_table,
    shared_days,
    stretch_periods,
)
from aanwezig.measures.prepare import Prepared, bring, prepare
from aanwezig.measures.reduced import agreed_days
from aanwezig.measures.register_view import IbisTable, Register
from aanwezig.measures.units import By, UnitColumns, with_unit
from aanwezig.values import Period, SchoolYear

MARKS = {"authorised": "yes", "unauthorised": "no", "mark_unknown": None}
PARTS = (*ABSENCE_REASONS, *MARKS)
TIMES = (
    "half_possible",
    "half_absent",
    "open_days",
    "known_days",
    "unknown_days",
    "assumed_days",
    "micro_not_agreed",
)
COUNTS = (*TIMES, "late_count", *(f"fine_{part}" for part in PARTS))


YEAR = ("year_days_passed", "year_days")
STRETCH_KEY = ["stretch", "period"]


@dataclass(frozen=True, slots=True)
class Marked:
    """The marks of days and the days that are not plain, ready to be summed over any period."""

    prepared: Prepared
    marks: IbisTable
    odd: IbisTable
    cuts: IbisTable

    @classmethod
    def from_first(cls, register: Register, first: date, calendars: Calendars | None) -> Marked:
        """The marks of a register from a day on; made once, for measures of one register share them."""
        known = _MADE.get(register)
        if known is None or known.prepared.first > first:
            known = _MADE[register] = cls.of(prepare(register, first, calendars))
        return known

    @classmethod
    def of(cls, prepared: Prepared) -> Marked:
        keep = prepared.register.engine.keep
        marks = day_marks(prepared)
        # Few days, asked for in every sum.
        odd = keep(odd_days(prepared, marks))
        return cls(prepared, marks, odd, keep(cut_marks(marks, odd)))


_MADE: WeakKeyDictionary[Register, Marked] = WeakKeyDictionary()


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

    def ask(marked: Marked) -> None:
        for (by, _unit, found), own in zip(asked, parts, strict=True):
            own.append(register.engine.to_arrow(unit_sums(marked, found, by, chosen, register)))

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
    whole: Register,
) -> IbisTable:
    """Per unit and period the sums that the figures are made of; those of blocks of pupils add up."""
    prepared = marked.prepared
    now = [(period.number, period.now) for period in found]
    unit = UnitColumns.of(by)
    own = stretch_figures(marked, now, "now", by_part=by == "pupil")
    counts = COUNTS if by == "pupil" else TIMES
    cells = _cells(with_unit(prepared, own, by), [*unit.names, "pupil_id"], counts)
    cells = cells.filter((cells.known_days + cells.unknown_days > 0) | (len(found) == 1))
    if by == "pupil":
        cells = _days_once(marked, cells, now)
        return cells.select(*unit.names, "period", *COUNTS, *YEAR, pupils=ibis.literal(1, "int64"))
    per_pupil = own.group_by("pupil_id", "period").aggregate(**_sums(own, ("half_absent", "half_possible")))
    rose = _improved(marked, per_pupil, found, parameters, whole)
    cells = cells.left_join(rose, ["pupil_id", "period"])
    cells = cells.drop([name for name in cells.columns if name.endswith("_right")])
    units = _units(cells.mutate(pupil_band=_band_of(cells, parameters)), unit.names)
    # Reasons and marks need no look at each pupil: they are summed per unit at once.
    stretches = with_unit(prepared, prepared.open_stretches, by).select("stretch", *unit.names)
    parts = _absent_by_part(marked, period_of_day(prepared, now, "days_parts"), stretches, unit.names)
    return _added(units, parts.drop("half_marked"), [*unit.names, "period"])


def _added(one: IbisTable, other: IbisTable, keys: Sequence[str]) -> IbisTable:
    """Sums of two tables over the same keys as one; a key may be empty, which a join would lose."""
    names = [name for name in (*one.columns, *other.columns) if name not in keys]
    none = ibis.literal(0, "int64")

    def filled(table: IbisTable) -> IbisTable:
        return table.select(*keys, **{n: table[n] if n in table.columns else none for n in names})

    both = filled(one).union(filled(other))
    return both.group_by(list(keys)).aggregate(**_sums(both, names))


def stretch_figures(
    marked: Marked, spans: Sequence[tuple[int, Period]], name: str, *, by_part: bool = False
) -> IbisTable:
    """Possible and absent time of every stretch in every period given, before anything is summed over pupils.

    ``by_part``: with the absence by reason and by mark, and lateness.
    """
    prepared = marked.prepared
    days = period_of_day(prepared, spans, f"days_{name}")
    base = stretch_periods(prepared, period_table(prepared, spans, f"periods_{name}"))
    absent = _absent_by_part(marked, days) if by_part else _absent(marked.marks, days)
    figures = _attach(base, absent, STRETCH_KEY)
    figures = _attach(figures, odd_possible(marked.odd, days), STRETCH_KEY)
    agreed = agreed_days(prepared, marked.odd, days)
    if agreed is None:
        figures = figures.mutate(micro_not_agreed=ibis.literal(0, "int64"))
    else:
        figures = _attach(figures, agreed, STRETCH_KEY)
    return figures.mutate(
        half_possible=figures.half_timetabled + figures.half_moved,
        half_absent=figures.half_marked - figures.half_cut,
        open_days=figures.open_days - figures.empty_days,
    )


def _attach(base: IbisTable, other: IbisTable, key: list[str]) -> IbisTable:
    """The sums of another table beside these rows, 0 where it has none."""
    sums = [name for name in other.columns if name not in key]
    joined = base.left_join(other, key)
    kept = [joined[name] for name in base.columns]
    return joined.select(*kept, **{name: ibis.coalesce(joined[name], 0) for name in sums})


def _absent(marks: IbisTable, days: IbisTable) -> IbisTable:
    """Half minutes absent per stretch and period, before the cut."""
    rows = marks.filter(marks.reason != EXEMPT_REASON).inner_join(days, "date")
    return rows.group_by(STRETCH_KEY).aggregate(half_marked=rows.half_minutes.sum().cast("int64"))


def _absent_by_part(
    marked: Marked, days: IbisTable, of: IbisTable | None = None, keys: Sequence[str] = ("stretch",)
) -> IbisTable:
    """The same, with lateness, and with what the cut leaves of each reason and mark (``fine_…``).

    ``of``: which unit (``keys``) each stretch belongs to, to sum over units at once.
    """
    marks = marked.marks.filter(marked.marks.reason != EXEMPT_REASON)
    whole = marks.select(
        "stretch",
        "date",
        "reason",
        "authorised",
        "half_minutes",
        "late_count",
        fine=(marks.half_minutes * (FINE // 2)).cast("int64"),
    )
    none = ibis.literal(0, "int64")
    less = marked.cuts.select(
        "stretch",
        "date",
        "reason",
        "authorised",
        half_minutes=none,
        late_count=none,
        fine=(-marked.cuts.fine_less).cast("int64"),
    )
    rows = whole.union(less).inner_join(days, "date")
    if of is not None:
        rows = rows.inner_join(of, "stretch")
    sums = {
        "half_marked": rows.half_minutes.sum().cast("int64"),
        "late_count": rows.late_count.sum().cast("int64"),
    }
    for part in PARTS:
        sums[f"fine_{part}"] = ibis.ifelse(_is_of(rows, part), rows.fine, 0).sum().cast("int64")
    return rows.group_by([*keys, "period"]).aggregate(**sums)


def _is_of(rows: IbisTable, part: str) -> IbisTable:
    """Whether a mark is of a reason, or of a mark; an empty mark is 'unknown', never 'no'."""
    if part in MARKS:
        value = MARKS[part]
        return rows.authorised.isnull() if value is None else (rows.authorised == value).fill_null(False)
    return rows.reason == part


def _cells(figures: IbisTable, key: list[str], counts: Sequence[str]) -> IbisTable:
    """Sums over the stretches of each key and period; how far the year is: by the pupil's last stretch."""
    last = {name: figures[name].argmax(figures.stretch) for name in YEAR}
    return figures.group_by(*key, "period").aggregate(**_sums(figures, counts), **last)


def _sums(rows: IbisTable, names: Sequence[str]) -> dict[str, IbisTable]:
    return {name: rows[name].sum().cast("int64") for name in names}


def _days_once(marked: Marked, cells: IbisTable, now: Sequence[tuple[int, Period]]) -> IbisTable:
    """A day at two schools is one day of the pupil."""
    if not marked.prepared.contents.has_shared:
        return cells
    days = period_of_day(marked.prepared, now, "days_shared")
    cells = _attach(cells, shared_days(marked.prepared, marked.odd, days), ["pupil_id", "period"])
    return cells.mutate(open_days=cells.open_days - cells.days_twice).drop("days_twice")


def _undelivered(rows: IbisTable) -> IbisTable:
    """Whether the school delivered none of the days: then nothing can be said, which is not 0."""
    return (rows.known_days == 0) & (rows.unknown_days > 0)


def _band_of(rows: IbisTable, parameters: MeasureParameters) -> IbisTable:
    return band(rows.half_absent, rows.half_possible, parameters)


def _improved(
    marked: Marked,
    own: IbisTable,
    found: Sequence[MeasurePeriod],
    parameters: MeasureParameters,
    whole: Register,
) -> IbisTable:
    """Per pupil and period whether attendance rose against the pupil's own period before, over all schools."""
    before = stretch_figures(marked, [(p.number, p.before) for p in found], "before")
    before = before.filter(_was_registered(whole, before, found))
    sums = before.group_by("pupil_id", "period").aggregate(
        absent_before=before.half_absent.sum().cast("int64"),
        possible_before=before.half_possible.sum().cast("int64"),
    )
    joined = own.left_join(sums, ["pupil_id", "period"])
    return joined.select(
        "pupil_id",
        "period",
        improved=improved(
            joined.half_absent, joined.half_possible, joined.absent_before, joined.possible_before, parameters
        ),
    )


def _was_registered(whole: Register, before: IbisTable, found: Sequence[MeasurePeriod]) -> IbisTable:
    """Whether a school's absence of the period before is in the register at all.

    Enrolments often go back further than the absences that were delivered. Of an earlier school year in which
    a school has not one absence, nothing is known; that nobody was ever absent is not the likelier reading.
    """
    start = SchoolYear.of(whole.on).first
    earlier = [p.number for p in found if p.before.last is not None and p.before.last < start]
    if not earlier:
        return ibis.literal(True)
    rows = whole.table("absences")
    first = min(p.before.first for p in found)
    rows = rows.filter((rows.date < ibis.literal(start)) & (rows.date >= ibis.literal(first)))
    schools = rows.select("school_id").distinct()
    return ~before.period.isin(earlier) | before.school_id.isin(schools.school_id)


def _no_shares() -> dict[str, IbisTable]:
    names = (*(f"share_{name}" for name in BANDS), "share_improved")
    return {name: ibis.null("float64") for name in names}


def _units(cells: IbisTable, unit: Sequence[str]) -> IbisTable:
    """The cells of pupils summed per unit: shares are over the pupils of whom it is known."""
    return cells.group_by(*unit, "period").aggregate(
        pupils=cells.pupil_id.nunique().cast("int64"),
        **_sums(cells, (*TIMES, *YEAR)),
        **{f"in_{name}": (cells.pupil_band == name).cast("int64").sum().cast("int64") for name in BANDS},
        comparable=cells.improved.notnull().cast("int64").sum().cast("int64"),
        rose=cells.improved.fill_null(False).cast("int64").sum().cast("int64"),
    )


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
    band_ = _band_of(rows, parameters)
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


def measure_cells(prepared: Prepared, spans: Sequence[tuple[int, Period]]) -> IbisTable:
    """Half minutes possible and absent per pupil and period given, for measures that build on rates."""
    figures = stretch_figures(Marked.of(prepared), spans, "cells")
    return figures.group_by("pupil_id", "period").aggregate(
        half_possible=_.half_possible.sum().cast("int64"), half_absent=_.half_absent.sum().cast("int64")
    )
