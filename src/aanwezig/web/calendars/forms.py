"""Forms of the calendar and the lesson times."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aanwezig.web.calendars.domain import MOST_MINUTES_A_DAY, WeekTimes
from aanwezig.web.design.forms import DateField

KINDS = (
    ("holiday", _("holiday")),
    ("study_day", _("study day")),
    ("public_holiday", _("public holiday")),
    ("open", _("open: school although the region has a holiday")),
)
REGIONS = (
    ("", _("by the municipality")),
    ("noord", _("north")),
    ("midden", _("middle")),
    ("zuid", _("south")),
)
DAYS = (
    ("mon", _("Monday")),
    ("tue", _("Tuesday")),
    ("wed", _("Wednesday")),
    ("thu", _("Thursday")),
    ("fri", _("Friday")),
)


class ClosureForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    first_day = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"))


class SchoolForm(forms.Form):
    region = forms.ChoiceField(label=_("Holiday region"), choices=REGIONS, required=False)
    lesson_minutes = forms.IntegerField(
        label=_("Length of a lesson in minutes"),
        min_value=1,
        max_value=600,
        required=False,
        help_text=_("Empty: 50 minutes in secondary education."),
    )


class WeekForm(forms.Form):
    """Minutes and lessons of Monday to Friday."""

    group = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in DAYS:
            self.fields[f"{name}_minutes"] = forms.IntegerField(
                label=_("%(day)s, minutes") % {"day": label},
                min_value=0,
                max_value=MOST_MINUTES_A_DAY,
                required=False,
                widget=forms.NumberInput(attrs={"class": "utrecht-textbox"}),
            )
            self.fields[f"{name}_lessons"] = forms.IntegerField(
                label=_("%(day)s, lessons") % {"day": label},
                min_value=0,
                max_value=20,
                required=False,
                widget=forms.NumberInput(attrs={"class": "utrecht-textbox"}),
            )

    @staticmethod
    def initial_of(week: WeekTimes) -> dict[str, Any]:
        found: dict[str, Any] = {"group": week.group or ""}
        for place, (name, _label) in enumerate(DAYS):
            found[f"{name}_minutes"] = week.minutes[place]
            found[f"{name}_lessons"] = week.lessons[place]
        return found

    def week(self) -> WeekTimes:
        values = self.cleaned_data
        return WeekTimes(
            values["group"] or None,
            tuple(values[f"{name}_minutes"] for name, _label in DAYS),
            tuple(values[f"{name}_lessons"] for name, _label in DAYS),
        )

    def days(self) -> list[tuple[Any, Any, Any]]:
        """Day, its field of minutes and its field of lessons, for the table of the page."""
        return [(label, self[f"{name}_minutes"], self[f"{name}_lessons"]) for name, label in DAYS]
