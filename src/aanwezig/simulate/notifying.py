"""What schools report: they count the 16 hours, and send in time, late, never, or take it back.

The count here serves to make believable notifications; the rules of the project judge them with code of
their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from aanwezig.calendar import add_working_days
from aanwezig.simulate.block import Block
from aanwezig.simulate.drawing import Array, choose
from aanwezig.simulate.marks import NO, REASON, YES
from aanwezig.simulate.planted import HOURS, LESSON_AS_HOUR, Pattern
from aanwezig.simulate.recording import Recorded

ON_TIME, LATE, NEVER_SENT, TAKEN_BACK = range(4)
BEHAVIOURS = ("on_time", "late", "never", "withdrawn")
STATUSES = ("registered", "in_progress", "closed", "taken_note")


@dataclass(frozen=True, slots=True)
class Reached:
    """A duty that a school saw: the stay, the category, and the days from and to."""

    stay: int
    category: str
    first: int
    last: int


def counted_hours(block: Block, rows: Recorded) -> Array:
    """Minutes of each row that count for the 16 hours; a lesson of at most 60 minutes is an hour."""
    counts = rows.stands & (
        ((rows.reason == REASON["truant"]) & (rows.authorised != YES))
        | ((rows.reason == REASON["unknown"]) & (rows.authorised == NO))
    )
    length = block.days.lesson_minutes[block.stays.calendar[rows.stay]].astype(np.int64)
    missed = rows.missed.astype(np.int64)
    as_hours = np.where(
        (length > 0) & (length <= 60), missed * LESSON_AS_HOUR // np.maximum(length, 1), missed
    )
    return np.where(counts, as_hours, 0)


def reached_16_hours(block: Block, rows: Recorded) -> Iterator[Reached]:
    """The windows in which a pupil's hours reach 16, the count starting anew the day after."""
    hours = counted_hours(block, rows)
    own = np.flatnonzero(hours)
    if not len(own):
        return
    totals = np.bincount(rows.stay[own], weights=hours[own], minlength=len(block.stays))
    for stay in np.flatnonzero(totals >= HOURS).tolist():
        mine = own[rows.stay[own] == stay]
        days, inverse = np.unique(rows.day[mine], return_inverse=True)
        minutes = np.bincount(inverse, weights=hours[mine])
        ends = block.days.window_last[int(block.stays.calendar[stay]), days]
        begin = 0
        for position in range(len(days)):
            while ends[begin] < days[position]:
                begin += 1
            if minutes[begin : position + 1].sum() >= HOURS:
                yield Reached(stay, "relative_16h", int(days[begin]), int(days[position]))
                begin = position + 1
                if begin == len(days):
                    break


def luxury_runs(block: Block, rows: Recorded) -> Iterator[Reached]:
    """Runs of luxury days close together."""
    own = np.flatnonzero(rows.stands & (rows.reason == REASON["luxury"]))
    own = own[np.lexsort((rows.day[own], rows.stay[own]))]
    first = last = stay = -1
    for here, day in zip(rows.stay[own].tolist(), rows.day[own].tolist(), strict=True):
        if here != stay or day > last + 4:
            if stay >= 0:
                yield Reached(stay, "luxury", first, last)
            stay, first = here, day
        last = day
    if stay >= 0:
        yield Reached(stay, "luxury", first, last)


def notifications(
    block: Block, rows: Recorded, patterns: list[Pattern], until: int, rng: np.random.Generator
) -> list[dict[str, object]]:
    """One row per duty seen: what was sent, and how the school behaved (``behaviour``: truth, not register)."""
    recording = block.parameters.recording
    seen = list(reached_16_hours(block, rows))
    seen += [run for run in luxury_runs(block, rows) if rng.random() < recording.luxury_notified]
    seen += [Reached(p.stay, "long_relative", p.first, p.last) for p in patterns if p.kind == "long_reached"]
    shares = (recording.notified_on_time, recording.notified_late, recording.notified_never)
    behaviour = choose(rng, (*shares, 1 - sum(shares)), len(seen))
    found: list[dict[str, object]] = []
    for reached, how in zip(seen, behaviour.tolist(), strict=True):
        wait = int(rng.integers(6, 16)) if how == LATE else int(rng.integers(1, 6))
        sent: date = add_working_days(block.days.date_of(reached.last), wait)
        sent_on = block.days.index(sent)
        sends = how != NEVER_SENT and sent_on <= until
        found.append(
            {
                "stay": reached.stay,
                "category": reached.category,
                "first_day": reached.first,
                "last_day": reached.last,
                "sent_on": sent_on if sends else None,
                "status": "withdrawn"
                if how == TAKEN_BACK
                else STATUSES[int(choose(rng, (0.2, 0.2, 0.4, 0.2), 1)[0])],
                "behaviour": BEHAVIOURS[how] if sends or how == NEVER_SENT else "not_yet",
            }
        )
    return found
