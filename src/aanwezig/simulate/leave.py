"""Days away with a decision behind them, or without the one there should be: leave, luxury, suspension."""

from __future__ import annotations

from datetime import date

import numpy as np

from aanwezig.simulate.block import Block
from aanwezig.simulate.drawing import Array, choose
from aanwezig.simulate.everyday import Propensities
from aanwezig.simulate.made import Made, whole_days
from aanwezig.simulate.marks import NO, REASON, YES, Marks, Process, make_marks

# Feasts for which children stay home (Leerplichtwet article 11 under e), as expected for the Netherlands.
RELIGIOUS_FEASTS = (
    date(2023, 4, 21),
    date(2023, 6, 28),
    date(2024, 4, 10),
    date(2024, 6, 17),
    date(2025, 3, 31),
    date(2025, 6, 6),
    date(2026, 3, 20),
    date(2026, 5, 27),
    date(2027, 3, 10),
    date(2027, 5, 17),
)
# A gap of so many days between two school days is a holiday, not a weekend with a day added.
HOLIDAY_GAP = 7


def religion(block: Block, propensities: Propensities, made: Made) -> Marks:
    feasts = [block.days.index(day) for day in RELIGIOUS_FEASTS]
    own = np.flatnonzero(propensities.religious[block.local])
    stay, day = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for feast in feasts:
        if not 0 <= feast < block.days.length:
            continue
        here = own[(block.stays.first[own] <= feast) & (block.stays.last[own] >= feast)]
        here = here[block.days.minutes[block.stays.calendar[here], feast] > 0]
        stay.append(here)
        day.append(np.full(len(here), feast))
        for number in here.tolist():
            made.add("leave", number, first_day=feast, last_day=feast, ground="art11_e", granted="yes")
    return make_marks(np.concatenate(stay), np.concatenate(day), Process.LEAVE, "religion", YES)


def weighty(block: Block, made: Made, rng: np.random.Generator) -> Marks:
    """Leave for weighty circumstances; a part is refused, and half of those stay away all the same."""
    everyday = block.parameters.everyday
    stay, ordinal, day = block.draw_events(
        rng, np.full(len(block.stays), everyday.weighty_leave), block.plain_season
    )
    length = 1 + choose(rng, (0.7, 0.2, 0.1), len(stay))
    last, inside = block.day_at(stay, ordinal + length - 1)
    last = np.where(inside, last, day)
    length = np.where(inside, length, 1)
    refused = rng.random(len(stay)) < everyday.weighty_refused
    away = ~refused | (rng.random(len(stay)) < 0.5)
    for number in range(len(stay)):
        made.add(
            "leave",
            int(stay[number]),
            first_day=int(day[number]),
            last_day=int(last[number]),
            ground="art11_g",
            granted="no" if refused[number] else "yes",
            decided_by="head",
        )
    return whole_days(
        block,
        stay[away],
        ordinal[away],
        length[away],
        Process.LEAVE,
        np.where(refused[away], REASON["luxury"], REASON["leave"]),
        np.where(refused[away], NO, YES),
    )


def luxury(block: Block, rng: np.random.Generator) -> Marks:
    """Holidays made longer without leave: days just before one, or just after."""
    own = np.flatnonzero(rng.random(len(block.stays)) < block.parameters.everyday.luxury)
    edges: dict[tuple[int, int], list[int]] = {}
    stays, firsts, lengths = [], [], []
    for number in own.tolist():
        key = int(block.stays.calendar[number]), int(block.stays.year[number])
        if key not in edges:
            edges[key] = holiday_edges(block, *key)
        if not edges[key]:
            continue
        last_before = edges[key][int(rng.integers(len(edges[key])))]
        length = 1 + int(choose(rng, (0.4, 0.25, 0.15, 0.1, 0.1), 1)[0])
        before = rng.random() < 0.7
        stays.append(number)
        firsts.append(last_before - length + 1 if before else last_before + 1)
        lengths.append(length)
    stay, first, length_ = (np.array(values, dtype=np.int64) for values in (stays, firsts, lengths))
    return whole_days(block, stay, first, length_, Process.LUXURY, "luxury", NO)


