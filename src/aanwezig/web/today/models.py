"""What the first page keeps: who wants the weekly mail, and how plan coverage was on earlier days."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from aanwezig.web.facts.models import School


class WeeklyMail(models.Model):
    """Somebody wants a mail each week that only says that there is something to see."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="weekly_mail"
    )
    is_wanted = models.BooleanField(default=False)
    last_sent_on = models.DateField(null=True, blank=True)


class PlanCoverage(models.Model):
    """Of a school on a day: pupils in tier 2 or 3, and how many of them have a current plan."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="plan_coverage")
    on = models.DateField()
    pupils = models.PositiveIntegerField()
    with_plan = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["school", "-on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "on"], name="one_coverage_per_school_and_day")
        ]
