"""Findings and measures as they followed from the facts the last time; nothing here is a fact.

Made anew per school after each change of its facts (``recompute``). Notes, reviews and the like hang on a
finding's ``key``, which stays the same while the finding grows.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from aanwezig.web.access.refs import RefField
from aanwezig.web.facts.models import Pupil, School


class StoredFinding(models.Model):
    """One finding of the rules (docs/specification/interfaces.md, JSON of check)."""

    ref = RefField()
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="findings")
    # Empty for a finding about a group.
    pupil = models.ForeignKey(Pupil, null=True, blank=True, on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)  # duty, signal, fault
    group = models.CharField(max_length=200, blank=True)  # of a group alert; for a pupil the class then
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    quantity = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    unit = models.CharField(max_length=10, blank=True)
    obligation = models.CharField(max_length=5, blank=True)
    due = models.DateField(null=True)
    met = models.BooleanField(null=True)
    facts = models.JSONField(default=list)
    details = models.JSONField(default=dict)
    explanation_nl = models.TextField()
    explanation_en = models.TextField()
    school_year = models.CharField(max_length=9)
    # When it was first seen here, and when the facts no longer gave it (a later excuse, a correction).
    found_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "pupil", "rule", "group", "first_day", "school_year"],
                name="one_stored_finding",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["school", "kind", "school_year"],
                condition=Q(cleared_at__isnull=True),
                name="open_findings",
            ),
            models.Index(fields=["pupil", "school_year"], name="findings_of_pupil"),
        ]


class OpenQuestion(models.Model):
    """What a rule could not tell of a pupil, and the fact that is missing."""

    school = models.ForeignKey(School, on_delete=models.CASCADE)
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE)
    rule = models.CharField(max_length=60)
    missing = models.CharField(max_length=100)


class PupilWeek(models.Model):
    """What a pupil missed in a week at a school; ``monday`` names the week."""

    school = models.ForeignKey(School, on_delete=models.CASCADE)
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="weeks")
    monday = models.DateField()
    possible_minutes = models.IntegerField()
    absent_minutes = models.FloatField()
    assumed_timetable = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "pupil", "monday"], name="one_row_per_pupil_and_week")
        ]


class PupilYear(models.Model):
    """Where a pupil stands this school year: the row of every list.

    ``rate``: attendance 0-1, empty when nothing was possible. ``band`` good, at_risk, chronic, severe or empty.
    ``proposed_tier`` with its reasons is a proposal; the tier that a person set lies in the pupils app.
    ``group`` and ``level`` are those of the enrolment on the day of computing.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE)
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="years")
    school_year = models.CharField(max_length=9)
    group = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=200, blank=True)
    is_enrolled = models.BooleanField()
    possible_minutes = models.FloatField()
    absent_minutes = models.FloatField()
    rate = models.FloatField(null=True)
    band = models.CharField(max_length=10, blank=True)
    provisional = models.BooleanField(default=False)
    assumed_timetable = models.BooleanField(default=False)
    # Absent minutes per reason, and the same figures as `aanwezig measure` gives them.
    figures = models.JSONField(default=dict)
    # Patterns, change against own history, what is not reached yet: for the pupil's page.
    picture = models.JSONField(default=dict)
    # Rates of the last weeks, oldest first, for the small line in lists; null = no lessons.
    recent = models.JSONField(default=list)
    legal_status = models.CharField(max_length=20, blank=True)
    proposed_tier = models.PositiveSmallIntegerField(null=True)
    tier_reasons = models.JSONField(default=list)
    tier_provisional = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "pupil", "school_year"], name="one_row_per_pupil_and_year"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["school", "school_year", "group"], name="pupils_of_class"),
        ]


class SchoolPicture(models.Model):
    """The figures of the page *School* for one school year, as values ready to draw.

    ``figures`` is made by ``results.school_figures``; its shape is documented there.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="pictures")
    school_year = models.CharField(max_length=9)
    on = models.DateField()
    figures = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "school_year"], name="one_picture_per_school_and_year")
        ]
