"""Forms: label above, help and error tied to the field, a summary that leads to what is wrong."""

from __future__ import annotations

import re

from django import forms
from django.utils import translation

from aanwezig.web.design.forms import DateField, TimeField


class Talk(forms.Form):
    on = DateField(label="Dag", help_text="Zoals 23-9-2025.")
    kind = forms.ChoiceField(label="Soort", choices=[("call", "Telefoon")], widget=forms.RadioSelect)
    note = forms.CharField(label="Notitie", widget=forms.Textarea, required=False)
    told = forms.BooleanField(label="Ingelicht", required=False)
    at = TimeField(label="Tijd", required=False)


def drawn(form: forms.Form) -> str:
    with translation.override("nl"):
        return str(form)


def test_every_field_has_its_label_and_help_is_read_with_it() -> None:
    text = drawn(Talk())
    assert '<label for="id_on">Dag</label>' in text
    field = re.search(r'<input[^>]*name="on"[^>]*>', text)
    assert field and 'aria-describedby="id_on_helptext"' in field.group(0) and 'type="date"' in field.group(0)
    assert 'id="id_on_helptext"' in text
    assert "<legend>Soort</legend>" in text
    assert "error-summary" not in text


def test_a_field_that_may_stay_empty_says_so() -> None:
    text = drawn(Talk())
    assert "Notitie <span" in text and "niet verplicht" in text
    assert "Dag <span" not in text


def test_an_error_is_tied_to_its_field_and_told_above_the_form() -> None:
    text = drawn(Talk({"note": "typed"}))
    field = re.search(r'<input[^>]*name="on"[^>]*>', text)
    assert field and 'aria-describedby="id_on_helptext id_on_error"' in field.group(0)
    assert 'aria-invalid="true"' in field.group(0) and 'id="id_on_error"' in text
    assert "2 dingen moeten nog goed" in text and 'href="#id_on"' in text
    # The link of a group of choices leads to something that is there.
    target = re.search(r'href="#(id_kind\w*)"', text)
    assert target and f'id="{target.group(1)}"' in text
    assert ">\ntyped</textarea>" in text


def test_no_field_has_a_style_or_script_of_its_own() -> None:
    assert not re.search(r"\sstyle=|\son\w+=", drawn(Talk({})))


def test_a_day_is_understood_as_dutch_people_type_it() -> None:
    for typed in ("2025-09-23", "23-9-2025", "23/9/2025"):
        assert DateField().clean(typed).isoformat() == "2025-09-23"


def test_what_was_a_date_is_shown_in_the_form_of_the_browser() -> None:
    with translation.override("nl"):
        text = str(Talk(initial={"on": DateField().clean("23-9-2025")}))
    assert 'value="2025-09-23"' in text
