"""Whether a person can be in a count at all, and on which days: most persons are in none, on any day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from aanwezig.counts.history import FOUR_WEEKS, LONGEST_CLOSURE, History
from aanwezig.counts.profiles import CategoryData, ProfileData
from aanwezig.values.period import ONE_DAY


def may_be_in(history: History, profile: ProfileData, first: date, last: date) -> bool:
    """Whether a profile can say anything but no on some day of a period."""
    if history.never_known and profile.takes_not_enrolled:
        return True
    if profile.takes_enrolled and _is_long_undelivered(history, last):
        return True
    return any(
        begun <= last and ended >= first
        for category in profile.categories
        for begun, ended in _stretches(history, category)
    )


def days_to_look(history: History, profile: ProfileData, first: date, last: date) -> Iterator[date]:
    """The days of a period on which the answer can be another than no, and the last one."""
    spans = [span for category in profile.categories for span in _stretches(history, category)]
    everything = history.never_known or _is_long_undelivered(history, last)
    day = first
    while day <= last:
        if everything or day == last or any(begun <= day <= ended for begun, ended in spans):
            yield day
        day += ONE_DAY


def _stretches(history: History, category: CategoryData) -> list[tuple[date, date]]:
    """From-to in which what a category looks at may hold: runs that become long enough, and the closure after them."""
    kind = category.kind
    if kind == "exemption":
        return [(first, last) for first, last, _ in history.exemptions]
    if kind == "below_half":
        return [(date.min, date.max)] if history.followed.may_be_below_half else []
    if kind in ("relative_16h", "part_time"):
        own = history.perhaps_relative if kind == "relative_16h" else history.perhaps_part_time
        return [(span.first, span.last) for span in own]
    if kind == "not_enrolled":
        runs = history.not_enrolled
    elif kind == "unauthorised":
        runs = history.perhaps_unauthorised
    else:
        runs = history.absences if kind == "any_absence" else history.no_education
    # Where a school did not deliver, its last state may go on.
    ends = history.setting.on if history.setting.complete_through else None
    return [
        (run.first, ends or run.last + timedelta(days=LONGEST_CLOSURE))
        for run in runs
        if category.duration == "from_day_1" or run.long_from is not None
    ]


def _is_long_undelivered(history: History, day: date) -> bool:
    if not history.setting.complete_through:
        return False
    return history.situation(day).undelivered_days >= FOUR_WEEKS.days
