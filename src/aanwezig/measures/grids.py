"""Absence over the days: per date for a heat map, per week with the goal, per weekday and lesson hour."""

from __future__ import annotations

import ibis
import pyarrow as pa
from ibis import _

from aanwezig.calendar import Calendars
from aanwezig.measures.bands import rate
from aanwezig.measures.definition import REGISTER_5, Measure
from aanwezig.measures.figures import Marked
from aanwezig.measures.kinds import ABSENCE_REASONS, EXEMPT_REASON, is_of_reason
from aanwezig.measures.marks import day_marks, standing_marks
from aanwezig.measures.parameters import MeasureParameters
from aanwezig.measures.prepare import Prepared, prepare
from aanwezig.measures.rates import measure
from aanwezig.measures.register_view import IbisTable, Register
from aanwezig.measures.units import By, UnitColumns, with_unit
from aanwezig.values import BilingualText as T

# 95 % attendance is where 'good' ends (docs/specification/product.md, week lines with the 95 % goal).
GOAL = 0.95
YEAR = T("Het schooljaar tot en met de peildatum.", "The school year up to the reference date.")
ENROLLED = T("Leerlingen die op die dagen zijn ingeschreven.", "Pupils who are enrolled on these days.")

DAILY = Measure(
    "daily",
    T("Verzuim per dag", "Absence per day"),
    T(
        "Voor elke schooldag de mogelijke en de gemiste tijd, voor een kalender met kleuren.",
        "Possible and missed time of every school day, for a calendar in colours.",
    ),
    T("Verzuimde minuten op de dag.", "Minutes absent on the day."),
    T("Mogelijke minuten op de dag.", "Minutes possible on the day."),
    ENROLLED,
    YEAR,
    REGISTER_5,
    "share",
    ("unit_id", "date", "pupils", "possible_minutes", "absent_minutes", "attendance_rate"),
)
WEEKS = Measure(
    "weeks",
    T("Aanwezigheid per week", "Attendance per week"),
    T(
        "De aanwezigheid van week tot week, met het doel van 95 %.",
        "The rate from week to week, with the goal of 95 %.",
    ),
    T("Mogelijke tijd min verzuimde tijd in de week.", "Possible time less absent time in the week."),
    T("Mogelijke tijd in de week.", "Possible time in the week."),
    ENROLLED,
    YEAR,
    REGISTER_5,
    "share",
    ("unit_id", "period", "attendance_rate", "goal"),
)
GRID = Measure(
    "weekday_lesson_grid",
    T("Verzuim per weekdag en lesuur", "Absence by weekday and lesson hour"),
    T(
        "Hoeveel lessen en minuten zijn gemist per weekdag en lesuur. Zonder lesuur staat wat voor een dagdeel of in minuten is genoteerd.",
        "How many lessons and minutes were missed by weekday and lesson hour. Without a lesson hour stands what was noted for a part of the day or in minutes.",
    ),
    T(
        "Gemiste lessen en minuten in het vak van het raster.",
        "Lessons and minutes missed in the cell of the grid.",
    ),
    T("Geen: dit zijn aantallen.", "None: these are counts."),
    ENROLLED,
    YEAR,
    REGISTER_5,
    "minutes",
    ("unit_id", "weekday", "lesson", "registrations", "pupils", "absent_minutes"),
)
DEFINITIONS = (DAILY, WEEKS, GRID)


def absent_days(register: Register, calendars: Calendars | None = None) -> IbisTable:
    """Every school day with absence in the school year: pupil, school and date, as an expression.

    Minutes: ``timetabled_minutes``, ``possible_minutes`` (less exempt time, or raised where the timetable is
    assumed), ``absent_minutes`` after the day's cap; ``is_whole``: all possible time was missed; ``late_count``.
    """
    return absent_day_expression(Marked.of(prepare(register, calendars=calendars)))


def absent_day_expression(marked: Marked) -> IbisTable:
    """See ``absent_days``; for who has the marks already."""
    rows = marked.marks.filter(~is_of_reason(marked.marks.kind, EXEMPT_REASON))
    days = rows.group_by("stretch", "date").aggregate(
        timetabled=_.timetabled.max(),
        half_marked=_.half_minutes.sum().cast("int64"),
        late_count=_.late_count.sum().cast("int64"),
    )
    odd = marked.odd.select("stretch", "date", "half_possible", "half_absent")
    joined = days.left_join(odd, ["stretch", "date"])
    days = joined.select(
        "stretch",
        "date",
        "timetabled",
        "late_count",
        half_possible=ibis.coalesce(joined.half_possible, joined.timetabled * 2),
        half_absent=ibis.coalesce(joined.half_absent, joined.half_marked),
    )
    days = days.inner_join(marked.prepared.stretches.select("stretch", "pupil_id", "school_id"), "stretch")
    return days.select(
        "pupil_id",
        "school_id",
        "date",
        timetabled_minutes=days.timetabled,
        possible_minutes=days.half_possible.cast("float64") / 2.0,
        absent_minutes=days.half_absent.cast("float64") / 2.0,
        is_whole=(days.half_possible > 0) & (days.half_absent >= days.half_possible),
        late_count=days.late_count,
    )


