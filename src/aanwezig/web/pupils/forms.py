"""The forms of the pupil's pages: what a person types, kept when something has to be mended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from aanwezig.web.access.decide import today
from aanwezig.web.design.forms import DateField
from aanwezig.web.pupils.actions.contacts import ContactText
from aanwezig.web.pupils.actions.notes import NoteText
from aanwezig.web.pupils.domain import MAX_DOCUMENT_BYTES
from aanwezig.web.pupils.models import NoteKind

TIER_CHOICES = (
    (1, _("Tier 1: what every pupil gets")),
    (2, _("Tier 2: extra help")),
    (3, _("Tier 3: intensive, for this pupil")),
)
SHARED_LABEL = _("Also for others who may see this pupil (youth doctor, attendance officer)")


def _long(label: Any, help_text: Any = "", required: bool = True, rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=widget, max_length=10_000
    )


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is it?"), choices=NoteKind.choices)
    day = DateField(label=_("Day"))
    text = _long(_("What was said or seen?"), _("Facts and words of people. No diagnosis."), rows=6)
    present = forms.CharField(label=_("Who was there?"), required=False, max_length=300)
    agreed = _long(
        _("What was agreed?"),
        _("Parents and pupil read this on their overview: write it for them, without names of others."),
        required=False,
        rows=3,
    )
    shared = forms.BooleanField(label=SHARED_LABEL, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["day"].initial = today

    def written(self) -> NoteText:
        data = self.cleaned_data
        return NoteText(
            data["kind"], data["day"], data["text"], data["present"], data["agreed"], data["shared"]
        )


class ReasonForm(forms.Form):
    """Why something is taken out."""

    because = _long(
        _("Why?"), _("The reason stays; so does what you take out, for who checks later."), rows=3
    )


class ContactForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    relation = forms.CharField(
        label=_("Who is this?"), help_text=_("mother, father, guardian …"), required=False, max_length=100
    )
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    has_authority = forms.BooleanField(label=_("Has parental authority"), required=False)
    remarks = forms.CharField(
        label=_("Remarks"), help_text=_("when to call, language …"), required=False, max_length=300
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def contact(self) -> ContactText:
        return ContactText(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


class DocumentForm(forms.Form):
    title = forms.CharField(label=_("What is it?"), max_length=150)
    file = forms.FileField(
        label=_("File"),
        help_text=_("pdf, jpg, png, docx or odt; at most 10 MB"),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.docx,.odt"}),
    )
    shared = forms.BooleanField(label=SHARED_LABEL, required=False)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_DOCUMENT_BYTES:
            raise ValidationError(_("The file is larger than 10 MB. Make it smaller, or split it."))
        return file


class TierForm(forms.Form):
    tier = forms.TypedChoiceField(label=_("Tier"), choices=TIER_CHOICES, coerce=int, widget=forms.RadioSelect)
    reason = _long(_("Why this tier?"), rows=3)
    review_on = DateField(label=_("When do you look back?"))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class PlanForm(forms.Form):
    first_day = DateField(label=_("From"))
    review_on = DateField(label=_("When do you look back?"))
    lead = forms.CharField(label=_("Who leads?"), max_length=120)
    place = forms.CharField(
        label=_("Where does the plan lie?"), help_text=_("system, folder, file"), max_length=300
    )


class _Days(forms.Form):
    """From and up to a day, both included."""

    first_day = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"), required=False, help_text=_("Empty: it still goes on."))


class ContactMadeForm(forms.Form):
    title = _("Contact made")
    about = _(
        "You spoke with the pupil or the parents. For somebody who is away for long, this is what counts."
    )
    date = DateField(label=_("Day"))


class ReturnForm(forms.Form):
    title = _("Back at school")
    about = _("The first day at school after a long absence. The pupil is watched for 10 school days.")
    date = DateField(label=_("First day back"))


class DistressForm(forms.Form):
    title = _("Serious difficulty attending")
    about = _(
        "Going to school is a struggle that upsets the pupil or the family, also on days when the pupil comes. Two weeks"
        " or longer is a signal (Kearney)."
    )
    date = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"), required=False, help_text=_("Empty: it still goes on."))


class SuspensionForm(_Days):
    title = _("Suspension or expulsion")
    about = _("More than one day: tell the Inspectorate, in writing and with the reasons.")
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=(
            ("suspension", _("suspension")),
            ("expulsion_intended", _("intended expulsion")),
            ("expulsion", _("expulsion")),
        ),
    )
    reason_given = forms.ChoiceField(
        label=_("Were the reasons given in writing?"),
        required=False,
        choices=(("", _("not known")), ("yes", _("yes")), ("no", _("no"))),
    )
    inspectorate_told_on = DateField(
        label=_("Inspectorate told on"), required=False, help_text=_("Empty: not yet.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["last_day"].required = True
        self.fields["last_day"].help_text = ""
        self.order_fields(["kind", "first_day", "last_day"])


class ReducedForm(_Days):
    title = _("Reduced programme")
    about = _("Less lesson time, agreed with the parents. The hours not followed still count as missed.")
    hours_per_week = forms.DecimalField(
        label=_("Agreed hours a week"), min_value=0, max_value=168, decimal_places=2, max_digits=5
    )
    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=(
            ("return_plan", _("return plan")),
            ("medical", _("medical")),
            ("variawet", _("deviation from teaching time (variawet)")),
            ("experiment", _("experiment")),
            ("other", _("other")),
        ),
    )
    agreed_by = forms.CharField(
        label=_("Who agreed?"),
        help_text=_("parents, pupil, Inspectorate … Empty: nobody; that is a signal."),
        required=False,
        max_length=200,
    )


class LeaveForm(_Days):
    title = _("Leave")
    about = _("Asked for, granted or refused.")
    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=(
            ("art11_f", _("holiday leave")),
            ("art11_g", _("weighty circumstances")),
            ("art11_e", _("religion")),
        ),
    )
    granted = forms.ChoiceField(
        label=_("Granted?"),
        choices=(("yes", _("yes")), ("no", _("no")), ("requested", _("asked for, not decided yet"))),
    )
    decided_by = forms.ChoiceField(
        label=_("Who decided?"),
        required=False,
        choices=(
            ("", _("not decided")),
            ("head", _("head of the school")),
            ("attendance_officer", _("attendance officer")),
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["last_day"].required = True
        self.fields["last_day"].help_text = ""


RECORD_FORMS: dict[str, type[forms.Form]] = {
    "contact": ContactMadeForm,
    "return": ReturnForm,
    "distress": DistressForm,
    "suspension": SuspensionForm,
    "reduced_programme": ReducedForm,
    "leave": LeaveForm,
}


def as_row(what: str, data: dict[str, Any]) -> dict[str, Any]:
    """What was typed as the columns of the register; empty is empty, hours are minutes."""
    row = {name: value if value != "" else None for name, value in data.items()}
    if what == "reduced_programme":
        row["minutes_per_week"] = int((row.pop("hours_per_week") or 0) * 60)
    return row


def from_row(what: str, row: Any) -> dict[str, Any]:
    """Back: a row of the register as the form wants it."""
    names = RECORD_FORMS[what].base_fields
    found = {name: getattr(row, name) for name in names if hasattr(row, name)}
    if what == "reduced_programme":
        found["hours_per_week"] = row.minutes_per_week / 60
    return found
