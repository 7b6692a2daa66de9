"""Possible time of stretches in periods: two look-ups in the calendar's running sums, never a row per day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import pyarrow as pa
from ibis import _

from aanwezig.measures.prepare import Prepared
from aanwezig.measures.register_view import IbisTable, arrow_table, dates
from aanwezig.measures.stretches import EXEMPT, OPEN, UNDELIVERED
from aanwezig.values import Period


def period_table(prepared: Prepared, periods: Sequence[tuple[int, Period]], name: str) -> IbisTable:
    """Periods (number, first and last day) as a table of the engine; those without a day are left out."""
    numbers = [number for number, _ in periods]
    firsts: list[date | None] = [period.first for _, period in periods]
    lasts: list[date | None] = [period.last for _, period in periods]
    table = arrow_table(
        {
            "period": pa.array(numbers, pa.int64()),
            "period_first": dates(firsts),
            "period_last": dates(lasts),
        }
    )
    return prepared.bring(table, name)


def period_of_day(prepared: Prepared, periods: Sequence[tuple[int, Period]], name: str) -> IbisTable:
    """Day by day the number of its period."""
    pairs = [(number, day) for number, period in periods for day in period.days()]
    table = arrow_table(
        {"period": pa.array([n for n, _ in pairs], pa.int64()), "date": dates([day for _, day in pairs])}
    )
    return prepared.bring(table, name)


def span_periods(prepared: Prepared, periods: IbisTable) -> IbisTable:
    """Per span (equal calendar, first and last day) and period: timetabled minutes and school days.

    Thousands of pupils share a span, so this is small whatever the number of pupils.
    """
    spans = prepared.stretches.select("span", "calendar_key", "first_day", "last_day").distinct()
    crossed = spans.cross_join(periods)
    crossed = crossed.filter(
        (crossed.first_day <= crossed.period_last) & (crossed.last_day >= crossed.period_first)
    )
    crossed = crossed.select(
        "span",
        "period",
        "calendar_key",
        begin=ibis.greatest(crossed.first_day, crossed.period_first),
        end=ibis.least(crossed.last_day, crossed.period_last),
    )
    calendar = prepared.calendar
    at_begin = calendar.select(
        "calendar_key",
        begin="date",
        begin_minutes=calendar.minutes_to - calendar.timetabled,
        begin_days=calendar.day_number - calendar.is_school_day.cast("int32"),
        begin_assumed=calendar.assumed_to - (calendar.is_school_day & calendar.is_assumed).cast("int32"),
    )
    at_end = calendar.select(
        "calendar_key",
        end="date",
        end_minutes=calendar.minutes_to,
        end_days=calendar.day_number,
        end_assumed=calendar.assumed_to,
    )
    found = crossed.inner_join(at_begin, ["calendar_key", "begin"]).select(
        "span", "period", "calendar_key", "end", "begin_minutes", "begin_days", "begin_assumed"
    )
    found = found.inner_join(at_end, ["calendar_key", "end"])
    return found.select(
        "span",
        "period",
        minutes=(found.end_minutes - found.begin_minutes).cast("int64"),
        school_days=(found.end_days - found.begin_days).cast("int64"),
        assumed_days=(found.end_assumed - found.begin_assumed).cast("int64"),
    )


def stretch_periods(prepared: Prepared, periods: IbisTable) -> IbisTable:
    """Per stretch and period what the timetable makes possible, with the stretch's own columns.

    ``half_timetabled`` and ``open_days`` count open stretches only; ``known_days`` those and exempt days;
    ``unknown_days`` days on which the school delivered nothing.
    """
    joined = prepared.stretches.inner_join(span_periods(prepared, periods), "span")
    return joined.select(
        "stretch",
        "period",
        "pupil_id",
        "school_id",
        "group",
        "level",
        "year_days_passed",
        "year_days",
        **_times(joined),
    )


def unit_periods(prepared: Prepared, periods: IbisTable, units: IbisTable, keys: Sequence[str]) -> IbisTable:
    """The same times summed per unit (``keys``, of each stretch in ``units``) and period."""
    stretches = prepared.stretches.inner_join(units, "stretch")
    alike = stretches.group_by(*keys, "span", "state").aggregate(number=stretches.count())
    joined = alike.inner_join(span_periods(prepared, periods), "span")
    sums = {name: (time * joined.number).sum().cast("int64") for name, time in _times(joined).items()}
    return joined.group_by(*keys, "period").aggregate(**sums)


def _times(rows: IbisTable) -> dict[str, IbisTable]:
    """What spans say, by the state of a stretch."""
    is_open = rows.state == OPEN
    return {
        "half_timetabled": ibis.ifelse(is_open, rows.minutes * 2, 0),
        "open_days": ibis.ifelse(is_open, rows.school_days, 0),
        "known_days": ibis.ifelse(rows.state.isin([OPEN, EXEMPT]), rows.school_days, 0),
        "unknown_days": ibis.ifelse(rows.state == UNDELIVERED, rows.school_days, 0),
        "assumed_days": ibis.ifelse(is_open, rows.assumed_days, 0),
    }


def odd_possible(odd: IbisTable, days: IbisTable) -> IbisTable:
    """Per stretch and period how far odd days move the possible time, and on how many nothing was left."""
    joined = odd.inner_join(days, "date")
    return joined.group_by("stretch", "period").aggregate(
        half_moved=(_.half_possible - _.timetabled * 2).sum().cast("int64"),
        half_cut=(_.half_marked - _.half_absent).sum().cast("int64"),
        empty_days=(_.half_possible == 0).cast("int64").sum().cast("int64"),
    )


def shared_days(prepared: Prepared, odd: IbisTable, days: IbisTable) -> IbisTable:
    """Per pupil and period how many possible days are counted twice, because the pupil is at two schools."""
    stretches = prepared.open_stretches
    stretches = stretches.filter(stretches.is_shared).select(
        "stretch", "pupil_id", "calendar_key", "first_day", "last_day"
    )
    calendar = prepared.calendar.filter(prepared.calendar.is_school_day).select("calendar_key", "date")
    held = stretches.inner_join(
        calendar,
        [
            stretches.calendar_key == calendar.calendar_key,
            calendar.date >= stretches.first_day,
            calendar.date <= stretches.last_day,
        ],
    ).select("stretch", "pupil_id", "date")
    held = held.anti_join(odd.filter(odd.half_possible == 0), ["stretch", "date"]).inner_join(days, "date")
    return held.group_by("pupil_id", "period").aggregate(
        days_twice=(held.count() - held.date.nunique()).cast("int64")
    )
