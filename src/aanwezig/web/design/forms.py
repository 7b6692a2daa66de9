"""How forms look: label above, help, error tied to its field, in the classes of NL Design System."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """``{{ form }}`` gives a summary of errors and every field; ``{{ field.as_field_group }}`` gives one."""

    form_template_name = "design/forms/form.html"
    field_template_name = "design/forms/field.html"


class DateInput(forms.DateInput):
    """The browser's own date field; Dutch people see dd-mm-jjjj in it."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class DateField(forms.DateField):
    """A day; also understands 23-9-2025 and 23/9/2025, typed where the browser has no date field."""

    widget = DateInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("input_formats", ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"])
        super().__init__(**options)


class TimeField(forms.TimeField):
    widget = TimeInput
