"""Ordinary absence without a decision: sickness in seasons, visits, lateness, a lesson missed now and then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aanwezig.simulate.block import Block
from aanwezig.simulate.drawing import Array, choose, ramp
from aanwezig.simulate.made import Made, whole_days
from aanwezig.simulate.marks import EMPTY, NO, REASON, YES, Marks, Process, make_marks


@dataclass(frozen=True, slots=True)
class Propensities:
    """What a pupil of the block brings along, one entry a pupil: the truth behind its marks."""

    sick: Array
    late: Array
    truant: Array
    chronically_ill: Array
    religious: Array


def draw_propensities(block: Block, rng: np.random.Generator) -> Propensities:
    everyday, number = block.parameters.everyday, len(block)

    def unequal(shape: float) -> Array:
        return rng.gamma(shape, 1.0 / shape, number)

    return Propensities(
        sick=unequal(everyday.sick_inequality),
        late=unequal(everyday.late_inequality),
        truant=unequal(everyday.truant_inequality),
        chronically_ill=rng.random(number) < everyday.chronically_ill,
        religious=rng.random(number) < everyday.religious_pupils,
    )


def everyday_marks(block: Block, propensities: Propensities, made: Made, rng: np.random.Generator) -> None:
    """Add the ordinary marks of a block that no decision goes with."""
    made.marks.extend(
        [
            *_sickness(block, propensities, rng),
            _medical(block, rng),
            _late(block, propensities, rng),
            _truant_lessons(block, propensities, rng),
            _sent_out(block, propensities, rng),
            _sent_home(block, rng),
            _unexplained(block, rng),
            _excursions(block, rng),
        ]
    )


def _sickness(block: Block, propensities: Propensities, rng: np.random.Generator) -> list[Marks]:
    everyday = block.parameters.everyday
    expected = block.rate(everyday.sick_spells) * propensities.sick[block.local]
    expected = expected + 7.0 * propensities.chronically_ill[block.local]
    stay, ordinal, _ = block.draw_events(rng, expected, block.sick_season)
    length = 1 + choose(rng, everyday.sick_days, len(stay))
    # A spell often ends with the weekend: those who might be better on Friday stay home.
    marks = whole_days(block, stay, ordinal, length, Process.SICK, "sick", YES)
    ill_during_day, inside = block.day_at(stay, ordinal - 1)
    chosen = np.flatnonzero(inside & (rng.random(len(stay)) < everyday.sick_starts_within_day))
    from_slot = np.maximum(1, block.last_slot(stay[chosen], ill_during_day[chosen]) // 2)
    went_home = make_marks(
        stay[chosen], ill_during_day[chosen], Process.SICK, "sick", YES, first_slot=from_slot
    )
    long_stay, long_ordinal, _ = block.draw_events(
        rng, np.full(len(block.stays), everyday.long_illness), block.plain_season
    )
    low, high = everyday.long_illness_days
    long_length = rng.integers(low, high, size=len(long_stay))
    return [
        marks,
        went_home,
        whole_days(block, long_stay, long_ordinal, long_length, Process.LONG_ILLNESS, "sick", YES),
    ]


def _medical(block: Block, rng: np.random.Generator) -> Marks:
    stay, _, day = block.draw_events(
        rng, block.rate(block.parameters.everyday.medical_visits), block.plain_season
    )
    slots = block.last_slot(stay, day)
    first = (rng.random(len(stay)) * slots).astype(np.int64)
    lessons = block.counts_lessons[stay]
    minutes = np.where(lessons, -1, 15 * rng.integers(3, 9, size=len(stay)))
    last = np.where(lessons, first + rng.integers(0, 3, size=len(stay)), first)
    return make_marks(stay, day, Process.MEDICAL, "medical", YES, first, last, minutes)


def _late(block: Block, propensities: Propensities, rng: np.random.Generator) -> Marks:
    expected = block.rate(block.parameters.everyday.late) * propensities.late[block.local]
    stay, _, day = block.draw_events(rng, expected, block.plain_season)
    # Mostly the first lesson, else one after a break.
    slot = np.where(rng.random(len(stay)) < 0.75, 0, rng.integers(1, 5, size=len(stay)))
    slot = np.where(block.counts_lessons[stay], slot, 0)
    minutes = np.minimum(5 * rng.geometric(0.45, size=len(stay)), 40)
    authorised = np.array([NO, EMPTY, YES])[choose(rng, (0.7, 0.25, 0.05), len(stay))]
    return make_marks(stay, day, Process.LATE, "late", authorised, slot, slot, minutes)


def _truant_lessons(block: Block, propensities: Propensities, rng: np.random.Generator) -> Marks:
    expected = block.rate(block.parameters.everyday.truant_lessons) * propensities.truant[block.local]
    # The older, the more.
    expected = expected * np.clip((block.age_at_start - 10) / 4, 0.3, 2.0)
    stay, _, day = block.draw_events(rng, expected, block.plain_season)
    slots = block.last_slot(stay, day)
    length = 1 + (rng.random(len(stay)) < 0.3)
    at_end = rng.random(len(stay)) < 0.6
    first = np.where(at_end, slots - length, np.where(rng.random(len(stay)) < 0.5, 0, slots // 2))
    first = np.maximum(first, 0)
    return make_marks(stay, day, Process.TRUANT_LESSONS, "truant", NO, first, first + length - 1)


def _sent_out(block: Block, propensities: Propensities, rng: np.random.Generator) -> Marks:
    # Who is often late is sent out more often too.
    expected = block.rate(block.parameters.everyday.sent_out) * propensities.late[block.local]
    stay, _, day = block.draw_events(rng, expected, block.plain_season)
    slot = (rng.random(len(stay)) * block.last_slot(stay, day)).astype(np.int64)
    minutes = np.where(block.counts_lessons[stay], -1, 30)
    authorised = np.where(rng.random(len(stay)) < 0.7, YES, EMPTY)
    return make_marks(stay, day, Process.SENT_OUT, "sent_out", authorised, slot, slot, minutes)


def _sent_home(block: Block, rng: np.random.Generator) -> Marks:
    stay, _, day = block.draw_events(rng, block.rate(block.parameters.everyday.sent_home), block.plain_season)
    first = np.where(rng.random(len(stay)) < 0.5, block.last_slot(stay, day) // 2, 0)
    return make_marks(stay, day, Process.SENT_HOME, "sent_home", EMPTY, first)


def _unexplained(block: Block, rng: np.random.Generator) -> Marks:
    stay, _, day = block.draw_events(
        rng, block.rate(block.parameters.everyday.unexplained), block.plain_season
    )
    first = (rng.random(len(stay)) * block.last_slot(stay, day)).astype(np.int64)
    authorised = np.array([EMPTY, NO, YES])[choose(rng, (0.6, 0.25, 0.15), len(stay))]
    return make_marks(stay, day, Process.UNEXPLAINED, "unknown", authorised, first, first)


def _excursions(block: Block, rng: np.random.Generator) -> Marks:
    """A whole group elsewhere for a day; chance by group and day, so that all of the group are in."""
    expected = block.parameters.everyday.excursions_per_group
    groups, group = np.unique(
        block.stays.group_key * block.days.years + block.stays.year, return_inverse=True
    )
    number = rng.poisson(expected, size=len(groups))
    # A school that does not write excursions down is one whose number ends so.
    of_group = np.repeat(np.arange(len(groups)), number)
    share = rng.random(len(of_group))
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(len(groups) + 1))
    sizes = np.diff(starts)[of_group]
    member = order[np.repeat(starts[of_group], sizes) + ramp(sizes)]
    place = np.repeat(share, sizes)
    registers = block.stays.school[member] % 2 == 0
    member, place = member[registers], place[registers]
    day, inside = block.day_at(member, (place * block.year_days[member]).astype(np.int64))
    return make_marks(member[inside], day[inside], Process.EXCURSION, "elsewhere", YES)


def withdrawn_marks(block: Block, rng: np.random.Generator) -> Marks:
    """Registrations of children who were there: the school will take them back."""
    stay, _, day = block.draw_events(
        rng, np.full(len(block.stays), block.parameters.recording.withdrawn), block.plain_season
    )
    slot = (rng.random(len(stay)) * block.last_slot(stay, day)).astype(np.int64)
    truant = rng.random(len(stay)) < 0.4
    reason = np.where(truant, REASON["truant"], REASON["unknown"])
    return make_marks(stay, day, Process.WITHDRAWN, reason, np.where(truant, NO, EMPTY), slot, slot)
