"""An export that somebody asked for, from being in line to being deleted. The file itself lies on disk, encrypted."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from aanwezig.web.access.refs import RefField


class State(models.TextChoices):
    WAITING = "waiting", _("is being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("could not be made")
    DELETED = "deleted", _("deleted")


class Format(models.TextChoices):
    XLSX = "xlsx", _("Excel (xlsx)")
    CSV = "csv", _("CSV")


class Export(models.Model):
    """``kind``: id in the registry; ``parameters``: what it was narrowed to. Only ``owner`` can take it along."""

    ref = RefField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    # Where the person worked when asking: the roles there must still allow it when the file is made and taken.
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    format = models.CharField(max_length=4, choices=Format.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # A form that is sent twice asks once.
    token = models.CharField(max_length=32, unique=True)
    # The password, sealed with the key of the installation, only until the file is made; afterwards only its hash.
    sealed = models.TextField(blank=True)
    password_hash = models.CharField(max_length=200, blank=True)
    # Whose data are in it: all of them must still be in reach when the file is taken.
    pupils = models.JSONField(default=list)
    rows = models.PositiveIntegerField(null=True, blank=True)
    path = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=12, blank=True)
    error = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-asked_at"], name="exports_of_person"),
            models.Index(fields=["state", "asked_at"], name="exports_by_state"),
        ]
