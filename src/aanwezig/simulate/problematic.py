"""The four types of problematic absence (NJi 2020, chapters 3-6), developing over a school year.

Each begins on a day, grows and then stays or mends. What a school writes down is apart from what it is:
refusal is often written as sickness, keeping a child home as sickness or leave, sending home as nothing
that asks for a decision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aanwezig.simulate.block import Block
from aanwezig.simulate.drawing import Array, choose
from aanwezig.simulate.leave import suspend
from aanwezig.simulate.made import Made
from aanwezig.simulate.marks import EMPTY, NO, REASON, WHOLE_DAY, YES, Process, make_marks

NONE, REFUSAL, TRUANCY, WITHDRAWAL, EXCLUSION = range(5)
TYPES = ("none", "refusal", "truancy", "withdrawal", "exclusion")
PROCESS = {
    REFUSAL: Process.REFUSAL,
    TRUANCY: Process.TRUANCY,
    WITHDRAWAL: Process.WITHDRAWAL,
    EXCLUSION: Process.EXCLUSION,
}
# How long a day of absence draws the next one after it, per type: 0 not at all, 1 for ever.
PERSISTENCE = np.array([0.0, 0.62, 0.15, 0.75, 0.1])
# How a school writes it: reason, authorised and the share of pupils, by type.
WAYS_TO_MARK = {
    REFUSAL: (
        ("sick", YES, 0.52),
        ("unknown", YES, 0.14),
        ("unknown", EMPTY, 0.12),
        ("leave", YES, 0.06),
        ("unknown", NO, 0.10),
        ("truant", NO, 0.06),
    ),
    TRUANCY: (("truant", NO, 0.86), ("unknown", NO, 0.10), ("unknown", EMPTY, 0.04)),
    WITHDRAWAL: (
        ("sick", YES, 0.42),
        ("leave", YES, 0.16),
        ("unknown", EMPTY, 0.18),
        ("unknown", NO, 0.14),
        ("luxury", NO, 0.10),
    ),
    EXCLUSION: (("sent_home", EMPTY, 0.6), ("sent_home", YES, 0.4)),
}
# After so many school days a school begins to see refusal that was written as sickness.
SEEN_AFTER = 45
PLANNED_PLACES = 45


@dataclass(frozen=True, slots=True)
class Course:
    """One entry a stay with a type: what it is, when it began and how far it goes."""

    stay: Array
    kind: Array
    onset: Array  # the place in the school year
    height: Array  # chance of a day of absence once it is fully grown
    growth: Array  # school days in which two thirds of that are reached
    mends: Array  # place in the year from which it goes down; beyond the year: never
    marked_as: Array  # position in WAYS_TO_MARK of the type


def draw_courses(block: Block, barred: Array, rng: np.random.Generator) -> Course:
    """Who has which type, in the stays of at least half a year; ``barred``: pupils who are to have none."""
    rates = block.parameters.problematic
    number = len(block.stays)
    shares = [block.rate(r) for r in (rates.refusal, rates.truancy, rates.withdrawal, rates.exclusion)]
    # Truancy comes with the years; refusal is highest in early adolescence (NJi 2020, chapter 3.1).
    age = block.age_at_start
    shares[1] = shares[1] * np.clip((age - 10.5) / 3.5, 0.2, 1.6)
    shares[0] = shares[0] * np.where((age > 11.5) & (age < 15.5), 1.25, 0.9)
    steps = np.cumsum(np.stack(shares), axis=0)
    drawn = rng.random(number)
    kind = 1 + (drawn[None, :] >= steps).sum(axis=0)
    kind = np.where(drawn >= steps[-1], NONE, kind)
    long_enough = block.stays.last - block.stays.first > 150
    under_duty = age >= 5.2
    kind = np.where(long_enough & under_duty & ~barred[block.local], kind, NONE)
    # A pupil has one type in the register, the one of its first such year.
    stay = np.flatnonzero(kind != NONE)
    _, first = np.unique(block.local[stay], return_index=True)
    stay = stay[first]
    kind = kind[stay]
    size = len(stay)
    low = np.array([0.0, 0.12, 0.06, 0.10, 0.04])[kind]
    high = np.array([0.0, 0.85, 0.45, 0.60, 0.22])[kind]
    onset = rng.integers(8, 130, size=size)
    mends = np.where(rng.random(size) < 0.4, onset + rng.integers(35, 110, size=size), 10_000)
    marked_as = np.zeros(size, dtype=np.int64)
    for number_of_kind, ways in WAYS_TO_MARK.items():
        own = kind == number_of_kind
        marked_as[own] = choose(rng, [share for _, _, share in ways], int(own.sum()))
    return Course(
        stay=stay,
        kind=kind,
        onset=onset,
        height=low + (high - low) * rng.beta(1.3, 2.0, size),
        growth=rng.integers(12, 50, size=size),
        mends=mends,
        marked_as=marked_as,
    )


def absent_days(block: Block, course: Course, rng: np.random.Generator) -> Array:
    """Courses × school days of the year: absent or not, in runs, with a chance that grows from the onset."""
    number = int(block.year_days[course.stay].max()) if len(course.stay) else 0
    absent = np.zeros((len(course.stay), number), dtype=bool)
    rho = PERSISTENCE[course.kind]
    before = np.zeros(len(course.stay), dtype=bool)
    for place in range(number):
        since = np.maximum(place - course.onset, 0)
        chance = course.height * (1 - np.exp(-since / course.growth))
        chance *= np.exp(-np.maximum(place - course.mends, 0) / 15.0)
        step = np.where(before, chance + rho * (1 - chance), chance * (1 - rho))
        before = (rng.random(len(course.stay)) < step) & (place >= course.onset)
        absent[:, place] = before
    return absent


def problematic_marks(block: Block, course: Course, made: Made, rng: np.random.Generator) -> None:
    """Add the marks and the other rows of all courses of a block."""
    absent = absent_days(block, course, rng)
    which, place = np.nonzero(absent)
    day, inside = block.day_at(course.stay[which], place)
    which, place, day = which[inside], place[inside], day[inside]
    for kind in (REFUSAL, TRUANCY, WITHDRAWAL, EXCLUSION):
        own = course.kind[which] == kind
        _add_marks(block, course, kind, which[own], place[own], day[own], made, rng)
    _add_lessons_of_truants(block, course, made, rng)
    _add_measures_of_schools(block, course, made, rng)


def _add_marks(
    block: Block,
    course: Course,
    kind: int,
    which: Array,
    place: Array,
    day: Array,
    made: Made,
    rng: np.random.Generator,
) -> None:
    ways = WAYS_TO_MARK[kind]
    way = course.marked_as[which]
    reason = np.array([REASON[name] for name, _, _ in ways])[way]
    authorised = np.array([mark for _, mark, _ in ways])[way]
    if kind == REFUSAL:
        # Two in five schools come to see that it is no sickness; then nobody knows how to call it.
        seen = (place - course.onset[which] > SEEN_AFTER) & (course.stay[which] % 5 < 2)
        reason = np.where(seen & (reason == REASON["sick"]), REASON["unknown"], reason)
        authorised = np.where(seen & (way == 0), EMPTY, authorised)
    stay = course.stay[which]
    slots = block.last_slot(stay, day)
    partly = rng.random(len(which)) < {REFUSAL: 0.2, TRUANCY: 0.3, WITHDRAWAL: 0.05, EXCLUSION: 0.5}[kind]
    # Refusal is a morning that does not begin, truancy and sending home an afternoon that is not there.
    half = np.maximum(slots // 2, 1)
    if kind == REFUSAL:
        first, last = np.zeros(len(which), np.int64), np.where(partly, half - 1, WHOLE_DAY)
    else:
        first, last = np.where(partly, slots - half, 0), np.full(len(which), WHOLE_DAY)
    made.marks.append(make_marks(stay, day, PROCESS[kind], reason, authorised, first, last))


def _add_lessons_of_truants(block: Block, course: Course, made: Made, rng: np.random.Generator) -> None:
    """Single lessons: what a truant begins with; and lateness before refusal shows (NJi 2020, chapter 3.1)."""
    own = np.flatnonzero(course.kind == TRUANCY)
    number = rng.poisson(28.0 * course.height[own] + 4.0)
    which = np.repeat(own, number)
    place = course.onset[which] + (rng.random(len(which)) ** 0.7 * (185 - course.onset[which])).astype(
        np.int64
    )
    day, inside = block.day_at(course.stay[which], place)
    which, day = which[inside], day[inside]
    stay = course.stay[which]
    slots = block.last_slot(stay, day)
    length = 1 + choose(rng, (0.5, 0.35, 0.15), len(which))
    first = np.maximum(np.where(rng.random(len(which)) < 0.7, slots - length, 0), 0)
    made.marks.append(make_marks(stay, day, Process.TRUANCY, "truant", NO, first, first + length - 1))
    early = np.flatnonzero(course.kind == REFUSAL)
    which = np.repeat(early, rng.poisson(4.0, size=len(early)))
    place = course.onset[which] + rng.integers(-15, 25, size=len(which))
    day, inside = block.day_at(course.stay[which], place)
    minutes = np.minimum(5 * rng.geometric(0.3, size=len(which)), 45)
    made.marks.append(
        make_marks(course.stay[which][inside], day[inside], Process.LATE, "late", NO, 0, 0, minutes[inside])
    )


def _add_measures_of_schools(block: Block, course: Course, made: Made, rng: np.random.Generator) -> None:
    """Suspensions and shortened weeks; contact, return and a case in tier 3 where people saw it."""
    excluded = np.flatnonzero(course.kind == EXCLUSION)
    which = np.repeat(excluded, rng.poisson(1.6, size=len(excluded)))
    place = course.onset[which] + rng.integers(5, 110, size=len(which))
    length = 1 + choose(rng, (0.4, 0.2, 0.15, 0.1, 0.1, 0.03, 0.02), len(which))
    made.marks.append(suspend(block, course.stay[which], place, length, made, rng))
    for number in range(len(course.stay)):
        _add_beside(block, course, number, made, rng)


def _add_beside(block: Block, course: Course, number: int, made: Made, rng: np.random.Generator) -> None:
    stay, kind = int(course.stay[number]), int(course.kind[number])
    onset = int(course.onset[number])

    def day_of(place: int) -> int | None:
        day, inside = block.day_at(np.array([stay]), np.array([place]))
        return int(day[0]) if inside[0] else None

    begun = day_of(onset)
    if begun is None:
        return
    week = int(block.days.minutes[block.stays.calendar[stay], begun]) * 5
    seen = day_of(onset + int(rng.integers(15, 60)))
    mends = day_of(int(course.mends[number]))
    shortened = rng.random() < {REFUSAL: 0.25, TRUANCY: 0.03, WITHDRAWAL: 0.06, EXCLUSION: 0.35}[kind]
    if shortened and seen is not None:
        agreed = kind != EXCLUSION or rng.random() < 0.4
        made.add(
            "reduced_programmes",
            stay,
            first_day=seen,
            last_day=mends if mends is not None and mends > seen else None,
            minutes_per_week=round(week * float(rng.uniform(0.3, 0.7)) / 15) * 15,
            ground="return_plan" if kind == REFUSAL else "other",
            agreed_by="ouders, school" if agreed else None,
        )
    if seen is not None and rng.random() < 0.6:
        made.add("observations", stay, date=seen, kind="contact", last_day=None)
        if kind == REFUSAL and rng.random() < 0.5:
            made.add(
                "observations",
                stay,
                date=seen,
                kind="distress",
                last_day=min(seen + 20, block.days.length - 1),
            )
        if course.height[number] > 0.4 and rng.random() < 0.6:
            made.add("observations", stay, date=seen, kind="tier3_case_opened", last_day=None)
    if mends is not None and kind in (REFUSAL, WITHDRAWAL) and rng.random() < 0.7:
        made.add("observations", stay, date=mends, kind="return", last_day=None)
    if seen is not None and kind == REFUSAL and rng.random() < 0.5:
        made.add(
            "care",
            stay,
            first_day=seen,
            last_day=None,
            kind="mental_health" if rng.random() < 0.6 else "youth_help",
            legal_ground="jeugdwet",
        )
