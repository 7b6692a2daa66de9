"""The log of reading and of change, and emergency access. Kept apart: no names, no numbers, no free text of a child.

A record names the pupil by key so that 'who looked' can be answered; what was read or written is a code.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from aanwezig.web.access.refs import RefField


class ReadRecord(models.Model):
    """Somebody saw data of a child. ``what``: name of the page, list or export."""

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # As it was then, also when the account is gone: role and organisation by which it was allowed.
    role = models.CharField(max_length=30, blank=True)
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    pupil = models.ForeignKey("facts.Pupil", on_delete=models.CASCADE, related_name="reads")
    what = models.CharField(max_length=60)
    # page, list, export, print, file
    way = models.CharField(max_length=10, default="page")
    is_emergency = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["pupil", "-at"], name="reads_of_pupil")]


class ChangeRecord(models.Model):
    """Somebody changed something. ``action``: the name of the action; ``details``: codes and dates only."""

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(max_length=30, blank=True)
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    action = models.CharField(max_length=60)
    pupil = models.ForeignKey(
        "facts.Pupil", null=True, blank=True, on_delete=models.SET_NULL, related_name="changes"
    )
    subject = models.CharField(max_length=60, blank=True)
    details = models.JSONField(default=dict)
    is_emergency = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["pupil", "-at"], name="changes_of_pupil")]


class EmergencyAccess(models.Model):
    """Breaking the glass: a closed file seen with a reason, until a moment, told to the privacy officer."""

    ref = RefField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="emergencies")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE, related_name="+")
    pupil = models.ForeignKey("facts.Pupil", on_delete=models.CASCADE, related_name="emergencies")
    # Whose privacy officers are told: the child's school with its board, and the organisation of who opened it.
    told = models.ManyToManyField("organisations.Organisation", blank=True, related_name="emergencies")
    reason = models.TextField()
    begun_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-begun_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begun_at")), name="emergency_ends_after_it_begins"
            )
        ]
