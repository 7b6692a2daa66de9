"""The sums of every pupil and week, read once, and from them the figures of pupils, classes and schools.

For who needs many measures of one register at once (the pages of the application): each question of ``measure`` costs a
good part of a second whatever the size. The definitions are those of ``rates``: here its sums per stretch and week are
only added up further, in whole numbers, and a property test holds both answers equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from aanwezig.calendar import Calendars
from aanwezig.measures.days import MICRO
from aanwezig.measures.figures import COUNTS, PARTS, TIMES, YEAR, Marked, stretch_figures
from aanwezig.measures.parameters import BANDS, MeasureParameters, Percent, as_fraction
from aanwezig.measures.periods import MeasurePeriod, Per, periods
from aanwezig.measures.possible import period_of_day, shared_days
from aanwezig.measures.register_view import Register, arrow_table
from aanwezig.values import SchoolYear

# The stubs of the compute functions refuse much that works.
pc: Any = pyarrow.compute
# The number of the stretch of days that the year is compared with; weeks count from 0.
BEFORE = -1
Units = Literal["pupil", "school", "group", "level"]
KEYS: dict[str, tuple[str, ...]] = {
    "pupil": ("pupil_id",),
    "school": ("school_id",),
    "group": ("group", "school_id"),
    "level": ("level",),
}
Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Cells:
    """Per stretch of enrolment and week of the school year the sums that figures are made of.

    ``table``: pupil_id, school_id, group, level, period (the number of the week, ``BEFORE``: the same days of the year
    before), half minutes and counts of ``rates``. ``days_twice``: days counted twice, of pupils at two schools.
    ``known_before``: schools that delivered absence of the year before at all.
    """

    marked: Marked
    weeks: tuple[MeasurePeriod, ...]
    year: MeasurePeriod
    table: pa.Table
    days_twice: Mapping[str, int]
    known_before: frozenset[str]


def cells_of(register: Register, calendars: Calendars | None = None) -> Cells:
    """Read the register once, from the school year before on."""
    year, weeks = periods(register.on, "school_year")[0], periods(register.on, "week")
    marked = Marked.from_first(register, year.before.first, calendars)
    spans = [*((week.number, week.now) for week in weeks), (BEFORE, year.before)]
    table = register.engine.to_arrow(stretch_figures(marked, spans, "cells", by_part=True))
    twice: dict[str, int] = {}
    if marked.prepared.contents.has_shared:
        days = period_of_day(marked.prepared, [(0, year.now)], "days_shared")
        shared = register.engine.to_arrow(shared_days(marked.prepared, marked.odd, days))
        twice = {str(row["pupil_id"]): int(row["days_twice"]) for row in shared.to_pylist()}
    return Cells(marked, weeks, year, table.sort_by("stretch"), twice, _schools_before(register))


def _schools_before(register: Register) -> frozenset[str]:
    """Schools with any absence in the year before; of others that year is not known (see ``rates``)."""
    rows = register.arrow("absences")
    this, before = SchoolYear.of(register.on).first, periods(register.on, "school_year")[0].before.first
    then = pc.and_(pc.less(rows["date"], this), pc.greater_equal(rows["date"], before))
    return frozenset(map(str, pc.unique(rows.filter(then)["school_id"]).to_pylist()))


def figures(
    cells: Cells,
    by: Units = "pupil",
    per: Per = "school_year",
    parameters: MeasureParameters | None = None,
    rose: Mapping[str, tuple[float, bool]] | None = None,
) -> pa.Table:
    """The columns of ``measure`` for pupils, schools, classes or levels, per school year or week.

    Of groups also the number of pupils per band (``in_good`` …). ``share_improved`` only per school year (elsewhere
    null), from ``rose``: what ``improvement`` says of all cells, for who asks of a part of them. ValueError for months.
    """
    if per == "month":
        raise ValueError("cells are kept per week: a month is asked of `measure`")
    chosen = parameters or MeasureParameters()
    key = [*KEYS[by], *([] if per == "school_year" else ["period"])]
    now = cells.table.filter(pc.greater_equal(cells.table["period"], 0))
    own = _summed(now, list(dict.fromkeys([*key, "pupil_id"])), last=YEAR)
    if per == "week":
        own = own.filter(pc.greater(pc.add(own["known_days"], own["unknown_days"]), 0))
    if by == "pupil":
        rows = own
        if per == "school_year" and cells.days_twice:
            twice = np.array([cells.days_twice.get(str(p), 0) for p in own["pupil_id"].to_pylist()], np.int64)
            days = pa.array(_ints(own, "open_days") - twice)
            rows = own.set_column(own.column_names.index("open_days"), "open_days", days)
    else:
        known = {} if per == "week" else rose if rose is not None else improvement(cells, chosen)
        rows = _units(own, key, chosen, known)
    return _answer(cells, rows, by, per, chosen)


def improvement(cells: Cells, parameters: MeasureParameters | None = None) -> dict[str, tuple[float, bool]]:
    """Per pupil of whom both are known: the rate over the same days of the year before, and whether it rose.

    Of the pupil over all schools; schools that delivered nothing of that year are left out of it.
    """
    chosen = parameters or MeasureParameters()
    names = ["half_possible", "half_absent"]
    periods_ = cells.table["period"]
    now = _summed(cells.table.filter(pc.greater_equal(periods_, 0)), ["pupil_id"], names)
    known = pa.array(sorted(cells.known_before), pa.string())
    then = cells.table.filter(pc.and_(pc.equal(periods_, BEFORE), pc.is_in(cells.table["school_id"], known)))
    before = {
        str(row["pupil_id"]): (row["half_possible"], row["half_absent"])
        for row in _summed(then, ["pupil_id"], names).to_pylist()
    }
    asked = as_fraction(chosen.minimum_rise)
    found: dict[str, tuple[float, bool]] = {}
    for row in now.to_pylist():
        possible, absent = row["half_possible"], row["half_absent"]
        possible_before, absent_before = before.get(row["pupil_id"], (0, 0))
        if possible > 0 and possible_before > 0:
            gained = absent_before * possible - absent * possible_before
            enough = gained * 100 * asked.denominator >= possible * possible_before * asked.numerator
            found[str(row["pupil_id"])] = (1.0 - absent_before / possible_before, gained > 0 and enough)
    return found


def _summed(
    rows: pa.Table, key: Sequence[str], names: Sequence[str] = COUNTS, last: Sequence[str] = ()
) -> pa.Table:
    """Sums per key; ``last``: columns of which the last row's value stands (rows are in order of stretch)."""
    asked: list[Any] = [*((name, "sum") for name in names), *((name, "last") for name in last)]
    grouped = rows.group_by(list(key), use_threads=False).aggregate(asked)
    own = [str(name).removesuffix("_sum").removesuffix("_last") for name in grouped.column_names]
    return grouped.rename_columns(own)


