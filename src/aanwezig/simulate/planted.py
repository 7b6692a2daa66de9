"""What is planted, so that a check can be checked: patterns on the line and just off it, and faults.

A pupil with a planted pattern has no other mark that the same rule would count, no type of problematic
absence, no correction and no planted fault; so what a rule should say of it is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aanwezig.simulate.block import Block
from aanwezig.simulate.days import NO_END
from aanwezig.simulate.drawing import Array
from aanwezig.simulate.marks import NO, REASON, WHOLE_DAY, YES, Marks, Process, make_marks

# kind: whether the rule has to find it
PATTERNS = {
    "hours_over": True,  # more than 16 hours of truancy within four lesson weeks
    "hours_exactly": True,  # 960 minutes, or 16 lessons
    "hours_just_below": False,  # 959 minutes, or 15 lessons
    "hours_too_spread": False,  # 16 hours, the last of them outside the window of four lesson weeks
    "long_reached": True,  # every school day of four lesson weeks, and the day after
    "long_just_below": False,  # every school day of four lesson weeks, and then back
    "sick_seven_days": True,
    "sick_six_days": False,
}
HOURS = 960
LESSON_AS_HOUR = 60


@dataclass(frozen=True, slots=True)
class Pattern:
    """A planted pattern: ``minutes`` as the 16 hours count them, None where they play no part."""

    stay: int
    kind: str
    first: int
    last: int
    minutes: int | None
    school_days: int

    @property
    def to_be_found(self) -> bool:
        return PATTERNS[self.kind]


def plant(block: Block, until: int, rng: np.random.Generator) -> tuple[list[Pattern], list[Marks], Array]:
    """Patterns that are over by day ``until``, their marks, and which pupils of the block have one."""
    taken = np.zeros(len(block), dtype=bool)
    candidates = _candidates(block)
    wanted = len(block) * block.parameters.planted.each_pattern
    patterns: list[Pattern] = []
    marks: list[Marks] = []
    order = rng.permutation(candidates).tolist()
    for kind in PATTERNS:
        number = max(1 if len(block) >= 100 else 0, round(wanted))
        tries = 0
        while number > 0 and order and tries < 50:
            tries += 1
            stay = order.pop()
            made = _pattern(block, stay, kind, rng)
            if made is None or made[0].last > until:
                continue
            patterns.append(made[0])
            marks.append(made[1])
            taken[block.local[stay]] = True
            number -= 1
    return patterns, marks, taken


def _candidates(block: Block) -> Array:
    """Stays of pupils under the duty of compulsory education all year, at one school, birthday known."""
    stays, pupils = block.stays, block.population.pupils
    age = block.age_at_start
    year_end = block.days.year_start[stays.year + 1] - 1
    whole = (stays.first == block.days.year_start[stays.year]) & (stays.last == year_end)
    of_age = (age >= 6.1) & (age < 14.5)
    # A whole day in one row counts by the clock where no length of a lesson is stated.
    stated = np.array([minutes is not None for minutes in block.schools.lesson_minutes])[stays.school]
    whole &= stated | ~block.counts_lessons
    once = np.bincount(block.local, minlength=len(block))[block.local] == 1
    return np.flatnonzero(whole & of_age & once & pupils.birth_known[stays.pupil])


def _pattern(block: Block, stay: int, kind: str, rng: np.random.Generator) -> tuple[Pattern, Marks] | None:
    days = block.days
    calendar, year = int(block.stays.calendar[stay]), int(block.stays.year[stay])
    begin, number = int(days.offset[calendar, year]), int(days.count[calendar, year])
    own = days.school_days[begin : begin + number]
    place = int(rng.integers(15, number - 75))
    first = int(own[place])
    window_last = int(days.window_last[calendar, first])
    if window_last >= NO_END:
        return None
    within = own[(own >= first) & (own <= window_last)]
    if kind.startswith("sick"):
        length = 7 if kind == "sick_seven_days" else 6
        chosen = own[place : place + length]
        marks = make_marks(np.full(length, stay), chosen, Process.PLANTED, "sick", YES)
        return Pattern(stay, kind, int(chosen[0]), int(chosen[-1]), None, length), marks
    if kind.startswith("long"):
        after = own[own > window_last][:1]
        chosen = np.concatenate([within, after]) if kind == "long_reached" else within
        marks = make_marks(np.full(len(chosen), stay), chosen, Process.PLANTED, "truant", NO)
        return Pattern(stay, kind, int(chosen[0]), int(chosen[-1]), None, len(chosen)), marks
    following = own[(own > window_last) & (own < window_last + 14)]
    return _hours(block, stay, kind, within, following, rng)


def _hours(
    block: Block, stay: int, kind: str, within: Array, following: Array, rng: np.random.Generator
) -> tuple[Pattern, Marks] | None:
    """Truancy on chosen days of one window, adding up to what the kind asks."""
    days = block.days
    calendar = int(block.stays.calendar[stay])
    lessons = bool(block.counts_lessons[stay])
    length = int(days.lesson_minutes[calendar])
    unit = LESSON_AS_HOUR if lessons and length <= 60 else length if lessons else 1
    asked = HOURS if kind != "hours_just_below" else HOURS - 1
    if kind == "hours_over":
        asked = HOURS + 2 * (unit if lessons else 45)
    # In lessons: whole ones, rounded so that the kind still holds.
    asked_units = asked // unit if kind == "hours_just_below" else -(-asked // unit)
    if kind == "hours_exactly" and asked_units * unit != HOURS:
        return None
    others = np.sort(rng.permutation(within[1:]))
    days_per_unit = days.slots[calendar] if lessons else days.minutes[calendar]
    chosen, first_slot, last_slot, minutes, left = [], [], [], [], int(asked_units)
    picked = np.concatenate([within[:1], np.sort(rng.permutation(others)[: min(len(others), 11)])])
    if kind == "hours_too_spread":
        # All but the last unit in the window; that one after it.
        left -= 1
    for day in picked.tolist():
        room = int(days_per_unit[day])
        taken = min(left, room)
        if taken == 0:
            break
        chosen.append(day)
        first_slot.append(0)
        last_slot.append(taken - 1 if lessons else WHOLE_DAY if taken == room else 0)
        minutes.append(-1 if lessons or taken == room else taken)
        left -= taken
    if left > 0 or (kind == "hours_too_spread" and not len(following)):
        return None
    if kind == "hours_too_spread":
        chosen.append(int(following[0]))
        first_slot.append(0)
        last_slot.append(0)
        minutes.append(-1 if lessons else 1)
    marks = make_marks(
        np.full(len(chosen), stay),
        np.array(chosen),
        Process.PLANTED,
        "truant",
        NO,
        np.array(first_slot),
        np.array(last_slot),
        np.array(minutes),
    )
    pattern = Pattern(stay, kind, chosen[0], chosen[-1], int(asked_units) * unit, len(chosen))
    return pattern, marks


# What would not go together with a planted pattern, or comes with rows in other tables.
NOT_BESIDE_A_PATTERN = (
    Process.LEAVE,
    Process.LUXURY,
    Process.SUSPENSION,
    Process.SENT_HOME,
    Process.LONG_ILLNESS,
)


def without_rivals(marks: Marks, block: Block, patterns: list[Pattern]) -> Marks:
    """The marks without those that would count beside a planted pattern of the same pupil, or on its days."""
    hours = np.zeros(len(block.stays), dtype=bool)
    ill = np.zeros(len(block.stays), dtype=bool)
    for pattern in patterns:
        (ill if pattern.kind.startswith("sick") else hours)[pattern.stay] = True
    planted = marks.process == Process.PLANTED
    counted = np.isin(marks.reason, [REASON[n] for n in ("truant", "unknown", "luxury", "sent_home")])
    rival = (hours[marks.stay] & counted) | (ill[marks.stay] & (marks.reason == REASON["sick"]))
    rival |= (hours | ill)[marks.stay] & np.isin(marks.process, NOT_BESIDE_A_PATTERN)
    key = marks.stay.astype(np.int64) * block.days.length + marks.day
    rival |= np.isin(key, key[planted])
    return marks.take(planted | ~rival)
