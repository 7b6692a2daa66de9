"""Filters of the worklist, and why a row is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aanwezig.web.worklist.models import Why
from aanwezig.web.worklist.queries import RuleCount


class FilterForm(forms.Form):
    """Which points are shown."""

    rule = forms.ChoiceField(label=_("Kind"), required=False)
    group = forms.ChoiceField(label=_("Class"), required=False)
    looked = forms.ChoiceField(
        label=_("Which ones"),
        required=False,
        choices=[("", _("to look at")), ("yes", _("looked at, is right"))],
    )

    def __init__(self, *args: Any, rules: Sequence[RuleCount], groups: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rule"].choices = [  # type: ignore[attr-defined]
            ("", _("every kind")),
            *((one.rule, f"{one.title} ({one.open})") for one in rules),
        ]
        self.fields["group"].choices = [("", _("every class")), *((one, one) for one in groups)]  # type: ignore[attr-defined]


class WithdrawForm(forms.Form):
    """Why a row of absence is taken away here."""

    row = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.ChoiceField(label=_("Why?"), choices=[("", _("choose …")), *Why.choices])
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
