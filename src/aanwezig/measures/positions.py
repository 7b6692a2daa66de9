"""The place of each day in the row of a pupil's own school days: days that follow each other differ by one.

Weekends, closures and days under an exemption have no place, so they break no run (docs/specification/register.md §5).
"""

from __future__ import annotations

import ibis
from ibis import _

from aanwezig.measures.prepare import Prepared
from aanwezig.measures.register_view import IbisTable


def pupil_positions(prepared: Prepared, dated: IbisTable) -> IbisTable:
    """``position`` and ``half_timetabled`` of the pupil's day (at all its schools) for rows of stretch and date.

    Who stayed in one group at one school has the school day number of the calendar; only for the others the
    days are laid out one by one.
    """
    stretches = prepared.open_stretches.select("stretch", "pupil_id", "calendar_key", "first_day", "last_day")
    held = stretches.group_by("pupil_id").aggregate(number=stretches.count())
    plain = held.filter(held.number == 1).select("pupil_id")
    calendar = prepared.calendar.filter(prepared.calendar.is_school_day).select(
        "calendar_key", "date", "day_number", "timetabled"
    )
    rows = dated.inner_join(stretches.select("stretch", "pupil_id", "calendar_key"), "stretch")
    of_plain = rows.semi_join(plain, "pupil_id").inner_join(calendar, ["calendar_key", "date"])
    of_plain = of_plain.select(
        *dated.columns,
        "pupil_id",
        position=of_plain.day_number.cast("int64"),
        half_timetabled=(of_plain.timetabled * 2).cast("int64"),
    )
    others = stretches.anti_join(plain, "pupil_id")
    days = others.inner_join(
        calendar,
        [
            others.calendar_key == calendar.calendar_key,
            calendar.date >= others.first_day,
            calendar.date <= others.last_day,
        ],
    )
    days = days.group_by("pupil_id", "date").aggregate(half_timetabled=(_.timetabled.sum() * 2).cast("int64"))
    in_order = ibis.window(group_by="pupil_id", order_by="date")
    days = days.mutate(position=ibis.row_number().over(in_order).cast("int64"))
    of_others = rows.inner_join(days, ["pupil_id", "date"]).select(
        *dated.columns, "pupil_id", "position", "half_timetabled"
    )
    return of_plain.union(of_others)
