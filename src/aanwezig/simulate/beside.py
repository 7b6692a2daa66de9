"""Tables beside absences: exemptions, home-sitters, applications, admissibility, results."""

from __future__ import annotations

from typing import Any

import numpy as np

from aanwezig.simulate.block import Block
from aanwezig.simulate.drawing import Array, choose
from aanwezig.simulate.made import Made
from aanwezig.simulate.marks import WHOLE_DAY, YES, Marks, Process, make_marks
from aanwezig.simulate.parameters import SECTORS
from aanwezig.simulate.population import (
    EARLY_LEAVER,
    END_EXEMPT,
    END_NOT_ENROLLED,
    EXEMPT_ALL_YEAR,
    NOT_ENROLLED_ALL_YEAR,
    VO,
    Population,
)
from aanwezig.simulate.problematic import EXCLUSION, REFUSAL, Course
from aanwezig.simulate.schools import Schools, partnership_of

Rows = dict[str, list[dict[str, Any]]]
SUBJECTS = ("Engels", "Nederlands", "wiskunde", "geschiedenis", "biologie", "aardrijkskunde")
RESULT_DAYS = (75, 150, 215, 290)  # of the school year
SIX_YEARS = 2191  # days, one more than six years can have: ends a little early, never late
WHY_NOT_ENROLLED = (
    "newcomer",
    "never_enrolled",
    "waiting",
    "care_instead",
    "residential_care",
    "administrative",
)
WHY_LEFT = ("waiting", "care_instead", "residential_care", "moved", "unknown")
STATES = ("waiting", "refused_full", "refused", "advised_away", "offered")


