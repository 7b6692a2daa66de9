"""Imports and what is kept of them: the truth about where an import stands is here, not in the queue of jobs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aanwezig.web.access.refs import RefField
from aanwezig.web.facts.models import Pupil, School


class State(models.TextChoices):
    """Where an import stands. Checking and keeping happen in the background; the others wait for a person."""

    UPLOADED = "uploaded", _("files are there")
    MAPPED = "mapped", _("columns and codes chosen")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked")
    KEEPING = "keeping", _("being kept")
    KEPT = "kept", _("kept")
    STOPPED = "stopped", _("stopped")
    FAILED = "failed", _("not possible")
    UNDONE = "undone", _("undone")
    ABANDONED = "abandoned", _("abandoned")


# A person can go on with these.
OPEN = (State.UPLOADED, State.MAPPED, State.CHECKED, State.STOPPED, State.FAILED)
RUNNING = (State.CHECKING, State.KEEPING)


class Batch(models.Model):
    """One delivery of a school. ``ref`` stands as ``batch`` and ``ended_by_batch`` on the rows of facts.

    ``mapping``: the map of the files as ``aanwezig.register`` takes it. ``report``: the numbers of the last run, without
    anything of a pupil. ``claim``: of the run that is going on; only the run that holds it may end it.
    """

    ref = RefField()
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="imports")
    profile = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Who imported by the command line, where no user is known.
    by_command = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The delivery is complete for these days.
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    mapping: models.JSONField[Any, Any] = models.JSONField(default=dict)
    is_confirmed = models.BooleanField(default=False)
    report: models.JSONField[Any, Any] = models.JSONField(default=dict)
    # What stopped it: code, and what and mend in both languages.
    error: models.JSONField[Any, Any] = models.JSONField(default=dict)
    claim = models.CharField(max_length=12, blank=True)
    # How often a run began that never ended: its process was killed.
    tries = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    rows_read = models.PositiveIntegerField(default=0)
    rows_expected = models.PositiveIntegerField(null=True, blank=True)
    # The school's facts after keeping: results of this version or later show what changed.
    facts_version = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["school", "-made_at"], name="imports_of_school"),
            models.Index(
                fields=["state"], condition=Q(state__in=["checking", "keeping"]), name="imports_running"
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class UploadedFile(models.Model):
    """A file of an import. ``path``: below the folder of files, empty when it was removed."""

    ref = RefField()
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    bytes = models.PositiveBigIntegerField()
    rows = models.PositiveIntegerField(null=True, blank=True)
    path = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "sha256"], name="one_upload_of_a_file_per_import")
        ]


class SavedMap(models.Model):
    """The map of a school and profile, so that the next delivery needs none (register.md §3)."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="import_maps")
    profile = models.CharField(max_length=40)
    content: models.JSONField[Any, Any] = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "profile"], name="one_map_per_school_and_profile")
        ]


class NameBefore(models.Model):
    """What a pupil was called before an import gave another name, for undoing it; goes with the undoing."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="names_before")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="+")
    # False: there was no name.
    was_there = models.BooleanField()
    first_name = models.CharField(max_length=100, blank=True)
    prefix = models.CharField(max_length=30, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    number = models.CharField(max_length=100, blank=True)
