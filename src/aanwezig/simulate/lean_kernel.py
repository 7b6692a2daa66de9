"""The lean walk: one pupil after another, day by day, in compiled code.

It knows the same things as the full simulation (seasons, weekdays, spells, unequal pupils, refusal and truancy
that grow) and none of the tables beside absences. Chance comes from a counter of the pupil's own, so that
neither the cut in blocks nor the number of threads changes a row.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

# Positions in the list of reasons of the contract.
SICK, MEDICAL, LEAVE, TRUANT, LATE, SENT_OUT, ELSEWHERE, UNKNOWN = 0, 1, 2, 4, 5, 6, 10, 12
NO_MARK, NOT_AUTHORISED, AUTHORISED = -1, 0, 1
# Columns of the table of rates: chance a day, but for the last two, which are shares of the pupils.
RATE_SICK, RATE_MEDICAL, RATE_LATE, RATE_TRUANT, RATE_UNKNOWN, RATE_ELSEWHERE, RATE_LEAVE = range(7)
SHARE_REFUSAL, SHARE_TRUANCY = 7, 8
LESSONS_OF_A_DAY_BY_THE_CLOCK = 5
NO_TYPE, REFUSAL, TRUANCY = 0, 1, 2


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _mixed(state: np.uint64) -> np.uint64:
    """SplitMix64 (Steele, Lea and Flood 2014): a counter made into chance."""
    z = state
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _chance(state: np.uint64) -> float:
    """A number in (0, 1)."""
    drawn: float = ((_mixed(state) >> np.uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)
    return drawn


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def walk(
    seed: int,
    first_pupil: int,
    last_pupil: int,
    stay_begin: np.ndarray,
    stay_first: np.ndarray,
    stay_last: np.ndarray,
    stay_calendar: np.ndarray,
    stay_sector: np.ndarray,
    school_days: np.ndarray,
    offset: np.ndarray,
    count: np.ndarray,
    minutes: np.ndarray,
    slots: np.ndarray,
    by_lesson: np.ndarray,
    season: np.ndarray,
    rates: np.ndarray,
    spell_steps: np.ndarray,
    factor: float,
    starts: np.ndarray,
    fill: bool,
    out_pupil: np.ndarray,
    out_stay: np.ndarray,
    out_day: np.ndarray,
    out_minutes: np.ndarray,
    out_lesson: np.ndarray,
    out_reason: np.ndarray,
    out_authorised: np.ndarray,
) -> None:
    """Count the rows of each pupil into ``starts``, or with ``fill`` write them from those places on."""
    step = np.uint64(0x9E3779B97F4A7C15)
    for pupil in range(first_pupil, last_pupil):
        at = starts[pupil - first_pupil] if fill else 0
        state = _mixed(np.uint64(seed) * np.uint64(0xD1342543DE82EF95) + np.uint64(pupil + 1) * step)
        u1, u2 = _chance(state + step), _chance(state + step * np.uint64(2))
        frailty = -0.5 * (math.log(u1) + math.log(u2))
        tardiness = -math.log(_chance(state + step * np.uint64(3)))
        type_draw = _chance(state + step * np.uint64(4))
        height = _chance(state + step * np.uint64(5))
        onset = 8 + int(120 * _chance(state + step * np.uint64(6)))
        state += step * np.uint64(6)
        for stay in range(stay_begin[pupil], stay_begin[pupil + 1]):
            calendar, sector = stay_calendar[stay], stay_sector[stay]
            kind = NO_TYPE
            if type_draw < rates[sector, SHARE_REFUSAL]:
                kind = REFUSAL
            elif type_draw < rates[sector, SHARE_REFUSAL] + rates[sector, SHARE_TRUANCY]:
                kind = TRUANCY
            left = 0
            away = False
            for place in range(count[calendar]):
                day = school_days[offset[calendar] + place]
                if day < stay_first[stay]:
                    continue
                if day > stay_last[stay]:
                    break
                day_slots = slots[calendar, day] if by_lesson[sector] else LESSONS_OF_A_DAY_BY_THE_CLOCK
                reason, authorised, first, last, part = -1, AUTHORISED, 0, day_slots - 1, -1
                state += step
                u = _chance(state)
                if kind != NO_TYPE and place >= onset:
                    chance = (0.05 + (0.8 if kind == REFUSAL else 0.3) * height * height) * (
                        1.0 - math.exp(-(place - onset) / 25.0)
                    )
                    keeps = 0.62 if kind == REFUSAL else 0.1
                    away = u < (chance + keeps * (1.0 - chance) if away else chance * (1.0 - keeps))
                    if away:
                        left = 0
                        if kind == REFUSAL:
                            reason = SICK if type_draw * 1e4 % 1.0 < 0.6 else UNKNOWN
                            authorised = AUTHORISED if reason == SICK else NO_MARK
                        else:
                            reason, authorised = TRUANT, NOT_AUTHORISED
                            first = day_slots // 2
                    # Of a day that is not missed the rest of the chance serves for ordinary absence.
                    state += step
                    u = _chance(state)
                if reason < 0 and left > 0:
                    left -= 1
                    reason = SICK
                if reason < 0:
                    edge = rates[sector, RATE_SICK] * season[day] * frailty * factor
                    if u < edge:
                        state += step
                        v = _chance(state)
                        length = 1
                        while length < len(spell_steps) and v > spell_steps[length - 1]:
                            length += 1
                        left, reason = length - 1, SICK
                    else:
                        for column in range(RATE_MEDICAL, RATE_LEAVE + 1):
                            own = rates[sector, column] * factor
                            if column == RATE_LATE:
                                own *= tardiness
                            edge += own
                            if u < edge:
                                state += step
                                v = _chance(state)
                                slot = int(v * day_slots)
                                if column == RATE_MEDICAL:
                                    reason, first = MEDICAL, slot
                                    last = min(slot + 1, day_slots - 1)
                                elif column == RATE_LATE:
                                    reason, authorised = LATE, NOT_AUTHORISED
                                    first = last = 0 if v < 0.75 else slot
                                    part = 5 + int(v * 1000) % 4 * 5
                                elif column == RATE_TRUANT:
                                    reason, authorised = TRUANT, NOT_AUTHORISED
                                    first = day_slots - 1 if v < 0.7 else day_slots - 2
                                elif column == RATE_UNKNOWN:
                                    reason, authorised = UNKNOWN, NO_MARK
                                    first = last = slot
                                elif column == RATE_ELSEWHERE:
                                    reason = ELSEWHERE
                                else:
                                    reason = LEAVE
                                break
                if reason < 0:
                    continue
                if fill:
                    whole = minutes[calendar, day]
                    for slot in range(first, last + 1):
                        out_pupil[at] = pupil - first_pupil
                        out_stay[at] = stay
                        out_day[at] = day
                        own_minutes = whole * (slot + 1) // day_slots - whole * slot // day_slots
                        out_minutes[at] = part if part >= 0 else own_minutes
                        out_lesson[at] = slot + 1
                        out_reason[at] = reason
                        out_authorised[at] = authorised
                        at += 1
                else:
                    at += last - first + 1
        if not fill:
            starts[pupil - first_pupil] = at