def under_6_marks(block: Block, made: Made, rng: np.random.Generator) -> Marks:
    """Children of five who may stay home some hours: an exemption, and the hours on the first day of each week.

    The exemption runs in whole weeks, so that the hours it gives are never taken off a second time.
    """
    share = block.parameters.population.under_6_exempt
    age = block.age_at_start
    whole = block.stays.last - block.stays.first > 300
    own = np.flatnonzero(
        ~block.counts_lessons & whole & (age > 5.05) & (age < 5.6) & (rng.random(len(block.stays)) < share)
    )
    stays, found_days, first_slot = [], [], []
    for stay in own.tolist():
        calendar, year = int(block.stays.calendar[stay]), int(block.stays.year[stay])
        begin = int(block.days.offset[calendar, year])
        days = block.days.school_days[begin : begin + int(block.days.count[calendar, year])].astype(np.int64)
        shift = block.days.first.weekday()
        birth = int(block.population.pupils.birth[block.stays.pupil[stay]])
        monday = int(days[0]) + 7 - (int(days[0]) + shift) % 7
        sixth = min(birth + SIX_YEARS - 1, int(days[-1]))
        sunday = sixth - 7 - (sixth + shift) % 7 + 6
        inside = days[(days >= monday) & (days <= sunday)]
        if not len(inside):
            continue
        _, one = np.unique((inside + shift) // 7, return_index=True)
        chosen = inside[one]
        stays.append(np.full(len(chosen), stay))
        found_days.append(chosen)
        first_slot.append(np.where(block.days.slots[calendar, chosen] == 2, 1, 0))
        made.add(
            "exemptions",
            stay,
            ground="under6_5h",
            first_day=monday,
            last_day=sunday,
            decided_on=None,
        )
    if not stays:
        return make_marks(np.zeros(0, int), np.zeros(0, int), Process.EXEMPT_HOURS, "exempt", YES)
    return make_marks(
        np.concatenate(stays),
        np.concatenate(found_days),
        Process.EXEMPT_HOURS,
        "exempt",
        YES,
        np.concatenate(first_slot),
        WHOLE_DAY,
    )


def leavers(block: Block, kinds: Array, rng: np.random.Generator) -> Rows:
    """What follows for those who leave a school in the year for no other one. ``kinds``: type of each stay."""
    found: Rows = {"exemptions": [], "not_enrolled": [], "applications": []}
    for stay in np.flatnonzero(np.isin(block.stays.end, [END_EXEMPT, END_NOT_ENROLLED])).tolist():
        pupil, since = int(block.stays.pupil[stay]), int(block.stays.last[stay]) + 1
        if int(block.stays.end[stay]) == END_EXEMPT:
            found["exemptions"].append(
                {
                    "pupil": pupil,
                    "ground": "art5_a",
                    "first_day": since,
                    "last_day": None,
                    "decided_on": since - int(rng.integers(3, 30)),
                }
            )
            continue
        expelled = kinds[stay] == EXCLUSION
        reason = "expelled" if expelled else WHY_LEFT[int(choose(rng, (0.35, 0.2, 0.15, 0.1, 0.2), 1)[0])]
        _not_enrolled(found, pupil, since, reason, int(block.stays.school[stay]), block.schools, rng)
    return found


def outside_school(population: Population, schools: Schools, rng: np.random.Generator) -> Rows:
    """Pupils without a school all year: exempt, not enrolled, or left early."""
    found: Rows = {"exemptions": [], "not_enrolled": [], "applications": []}
    days = schools.days
    for pupil in np.flatnonzero(population.pupils.outside).tolist():
        kind = int(population.pupils.outside[pupil])
        if kind == EXEMPT_ALL_YEAR:
            ground = ("art5_a", "art5_b", "art5a_travelling", "art15")[
                int(choose(rng, (0.85, 0.1, 0.04, 0.01), 1)[0])
            ]
            ends = int(rng.integers(60, days.length)) if rng.random() < 0.1 else None
            first = -int(rng.integers(0, 60))
            found["exemptions"].append(
                {
                    "pupil": pupil,
                    "ground": ground,
                    "first_day": first,
                    # By article 5 onder a a decision is asked for again each school year.
                    "last_day": ends if ends is not None else days.length - 1,
                    "decided_on": first - int(rng.integers(1, 60)),
                }
            )
            if ends is not None and rng.random() < 0.6:
                school = int(rng.integers(len(schools)))
                _not_enrolled(found, pupil, ends + 1, "exemption_ended", school, schools, rng)
        elif kind == NOT_ENROLLED_ALL_YEAR:
            reason = WHY_NOT_ENROLLED[int(choose(rng, (0.3, 0.1, 0.25, 0.15, 0.1, 0.1), 1)[0])]
            since = int(rng.integers(-250, 150))
            _not_enrolled(found, pupil, since, reason, int(rng.integers(len(schools))), schools, rng)
        elif kind == EARLY_LEAVER:
            since = -int(rng.integers(20, 700))
            found["not_enrolled"].append(
                {
                    "pupil": pupil,
                    "since": since,
                    "reason": "unknown",
                    "last_contact_on": since + int(rng.integers(10, 300)) if rng.random() < 0.5 else None,
                }
            )
    return found


def _not_enrolled(
    found: Rows,
    pupil: int,
    since: int,
    reason: str,
    school: int,
    schools: Schools,
    rng: np.random.Generator,
) -> None:
    """A row, and for most an application that waits or was turned down."""
    contact = since + int(rng.integers(5, 90)) if rng.random() < 0.7 else None
    found["not_enrolled"].append(
        {"pupil": pupil, "since": since, "reason": reason, "last_contact_on": contact}
    )
    if rng.random() < (0.8 if reason in ("waiting", "expelled") else 0.25):
        applied = since + int(rng.integers(2, 40))
        state = STATES[int(choose(rng, (0.4, 0.2, 0.15, 0.15, 0.1), 1)[0])]
        here = np.flatnonzero(schools.sector == schools.sector[school])
        found["applications"].append(
            {
                "pupil": pupil,
                "school": int(here[rng.integers(len(here))]),
                "applied_on": applied,
                "state": state,
                "state_since": applied + int(rng.integers(0, 20)),
                "reason": None,
            }
        )


def admissibility(block: Block, rng: np.random.Generator) -> list[dict[str, Any]]:
    """The statement that special education asks for, one a pupil, begun at some 1 August."""
    kinds = {SECTORS.index(name): name for name in ("so", "sbo", "vso")}
    own = np.flatnonzero(np.isin(block.sector, list(kinds)))
    _, one = np.unique(block.stays.pupil[own], return_index=True)
    return [
        {
            "pupil": int(block.stays.pupil[stay]),
            "partnership": partnership_of(
                block.schools.municipality[int(block.stays.school[stay])],
                "po" if kinds[int(block.sector[stay])] == "sbo" else "vo",
            ),
            "kind": kinds[int(block.sector[stay])],
            "first_day": -366 * int(rng.integers(0, 3)),
            "last_day": None,
        }
        for stay in own[one].tolist()
    ]


def results(block: Block, course: Course, until: int, rng: np.random.Generator) -> dict[str, Array]:
    """Marks of half of the secondary schools; they fall after the onset of a type (signal grades_falling)."""
    own = np.flatnonzero((block.sector == VO) & (block.stays.school % 2 == 1))
    per_stay = len(SUBJECTS) * len(RESULT_DAYS)
    stay = np.repeat(own, per_stay)
    subject = np.tile(np.repeat(np.arange(len(SUBJECTS)), len(RESULT_DAYS)), len(own))
    moment = np.tile(np.array(RESULT_DAYS * len(SUBJECTS)), len(own))
    day = block.days.year_start[block.stays.year[stay]] + moment + rng.integers(0, 12, size=len(stay))
    ability = rng.normal(6.6, 0.7, len(block.stays))[stay]
    onset = np.full(len(block.stays), 10_000)
    onset[course.stay] = course.onset
    drop = np.zeros(len(block.stays))
    drop[course.stay] = np.where(course.kind == REFUSAL, 0.8, 1.3)
    # A place in the school year is about seven tenths of the calendar days since 1 August, less the summer.
    falls = np.where((moment - 25) * 0.7 > onset[stay] + 20, drop[stay], 0.0)
    value = np.clip(np.round(ability - falls + rng.normal(0, 0.8, len(stay)), 1), 1.0, 10.0)
    inside = (day >= block.stays.first[stay]) & (day <= np.minimum(block.stays.last[stay], until))
    order = np.lexsort((day[inside], block.stays.pupil[stay[inside]]))
    return {
        "pupil": block.stays.pupil[stay[inside]][order],
        "date": day[inside][order],
        "subject": subject[inside][order],
        "value": value[inside][order],
    }
