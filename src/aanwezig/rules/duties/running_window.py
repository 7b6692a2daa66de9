"""How far a pupil is from the 16 hours in the window that runs now: what is *not* reached, said with its counts.

By the scan of ``relative_16h``: what was over on the day a window was reached is lost, and of the begins whose window
still runs the earliest makes the greatest sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aanwezig.rules.attendance import Attendance, Exact, exact
from aanwezig.rules.duties.relative_16h import (
    CountedDay,
    Stay,
    VersionOn,
    _counted,
    _versions,
    scan,
    stays,
    window_last,
)
from aanwezig.rules.legal_status import DUTY, statuses_of
from aanwezig.rules.provisions import Provisions


@dataclass(frozen=True, slots=True)
class RunningWindow:
    """Minutes that count (a lesson is 60 in vo) at one school in the window that runs on the reference date.

    ``with_unknown``: when the rows without a mark were unauthorised too. ``first`` None: nothing counts.
    """

    school_id: str
    minutes: Exact
    with_unknown: Exact
    threshold: int
    first: date | None
    last: date | None
    facts: tuple[str, ...]


def running_windows(attendance: Attendance, provisions: Provisions) -> tuple[RunningWindow, ...]:
    """Per school where something counts, or would if it were unauthorised; days without a duty status are out."""
    on = attendance.setting.on
    version = _versions(provisions)
    rule = version(on)
    if rule is None:
        return ()
    statuses = statuses_of(attendance, provisions)
    found = []
    for stay in stays(attendance):
        if stay.last < on:
            continue
        certain, possible = _counted(attendance, stay, version)
        certain = [day for day in certain if statuses.on(day.date) in DUTY]
        possible = [day for day in possible if statuses.on(day.date) in DUTY]
        reached = scan(certain, stay.calendar, version)
        after = reached[-1].last if reached else date.min
        own = _running(certain, stay, version, after, on)
        more = _running(possible, stay, version, after, on)
        if not more:
            continue
        last = window_last(stay.calendar, (own or more)[0].date, rule)
        found.append(
            RunningWindow(
                stay.school_id,
                exact(sum((day.minutes for day in own), 0)),
                exact(sum((day.minutes for day in more), 0)),
                int(rule["threshold_minutes"]),
                own[0].date if own else None,
                last,
                tuple(dict.fromkeys(mark.absence.ref for day in own for mark in day.marks)),
            )
        )
    return tuple(found)


def _running(
    days: Sequence[CountedDay], stay: Stay, version: VersionOn, after: date, on: date
) -> list[CountedDay]:
    """The days from the earliest begin whose window still runs on the reference date."""
    for place, day in enumerate(days):
        rule = version(day.date)
        if day.date > after and rule is not None and window_last(stay.calendar, day.date, rule) >= on:
            return list(days[place:])
    return []
