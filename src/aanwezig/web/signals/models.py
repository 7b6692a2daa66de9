"""What people did with signals, and the steps that a school agreed on. Signals themselves lie in ``results``."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aanwezig.web.access.refs import RefField
from aanwezig.web.facts.models import Pupil, School


class ReviewState(models.TextChoices):
    SEEN = "seen", _("seen")
    EXPLAINED = "explained", _("explained")
    MUTED = "muted", _("muted")


class Why(models.TextChoices):
    """Why a signal is explained; free of health data."""

    KNOWN = "known", _("The reason is known and we work on it")
    AGREED = "agreed", _("It was agreed with parents and pupil")
    PAST = "past", _("It was once, and it is over")
    REGISTRATION = "registration", _("The registration is wrong")
    OTHER = "other", _("Something else")


class Review(models.Model):
    """What one person decided about one signal. Rows are kept: the last one that was not undone holds.

    It hangs on what names the signal (``results.identity``: school, pupil, rule, first day, pattern), so that it
    stays when the signal grows or is computed anew.
    """

    ref = RefField()
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="reviews")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="reviews")
    key = models.CharField(max_length=64)
    rule = models.CharField(max_length=60)
    first_day = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=ReviewState.choices)
    why = models.CharField(max_length=20, choices=Why.choices, blank=True)
    # Of a muted one: the day it comes back.
    until = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="muted", until__isnull=False) | (~Q(state="muted") & Q(until__isnull=True)),
                name="only_muted_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="explained") & ~Q(why="") | (~Q(state="explained") & Q(why="")),
                name="explained_says_why",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["school", "at"], condition=Q(undone_at__isnull=True), name="reviews_that_hold"
            ),
            models.Index(fields=["pupil", "-at"], name="reviews_of_pupil"),
        ]


class Counted(models.TextChoices):
    SICK_REPORTS = "sick_reports", _("sick reports")
    UNAUTHORISED = "unauthorised", _("absences without a valid reason")
    ABSENT_DAYS = "absent_days", _("days absent, whatever the reason")
    LATE = "late", _("times late")


class Action(models.TextChoices):
    TALK = "talk", _("talk with pupil and parents")
    LETTER = "letter", _("letter to the parents")
    HOME_VISIT = "home_visit", _("home visit")
    TEAM = "team", _("discuss in the absence team")
    NOTIFICATION = "notification", _("notification")


class Who(models.TextChoices):
    MENTOR = "mentor", _("mentor")
    CARE_COORDINATOR = "care_coordinator", _("care coordinator")
    SCHOOL_LEADER = "school_leader", _("school leader")
    ABSENCE_TEAM = "absence_team", _("absence team")


class Step(models.Model):
    """A step of a school's ladder: at so many of what, within which time, somebody does something."""

    ref = RefField()
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    counted = models.CharField(max_length=20, choices=Counted.choices)
    # Within so many school weeks; empty: within the school year.
    weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    action = models.CharField(max_length=20, choices=Action.choices)
    who = models.CharField(max_length=20, choices=Who.choices)
    # The ladder of ours that it was taken over from (data/ladders.yaml); empty: the school's own.
    origin = models.CharField(max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["counted", "number", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__gte=1), name="step_at_one_or_more"),
            models.CheckConstraint(
                condition=Q(weeks__isnull=True) | Q(weeks__gte=1), name="step_within_one_week_or_more"
            ),
            models.UniqueConstraint(
                fields=["school", "counted", "number", "action"],
                condition=Q(ended_at__isnull=True),
                name="one_step_per_number_and_action",
            ),
        ]


class StepNeed(models.Model):
    """That a pupil came to a step: computed anew with every change of the school's facts or steps."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="needs")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="step_needs")
    school_year = models.CharField(max_length=9)
    reached_on = models.DateField()
    first_day = models.DateField()
    last_day = models.DateField()
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step", "pupil", "reached_on"], name="one_need_per_step_and_day")
        ]
        indexes: ClassVar = [models.Index(fields=["pupil", "school_year"], name="step_needs_of_pupil")]


class StepCount(models.Model):
    """Which state of a school's facts its steps were counted over."""

    school = models.OneToOneField(
        School, on_delete=models.CASCADE, primary_key=True, related_name="step_count"
    )
    facts_version = models.PositiveBigIntegerField(default=0)
    on = models.DateField()
    at = models.DateTimeField()


class StepOutcome(models.Model):
    """What a person recorded of a step for a pupil: done on a day, or not needed because."""

    ref = RefField()
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="outcomes")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="step_outcomes")
    state = models.CharField(max_length=10, choices=(("done", _("done")), ("not_needed", _("not needed"))))
    on = models.DateField()
    because = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="not_needed") | ~Q(because=""), name="not_needed_says_because"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["step", "pupil"], condition=Q(undone_at__isnull=True), name="outcomes_that_hold"
            )
        ]
