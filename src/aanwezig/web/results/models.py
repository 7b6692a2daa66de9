"""Findings and measures as they followed from the facts the last time; nothing here is a fact.

Made anew per school after each change of its facts (``recompute``). Notes, reviews and the like hang on a
finding's row, which stays the same while the finding grows, is cleared and comes back. The shapes of what is kept
as JSON stand in ``results.shapes``.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from aanwezig.web.access.refs import RefField
from aanwezig.web.facts.models import Pupil, School


class Cleared(models.TextChoices):
    """Why a finding does not follow any more."""

    FACTS = "facts", "facts"  # a later excuse, a correction, an absence withdrawn
    THRESHOLDS = "thresholds", "thresholds"  # the school chose another threshold or reading
    RULES = "rules", "rules"  # a new version of the rules


class StoredFinding(models.Model):
    """One finding of the rules (docs/specification/interfaces.md, JSON of check).

    Those of a school year that is past stay as that year ended, but for what was corrected or notified since.
    """

    ref = RefField()
    # What names it: pupil or group, rule and first day (``results.identity``). The same finding has the same key at
    # each school that has it.
    key = models.CharField(max_length=64)
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
    # "table:primary key" of the rows in the database that it rests on; a pupil as "pupils:pupil_id".
    facts = models.JSONField(default=list)
    details = models.JSONField(default=dict)
    explanation_nl = models.TextField()
    explanation_en = models.TextField()
    school_year = models.CharField(max_length=9)
    # When it was first seen here, when it last grew or shrank, and when it followed no longer, with why.
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_because = models.CharField(max_length=10, choices=Cleared.choices, blank=True)
    # When it came back after it was cleared.
    reopened_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "school_year", "key"], name="one_stored_finding")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["school", "kind", "school_year"],
                condition=Q(cleared_at__isnull=True),
                name="open_findings",
            ),
            models.Index(fields=["pupil", "school_year"], name="findings_of_pupil"),
        ]

    @property
    def explanation(self) -> str:
        """Why, in the reader's language."""
        return self.explanation_en if get_language() == "en" else self.explanation_nl


class OpenQuestion(models.Model):
    """What a rule could not tell of a pupil this school year, and the fact that is missing."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="open_questions")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="open_questions")
    rule = models.CharField(max_length=60)
    missing = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "pupil", "rule", "missing"], name="one_open_question")
        ]


class PupilWeek(models.Model):
    """What a pupil missed in a week, at all schools together; ``monday`` names the week.

    ``school``: whose computing it is; a pupil who changed school during the year has the weeks before with it. A week
    without a row had no school, or the school delivered nothing: ``possible_minutes`` is never guessed.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="pupil_weeks")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="weeks")
    # The week in which 1 August lies belongs to two school years.
    school_year = models.CharField(max_length=9)
    monday = models.DateField()
    possible_minutes = models.FloatField()
    absent_minutes = models.FloatField()
    assumed_timetable = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "pupil", "school_year", "monday"], name="one_row_per_pupil_and_week"
            )
        ]


class PupilYear(models.Model):
    """Where a pupil stands this school year: the row of every list.

    ``rate``: attendance 0-1, empty when nothing was possible. ``band`` good, at_risk, chronic, severe or empty.
    ``proposed_tier`` with its reasons is a proposal; the tier that a person set lies in the pupils app.
    ``group`` and ``level`` are those of the enrolment at the school on the day of computing, else of the last one in
    the school year. Figures are the pupil's own over the whole school year, at all schools together. Of pupils who
    are enrolled at the school in the school year; ``is_enrolled``: on the day of computing (of a past year: on its
    last day).
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="pupil_years")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="years")
    school_year = models.CharField(max_length=9)
    group = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=200, blank=True)
    is_enrolled = models.BooleanField()
    # Empty: the school delivered none of the days.
    possible_minutes = models.FloatField(null=True)
    absent_minutes = models.FloatField(null=True)
    rate = models.FloatField(null=True)
    # Against the hours agreed in a reduced programme; empty without one.
    rate_agreed = models.FloatField(null=True)
    late_count = models.PositiveIntegerField(null=True)
    band = models.CharField(max_length=10, blank=True)
    provisional = models.BooleanField(default=False)
    assumed_timetable = models.BooleanField(default=False)
    # shapes.PupilFigures: absent minutes per reason, and the same figures as `aanwezig measure` gives them.
    figures = models.JSONField(default=dict)
    # shapes.PupilPicture: patterns, change against own history, what is not reached yet: for the pupil's page.
    picture = models.JSONField(default=dict)
    # shapes.RecentWeek: rates of the last weeks, oldest first, for the small line in lists.
    recent = models.JSONField(default=list)
    # Duties not met and signals that hold, for lists.
    open_duties = models.PositiveSmallIntegerField(default=0)
    open_signals = models.PositiveSmallIntegerField(default=0)
    legal_status = models.CharField(max_length=20, blank=True)
    proposed_tier = models.PositiveSmallIntegerField(null=True)
    # shapes.TierReasonShape, highest tier first.
    tier_reasons = models.JSONField(default=list)
    tier_provisional = models.BooleanField(default=False)
    digest = models.CharField(max_length=32)

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
    """The figures of the page *School* for one school year, as values ready to draw (shapes.SchoolFigures).

    ``on``: the reference date of the figures; of a past year its last day. ``fingerprint``: of everything that they
    were made from, so that a past year is made anew only when it changed.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="pictures")
    school_year = models.CharField(max_length=9)
    on = models.DateField()
    figures = models.JSONField(default=dict)
    # The thresholds and readings that the school had chosen, and the version of the rules.
    choices = models.JSONField(default=dict)
    rules_version = models.CharField(max_length=32, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "school_year"], name="one_picture_per_school_and_year")
        ]


class Choice(models.Model):
    """A threshold or reading that a school chose in place of the source's own: ``relative_16h.operator`` = ``>``.

    ``why`` is free text of the school for its own colleagues: it goes to no log. A new choice ends the one before;
    going back to the source's default ends it without a successor.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="choices")
    key = models.CharField(max_length=120)
    value = models.JSONField()
    why = models.CharField(max_length=500)
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["school", "key"], condition=Q(ended_at__isnull=True), name="one_choice_per_threshold"
            )
        ]
