"""Change against a pupil's own history: weekly rates with the limits of a control chart (docs/specification/rules.md §5)."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis import _

from aanwezig.calendar import Calendars
from aanwezig.measures.bands import rate
from aanwezig.measures.definition import Measure
from aanwezig.measures.figures import Marked, stretch_figures
from aanwezig.measures.periods import periods
from aanwezig.measures.prepare import prepare
from aanwezig.measures.register_view import IbisTable, Register
from aanwezig.values import BilingualText as T
from aanwezig.values import Source

# A mean moving range of two values over this is the standard deviation (Shewhart's constant d2).
RANGE_TO_SIGMA = 1.128
# Means of equal rates differ in the last binary place; that is no change.
TOLERANCE = 1e-9

DEFINITION = Measure(
    "change",
    T("Verandering bij één leerling", "Change of one pupil"),
    T(
        "De aanwezigheid per week, vergeleken met de eerste lesweken van dezelfde leerling op dezelfde school. Een week onder de ondergrens, of acht weken achter elkaar onder het eigen gemiddelde, valt op.",
        "The weekly rate, compared with the same pupil's first lesson weeks at the same school. A week below the lower limit, or eight weeks on end below the own mean, stands out.",
    ),
    T("Gevolgde tijd in de week.", "Time attended in the week."),
    T("Mogelijke tijd in de week.", "Possible time in the week."),
    T("Leerlingen met genoeg lesweken.", "Pupils with enough lesson weeks."),
    T(
        "Weken van het schooljaar tot en met de peildatum.",
        "Weeks of the school year up to the reference date.",
    ),
    Source("docs/specification/rules.md", "§5, change"),
    "share",
    ("pupil_id", "school_id", "week", "attendance_rate", "centre", "lower_limit", "upper_limit", "signal"),
)


@dataclass(frozen=True, slots=True)
class ChangeParameters:
    """``baseline_weeks`` the first lesson weeks with presence; ``needs_weeks`` fewer give no limits;
    ``sigmas`` width of the limits; ``one_side`` weeks on end below the centre that count as change."""

    baseline_weeks: int = 8
    needs_weeks: int = 6
    sigmas: int = 3
    one_side: int = 8


def change(
    register: Register, parameters: ChangeParameters | None = None, calendars: Calendars | None = None
) -> pa.Table:
    """Per pupil, school and week: the rate, the limits from the own baseline, and ``signal``.

    ``signal``: ``beyond_limit`` (the week lies below the lower limit), ``one_side`` (so many weeks on end below
    the centre) or null. Limits are null while the baseline has too few weeks. The baseline starts anew at a
    school change.
    """
    chosen = parameters or ChangeParameters()
    marked = Marked.of(prepare(register, calendars=calendars))
    return register.engine.to_arrow(change_expression(marked, chosen))


def change_expression(marked: Marked, parameters: ChangeParameters) -> IbisTable:
    """The control chart as one expression."""
    weeks = _weekly(marked)
    chart = ["pupil_id", "school_id"]
    in_order = ibis.window(group_by=chart, order_by="period")
    present = (weeks.half_absent < weeks.half_possible).cast("int64")
    running = ibis.cumulative_window(group_by=chart, order_by="period")
    weeks = weeks.mutate(present=present)
    weeks = weeks.mutate(number=weeks.present.sum().over(running))
    # The baseline is the first weeks in which the pupil was there.
    in_baseline = (weeks.present == 1) & (weeks.number <= parameters.baseline_weeks)
    weeks = weeks.mutate(baseline_rate=ibis.ifelse(in_baseline, weeks.attendance_rate, ibis.null("float64")))
    base = weeks.filter(weeks.baseline_rate.notnull())
    base = base.mutate(moving_range=(base.baseline_rate - base.baseline_rate.lag().over(in_order)).abs())
    limits = base.group_by(*chart).aggregate(
        centre=_.baseline_rate.mean(), spread=_.moving_range.mean(), baseline_weeks=_.count().cast("int64")
    )
    limits = limits.filter(limits.baseline_weeks >= parameters.needs_weeks)
    width = parameters.sigmas / RANGE_TO_SIGMA
    limits = limits.mutate(
        # Written out: least and greatest skip what is empty on one engine and not on another.
        low=limits.centre - limits.spread * width,
        high=limits.centre + limits.spread * width,
    )
    joined = weeks.left_join(limits, chart)
    joined = joined.select(
        "pupil_id",
        "school_id",
        "period",
        "week",
        "attendance_rate",
        "centre",
        "baseline_weeks",
        lower_limit=ibis.ifelse(joined.low < 0, 0.0, joined.low),
        upper_limit=ibis.ifelse(joined.high > 1, 1.0, joined.high),
    )
    return _signals(joined, parameters).order_by("pupil_id", "school_id", "week")


def _weekly(marked: Marked) -> IbisTable:
    """Whole weeks that are past, with possible time: the rate per pupil, school and week."""
    found = [p for p in periods(marked.prepared.on, "week") if p.last.weekday() >= 4]
    figures = stretch_figures(marked, [(p.number, p.now) for p in found], "chart")
    cells = figures.group_by("pupil_id", "school_id", "period").aggregate(
        half_absent=_.half_absent.sum().cast("int64"), half_possible=_.half_possible.sum().cast("int64")
    )
    labels = marked.prepared.bring(
        pa.table({"period": [p.number for p in found], "week": [p.label for p in found]}), "chart_weeks"
    )
    cells = cells.filter(cells.half_possible > 0).inner_join(labels, "period")
    return cells.mutate(attendance_rate=rate(cells.half_absent, cells.half_possible))


def _signals(rows: IbisTable, parameters: ChangeParameters) -> IbisTable:
    chart = ["pupil_id", "school_id"]
    below = (rows.attendance_rate < rows.centre - TOLERANCE).fill_null(False)
    rows = rows.mutate(below=below)
    # Runs: weeks that lie on the same side on end share the number of weeks that do not.
    rows = rows.mutate(
        run=(~rows.below).cast("int64").sum().over(ibis.cumulative_window(group_by=chart, order_by="period"))
    )
    of_run = ibis.cumulative_window(group_by=[*chart, "run"], order_by="period")
    rows = rows.mutate(weeks_below=rows.below.cast("int64").sum().over(of_run))
    return rows.select(
        *chart,
        "week",
        "attendance_rate",
        "centre",
        "lower_limit",
        "upper_limit",
        "baseline_weeks",
        "weeks_below",
        signal=ibis.cases(
            ((rows.attendance_rate < rows.lower_limit - TOLERANCE).fill_null(False), "beyond_limit"),
            (rows.weeks_below >= parameters.one_side, "one_side"),
            else_=ibis.null("string"),
        ),
    )
