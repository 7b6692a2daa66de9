"""What a person said of a point in the data, and rows that were withdrawn here."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from aanwezig.web.facts.models import Pupil, School
from aanwezig.web.results.models import StoredFinding


class LookedAt(models.Model):
    """Somebody looked at a point and says that the data are right. Holds while the point stays as it was then."""

    finding = models.OneToOneField(StoredFinding, on_delete=models.CASCADE, related_name="looked_at")
    digest = models.CharField(max_length=32)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()


class Why(models.TextChoices):
    """Why a row of absence was withdrawn."""

    DOUBLE = "double", _("it stands there twice")
    WRONG_PUPIL = "wrong_pupil", _("it is about another pupil")
    WRONG_DAY = "wrong_day", _("the day or lesson is wrong")
    WAS_PRESENT = "was_present", _("the pupil was there")
    OTHER = "other", _("something else")


class Withdrawn(models.Model):
    """A row of absence that was ended here and not at the source. ``row``: its primary key."""

    row = models.BigIntegerField(unique=True)
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=20, choices=Why.choices)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at"]
