"""Filters that a person keeps under a name."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from aanwezig.web.access.refs import RefField


class SavedFilter(models.Model):
    """Filters of the list of pupils under a name; one's own, nobody else sees them. ``query``: of the address."""

    ref = RefField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters"
    )
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_saved_filter_per_name")
        ]