def _ints(rows: pa.Table, name: str) -> Numbers:
    return np.asarray(rows[name].to_numpy(), dtype=np.int64)


def _at_most(part: Numbers, whole: Numbers, percent: Percent) -> Numbers:
    limit = as_fraction(percent)
    return np.asarray(part * (100 * limit.denominator) <= whole * limit.numerator)


def _less_than(part: Numbers, whole: Numbers, percent: Percent) -> Numbers:
    limit = as_fraction(percent)
    return np.asarray(part * (100 * limit.denominator) < whole * limit.numerator)


def _bands(absent: Numbers, possible: Numbers, parameters: MeasureParameters) -> Numbers:
    """The place in BANDS; -1 when nothing was possible. By whole numbers, as ``bands.band``."""
    found = np.full(len(absent), 3, dtype=np.int64)
    found[_less_than(absent, possible, parameters.severe_from)] = 2
    found[_less_than(absent, possible, parameters.chronic_from)] = 1
    found[_at_most(absent, possible, parameters.good_to)] = 0
    found[possible <= 0] = -1
    return found


def _units(
    own: pa.Table, key: list[str], parameters: MeasureParameters, rose: Mapping[str, tuple[float, bool]]
) -> pa.Table:
    """The cells of pupils summed per unit, with how many pupils are in each band and how many improved."""
    band = _bands(_ints(own, "half_absent"), _ints(own, "half_possible"), parameters)
    extra = {f"in_{name}": pa.array((band == place).astype(np.int64)) for place, name in enumerate(BANDS)}
    known = [rose.get(str(pupil)) for pupil in own["pupil_id"].to_pylist()]
    extra["comparable"] = pa.array([int(one is not None) for one in known], pa.int64())
    extra["rose"] = pa.array([int(one is not None and one[1]) for one in known], pa.int64())
    extra["pupils"] = pa.array(np.ones(own.num_rows, dtype=np.int64))
    for name, column in extra.items():
        own = own.append_column(name, column)
    return _summed(own, key, [*COUNTS, *YEAR, *extra])


