"""Counting the steps of schools in the background, after each change of facts or steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import task

from aanwezig.findings.pupils import pupils_of, setting_of
from aanwezig.rules.attendance import Attendance
from aanwezig.values import SchoolYear
from aanwezig.web.access.decide import today
from aanwezig.web.facts.changes import facts_changed
from aanwezig.web.facts.models import School
from aanwezig.web.facts.reading import facts_of_school
from aanwezig.web.signals.models import Step, StepCount, StepNeed
from aanwezig.web.signals.steps import Threshold, needs


@task()
def recount_steps(school: str) -> int:
    """Count anew who came to which step of a school this school year; the number of needs found.

    All in one transaction: a page sees the old count or the new one. A school without steps costs nothing.
    """
    on = today()
    year = SchoolYear.of(on)
    steps = list(Step.objects.filter(school=school, ended_at__isnull=True))
    facts = facts_of_school(school, on) if steps else None
    found: list[StepNeed] = []
    if facts is not None:
        register = facts.open(on)
        setting = setting_of(register)
        for pupil in pupils_of(register):
            attendance = Attendance(pupil, setting)
            if not attendance.marked_days:
                continue
            for step in steps:
                threshold = Threshold(step.number, step.counted, step.weeks)  # type: ignore[arg-type]
                found += [
                    StepNeed(
                        step=step,
                        pupil_id=pupil.pupil_id,
                        school_year=str(year),
                        reached_on=need.reached_on,
                        first_day=need.first_day,
                        last_day=need.last_day,
                        quantity=need.quantity,
                    )
                    for need in needs(attendance, threshold, school, year)
                ]
    with transaction.atomic():
        StepNeed.objects.filter(step__school=school, school_year=str(year)).delete()
        # A step that was changed or ended meanwhile is counted by the task that its change asked for.
        StepNeed.objects.bulk_create(found, batch_size=500)
        StepCount.objects.update_or_create(
            school_id=school,
            defaults={"facts_version": facts.version if facts else 0, "on": on, "at": timezone.now()},
        )
    return len(found)


def recount_later(school: str) -> None:
    """Ask for a count, inside the transaction that made it necessary."""
    recount_steps.enqueue(school)


@receiver(facts_changed)
def _recount(sender: Any, schools: Iterable[str], **_more: Any) -> None:
    with_steps = Step.objects.filter(school__in=list(schools), ended_at__isnull=True)
    for school in with_steps.order_by().values_list("school_id", flat=True).distinct():
        recount_later(school)


def recount_stale() -> int:
    """Count anew the schools whose facts changed since, or that were counted on another day; how many were asked."""
    on = today()
    asked = 0
    for school in School.objects.filter(steps__ended_at__isnull=True, steps__isnull=False).distinct():
        done = StepCount.objects.filter(school=school).first()
        if done is None or done.on != on or done.facts_version != school.facts_version:
            recount_later(school.pk)
            asked += 1
    return asked
