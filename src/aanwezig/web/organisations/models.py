"""Organisations, how they belong together, and what people do for them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aanwezig.web.access.refs import RefField


class Kind(models.TextChoices):
    PARTNERSHIP = "partnership", _("partnership")
    BOARD = "board", _("school board")
    SCHOOL = "school", _("school")
    MUNICIPALITY = "municipality", _("municipality")
    CARE_PROVIDER = "care_provider", _("care provider")
    ARRANGEMENT = "arrangement", _("arrangement")


class Organisation(models.Model):
    """One organisation. ``code``: what the field knows it by.

    school: BRIN and location as in the register (25PL00); partnership: its code; municipality: CBS code;
    arrangement: the arrangement_id of the register; others: free.
    """

    ref = RefField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=40, blank=True)
    board = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="board_schools"
    )
    partnership = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="partnership_members"
    )
    municipality = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="municipality_members"
    )
    # The schools that a care provider (youth health care, social work) works for.
    serves = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="served_by")
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["kind", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "code"], condition=~Q(code=""), name="one_organisation_per_code"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person does for an organisation (docs/specification/product.md, People)."""

    MENTOR = "mentor", _("mentor")
    CARE_COORDINATOR = "care_coordinator", _("care coordinator")
    SCHOOL_LEADER = "school_leader", _("school leader")
    ABSENCE_TEAM = "absence_team", _("member of the absence team")
    YOUTH_DOCTOR = "youth_doctor", _("youth doctor")
    ATTENDANCE_OFFICER = "attendance_officer", _("attendance officer")
    PARTNERSHIP_STAFF = "partnership_staff", _("partnership staff")
    ARRANGEMENT_COORDINATOR = "arrangement_coordinator", _("arrangement coordinator")
    PARENT = "parent", _("parent")
    YOUNG_PERSON = "young_person", _("young person")
    RESEARCHER = "researcher", _("researcher")
    ADMINISTRATOR = "administrator", _("administrator")
    PRIVACY_OFFICER = "privacy_officer", _("privacy officer")


class Membership(models.Model):
    """A person has a role at an organisation, from a day, until a day."""

    ref = RefField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role.choices)
    # The groups of a mentor, as they are named in the register.
    groups = models.JSONField(default=list, blank=True)
    # The children of a parent; the young person self.
    pupils = models.ManyToManyField("facts.Pupil", blank=True, related_name="person_memberships")
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["organisation", "role", "user"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "first_day"], name="one_membership_per_role_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation}"


class Invitation(models.Model):
    """Somebody is asked to take a role; the link in the mail can be used once, until ``expires_at``.

    The link itself is not kept, only its hash: who reads the database cannot use it.
    """

    ref = RefField()
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=30, choices=Role.choices)
    groups = models.JSONField(default=list, blank=True)
    pupils = models.ManyToManyField("facts.Pupil", blank=True, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-sent_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="invitation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_accepted_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation}"
