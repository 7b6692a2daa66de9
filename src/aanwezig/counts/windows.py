"""On which days the 16 hours are reached, and on which somebody has long been at school in part only."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from itertools import accumulate

from aanwezig.counts.situation import Span
from aanwezig.rules.attendance import Attendance, Exact
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
from aanwezig.rules.provisions import Provisions, RuleVersion
from aanwezig.rules.unauthorised import MAY_COUNT
from aanwezig.values import CannotTell
from aanwezig.values.period import ONE_DAY

FOUR_WEEKS = timedelta(days=28)


def relative_spans(attendance: Attendance, provisions: Provisions, *, with_open: bool) -> tuple[Span, ...]:
    """From the day on which 16 hours are reached, by the scan of the duty, to the end of its window."""
    found: list[Span] = []
    for stay, days, version in _stays(attendance, provisions, with_open=with_open):
        for reached in scan(days, stay.calendar, version):
            last = min(reached.window_last, stay.last)
            if reached.reached <= last:
                found.append(Span(reached.reached, last, reached.first))
    return tuple(sorted(found, key=lambda span: span.first))


def part_time_spans(attendance: Attendance, provisions: Provisions, *, with_open: bool) -> tuple[Span, ...]:
    """More than four weeks without a valid reason not full time at school, in part (profile ``vws``).

    In each of two windows of four lesson weeks, the second beginning the day after the first ends, 16 hours are
    reached: from that day to the end of the second. Or in one window that holidays make longer than four weeks:
    from day 29, once 16 hours are reached, to its end. A window begins on a day that counts.
    """
    found: list[Span] = []
    for stay, days, version in _stays(attendance, provisions, with_open=with_open):
        sums: list[Exact] = [0, *accumulate(day.minutes for day in days)]
        dates = [day.date for day in days]
        for place, day in enumerate(days):
            rule = version(day.date)
            if rule is None:
                continue
            end = window_last(stay.calendar, day.date, rule)
            reached = _reached(dates, sums, place, end, rule)
            if reached is None:
                continue
            held = max(reached, day.date + FOUR_WEEKS)
            if held <= min(end, stay.last):
                found.append(Span(held, min(end, stay.last), day.date))
            if end >= stay.last:
                continue
            following = window_last(stay.calendar, end + ONE_DAY, rule)
            again = _reached(dates, sums, bisect_left(dates, end + ONE_DAY), following, rule)
            if again is not None:
                found.append(Span(again, min(following, stay.last), day.date))
    return tuple(sorted(found, key=lambda span: (span.first, span.since)))


def _reached(dates: list[date], sums: list[Exact], place: int, last: date, rule: RuleVersion) -> date | None:
    """The day on which the minutes from a place on reach the threshold, up to and with ``last``."""
    threshold = sums[place] + rule["threshold_minutes"]
    for index in range(place, len(dates)):
        if dates[index] > last:
            return None
        total = sums[index + 1]
        if total > threshold or (total == threshold and rule["operator"] == ">="):
            return dates[index]
    return None


def _stays(
    attendance: Attendance, provisions: Provisions, *, with_open: bool
) -> list[tuple[Stay, list[CountedDay], VersionOn]]:
    """Each stay at a school with the days that count there: those with a duty, or with a status nobody can tell."""
    if attendance.reasons.isdisjoint(MAY_COUNT):
        return []
    version = _versions(provisions)
    statuses = statuses_of(attendance, provisions)

    def has_duty(day: date) -> bool:
        status = statuses.on(day)
        return isinstance(status, CannotTell) or status in DUTY

    found = []
    for stay in stays(attendance):
        certain, possible = _counted(attendance, stay, version)
        days = [day for day in (possible if with_open else certain) if has_duty(day.date)]
        found.append((stay, days, version))
    return found
