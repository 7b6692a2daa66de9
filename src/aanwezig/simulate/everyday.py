"""Ordinary absence: sickness in seasons, visits, leave, luxury, lateness, a lesson missed now and then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from aanwezig.simulate.block import Block
from aanwezig.simulate.drawing import Array, choose, ramp
from aanwezig.simulate.marks import EMPTY, NO, REASON, YES, Marks, Process, make_marks

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


@dataclass(frozen=True, slots=True)
class Propensities:
    """What a pupil of the block brings along, one entry a pupil: the truth behind its marks."""

    sick: Array
    late: Array
    truant: Array
    chronically_ill: Array
    religious: Array


@dataclass(frozen=True, slots=True)
class BesideRow:
    """A row of a table beside ``absences``, with the stay it belongs to; days as in ``Days``."""

    stay: int
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Made:
    """Marks, and the rows of other tables that come with them, by table."""

    marks: list[Marks] = field(default_factory=list)
    beside: dict[str, list[BesideRow]] = field(default_factory=dict)

    def add(self, table: str, stay: int, **values: object) -> None:
        self.beside.setdefault(table, []).append(BesideRow(stay, values))


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
    """Add all ordinary marks of a block."""
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
            _religion(block, propensities, made),
            _weighty(block, made, rng),
            *_around_holidays(block, made, rng),
            _suspensions(block, made, rng),
        ]
    )


def whole_days(
    block: Block,
    stay: Array,
    first: Array,
    length: Array,
    process: Process,
    reason: str | Array,
    authorised: np.int8 | Array,
) -> Marks:
    """A mark for each school day of runs that begin at a place in the year."""
    each = np.repeat(np.arange(len(stay)), length)
    ordinal = first[each] + ramp(length)
    day, inside = block.day_at(stay[each], ordinal)
    each, day = each[inside], day[inside]
    return make_marks(
        stay[each],
        day,
        process,
        reason if isinstance(reason, str) else reason[each],
        authorised[each] if isinstance(authorised, np.ndarray) else authorised,
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
    expected = block.rate(block.parameters.everyday.sent_out) * (0.5 + 0.5 * propensities.late[block.local])
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


def _religion(block: Block, propensities: Propensities, made: Made) -> Marks:
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


def _weighty(block: Block, made: Made, rng: np.random.Generator) -> Marks:
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


def _around_holidays(block: Block, made: Made, rng: np.random.Generator) -> list[Marks]:
    """Holidays made longer without leave, and the rare holiday leave that is granted (article 11 under f)."""
    everyday = block.parameters.everyday
    own = np.flatnonzero(rng.random(len(block.stays)) < everyday.luxury)
    edges = {}
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
    luxury = whole_days(
        block,
        np.array(stays, int),
        np.array(firsts, int),
        np.array(lengths, int),
        Process.LUXURY,
        "luxury",
        NO,
    )
    stay, ordinal, _ = block.draw_events(
        rng, np.full(len(block.stays), everyday.holiday_leave), block.plain_season
    )
    # Never in the first two lesson weeks, and at most once a year.
    chosen = np.flatnonzero(ordinal >= 12)
    _, one = np.unique(stay[chosen], return_index=True)
    stay, ordinal = stay[chosen[one]], ordinal[chosen[one]]
    length = rng.integers(3, 11, size=len(stay))
    first, _ = block.day_at(stay, ordinal)
    last, inside = block.day_at(stay, ordinal + length - 1)
    stay, ordinal, length, first, last = (a[inside] for a in (stay, ordinal, length, first, last))
    for number in range(len(stay)):
        made.add(
            "leave",
            int(stay[number]),
            first_day=int(first[number]),
            last_day=int(last[number]),
            ground="art11_f",
            granted="yes",
            decided_by="head",
        )
    return [luxury, whole_days(block, stay, ordinal, length, Process.LEAVE, "leave", YES)]


def holiday_edges(block: Block, calendar: int, year: int) -> list[int]:
    """The places in the year of the last school day before each holiday."""
    begin = int(block.days.offset[calendar, year])
    own = block.days.school_days[begin : begin + int(block.days.count[calendar, year])]
    return np.flatnonzero(np.diff(own) > HOLIDAY_GAP).tolist()


def _suspensions(block: Block, made: Made, rng: np.random.Generator) -> Marks:
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


def withdrawn_marks(block: Block, rng: np.random.Generator) -> Marks:
    """Registrations of children who were there: the school will take them back."""
    stay, _, day = block.draw_events(
        rng, np.full(len(block.stays), block.parameters.recording.withdrawn), block.plain_season
    )
    slot = (rng.random(len(stay)) * block.last_slot(stay, day)).astype(np.int64)
    truant = rng.random(len(stay)) < 0.4
    reason = np.where(truant, REASON["truant"], REASON["unknown"])
    return make_marks(stay, day, Process.WITHDRAWN, reason, np.where(truant, NO, EMPTY), slot, slot)