def daily(register: Register, by: By = "school", calendars: Calendars | None = None) -> pa.Table:
    """Per unit and school day of the school year: pupils, possible and absent minutes, rate."""
    marked = Marked.of(prepare(register, calendars=calendars))
    prepared = marked.prepared
    unit = UnitColumns.of(by)
    key = [*unit.names, "date"]
    possible = _possible_per_date(prepared, by, unit)
    absent = with_unit(prepared, _half_per_date(marked), by)
    absent = absent.group_by(*key).aggregate(
        half_moved=absent.half_moved.sum().cast("int64"), half_absent=absent.half_absent.sum().cast("int64")
    )
    absent = absent.rename({f"{name}_of_absence": name for name in key})
    # A unit may be null, where the register does not say; that is a unit like the others.
    same = [possible[name].identical_to(absent[f"{name}_of_absence"]) for name in key]
    joined = possible.left_join(absent, same)
    half_possible = joined.half_timetabled + ibis.coalesce(joined.half_moved, 0)
    half_absent = ibis.coalesce(joined.half_absent, 0)
    found = joined.select(
        *key,
        "pupils",
        half_possible=half_possible,
        half_absent=half_absent,
    )
    rows = found.select(
        unit=ibis.literal(by),
        unit_id=found.unit_id,
        **({"school_id": found.unit_school} if unit.has_school else {}),
        date=found.date,
        pupils=found.pupils,
        possible_minutes=found.half_possible.cast("float64") / 2.0,
        absent_minutes=found.half_absent.cast("float64") / 2.0,
        attendance_rate=rate(found.half_absent, found.half_possible),
    )
    return register.engine.to_arrow(
        rows.order_by([*(["school_id"] if unit.has_school else []), "unit_id", "date"])
    )


def _possible_per_date(prepared: Prepared, by: By, unit: UnitColumns) -> IbisTable:
    """Timetabled time per unit and date: pupils with the same calendar and dates are one before days are laid out."""
    stretches = with_unit(prepared, prepared.open_stretches, by)
    spans = stretches.group_by(*unit.names, "span", "calendar_key", "first_day", "last_day").aggregate(
        number=_.count()
    )
    calendar = prepared.calendar.filter(prepared.calendar.is_school_day).select(
        "calendar_key", "date", "timetabled"
    )
    days = spans.inner_join(
        calendar,
        [
            spans.calendar_key == calendar.calendar_key,
            calendar.date >= spans.first_day,
            calendar.date <= spans.last_day,
        ],
    )
    return days.group_by(*unit.names, "date").aggregate(
        pupils=_.number.sum().cast("int64"),
        half_timetabled=(_.number * _.timetabled * 2).sum().cast("int64"),
    )


def _half_per_date(marked: Marked) -> IbisTable:
    """Absence and moved possible time per stretch and date, with what names a unit."""
    marks = marked.marks
    absent = marks.filter(~is_of_reason(marks.kind, EXEMPT_REASON)).select(
        "stretch", "date", half_moved=ibis.literal(0, "int64"), half_absent="half_minutes"
    )
    odd = marked.odd
    moved = odd.select(
        "stretch",
        "date",
        half_moved=(odd.half_possible - odd.timetabled * 2).cast("int64"),
        half_absent=(odd.half_absent - odd.half_marked).cast("int64"),
    )
    names = marked.prepared.stretches.select("stretch", "pupil_id", "school_id", "group", "level")
    rows = absent.union(moved)
    return rows.inner_join(names, "stretch").select(*rows.columns, *names.columns[1:])


def weeks(
    register: Register,
    by: By = "school",
    parameters: MeasureParameters | None = None,
    calendars: Calendars | None = None,
) -> pa.Table:
    """The measures per week, with the column ``goal`` (0.95) beside the rate."""
    found = measure(register, by, "week", parameters, calendars)
    return found.append_column("goal", pa.array([GOAL] * found.num_rows, pa.float64()))


def weekday_lesson_grid(
    register: Register, by: By = "school", calendars: Calendars | None = None
) -> pa.Table:
    """Per unit, weekday (1 Monday) and lesson hour: registrations, pupils, minutes before the day's cap.

    ``lesson`` null: noted for a part of the day or in minutes.
    """
    prepared = prepare(register, calendars=calendars)
    if prepared.contents.has_slots:
        marks = standing_marks(prepared)
        marks = marks.filter(marks.reason.isin(ABSENCE_REASONS))
        rows = marks.select("stretch", "date", "lesson", "half_minutes")
    else:
        marks = day_marks(prepared)
        marks = marks.filter(is_of_reason(marks.kind, *ABSENCE_REASONS))
        rows = marks.select("stretch", "date", "half_minutes", lesson=ibis.null("string"))
    names = prepared.stretches.select("stretch", "pupil_id", "school_id", "group", "level")
    rows = rows.inner_join(names, "stretch").select(*rows.columns, *names.columns[1:])
    rows = with_unit(prepared, rows, by)
    unit = UnitColumns.of(by)
    weekdays = prepared.calendar.select("date", "weekday").distinct()
    rows = rows.inner_join(weekdays, "date")
    found = rows.group_by(*unit.names, "weekday", "lesson").aggregate(
        registrations=rows.count().cast("int64"),
        pupils=rows.pupil_id.nunique().cast("int64"),
        absent_minutes=rows.half_minutes.sum().cast("float64") / 2.0,
    )
    found = found.select(
        unit=ibis.literal(by),
        unit_id=found.unit_id,
        **({"school_id": found.unit_school} if unit.has_school else {}),
        **{n: found[n] for n in ("weekday", "lesson", "registrations", "pupils", "absent_minutes")},
    )
    return register.engine.to_arrow(found.order_by("unit_id", "weekday", "lesson"))
