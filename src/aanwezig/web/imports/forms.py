"""What a person says at each step of an import."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from aanwezig.calendar.school_calendar import SECTORS
from aanwezig.register.profile import columns_of, is_national_number, required_columns
from aanwezig.web.access.decide import today
from aanwezig.web.design.forms import DateField
from aanwezig.web.imports import texts
from aanwezig.web.imports.actions import Delivery
from aanwezig.web.imports.looks import Looks
from aanwezig.web.imports.models import Batch

MOST_FILES = 20


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files; ``clean`` gives a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)
            return []
        if len(given) > MOST_FILES:
            raise forms.ValidationError(
                _("Choose at most %(number)s files at a time.") % {"number": MOST_FILES}
            )
        for one in given:
            if not one.size:
                raise forms.ValidationError(
                    _("%(name)s is empty. Make the export again.") % {"name": one.name[:80]}
                )
        return list(given)


class DeliveryForm(forms.Form):
    """The first step: from which system, for which days, which files."""

    profile = forms.ChoiceField(
        label=_("From which system does the list come?"),
        help_text=_(
            "Choose the general list when your system is not named: you then say which column is what."
        ),
    )
    first_day = DateField(
        label=_("Complete from"),
        required=False,
        help_text=_("With both days you say: every absence of these days is in the file."),
    )
    last_day = DateField(
        label=_("Complete up to and with"),
        required=False,
        help_text=_(
            "What stood here in these days and is not in the file, was taken away at school and ends here too."
        ),
    )
    sector = forms.ChoiceField(
        label=_("What kind of school is it?"),
        help_text=_("Nothing is known of this school yet. Without this no lesson time can be told."),
        required=False,
    )
    holiday_region = forms.ChoiceField(label=_("Holiday region"), required=False)
    uploads = FilesField(
        label=_("Files"),
        help_text=_("CSV, Excel, JSON, XML, Parquet or zip, together at most 200 MB."),
    )

    def __init__(self, *args: Any, asks_school: bool, has_files: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["profile"].choices = texts.profile_choices()  # type: ignore[attr-defined]
        self.fields["uploads"].required = not has_files
        if has_files:
            self.fields["uploads"].label = _("More files")
        if asks_school:
            words = sector_words()
            self.fields["sector"].choices = [("", _("choose …")), *((one, words[one]) for one in SECTORS)]  # type: ignore[attr-defined]
            self.fields["holiday_region"].choices = [  # type: ignore[attr-defined]
                ("", _("by the municipality")),
                ("noord", _("North")),
                ("midden", _("Middle")),
                ("zuid", _("South")),
            ]
            self.fields["sector"].required = True
        else:
            del self.fields["sector"], self.fields["holiday_region"]

    def clean_last_day(self) -> date | None:
        last: date | None = self.cleaned_data["last_day"]
        if last is not None and last > today():
            raise forms.ValidationError(_("This day is still to come. A list cannot be complete for it."))
        return last

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        first, last = found.get("first_day"), found.get("last_day")
        if first and "last_day" in found and not last:
            self.add_error("last_day", _("Say up to which day the list is complete, or leave both empty."))
        if first and last and last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        return found

    def delivery(self, about_school: dict[str, str]) -> Delivery:
        """What was said; ``about_school``: what else is known of a school without facts of its own."""
        found = self.cleaned_data
        about = None
        if "sector" in self.fields:
            about = {**about_school, "sector": found["sector"]}
            if found["holiday_region"]:
                about["holiday_region"] = found["holiday_region"]
        return Delivery(found["profile"], found["first_day"], found["last_day"], about)


def sector_words() -> dict[str, texts.Word]:
    return {
        "po": _("primary education (po)"),
        "sbo": _("special primary education (sbo)"),
        "so": _("special education (so)"),
        "vo": _("secondary education (vo)"),
        "pro": _("practical education (pro)"),
        "vso": _("special secondary education (vso)"),
        "mbo": _("vocational education (mbo)"),
    }


class ColumnsForm(forms.Form):
    """The second step: a choice per column of ours."""

    def __init__(self, *args: Any, looks: Looks, batch: Batch, **options: Any) -> None:
        super().__init__(*args, **options)
        self.looks = looks
        self.required_names = required_columns(looks.kind)
        options_now = batch.mapping.get("options", {})
        self.option_names: list[str] = []
        if not looks.needs_columns:
            return
        for ours in (
            *self.required_names,
            *(one for one in columns_of(looks.kind) if one not in self.required_names),
        ):
            self.fields[ours] = self._choice(ours)
        for name, field in _options(looks.kind).items():
            field.initial = options_now.get(name)
            self.fields[f"option_{name}"] = field
            self.option_names.append(name)

    def _choice(self, ours: str) -> forms.ChoiceField:
        word, help_text = texts.COLUMNS[ours]
        names = dict.fromkeys(column.name for column in self.looks.columns if column.name.strip())
        choices: list[tuple[str, texts.Word]] = [(name, _with_example(self.looks, name)) for name in names]
        # What the profile finds by itself cannot be left out, only be another column.
        if ours not in self.looks.by_profile:
            choices.insert(0, ("", _("not in this list")))
        found = self.looks.read.get(ours)
        return forms.ChoiceField(
            label=word,
            help_text=help_text,
            choices=choices,
            initial=found or self.looks.guess.get(ours, ""),
            required=ours in self.required_names,
        )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if is_national_number(found.get("pupil_id") or ""):
            self.add_error(
                "pupil_id",
                _(
                    "This is the national number (BSN), which may not be kept here. Choose the school's own number."
                ),
            )
        return found

    @property
    def rows(self) -> list[tuple[Any, str]]:
        """The fields of columns with how each was found: read, guess, lacking or nothing."""
        found = []
        for ours in columns_of(self.looks.kind):
            how = "read" if ours in self.looks.read else "guess" if ours in self.looks.guess else ""
            if not how and ours in self.required_names:
                how = "lacking"
            found.append((self[ours], how))
        order = {name: place for place, name in enumerate(self.fields)}
        return sorted(found, key=lambda row: order[row[0].name])

    @property
    def first_rows(self) -> list[tuple[Any, str]]:
        """What is needed or was found, and what went wrong."""
        return [row for row in self.rows if row[1] or row[0].errors or row[0].value()]

    @property
    def other_rows(self) -> list[tuple[Any, str]]:
        """What could be in the list too."""
        shown = {row[0].name for row in self.first_rows}
        return [row for row in self.rows if row[0].name not in shown]

    @property
    def options(self) -> list[Any]:
        return [self[f"option_{name}"] for name in self.option_names]

    def chosen(self) -> dict[str, str]:
        return {ours: self.cleaned_data[ours] for ours in columns_of(self.looks.kind)}

    def chosen_options(self) -> dict[str, Any]:
        return {name: self.cleaned_data[f"option_{name}"] for name in self.option_names}


def _with_example(looks: Looks, name: str) -> str:
    examples = next(column.examples for column in looks.columns if column.name == name)
    return f"{name} ({', '.join(examples[:2])})" if examples else name


def _options(kind: str) -> dict[str, forms.Field]:
    """How the list is written, where a person has to say it."""
    order = forms.ChoiceField(
        label=_("How are dates written?"),
        required=False,
        choices=[
            ("", _("as usual here: day, month, year, or 2026-03-20")),
            ("mdy", _("month, day, year (3/20/2026)")),
            ("dmy", _("always day, month, year")),
        ],
    )
    if kind == "roster":
        return {"date_order": order}
    return {
        "date_order": order,
        "lesson_minutes": forms.IntegerField(
            label=_("Minutes of a lesson"),
            required=False,
            min_value=1,
            max_value=600,
            help_text=_("For rows with a lesson hour and without minutes. Empty: what the school has."),
        ),
        "minutes_unit": forms.ChoiceField(
            label=_("A plain number of minutes means"),
            required=False,
            choices=[("", _("minutes")), ("hours", _("hours")), ("lessons", _("lessons"))],
        ),
        "default_part": forms.ChoiceField(
            label=_("A row with only a day means"),
            required=False,
            choices=[
                ("", _("as the system writes it")),
                ("day", _("the whole day")),
                ("morning", _("the morning")),
                ("afternoon", _("the afternoon")),
            ],
        ),
    }


class CodesForm(forms.Form):
    """The third step: what each code of the school means."""

    def __init__(self, *args: Any, looks: Looks, **options: Any) -> None:
        super().__init__(*args, **options)
        self.looks = looks
        for place, code in enumerate(looks.codes):
            self.fields[f"reason_{place}"] = forms.ChoiceField(
                label=_("What %(code)s means") % {"code": code.key or _("an empty cell")},
                choices=texts.reason_choices(),
                initial=code.reason,
                error_messages={"required": _("Choose what this code means.")},
            )
            self.fields[f"mark_{place}"] = forms.ChoiceField(
                label=_("Whether %(code)s is authorised") % {"code": code.key or _("an empty cell")},
                choices=list(texts.MARKS),
                initial=code.authorised,
                required=False,
            )
            # The list may have changed in another window: the key goes along.
            self.fields[f"key_{place}"] = forms.CharField(
                initial=code.key, required=False, strip=False, widget=forms.HiddenInput
            )

    @property
    def rows(self) -> list[tuple[Any, Any, Any, Any]]:
        return [
            (code, self[f"reason_{place}"], self[f"mark_{place}"], self[f"key_{place}"])
            for place, code in enumerate(self.looks.codes)
        ]

    def meanings(self) -> dict[str, tuple[str, str]]:
        found = self.cleaned_data
        return {
            found[f"key_{place}"]: (found[f"reason_{place}"], found[f"mark_{place}"])
            for place in range(len(self.looks.codes))
        }


class CompleteForm(forms.Form):
    """Up to which day the absence of a school is complete, said by hand."""

    last_day = DateField(label=_("Complete up to and with"))

    def clean_last_day(self) -> date:
        last: date = self.cleaned_data["last_day"]
        if last > today():
            raise forms.ValidationError(_("This day is still to come. A list cannot be complete for it."))
        return last
