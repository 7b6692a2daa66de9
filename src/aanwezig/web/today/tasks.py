"""What is done once a day for the first page."""

from __future__ import annotations

from django_tasks import task

from aanwezig.web.facts.models import School
from aanwezig.web.signals.tasks import recount_stale
from aanwezig.web.today.queries.school import keep_coverage


@task()
def daily() -> int:
    """Keep the plan coverage of every school and count steps that are stale; how many schools."""
    codes = list(School.objects.order_by("code").values_list("code", flat=True))
    for code in codes:
        keep_coverage(code)
    recount_stale()
    return len(codes)
