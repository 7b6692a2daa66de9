"""Marks: stretches of missed time within a day, and how they become rows that overlap nowhere.

A day has *slots*: the lessons of the timetable, or halves of the day where a school counts no lessons. Each
process (sickness, truancy, …) makes its own marks without looking at the others; ``resolve`` then gives every
slot to the mark of highest rank and writes down what is left as the school registers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np

from aanwezig.simulate.days import Days
from aanwezig.simulate.drawing import Array, ramp
from aanwezig.simulate.population import Stays
from aanwezig.simulate.schools import (
    BY_DAY_AND_LESSON,
    BY_LESSON,
    BY_LESSON_WITH_MINUTES,
    BY_MINUTES,
    BY_PART,
)
from aanwezig.tables import REASONS

REASON = {name: np.int8(position) for position, name in enumerate(REASONS)}
YES, NO, EMPTY = np.int8(1), np.int8(0), np.int8(-1)
WHOLE_DAY = 255
NO_MINUTES = np.int16(-1)
NO_START = np.int16(-1)
NO_PART, DAY, MORNING, AFTERNOON = range(4)
PARTS = ("day", "morning", "afternoon")


class Process(IntEnum):
    """What made a mark; of two on one slot the lower number stands."""

    PLANTED = 0
    EXEMPT_HOURS = 1
    SUSPENSION = 2
    SENT_HOME = 3
    EXCLUSION = 4
    REFUSAL = 5
    TRUANCY = 6
    WITHDRAWAL = 7
    LEAVE = 8
    LUXURY = 9
    LONG_ILLNESS = 10
    SICK = 11
    MEDICAL = 12
    TRUANT_LESSONS = 13
    UNEXPLAINED = 14
    SENT_OUT = 15
    LATE = 16
    EXCURSION = 17
    WITHDRAWN = 18


@dataclass(frozen=True, slots=True)
class Marks:
    """One entry a mark. ``last_slot`` WHOLE_DAY: to the end of the day; ``minutes``: less than the slots."""

    stay: Array
    day: Array
    first_slot: Array
    last_slot: Array
    minutes: Array
    reason: Array
    authorised: Array
    process: Array

    def __len__(self) -> int:
        return len(self.stay)

    def take(self, chosen: Array) -> Marks:
        return Marks(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})


def make_marks(
    stay: Array,
    day: Array,
    process: Process,
    reason: str | Array,
    authorised: np.int8 | Array,
    first_slot: int | Array = 0,
    last_slot: int | Array = WHOLE_DAY,
    minutes: np.int16 | Array = NO_MINUTES,
) -> Marks:
    """Marks of one process; what is the same for all may be given once."""
    number = len(stay)

    def full(value: object, dtype: type[np.generic]) -> Array:
        return np.broadcast_to(np.asarray(value, dtype=dtype), (number,))

    return Marks(
        stay=np.asarray(stay, dtype=np.int32),
        day=np.asarray(day, dtype=np.int32),
        first_slot=full(first_slot, np.uint8),
        last_slot=full(last_slot, np.uint8),
        minutes=full(minutes, np.int16),
        reason=full(REASON[reason] if isinstance(reason, str) else reason, np.int8),
        authorised=full(authorised, np.int8),
        process=full(int(process), np.int8),
    )


def joined(marks: Sequence[Marks]) -> Marks:
    return Marks(**{f.name: np.concatenate([getattr(m, f.name) for m in marks]) for f in fields(Marks)})


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows as the school writes them, sorted by stay, day and slot. ``minutes`` -1: none; ``lesson`` 0: none.

    ``missed`` is what the row means in minutes; ``mark`` its position among the marks it came from.
    """

    stay: Array
    day: Array
    lesson: Array
    part: Array
    minutes: Array
    missed: Array
    reason: Array
    authorised: Array
    process: Array
    mark: Array

    def __len__(self) -> int:
        return len(self.stay)

    def take(self, chosen: Array) -> Rows:
        return Rows(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})


