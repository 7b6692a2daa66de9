"""What was cleared up: which kind of data, of how many pupils, by whom. No pupil is named: they are gone."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from aanwezig.web.access.refs import RefField
from aanwezig.web.facts.models import School


class Clearing(models.Model):
    """One reviewed removal of what was past its period."""

    ref = RefField()
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="clearings")
    kind = models.CharField(max_length=20)
    ended_before = models.DateField()
    pupils = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-done_at"]
