"""Choosing a threshold, with the reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from aanwezig.rules.provisions import all_provisions
from aanwezig.web.definitions.queries import in_words, shown
from aanwezig.web.results.thresholds import Threshold

OTHER = "other"


class ThresholdForm(forms.Form):
    """The readings of the source, or another number where the threshold is one."""

    choice = forms.ChoiceField(label=_("Which value?"), widget=forms.RadioSelect)
    number = forms.IntegerField(label=_("Another number"), min_value=0, max_value=100_000, required=False)
    why = forms.CharField(
        label=_("Why does the school choose this?"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )

    def __init__(self, threshold: Threshold, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.threshold = threshold
        readings = [
            (one.name, f"{shown(one.value, threshold.unit)}: {in_words(one.meaning)} ({one.source})")
            for one in threshold.readings
        ]
        if isinstance(threshold.default, bool) and not readings:
            readings = [("yes" if not threshold.default else "no", shown(not threshold.default))]
        # A duty follows the law: only its readings can be chosen. Of signals a school may set the number itself.
        is_own = all_provisions()[threshold.rule].kind in ("signal", "proposal")
        self.takes_number = is_own and type(threshold.default) is int
        if self.takes_number:
            readings.append((OTHER, str(_("another number"))))
        else:
            del self.fields["number"]
        self.fields["choice"].choices = readings  # type: ignore[attr-defined]

    @property
    def can_choose(self) -> bool:
        return bool(self.fields["choice"].choices)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("choice") == OTHER and values.get("number") is None:
            self.add_error("number", _("Fill in the number."))
        return values

    def value(self) -> Any:
        """What is kept: a number, a yes or no, or the name of a reading."""
        choice = self.cleaned_data["choice"]
        if choice == OTHER:
            return self.cleaned_data["number"]
        return {"yes": True, "no": False}.get(choice, choice) if not self.threshold.readings else choice
