"""Days on which possible and absent time need more than a sum: exempt time, too much absence, under 6.

On most days the possible time is the timetable's and all marks count in full. The days that differ are
*odd days*: few, worked out one by one here, and everything else stays a plain sum.

- exempt time (reason ``exempt``, hours of a child under 6) is not possible;
- more absence than was possible: against a real timetable it is cut, each reason in proportion; against an
  assumed one the day's possible time is raised to it.

Source: docs/specification/register.md §5, docs/specification/rules.md §3, §9.6.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from aanwezig.measures.kinds import EXEMPT_REASON, is_of_reason
from aanwezig.measures.prepare import Prepared
from aanwezig.measures.register_view import IbisTable, arrow_table
from aanwezig.values.period import birthday

# Minutes a week that a child under 6 may stay home (Leerplichtwet 1969 article 11a; rules.md §3).
UNDER_6_WEEKLY_MINUTES = {"under6_5h": 300, "under6_10h": 600}
SCHOOL_DAYS_A_WEEK = 5
# Broken minutes of an agreed programme are kept as whole millionths, so that engines agree.
MICRO = 1_000_000
# A cut of a day in proportion leaves broken minutes: kept as whole hundred-millionths and told in millionths, so
# that three thirds of a minute are told as one, and a nation's minutes still fit a whole number.
FINE = 100_000_000


def odd_days(prepared: Prepared, marks: IbisTable) -> IbisTable:
    """The days whose possible time is not the timetable's, or whose marks are cut.

    Columns: stretch, date, timetabled, ``half_possible`` (after exempt time and raising), ``half_marked``
    (absence before the cut), ``half_absent`` (after it), ``is_cut``.
    """
    totals = _with_allowances(_totals(marks), under_6_days(prepared))
    totals = totals.mutate(
        half_allowed=ibis.greatest(
            totals.timetabled * 2 - ibis.greatest(totals.half_exempt, totals.allowance * 2), 0
        )
    )
    odd = totals.filter(
        (totals.half_allowed != totals.timetabled * 2) | (totals.half_marked > totals.half_allowed)
    )
    return _decided(odd)


def _totals(marks: IbisTable) -> IbisTable:
    """The absence and the exempt time of each day; a mark that is alone needs no adding up."""
    is_exempt = is_of_reason(marks.kind, EXEMPT_REASON)
    rows = marks.select(
        "stretch",
        "date",
        "timetabled",
        "timetable_assumed",
        "alone",
        half_marked=ibis.ifelse(is_exempt, 0, marks.half_minutes).cast("int64"),
        half_exempt=ibis.ifelse(is_exempt, marks.half_minutes, 0).cast("int64"),
    )
    key = ["stretch", "date", "timetabled", "timetable_assumed"]
    together = (
        rows.filter(~rows.alone)
        .group_by(key)
        .aggregate(
            half_marked=_.half_marked.sum().cast("int64"), half_exempt=_.half_exempt.sum().cast("int64")
        )
    )
    return rows.filter(rows.alone).drop("alone").union(together)


def _with_allowances(totals: IbisTable, allowances: IbisTable | None) -> IbisTable:
    if allowances is None:
        return totals.mutate(allowance=ibis.literal(0, "int64"))
    joined = totals.outer_join(allowances, ["stretch", "date"])
    return joined.select(
        stretch=ibis.coalesce(joined.stretch, joined.stretch_right),
        date=ibis.coalesce(joined.date, joined.date_right),
        timetabled=ibis.coalesce(joined.timetabled, joined.timetabled_right),
        timetable_assumed=ibis.coalesce(joined.timetable_assumed, joined.timetable_assumed_right),
        half_marked=ibis.coalesce(joined.half_marked, 0),
        half_exempt=ibis.coalesce(joined.half_exempt, 0),
        allowance=ibis.coalesce(joined.allowance, 0),
    )


def _decided(odd: IbisTable) -> IbisTable:
    too_much = odd.half_marked > odd.half_allowed
    odd = odd.mutate(is_cut=too_much & ~odd.timetable_assumed)
    return odd.select(
        "stretch",
        "date",
        "timetabled",
        "half_marked",
        "is_cut",
        half_possible=ibis.ifelse(
            odd.timetable_assumed, ibis.greatest(odd.half_allowed, odd.half_marked), odd.half_allowed
        ).cast("int64"),
        half_absent=ibis.ifelse(odd.is_cut, odd.half_allowed, odd.half_marked).cast("int64"),
    )


def cut_marks(marks: IbisTable, odd: IbisTable) -> IbisTable:
    """What the cut takes from each mark of a cut day: ``fine_less``, in hundred-millionths of a minute."""
    cut = odd.filter(odd.is_cut).select("stretch", "date", "half_possible", "half_marked")
    joined = marks.filter(~is_of_reason(marks.kind, EXEMPT_REASON)).inner_join(cut, ["stretch", "date"])
    kept = (joined.half_minutes * joined.half_possible * FINE).cast("float64") / (joined.half_marked * 2)
    return joined.select(
        "stretch",
        "date",
        "kind",
        fine_less=joined.half_minutes * (FINE // 2) - (kept + 0.5).floor().cast("int64"),
    )


def under_6_days(prepared: Prepared) -> IbisTable | None:
    """A fifth of the week's hours on each school day of a child under 6 that has them; None when nobody has.

    In a week in which the school registers the hours it grants (reason ``exempt``), those rows say when
    they were, and nothing is taken off a second time.
    """
    granted = _under_6_periods(prepared)
    if granted is None:
        return None
    periods = prepared.bring(granted, "under_6")
    stretches = prepared.open_stretches.select(
        "stretch", "pupil_id", "calendar_key", stretch_first="first_day", stretch_last="last_day"
    )
    held = stretches.inner_join(periods, "pupil_id")
    calendar = prepared.calendar.filter(prepared.calendar.is_school_day)
    days = held.inner_join(
        calendar.select("calendar_key", "date", "week", "timetabled", "timetable_assumed"), "calendar_key"
    )
    days = days.filter(
        (days.date >= days.stretch_first)
        & (days.date <= days.stretch_last)
        & (days.date >= days.granted_first)
        & (days.date <= days.granted_last)
    )
    days = days.anti_join(_weeks_with_exempt_rows(prepared), ["pupil_id", "week"])
    grouped = days.group_by("stretch", "date").aggregate(
        timetabled=_.timetabled.max(),
        timetable_assumed=_.timetable_assumed.max(),
        allowance=_.allowance.max().cast("int64"),
    )
    return grouped.mutate(allowance=ibis.least(grouped.allowance, grouped.timetabled).cast("int64"))


def _weeks_with_exempt_rows(prepared: Prepared) -> IbisTable:
    rows = prepared.register.table("absences")
    weeks = prepared.calendar.select("date", "week").distinct()
    return (
        rows.filter(rows.reason == EXEMPT_REASON)
        .inner_join(weeks, "date")
        .select("pupil_id", "week")
        .distinct()
    )


def _under_6_periods(prepared: Prepared) -> pa.Table | None:
    register = prepared.register
    if not register.has("exemptions"):
        return None
    exemptions = register.arrow("exemptions").select(["pupil_id", "ground", "first_day", "last_day"])
    exemptions = exemptions.filter(pc.starts_with(exemptions["ground"], "under6"))
    if exemptions.num_rows == 0:
        return None
    pupils = register.arrow("pupils").select(["pupil_id", "birth_date"])
    pupils = pupils.filter(pc.is_in(pupils["pupil_id"], exemptions["pupil_id"].combine_chunks()))
    born: dict[str, date | None] = {row["pupil_id"]: row["birth_date"] for row in pupils.to_pylist()}
    found: list[dict[str, Any]] = []
    for row in exemptions.to_pylist():
        birth_date = born.get(row["pupil_id"])
        if birth_date is None:
            continue
        last = min(row["last_day"] or prepared.on, birthday(birth_date, 6) - timedelta(days=1), prepared.on)
        if row["first_day"] <= last:
            found.append(
                {
                    "pupil_id": row["pupil_id"],
                    "granted_first": row["first_day"],
                    "granted_last": last,
                    "allowance": UNDER_6_WEEKLY_MINUTES[row["ground"]] // SCHOOL_DAYS_A_WEEK,
                }
            )
    if not found:
        return None
    columns = {
        name: pa.array([row[name] for row in found], kind)
        for name, kind in (
            ("pupil_id", pa.string()),
            ("granted_first", pa.date32()),
            ("granted_last", pa.date32()),
            ("allowance", pa.int64()),
        )
    }
    return arrow_table(columns)
