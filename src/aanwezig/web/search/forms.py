"""Forms of the list of pupils: filters, a name to keep them under, and what is done for several."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import today
from aanwezig.web.access.refs import ALPHABET, LENGTH
from aanwezig.web.definitions.queries import rule_title, rules_by_kind
from aanwezig.web.design.forms import DateField
from aanwezig.web.design.templatetags.design import band_word
from aanwezig.web.pupils.actions.notes import NoteText
from aanwezig.web.pupils.models import NoteKind
from aanwezig.web.results.shapes import BAND_ORDER
from aanwezig.web.search.domain import ANY, Filters
from aanwezig.web.search.queries import Where
from aanwezig.web.signals.actions import LONGEST_MUTE

ALL = ("", _("all"))
# Alerts about a group are no reason in a list of children.
NOT_OF_A_PUPIL = ("group_alert",)


class ListForm(forms.Form):
    """Which pupils. A choice that the person has no right for, or that has no meaning here, is not there."""

    group = forms.ChoiceField(label=_("Class"), required=False)
    level = forms.ChoiceField(label=_("Year"), required=False)
    band = forms.ChoiceField(label=_("Attendance"), required=False)
    tier = forms.TypedChoiceField(
        label=_("Tier"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[ALL, (1, "1"), (2, "2"), (3, "3")],
    )
    signal = forms.ChoiceField(label=_("Signal that holds"), required=False)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("name", _("by name")), ("group", _("by class")), ("rate", _("lowest attendance first"))],
    )
    duty = forms.BooleanField(label=_("duty to report"), required=False)
    no_plan = forms.BooleanField(label=_("tier 2 or 3 without a plan"), required=False)
    left = forms.BooleanField(label=_("also who left"), required=False)

    def __init__(
        self, data: Any, *, actor: Actor, where: Where, groups: list[str], levels: list[str]
    ) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        # What was asked stays a choice, also when no pupil has it any more: then the list is empty and says so.
        for name, known in (("group", groups), ("level", levels)):
            asked = data.get(name, "").replace("\x00", "")
            every = sorted({*known, asked} - {""})
            fields[name].choices = [ALL, *((one, one) for one in every)]
            if not every:
                del fields[name]
        fields["band"].choices = [ALL, *((band, band_word(band)) for band in BAND_ORDER)]
        rules = [one.id for one in rules_by_kind().get("signal", []) if one.id not in NOT_OF_A_PUPIL]
        fields["signal"].choices = [ALL, (ANY, _("any")), *((rule, rule_title(rule)) for rule in rules)]
        if not actor.may_anywhere("signal.view"):
            del fields["signal"]
        if not actor.may_anywhere("duty.view"):
            del fields["duty"]
        if where.school is None:
            del fields["no_plan"]
            del fields["left"]

    def asked(self) -> Filters:
        """What was asked; a choice that does not exist is left out."""
        self.is_valid()
        data = {name: value for name, value in self.cleaned_data.items() if value not in ("", None, False)}
        refs = refs_of(self.data.getlist("pupil")) if isinstance(self.data, QueryDict) else ()
        return Filters(**data, refs=refs)

    def in_words(self) -> str:
        """What was asked, as a person reads it."""
        asked = self.asked()
        told = []
        for field in self.visible_fields():
            value = getattr(asked, field.name)
            if not value or field.name == "order":
                continue
            choices = dict(getattr(field.field, "choices", ()))
            told.append(f"{field.label}: {choices[value]}" if value in choices else str(field.label))
        return " · ".join(told)


def refs_of(sent: Iterable[str]) -> tuple[str, ...]:
    """Refs of pupils as they were sent, each once; what cannot be one is left out."""
    return tuple(dict.fromkeys(one for one in sent if len(one) == LENGTH and set(one) <= set(ALPHABET)))


def filters_of(query: str, actor: Actor, where: Where) -> Filters:
    """The filters of an address that was kept."""
    return form_of(query, actor, where).asked()


def form_of(query: str, actor: Actor, where: Where) -> ListForm:
    return ListForm(QueryDict(query), actor=actor, where=where, groups=[], levels=[])


class NameForm(forms.Form):
    """What saved filters are called. ``query``: of the address; only names of filters that exist are kept."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Only you see it. Use no name of a pupil.")
    )
    query = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    def clean_query(self) -> str:
        known = {*ListForm.base_fields, "school"}
        pairs = [(name, value) for name, value in parse_qsl(self.cleaned_data["query"]) if name in known]
        made = QueryDict(mutable=True)
        for name, value in pairs:
            made.appendlist(name, value)
        return made.urlencode()


class NoteForSeveral(forms.Form):
    """One note for several pupils; nobody's name belongs in it, because each file gets it."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=NoteKind.choices)
    day = DateField(label=_("Day"))
    text = forms.CharField(
        label=_("What was said or seen?"),
        help_text=_("The same text goes to the file of each of them: no names of others, no diagnosis."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=10_000,
    )
    shared = forms.BooleanField(
        label=_("Also for others who may see these pupils (youth doctor, attendance officer)"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["day"].initial = today

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"written": NoteText(data["kind"], data["day"], data["text"], shared=data["shared"])}


class SeenForSeveral(forms.Form):
    """A note with signals that were seen."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        help_text=_("Only what a colleague needs to know. No diagnosis, no illness."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class MutedForSeveral(SeenForSeveral):
    """Until when signals wait."""

    until = DateField(label=_("Until"), help_text=_("On this day they come back to the list."))
    field_order = ["until", "note"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until"].initial = today() + timedelta(days=14)

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if not 0 < (until - today()).days <= LONGEST_MUTE:
            raise forms.ValidationError(_("Choose a date after today and within six months."))
        return until


FORMS: dict[str, type[NoteForSeveral | SeenForSeveral]] = {
    "note": NoteForSeveral,
    "seen": SeenForSeveral,
    "muted": MutedForSeveral,
}
