"""What is done once a day for the first page."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils import timezone
from django_tasks import task

from aanwezig.web.access.decide import today
from aanwezig.web.facts.models import School
from aanwezig.web.results.jobs import upkeep
from aanwezig.web.signals.tasks import recount_stale
from aanwezig.web.today.mail import send_weekly_mails
from aanwezig.web.today.models import PlanCoverage
from aanwezig.web.today.queries.school import keep_coverage


@task()
def daily() -> int:
    """Keep the plan coverage of every school and count steps that are stale; how many schools."""
    codes = list(School.objects.order_by("code").values_list("code", flat=True))
    for code in codes:
        keep_coverage(code)
    recount_stale()
    return len(codes)


# After the night's imports, before people come.
FROM_HOUR = 6


@receiver(upkeep)
def _once_a_day(sender: Any, **_more: Any) -> None:
    """The worker's upkeep comes each minute; the first one of a morning does the day's work."""
    if timezone.localtime().hour < FROM_HOUR or not School.objects.exists():
        return
    if not PlanCoverage.objects.filter(on=today()).exists():
        daily.func()
        send_weekly_mails.func()
