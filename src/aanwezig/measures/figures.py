"""Possible and absent time per stretch and period: what all rates are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary

import ibis
from ibis import _

from aanwezig.calendar import Calendars
from aanwezig.measures.days import FINE, cut_marks, odd_days
from aanwezig.measures.kinds import ABSENCE_REASONS, EXEMPT_REASON, is_of_mark, is_of_reason
from aanwezig.measures.marks import day_marks
from aanwezig.measures.possible import (
    odd_possible,
    period_of_day,
    period_table,
    stretch_periods,
    unit_periods,
)
from aanwezig.measures.prepare import Prepared, prepare
from aanwezig.measures.reduced import agreed_days
from aanwezig.measures.register_view import IbisTable, Register
from aanwezig.values import Period

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


def stretch_figures(
    marked: Marked, spans: Sequence[tuple[int, Period]], name: str, *, by_part: bool = False
) -> IbisTable:
    """Possible and absent time of every stretch in every period given, before anything is summed over pupils.

    ``by_part``: with the absence by reason and by mark, and lateness.
    """
    prepared = marked.prepared
    days = period_of_day(prepared, spans, f"days_{name}")
    figures = stretch_periods(prepared, period_table(prepared, spans, f"periods_{name}"))
    absent = absent_by_part(marked, days) if by_part else _absent(marked.marks, days)
    for other in (absent, *_moved(marked, days)):
        figures = attach(figures, other, STRETCH_KEY)
    return _reckoned(figures)


def unit_figures(
    marked: Marked, spans: Sequence[tuple[int, Period]], units: IbisTable, keys: Sequence[str]
) -> IbisTable:
    """The same per unit (``keys``, of each stretch in ``units``) and period, with the absence by part."""
    prepared = marked.prepared
    days = period_of_day(prepared, spans, "days_units")
    base = unit_periods(prepared, period_table(prepared, spans, "periods_units"), units, keys)
    absent = absent_by_part(marked, days, units, keys)
    moved = (other.inner_join(units, "stretch").drop("stretch") for other in _moved(marked, days))
    return _reckoned(added([base, absent, *moved], [*keys, "period"]))


def added(tables: Sequence[IbisTable], keys: Sequence[str]) -> IbisTable:
    """Sums of tables over the same keys as one; a key may be empty, which a join would lose."""
    names = list(dict.fromkeys(name for table in tables for name in table.columns if name not in keys))
    none = ibis.literal(0, "int64")
    filled = [
        table.select(*keys, **{n: table[n] if n in table.columns else none for n in names})
        for table in tables
    ]
    together = ibis.union(*filled)
    return together.group_by(list(keys)).aggregate(**sums_of(together, names))


def _moved(marked: Marked, days: IbisTable) -> list[IbisTable]:
    """What odd days and agreed programmes change, per stretch and period."""
    agreed = agreed_days(marked.prepared, marked.odd, days)
    return [odd_possible(marked.odd, days), *([] if agreed is None else [agreed])]


def _reckoned(figures: IbisTable) -> IbisTable:
    """Timetabled and marked time with what odd days change."""
    if "micro_not_agreed" not in figures.columns:
        figures = figures.mutate(micro_not_agreed=ibis.literal(0, "int64"))
    return figures.mutate(
        half_possible=figures.half_timetabled + figures.half_moved,
        half_absent=figures.half_marked - figures.half_cut,
        open_days=figures.open_days - figures.empty_days,
    )


def attach(base: IbisTable, other: IbisTable, key: list[str]) -> IbisTable:
    """The sums of another table beside these rows, 0 where it has none."""
    sums = [name for name in other.columns if name not in key]
    joined = base.left_join(other, key)
    kept = [joined[name] for name in base.columns]
    return joined.select(*kept, **{name: ibis.coalesce(joined[name], 0) for name in sums})


def _absent(marks: IbisTable, days: IbisTable) -> IbisTable:
    """Half minutes absent per stretch and period, before the cut."""
    rows = marks.filter(~is_of_reason(marks.kind, EXEMPT_REASON)).inner_join(days, "date")
    return rows.group_by(STRETCH_KEY).aggregate(half_marked=rows.half_minutes.sum().cast("int64"))


def absent_by_part(
    marked: Marked, days: IbisTable, units: IbisTable | None = None, keys: Sequence[str] = ("stretch",)
) -> IbisTable:
    """The same, with lateness, and with what the cut leaves of each reason and mark (``fine_…``).

    ``units``: which unit (``keys``) each stretch belongs to, to sum over units at once.
    """
    marks = marked.marks.filter(~is_of_reason(marked.marks.kind, EXEMPT_REASON))
    whole = marks.select(
        "stretch",
        "date",
        "kind",
        "half_minutes",
        "late_count",
        fine=(marks.half_minutes * (FINE // 2)).cast("int64"),
    )
    none = ibis.literal(0, "int64")
    less = marked.cuts.select(
        "stretch",
        "date",
        "kind",
        half_minutes=none,
        late_count=none,
        fine=(-marked.cuts.fine_less).cast("int64"),
    )
    rows = whole.union(less).inner_join(days, "date")
    if units is not None:
        rows = rows.inner_join(units, "stretch")
    # First per kind, for a part is a few kinds.
    rows = rows.group_by(*keys, "period", "kind").aggregate(
        **sums_of(rows, ("half_minutes", "late_count", "fine"))
    )
    of_part = {f"fine_{part}": ibis.ifelse(_is_of(rows, part), rows.fine, 0) for part in PARTS}
    return rows.group_by(*keys, "period").aggregate(
        half_marked=rows.half_minutes.sum().cast("int64"),
        late_count=rows.late_count.sum().cast("int64"),
        **{name: fine.sum().cast("int64") for name, fine in of_part.items()},
    )


def _is_of(rows: IbisTable, part: str) -> IbisTable:
    """Whether a mark is of a reason, or of a mark."""
    return is_of_mark(rows.kind, MARKS[part]) if part in MARKS else is_of_reason(rows.kind, part)


def sums_of(rows: IbisTable, names: Sequence[str]) -> dict[str, IbisTable]:
    return {name: rows[name].sum().cast("int64") for name in names}


def measure_cells(prepared: Prepared, spans: Sequence[tuple[int, Period]]) -> IbisTable:
    """Half minutes possible and absent per pupil and period given, for measures that build on rates."""
    figures = stretch_figures(Marked.of(prepared), spans, "cells")
    return figures.group_by("pupil_id", "period").aggregate(
        half_possible=_.half_possible.sum().cast("int64"), half_absent=_.half_absent.sum().cast("int64")
    )
