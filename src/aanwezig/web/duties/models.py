"""What a school prepares for a notification, and the letters it makes.

That a notification was sent is a fact of the register (table ``notifications``): the row here holds the fields
of the form and points to it.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aanwezig.tables.contract import NOTIFICATION_CATEGORIES
from aanwezig.web.access.refs import RefField
from aanwezig.web.facts.models import Pupil, School


class Status(models.TextChoices):
    """Of the form; from ``registered`` on those of DUO's absence register."""

    DRAFT = "draft", _("draft")
    REGISTERED = "registered", _("registered")
    IN_PROGRESS = "in_progress", _("in progress")
    CLOSED = "closed", _("closed")
    TAKEN_NOTE = "taken_note", _("taken note of")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Category(models.TextChoices):
    RELATIVE_16H = "relative_16h", _("16 hours in four lesson weeks")
    LONG_RELATIVE = "long_relative", _("long relative absence")
    LUXURY = "luxury", _("luxury absence")
    RMC_18PLUS = "rmc_18plus", _("18 or older, four weeks")
    OTHER = "other", _("other absence")


assert set(Category.values) == set(NOTIFICATION_CATEGORIES)


class Notification(models.Model):
    """One notification to DUO's absence register, from draft to closed. Empty text: not filled in yet."""

    ref = RefField()
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="prepared_notifications")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="prepared_notifications")
    category = models.CharField(max_length=20, choices=Category.choices)
    # The rule that asks for it, and its first day: together they name the finding. Empty: begun by a person.
    rule = models.CharField(max_length=60, blank=True)
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.DRAFT)

    suspected_reason = models.TextField(blank=True)
    all_lessons_missed = models.BooleanField(null=True, blank=True)
    absence_days = models.PositiveIntegerField(null=True, blank=True)
    absence_hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    action_taken = models.TextField(blank=True)
    action_wanted = models.BooleanField(null=True, blank=True)
    # What the municipality is asked to do, or why nothing is asked.
    action_wanted_text = models.TextField(blank=True)
    location = models.CharField(max_length=200, blank=True)
    reporter_name = models.CharField(max_length=120, blank=True)
    reporter_role = models.CharField(max_length=120, blank=True)
    reporter_phone = models.CharField(max_length=40, blank=True)
    reporter_email = models.EmailField(blank=True)
    family_phone = models.CharField(max_length=40, blank=True)
    deviating_address = models.CharField(max_length=300, blank=True)
    # The check list beside the form.
    parents_told_on = models.DateField(null=True, blank=True)
    youth_doctor_consulted_on = models.DateField(null=True, blank=True)

    sent_on = models.DateField(null=True, blank=True)
    number = models.CharField(max_length=40, blank=True)
    withdrawn_because = models.TextField(blank=True)
    # The row of the register's table `notifications` that says so.
    fact_id = models.BigIntegerField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-changed_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "pupil", "rule", "first_day"],
                condition=Q(rule__gt="") & ~Q(status="withdrawn"),
                name="one_notification_per_finding",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(sent_on__isnull=False), name="sent_notification_has_a_day"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["school", "status"], name="notifications_by_status")]


class StatusChange(models.Model):
    """What became of a notification, and who recorded it."""

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="history")
    status = models.CharField(max_length=20, choices=Status.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "pk"]


class Letter(models.Model):
    """A letter as it was made; the text is kept, the PDF is made from it again when somebody asks."""

    ref = RefField()
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="letters")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-made_at"]
