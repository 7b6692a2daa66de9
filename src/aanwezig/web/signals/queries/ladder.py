"""Which steps of the ladder were needed, done and missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from aanwezig.values import SchoolYear
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import today
from aanwezig.web.facts.models import Pupil
from aanwezig.web.signals.domain import Word
from aanwezig.web.signals.models import Step, StepCount, StepNeed, StepOutcome
from aanwezig.web.signals.queries.places import seen
from aanwezig.web.signals.steps import Outcome, Standing, standing
from aanwezig.web.signals.words import said_about


@dataclass(frozen=True, slots=True)
class Missing:
    """A step that is needed and was not done. ``quantity``: how often it was."""

    step: Step
    pupil: str
    since: date
    quantity: int


def steps_of(school: str) -> list[Step]:
    """The steps of a school's ladder that hold, by what is counted and number."""
    return list(Step.objects.filter(school=school, ended_at__isnull=True))


def counted_on(school: str) -> StepCount | None:
    return StepCount.objects.filter(school=school).first()


def missing_steps(actor: Actor, school: str) -> list[Missing]:
    """The steps that pupils came to and nobody did, oldest first; three queries."""
    year = str(SchoolYear.of(today()))
    needed: dict[tuple[int, str], list[StepNeed]] = {}
    rows = (
        StepNeed.objects.filter(step__school=school, step__ended_at__isnull=True, school_year=year)
        .filter(seen(actor, "signal.view"))
        .select_related("step")
    )
    for row in rows:
        needed.setdefault((row.step_id, row.pupil_id), []).append(row)
    if not needed:
        return []
    first = min(row.reached_on for own in needed.values() for row in own)
    outcomes: dict[tuple[int, str], list[Outcome]] = {}
    recorded = StepOutcome.objects.filter(step__school=school, undone_at__isnull=True, on__gte=first)
    for outcome in recorded.values_list("step_id", "pupil_id", "state", "on"):
        outcomes.setdefault(outcome[:2], []).append(Outcome(*outcome[2:]))  # type: ignore[arg-type]
    words = said_about(Q(pupil_id__in=sorted({pupil for _step, pupil in needed})), first)
    found = []
    for key, own in needed.items():
        step, pupil = own[0].step, own[0].pupil_id
        how = standing(
            step.action,  # type: ignore[arg-type]
            [row.reached_on for row in own],
            outcomes.get(key, ()),
            words.about(pupil),
        )
        if how.state == "missing" and how.since is not None:
            last = max(own, key=lambda row: row.reached_on)
            found.append(Missing(step, pupil, how.since, last.quantity))
    return sorted(found, key=lambda one: (one.since, one.step.number, one.pupil))


@dataclass(frozen=True, slots=True)
class StepOfPupil:
    """How one step stands for one pupil, with what a person recorded of it."""

    step: Step
    standing: Standing
    quantity: int | None
    outcome: StepOutcome | None


def steps_of_pupil(pupil: Pupil, school: str) -> list[StepOfPupil]:
    """Every step of the school's ladder for a pupil this school year; four queries."""
    steps = steps_of(school)
    if not steps:
        return []
    year = SchoolYear.of(today())
    needs: dict[int, list[StepNeed]] = {}
    for need in StepNeed.objects.filter(pupil=pupil, step__in=steps, school_year=str(year)):
        needs.setdefault(need.step_id, []).append(need)
    outcomes: dict[int, list[StepOutcome]] = {}
    recorded = StepOutcome.objects.filter(pupil=pupil, step__in=steps, undone_at__isnull=True)
    for outcome in recorded.select_related("by"):
        outcomes.setdefault(outcome.step_id, []).append(outcome)
    words = _words(pupil, year.first)
    found = []
    for step in steps:
        own = needs.get(step.pk, [])
        done = outcomes.get(step.pk, [])
        how = standing(
            step.action,  # type: ignore[arg-type]
            [need.reached_on for need in own],
            [Outcome(one.state, one.on) for one in done],  # type: ignore[arg-type]
            words,
        )
        last: Any = max(own, key=lambda need: need.reached_on, default=None)
        shows = next((one for one in done if how.since is None or one.on >= how.since), None)
        found.append(StepOfPupil(step, how, last.quantity if last else None, shows))
    return found


def _words(pupil: Pupil, since: date) -> Iterable[Word]:
    from aanwezig.web.signals.words import words_about

    return words_about(Pupil.objects.filter(pk=pupil.pk), since)