def holiday_leave(block: Block, made: Made, rng: np.random.Generator) -> Marks:
    """The rare holiday leave that is granted (article 11 under f): at most 10 school days, once a year."""
    drawn, ordinal, _ = block.draw_events(
        rng, np.full(len(block.stays), block.parameters.everyday.holiday_leave), block.plain_season
    )
    # Never in the first two lesson weeks.
    chosen = np.flatnonzero(ordinal >= 12)
    _, one = np.unique(drawn[chosen], return_index=True)
    stay, ordinal = drawn[chosen[one]], ordinal[chosen[one]]
    length = rng.integers(3, 11, size=len(stay))
    first, _ = block.day_at(stay, ordinal)
    last, inside = block.day_at(stay, ordinal + length - 1)
    for number in np.flatnonzero(inside).tolist():
        made.add(
            "leave",
            int(stay[number]),
            first_day=int(first[number]),
            last_day=int(last[number]),
            ground="art11_f",
            granted="yes",
            decided_by="head",
        )
    return whole_days(block, stay[inside], ordinal[inside], length[inside], Process.LEAVE, "leave", YES)


def holiday_edges(block: Block, calendar: int, year: int) -> list[int]:
    """The places in the year of the last school day before each holiday."""
    begin = int(block.days.offset[calendar, year])
    own = block.days.school_days[begin : begin + int(block.days.count[calendar, year])]
    return np.flatnonzero(np.diff(own) > HOLIDAY_GAP).tolist()


def suspensions(block: Block, made: Made, rng: np.random.Generator) -> Marks:
    stay, ordinal, _ = block.draw_events(
        rng, block.rate(block.parameters.everyday.suspensions), block.plain_season
    )
    length = 1 + choose(rng, (0.5, 0.2, 0.15, 0.08, 0.07), len(stay))
    return suspend(block, stay, ordinal, length, made, rng)


def suspend(
    block: Block, stay: Array, ordinal: Array, length: Array, made: Made, rng: np.random.Generator
) -> Marks:
    """Suspensions with their rows in ``suspensions``; of one stay the first on a day counts."""
    first, starts = block.day_at(stay, ordinal)
    last, ends = block.day_at(stay, ordinal + length - 1)
    keep = np.flatnonzero(starts & ends)
    _, one = np.unique(stay[keep].astype(np.int64) * block.days.length + first[keep], return_index=True)
    keep = keep[one]
    stay, ordinal, length, first, last = (a[keep] for a in (stay, ordinal, length, first, last))
    told = rng.random(len(stay)) < np.where(length > 1, 0.85, 0.1)
    # Never told after the last day that the register knows: that would be a fact of later.
    told_on = np.minimum(first + rng.integers(0, 6, size=len(stay)), block.days.length - 1)
    given = choose(rng, (0.85, 0.05, 0.10), len(stay))
    for number in range(len(stay)):
        made.add(
            "suspensions",
            int(stay[number]),
            first_day=int(first[number]),
            last_day=int(last[number]),
            kind="suspension",
            reason_given=("yes", "no", None)[given[number]],
            inspectorate_told_on=int(told_on[number]) if told[number] else None,
        )
    return whole_days(block, stay, ordinal, length, Process.SUSPENSION, "suspended", YES)


def leave_marks(block: Block, propensities: Propensities, made: Made, rng: np.random.Generator) -> None:
    """Add leave, luxury and suspensions, with their rows in the tables of that name."""
    made.marks.extend(
        [
            religion(block, propensities, made),
            weighty(block, made, rng),
            luxury(block, rng),
            holiday_leave(block, made, rng),
            suspensions(block, made, rng),
        ]
    )