def resolve(marks: Marks, stays: Stays, style: Array, counts_lessons: Array, days: Days) -> Rows:
    """Rows of the marks within their stays, each slot once.

    ``style`` and ``counts_lessons`` are those of the school of each stay.
    """
    calendar = stays.calendar[marks.stay]
    slots = days.slots[calendar, marks.day].astype(np.int64)
    inside = (marks.day >= stays.first[marks.stay]) & (marks.day <= stays.last[marks.stay])
    keep = inside & (slots > marks.first_slot)
    # A mark for a lesson that this day does not have is a mark of its last lesson.
    keep |= inside & (slots > 0) & (marks.last_slot != WHOLE_DAY)
    position = np.flatnonzero(keep)
    slots = slots[position]
    last = np.minimum(marks.last_slot[position], slots - 1)
    first = np.minimum(marks.first_slot[position], last)
    length = last - first + 1
    mark = np.repeat(position, length)
    slot = np.repeat(first, length) + ramp(length)
    key = (marks.stay[mark].astype(np.int64) * days.length + marks.day[mark]) * 16 + slot
    order = np.argsort(key * 32 + marks.process[mark], kind="stable")
    key = key[order]
    chosen = order[np.concatenate([[True], key[1:] != key[:-1]])] if len(key) else order
    return _written_down(marks, mark[chosen], slot[chosen], stays, style, counts_lessons, days)


def _written_down(
    marks: Marks, mark: Array, slot: Array, stays: Stays, style: Array, counts_lessons: Array, days: Days
) -> Rows:
    """From slots to rows: by lesson, or a day that one mark fills in one row."""
    stay, day = marks.stay[mark], marks.day[mark]
    calendar = stays.calendar[stay]
    day_minutes = days.minutes[calendar, day].astype(np.int32)
    slots = days.slots[calendar, day].astype(np.int32)
    partial = marks.minutes[mark]
    by_lesson = counts_lessons[stay]
    own_style = style[stay]
    # Slots of one mark on one day, next to each other, stand in one row where the school writes by day.
    same = np.zeros(len(mark), dtype=bool)
    same[1:] = (mark[1:] == mark[:-1]) & (slot[1:] == slot[:-1] + 1)
    run = np.cumsum(~same) - 1
    run_length = np.bincount(run, minlength=1)[run] if len(run) else np.zeros(0, np.int64)
    whole = (run_length == slots) & (partial == NO_MINUTES)
    folds = (~by_lesson & (partial == NO_MINUTES)) | (by_lesson & (own_style == BY_DAY_AND_LESSON) & whole)
    keep = ~(folds & same)
    lesson_length = days.lesson_minutes[calendar].astype(np.int32)
    missed = np.where(by_lesson, lesson_length, _half(day_minutes, slots, slot))
    missed = np.where(folds & whole, day_minutes, missed)
    # What is planted may be longer than half a day; nothing else stands on that day then.
    most = np.where((marks.process[mark] == Process.PLANTED) & ~by_lesson, day_minutes, missed)
    missed = np.where(partial == NO_MINUTES, missed, np.minimum(partial, most))
    is_part = (folds & ((own_style == BY_PART) | by_lesson)) & (partial == NO_MINUTES)
    part = np.where(is_part, np.where(whole, DAY, MORNING + slot), NO_PART)
    says_minutes = (partial != NO_MINUTES) | (own_style == BY_MINUTES) & ~by_lesson
    says_minutes |= by_lesson & (own_style == BY_LESSON_WITH_MINUTES)
    # Schools that write lessons without minutes do so for lateness too: a lateness, and no time.
    bare_late = by_lesson & (own_style == BY_LESSON) & (marks.reason[mark] == REASON["late"])
    missed = np.where(bare_late, 0, missed)
    says_minutes &= (part == NO_PART) & ~bare_late
    # A visit or a late start in a school that counts no lessons is minutes alone.
    lesson = np.where(by_lesson & (part == NO_PART), slot + 1, 0)
    rows = Rows(
        stay=stay,
        day=day,
        lesson=lesson.astype(np.int8),
        part=part.astype(np.int8),
        minutes=np.where(says_minutes, missed, NO_MINUTES).astype(np.int16),
        missed=missed.astype(np.int16),
        reason=marks.reason[mark],
        authorised=marks.authorised[mark],
        process=marks.process[mark],
        mark=mark,
    )
    return rows.take(keep)


def _half(day_minutes: Array, slots: Array, slot: Array) -> Array:
    """The minutes of half a day, the odd minute in the afternoon."""
    return np.where(
        slots == 2, np.where(slot == 0, day_minutes // 2, day_minutes - day_minutes // 2), day_minutes
    )
