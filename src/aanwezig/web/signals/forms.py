"""Forms of following up and of the ladder."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aanwezig.web.access.decide import today
from aanwezig.web.design.forms import DateField
from aanwezig.web.signals.actions import LONGEST_MUTE
from aanwezig.web.signals.models import Action, Counted, Step, Who, Why

NOTE_HELP = _("Only what a colleague needs to know. No diagnosis, no illness.")


def _note(required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=_("Note"),
        required=required,
        help_text=NOTE_HELP,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )


class SeenForm(forms.Form):
    note = _note()


class ExplainedForm(forms.Form):
    why = forms.ChoiceField(label=_("What explains it?"), choices=Why.choices, widget=forms.RadioSelect)
    note = _note()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("why") == Why.OTHER and not (values.get("note") or "").strip():
            self.add_error("note", _("Write in a few words what explains it."))
        return values


class MutedForm(forms.Form):
    until = DateField(label=_("Wait until"), help_text=_("On this day it comes back to the list."))
    note = _note()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until"].initial = today() + timedelta(days=14)

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if not 0 < (until - today()).days <= LONGEST_MUTE:
            raise forms.ValidationError(_("Choose a date after today and within six months."))
        return until


FORMS: dict[str, type[forms.Form]] = {"seen": SeenForm, "explained": ExplainedForm, "muted": MutedForm}


class ListFilter(forms.Form):
    group = forms.ChoiceField(label=_("Class"), required=False)
    rule = forms.ChoiceField(label=_("Signal"), required=False)

    def __init__(self, *args: Any, groups: list[str], rules: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        everything = [("", _("all"))]
        self.fields["group"].choices = everything + [(name, name) for name in groups]  # type: ignore[attr-defined]
        self.fields["rule"].choices = everything + rules  # type: ignore[attr-defined]


class StepForm(forms.Form):
    number = forms.IntegerField(label=_("At how many"), min_value=1, max_value=200)
    counted = forms.ChoiceField(label=_("What is counted"), choices=Counted.choices)
    weeks = forms.IntegerField(
        label=_("Within how many school weeks"),
        required=False,
        min_value=1,
        max_value=40,
        help_text=_("Empty: within the school year."),
    )
    action = forms.ChoiceField(label=_("What happens"), choices=Action.choices)
    who = forms.ChoiceField(label=_("Who does it"), choices=Who.choices)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, step: Step) -> StepForm:
        names = ("number", "counted", "weeks", "action", "who", "version")
        return cls(initial={name: getattr(step, name) for name in names})


class OutcomeForm(forms.Form):
    state = forms.ChoiceField(
        label=_("How does this step stand?"),
        choices=(("done", _("done")), ("not_needed", _("not needed, because"))),
        widget=forms.RadioSelect,
    )
    on = DateField(label=_("On"))
    because = forms.CharField(
        label=_("Because"), required=False, help_text=NOTE_HELP, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("state") == "not_needed" and not (values.get("because") or "").strip():
            self.add_error("because", _("Write in a few words why."))
        if values.get("on") and values["on"] > today():
            self.add_error("on", _("That day is still to come."))
        return values
