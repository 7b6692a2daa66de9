"""The question before an export."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from aanwezig.web.exports.models import Format


class AskForm(forms.Form):
    """``token``: of this form, so that sending it twice asks once."""

    format = forms.ChoiceField(
        label=_("As what kind of file?"),
        choices=Format.choices,
        initial=Format.XLSX,
        widget=forms.RadioSelect,
    )
    token = forms.CharField(max_length=32, widget=forms.HiddenInput)
