"""Reduced programmes: the rate against the full timetable, and beside it against the agreed hours.

The possible time stays that of the full timetable, so that an agreement never makes a child look present
(docs/specification/register.md §5). The agreed time of a day is its share of the agreed week: the day's possible time ×
agreed minutes a week ÷ minutes of a full week by the timetable.
"""

from __future__ import annotations

import ibis
from ibis import _

from aanwezig.measures.prepare import Prepared
from aanwezig.measures.register_view import IbisTable

MICRO = 1_000_000


def agreed_days(prepared: Prepared, odd: IbisTable, days: IbisTable) -> IbisTable | None:
    """Per stretch and period the possible time that falls outside the agreed hours, in millionths of a minute.

    None where nobody has a reduced programme. Of two programmes on one day the smallest holds.
    """
    if not prepared.register.has("reduced_programmes"):
        return None
    programmes = prepared.register.table("reduced_programmes").select(
        "pupil_id",
        "school_id",
        "minutes_per_week",
        programme_first="first_day",
        programme_last="last_day",
    )
    stretches = prepared.open_stretches.select(
        "stretch", "pupil_id", "school_id", "calendar_key", "first_day", "last_day"
    )
    held = stretches.inner_join(programmes, ["pupil_id", "school_id"])
    calendar = prepared.calendar.filter(prepared.calendar.is_school_day)
    held = held.inner_join(
        calendar.select("calendar_key", "date", "timetabled", "week_minutes"), "calendar_key"
    )
    held = held.filter(
        (held.date >= held.first_day)
        & (held.date <= held.last_day)
        & (held.date >= held.programme_first)
        & (held.date <= ibis.coalesce(held.programme_last, ibis.literal(prepared.on)))
    )
    held = held.group_by("stretch", "date").aggregate(
        timetabled=_.timetabled.max(),
        week_minutes=_.week_minutes.max(),
        agreed=_.minutes_per_week.min(),
    )
    moved = odd.select("stretch", "date", odd_possible="half_possible")
    held = held.left_join(moved, ["stretch", "date"])
    half_possible = ibis.coalesce(held.odd_possible, held.timetabled * 2)
    outside = ibis.greatest(held.week_minutes - held.agreed, 0)
    micro = (half_possible * outside * (MICRO // 2)).cast("float64") / held.week_minutes.nullif(0)
    held = held.select("stretch", "date", micro_outside=ibis.coalesce(micro.floor().cast("int64"), 0))
    return (
        held.inner_join(days, "date")
        .group_by("stretch", "period")
        .aggregate(micro_not_agreed=_.micro_outside.sum().cast("int64"))
    )
