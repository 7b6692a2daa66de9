"""The form of a notification, its recording as sent, and of a letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aanwezig.web.duties.models import Notification

YES_NO = ((None, _("not filled in")), (True, _("yes")), (False, _("no")))


def _yes_no(value: str) -> bool | None:
    return {"True": True, "False": False}.get(value)


class NotificationForm(forms.ModelForm[Notification]):
    """All fields of a notification (rules.md §2). Nothing is required to save; what is missing is shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    all_lessons_missed = forms.TypedChoiceField(
        label=_("Were all lessons in this period missed?"),
        choices=YES_NO,
        coerce=_yes_no,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    action_wanted = forms.TypedChoiceField(
        label=_("Do you ask the municipality to act?"),
        choices=YES_NO,
        coerce=_yes_no,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Notification
        fields = (
            "suspected_reason",
            "all_lessons_missed",
            "absence_days",
            "absence_hours",
            "action_taken",
            "action_wanted",
            "action_wanted_text",
            "location",
            "reporter_name",
            "reporter_role",
            "reporter_phone",
            "reporter_email",
            "family_phone",
            "deviating_address",
            "parents_told_on",
            "youth_doctor_consulted_on",
        )
        labels = {
            "suspected_reason": _("Suspected reason of the absence"),
            "absence_days": _("Days with absence"),
            "absence_hours": _("Hours of absence"),
            "action_taken": _("What has the school done so far?"),
            "action_wanted_text": _("What do you ask, or why is no action needed?"),
            "location": _("School location"),
            "reporter_name": _("Name of who reports"),
            "reporter_role": _("Role"),
            "reporter_phone": _("Phone"),
            "reporter_email": _("E-mail"),
            "family_phone": _("Phone of parent or pupil"),
            "deviating_address": _("Where the pupil stays, if that is elsewhere"),
            "parents_told_on": _("Parents were told on"),
            "youth_doctor_consulted_on": _("Youth doctor was consulted on"),
        }
        help_texts = {
            "suspected_reason": _(
                "What you know or think. No diagnosis or illness: the municipality does not need it."
            ),
            "action_taken": _("Talks, letters, agreements, with their dates."),
            "deviating_address": _("Only if the pupil does not stay at the known address."),
        }
        widgets = {
            "suspected_reason": forms.Textarea(attrs={"rows": 3}),
            "action_taken": forms.Textarea(attrs={"rows": 3}),
            "action_wanted_text": forms.Textarea(attrs={"rows": 3}),
            "absence_hours": forms.NumberInput(attrs={"step": "0.1", "min": "0"}),
            "parents_told_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "youth_doctor_consulted_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.is_bound:
            self.initial["version"] = self.instance.version


class SentForm(forms.Form):
    """That the notification was sent."""

    sent_on = forms.DateField(
        label=_("Sent on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    number = forms.CharField(
        label=_("Number of the notification"),
        max_length=40,
        required=False,
        help_text=_("As the absence register gives it."),
    )
    words_accepted = forms.BooleanField(
        label=_("The marked words are needed in this notification"), required=False
    )


class WithdrawForm(forms.Form):
    because = forms.CharField(
        label=_("Why is it withdrawn?"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )


class LetterForm(forms.Form):
    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(label=_("Letter"), widget=forms.Textarea(attrs={"rows": 22}), max_length=10_000)


class InspectorateForm(forms.Form):
    told_on = forms.DateField(
        label=_("The Inspectorate was told on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
