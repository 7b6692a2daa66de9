"""How rows reach the register: recorded the same day or later, corrected, withdrawn, and now and then wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

import numpy as np

from aanwezig.simulate.block import Block
from aanwezig.simulate.drawing import Array
from aanwezig.simulate.marks import DAY, EMPTY, NO, NO_MINUTES, NO_PART, REASON, YES, Process, Rows
from aanwezig.simulate.population import END_CHANGE, END_EXEMPT, END_MOVED, END_NOT_ENROLLED
from aanwezig.simulate.schools import BY_MINUTES

NEVER = int(np.iinfo(np.int64).min)
# Microseconds; wide integers, because days are counted in narrow ones.
MINUTE = np.int64(60_000_000)
DAY_LENGTH = np.int64(1440) * MINUTE
FAULTS = (
    "absence_on_closed_day",
    "two_marks",
    "present_and_absent",
    "absence_outside_enrolment",
    "reason_contradicts_mark",
    "more_than_possible",
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Rows of the file. ``recorded`` and ``superseded`` in microseconds since 1970, UTC; NEVER: it stands.

    ``number`` is that of the registration: a correction keeps it.
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
    number: Array
    recorded: Array
    superseded: Array

    def __len__(self) -> int:
        return len(self.stay)

    def take(self, chosen: Array) -> Recorded:
        return Recorded(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})

    @property
    def stands(self) -> Array:
        """Whether the row holds as far as is known at the end of the register."""
        standing: Array = self.superseded == NEVER
        return standing

    def changed(self, chosen: Array, **values: object) -> Recorded:
        """A copy of the chosen rows with other values."""
        own = self.take(chosen)
        new = {
            name: np.broadcast_to(np.asarray(value, dtype=getattr(own, name).dtype), (len(own),))
            for name, value in values.items()
        }
        return replace(own, **new)


def joined_rows(rows: list[Recorded]) -> Recorded:
    return Recorded(**{f.name: np.concatenate([getattr(r, f.name) for r in rows]) for f in fields(Recorded)})


@dataclass(frozen=True, slots=True)
class RecordedTruth:
    """What was put in: corrections and withdrawals, and faults, one row a registration."""

    changes: list[dict[str, object]] = field(default_factory=list)
    faults: list[dict[str, object]] = field(default_factory=list)


def record(
    block: Block, rows: Rows, planted: Array, until: int, rng: np.random.Generator, first_number: int
) -> tuple[Recorded, RecordedTruth, int]:
    """The rows of a block as they stand in the register at the end of day ``until``.

    ``planted``: pupils of the block with a pattern, of whom nothing is changed. The last value is the first
    number of a registration that is still free.
    """
    truth = RecordedTruth()
    end = int((block.days.epoch + until + 1) * DAY_LENGTH) - 1
    key = rows.stay.astype(np.int64) * block.days.length + rows.day
    _, group = np.unique(key, return_inverse=True)
    groups = int(group.max()) + 1 if len(group) else 0
    delay = np.where(
        rng.random(groups) < block.parameters.recording.recorded_later, rng.geometric(0.4, groups), 0
    )
    moment = rng.integers(390, 870, size=groups) * MINUTE  # half past six to half past two, UTC
    base = Recorded(
        **{f.name: getattr(rows, f.name) for f in fields(rows) if f.name != "mark"},
        number=first_number + np.arange(len(rows), dtype=np.int64),
        recorded=(block.days.epoch + np.minimum(rows.day + delay[group], until)) * DAY_LENGTH + moment[group],
        superseded=np.full(len(rows), NEVER),
    )
    next_number = first_number + len(rows)
    free = ~planted[block.local[rows.stay]] & ~np.isin(
        rows.process, [Process.WITHDRAWN, Process.EXEMPT_HOURS]
    )
    base = _withdraw(base, end, rng, block, truth)
    base, touched, extra = _add_faults(block, base, group, free, until, rng, truth, next_number)
    next_number += len(extra)
    old, new = _correct(block, base, group, free & ~touched[group], end, rng, truth)
    made = joined_rows([old, new, extra])
    order = np.lexsort((made.stands, made.number, made.lesson, made.day, block.local[made.stay]))
    return made.take(order), truth, next_number


def _withdraw(
    base: Recorded, end: int, rng: np.random.Generator, block: Block, truth: RecordedTruth
) -> Recorded:
    """Registrations that a school takes back: superseded, and nothing in their place."""
    own = np.flatnonzero(base.process == Process.WITHDRAWN)
    moment = base.recorded[own] + rng.integers(1, 11, size=len(own)) * DAY_LENGTH
    superseded = base.superseded.copy()
    superseded[own] = np.where(moment <= end, moment, NEVER)
    for row, when in zip(own.tolist(), moment.tolist(), strict=True):
        if when <= end:
            truth.changes.append(_change(block, base, row, "withdrawn", when, None, None))
    return replace(base, superseded=superseded)


def _change(
    block: Block, base: Recorded, row: int, what: str, when: int, reason: int | None, authorised: int | None
) -> dict[str, object]:
    """A row of the truth: first recorded as ``was_…``, since ``changed_at`` as ``is_…`` (empty: nothing)."""
    return {
        "number": int(base.number[row]),
        "pupil": int(block.stays.pupil[base.stay[row]]),
        "day": int(base.day[row]),
        "what": what,
        "changed_at": when,
        "was_reason": reason if what == "corrected" else int(base.reason[row]),
        "was_authorised": authorised if what == "corrected" else int(base.authorised[row]),
        "is_reason": int(base.reason[row]) if what == "corrected" else None,
        "is_authorised": int(base.authorised[row]) if what == "corrected" else None,
    }


def _correct(
    block: Block,
    base: Recorded,
    group: Array,
    free: Array,
    end: int,
    rng: np.random.Generator,
    truth: RecordedTruth,
) -> tuple[Recorded, Recorded]:
    """Excuses that arrive late: first truant or unexplained, later what it was. Old rows, then new rows."""
    excused = free & np.isin(base.reason, [REASON["sick"], REASON["medical"]]) & (base.authorised == YES)
    groups = int(group.max()) + 1 if len(group) else 0
    chosen_groups = rng.random(groups) < block.parameters.recording.corrected
    first_truant = rng.random(groups) < 0.4
    days_later = 1 + rng.geometric(0.2, groups)
    own = np.flatnonzero(excused & chosen_groups[group])
    truant = first_truant[group[own]]
    was_reason = np.where(truant, REASON["truant"], REASON["unknown"]).astype(np.int8)
    was_authorised = np.where(truant, NO, EMPTY).astype(np.int8)
    moment = base.recorded[own] + days_later[group[own]] * DAY_LENGTH
    in_time = moment <= end
    superseded = base.superseded.copy()
    superseded[own[in_time]] = moment[in_time]
    reason, authorised = base.reason.copy(), base.authorised.copy()
    reason[own], authorised[own] = was_reason, was_authorised
    for n in np.flatnonzero(in_time).tolist():
        truth.changes.append(
            _change(
                block,
                base,
                int(own[n]),
                "corrected",
                int(moment[n]),
                int(was_reason[n]),
                int(was_authorised[n]),
            )
        )
    new = base.changed(own[in_time], recorded=moment[in_time], superseded=NEVER)
    return replace(base, superseded=superseded, reason=reason, authorised=authorised), new


def _add_faults(
    block: Block,
    base: Recorded,
    group: Array,
    free: Array,
    until: int,
    rng: np.random.Generator,
    truth: RecordedTruth,
    next_number: int,
) -> tuple[Recorded, Array, Recorded]:
    """Contradictions between facts; the changed rows, the pupil-days they touch, and the rows added."""
    groups = int(group.max()) + 1 if len(group) else 0
    touched = np.zeros(groups, dtype=bool)
    wanted = max(1 if len(block) >= 100 else 0, round(groups * block.parameters.planted.each_fault))
    authorised, minutes, part = base.authorised.copy(), base.minutes.copy(), base.part.copy()
    extra: list[Recorded] = []
    alone = np.bincount(group, minlength=groups)[group] == 1 if groups else np.zeros(0, bool)

    def some(eligible: Array) -> Array:
        """A row each of so many pupil-days that no fault has touched yet."""
        rows = rng.permutation(np.flatnonzero(eligible & free & ~touched[group]))
        _, one = np.unique(group[rows], return_index=True)
        rows = rows[np.sort(one)][:wanted]
        touched[group[rows]] = True
        return rows

    def tell(kind: str, rows: Recorded) -> None:
        truth.faults.extend(
            {
                "kind": kind,
                "number": int(rows.number[n]),
                "pupil": int(block.stays.pupil[rows.stay[n]]),
                "day": int(rows.day[n]),
            }
            for n in range(len(rows))
        )

    def added(rows: Array, kind: str, **values: object) -> None:
        nonlocal next_number
        made = base.changed(rows, number=next_number + np.arange(len(rows)), **values)
        next_number += len(rows)
        extra.append(made)
        tell(kind, made)

    elsewhere = base.reason == REASON["elsewhere"]
    clear = (base.reason == REASON["sick"]) & (base.authorised == YES)
    clear |= (base.reason == REASON["truant"]) & (base.authorised == NO)
    rows = some(clear)
    authorised[rows] = np.where(base.authorised[rows] == YES, NO, YES)
    tell("reason_contradicts_mark", base.take(rows))

    slot = (base.lesson > 0) | (base.part == DAY)
    for kind, own in (("two_marks", slot & ~elsewhere), ("present_and_absent", slot & elsewhere)):
        rows = some(own)
        other = np.where(base.reason[rows] == REASON["medical"], REASON["sick"], REASON["medical"])
        last_moment = (block.days.epoch + until) * DAY_LENGTH + 840 * MINUTE
        later = np.minimum(base.recorded[rows] + DAY_LENGTH, last_moment)
        added(rows, kind, reason=other, authorised=YES, recorded=later, missed=0)

    assumed = np.array([pattern.assumed for pattern in block.schools.pattern])
    real = ~assumed[block.stays.school] & ~block.counts_lessons
    rows = some(alone & (base.part == DAY) & real[base.stay])
    minutes[rows], part[rows] = 480, NO_PART
    tell("more_than_possible", base.take(rows))

    rows, day = _elsewhere(block, some(clear & alone), base, rng, until, closed=True)
    _add_on(block, base, rows, day, "absence_on_closed_day", added)
    left = np.isin(block.stays.end, [END_CHANGE, END_MOVED, END_NOT_ENROLLED, END_EXEMPT])
    rows, day = _elsewhere(block, some(clear & left[base.stay]), base, rng, until, closed=False)
    _add_on(block, base, rows, day, "absence_outside_enrolment", added)
    base = replace(base, authorised=authorised, minutes=minutes, part=part)
    return base, touched, joined_rows(extra)


def _elsewhere(
    block: Block, rows: Array, base: Recorded, rng: np.random.Generator, until: int, *, closed: bool
) -> tuple[Array, Array]:
    """For each row another day: one without school within the stay, or a school day after the stay."""
    kept, found = [], []
    for row in rows.tolist():
        stay = int(base.stay[row])
        calendar, first, last = (
            int(a[stay]) for a in (block.stays.calendar, block.stays.first, block.stays.last)
        )
        if closed:
            days = np.arange(first, min(last, until) + 1)
            days = days[block.days.minutes[calendar, days] == 0]
        else:
            days = np.arange(last + 1, min(last + 29, until + 1, block.days.length))
            days = days[block.days.minutes[calendar, days] > 0]
        if len(days):
            kept.append(row)
            found.append(int(days[rng.integers(len(days))]))
    return np.array(kept, dtype=np.int64), np.array(found, dtype=np.int64)


def _add_on(block: Block, base: Recorded, rows: Array, day: Array, kind: str, added: object) -> None:
    """Add whole-day sickness on the days found."""
    stay = base.stay[rows]
    lessons = block.counts_lessons[stay]
    by_minutes = ~lessons & (block.style[stay] == BY_MINUTES)
    added(  # type: ignore[operator]
        rows,
        kind,
        day=day,
        reason=REASON["sick"],
        authorised=YES,
        lesson=np.where(lessons, 1, 0),
        part=np.where(lessons | by_minutes, NO_PART, DAY),
        minutes=np.where(by_minutes, 300, NO_MINUTES),
        missed=0,
        recorded=(block.days.epoch + day) * DAY_LENGTH + 480 * MINUTE,
    )