def _answer(cells: Cells, rows: pa.Table, by: Units, per: Per, parameters: MeasureParameters) -> pa.Table:
    possible, absent = _ints(rows, "half_possible"), _ints(rows, "half_absent")
    unknown = (_ints(rows, "known_days") == 0) & (_ints(rows, "unknown_days") > 0)
    nothing = possible == 0
    band = _bands(absent, possible, parameters)
    provisional = _less_than(
        _ints(rows, "year_days_passed"), _ints(rows, "year_days"), parameters.provisional_year_percent
    )
    if by == "pupil":
        provisional = provisional | (_ints(rows, "open_days") < parameters.provisional_days)
    agreed = possible * (MICRO // 2) - _ints(rows, "micro_not_agreed")
    labels = [str(cells.year.label)] if per == "school_year" else [week.label for week in cells.weeks]
    number = np.zeros(rows.num_rows, np.int64) if per == "school_year" else _ints(rows, "period")

    def said(values: Numbers, where: Numbers = unknown) -> Any:
        return pa.array(values, pa.float64(), mask=where)

    def ratio(part: Numbers, whole: Numbers) -> Numbers:
        found: Numbers = np.divide(part.astype(float), whole, out=np.zeros(len(part)), where=whole != 0)
        return found

    columns: dict[str, Any] = {
        "unit": pa.array([by] * rows.num_rows, pa.string()),
        "unit_id": rows[KEYS[by][0]],
        **({"school_id": rows["school_id"]} if by == "group" else {}),
        "period": pa.array([labels[int(n)] for n in number], pa.string()),
        "pupils": rows["pupils"] if by != "pupil" else pa.array(np.ones(rows.num_rows, dtype=np.int64)),
        "possible_minutes": said(possible / 2.0),
        "absent_minutes": said(absent / 2.0),
        "attendance_rate": said(1.0 - ratio(absent, possible), nothing),
        "band": pa.array([None if place < 0 else BANDS[place] for place in band], pa.string()),
        "provisional": pa.array(provisional, mask=band < 0),
    }
    if by == "pupil":
        none = pa.nulls(rows.num_rows, pa.float64())
        columns |= {f"share_{name}": none for name in (*BANDS, "improved")}
    else:
        with_band: Numbers = np.sum([_ints(rows, f"in_{name}") for name in BANDS], axis=0)
        columns |= {
            f"share_{name}": said(ratio(_ints(rows, f"in_{name}"), with_band), with_band == 0)
            for name in BANDS
        }
        comparable = _ints(rows, "comparable")
        columns["share_improved"] = said(ratio(_ints(rows, "rose"), comparable), comparable == 0)
    columns["assumed_timetable"] = pa.array(_ints(rows, "assumed_days") > 0)
    for part in PARTS:
        fine = _ints(rows, f"fine_{part}")
        columns[f"absent_{part}"] = said(np.floor(fine / 100.0 + 0.5) / 1_000_000.0)
    columns["agreed_minutes"] = said(agreed / float(MICRO))
    attended = (possible - absent) * (MICRO // 2)
    columns["attendance_rate_agreed"] = said(np.minimum(ratio(attended, agreed), 1.0), agreed == 0)
    columns["late_count"] = pa.array(_ints(rows, "late_count"), mask=unknown)
    if by != "pupil":
        columns |= {f"in_{name}": rows[f"in_{name}"] for name in BANDS}
    order: list[Any] = [("unit_id", "ascending"), ("period", "ascending")]
    return arrow_table(columns).sort_by([("school_id", "ascending"), *order] if by == "group" else order)


__all__ = ["BEFORE", "TIMES", "Cells", "cells_of", "figures", "improvement"]
