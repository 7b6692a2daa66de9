"""What people write, keep and decide about a pupil: notes, documents, the tier, the mark that there is a plan.

Nothing here is deleted while the file is kept: a note or document is withdrawn with a reason, a tier is followed by
a later one. What people know of facts (a return, a suspension) goes to the register's own tables instead.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aanwezig.web.access.refs import RefField
from aanwezig.web.facts.models import Pupil


class NoteKind(models.TextChoices):
    NOTE = "note", _("note")
    TALK_PUPIL = "talk_pupil", _("talk with the pupil")
    TALK_PARENTS = "talk_parents", _("talk with parents")
    PHONE_CALL = "phone_call", _("phone call")
    HOME_VISIT = "home_visit", _("home visit")
    MESSAGE = "message", _("message")


class Kept(models.Model):
    """Written by somebody at an organisation; withdrawn, never deleted.

    ``organisation``: of whose file it is part. It is for the colleagues there; ``shared``: also for others who may
    see the pupil (youth doctor, attendance officer, arrangement, a next school).
    """

    ref = RefField()
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    shared = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        abstract = True


class Note(Kept):
    """A note or talk as it reads now; earlier texts are its versions."""

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=20, choices=NoteKind.choices)
    day = models.DateField()
    text = models.TextField()
    # Who was there, in words.
    present = models.CharField(max_length=300, blank=True)
    # What was agreed, in words that parents and pupil may read: it stands on their overview.
    agreed = models.TextField(blank=True)
    # Raised by each edit; who edits says which version was read.
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["pupil", "-day"], name="notes_of_pupil")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_because=""),
                name="note_withdrawn_with_a_reason",
            )
        ]


class NoteVersion(models.Model):
    """What a note said before it was changed."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=NoteKind.choices)
    day = models.DateField()
    text = models.TextField()
    present = models.CharField(max_length=300, blank=True)
    agreed = models.TextField(blank=True)
    shared = models.BooleanField()
    # Who wrote this version, and when.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["note", "version"], name="one_row_per_note_version")
        ]


class Document(Kept):
    """A file beside the pupil; ``path``: a random name under MEDIA_ROOT that tells nothing."""

    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(max_length=150)
    path = models.CharField(max_length=120, unique=True)
    # pdf, jpg, png, docx, odt: seen from the content, not from the name.
    format = models.CharField(max_length=5)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["pupil"], name="documents_of_pupil")]


class TierSetting(models.Model):
    """A tier that a person set; the last one of a pupil holds until a person sets another."""

    ref = RefField()
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="tier_settings")
    tier = models.PositiveSmallIntegerField()
    reason = models.TextField()
    review_on = models.DateField()
    # What was proposed at that moment; empty when nothing could be said.
    proposed = models.PositiveSmallIntegerField(null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-set_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["pupil", "-set_at"], name="tiers_of_pupil")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(tier__gte=1, tier__lte=3), name="tier_1_2_or_3")
        ]


class PlanMark(models.Model):
    """That there is a plan for a pupil, from when, reviewed when, who leads and where it lies."""

    ref = RefField()
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="plan_marks")
    first_day = models.DateField()
    review_on = models.DateField()
    lead = models.CharField(max_length=120)
    place = models.CharField(max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-first_day", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(review_on__gte=F("first_day")), name="plan_reviewed_after_it_begins"
            ),
            # Two people who mark a plan at once: one mark, and the other hears so.
            models.UniqueConstraint(
                fields=["pupil"], condition=Q(ended_on__isnull=True), name="one_running_plan_mark"
            ),
        ]
