"""Forms of the log and of breaking the glass."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import organisations_with
from aanwezig.web.accounts.models import User
from aanwezig.web.audit.emergency import REASON_AT_LEAST
from aanwezig.web.audit.queries import LogFilter, actions_in_log
from aanwezig.web.design.forms import DateField

ALL = ("", _("all"))


class LogForm(forms.Form):
    """Which part of the log; only what occurs can be chosen, so that no names are typed into an address."""

    kind = forms.ChoiceField(label=_("What"), choices=(("change", _("changes")), ("read", _("reading"))))
    who = forms.ChoiceField(label=_("Who"), required=False)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    action = forms.ChoiceField(label=_("Action or page"), required=False)
    first_day = DateField(label=_("From"), required=False)
    last_day = DateField(label=_("Until"), required=False)

    def __init__(self, data: Any, *, actor: Actor) -> None:
        kind = "read" if data.get("kind") == "read" else "change"
        super().__init__(data if data else {"kind": kind})
        places = organisations_with(actor, "admin.audit")
        who: Any = self.fields["who"]
        people = User.objects.filter(memberships__organisation__in=places).distinct().order_by("name")
        who.choices = [ALL, *((one.ref, str(one)) for one in people)]
        organisation: Any = self.fields["organisation"]
        organisation.choices = [ALL, *places.order_by("name").values_list("ref", "name")]
        action: Any = self.fields["action"]
        action.choices = [ALL, *actions_in_log(actor, kind)]

    def asked(self) -> LogFilter:
        """What was asked; a choice that does not exist is left out."""
        data = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return LogFilter(
            data.get("kind") or "change",
            data.get("who", ""),
            data.get("organisation", ""),
            data.get("action", ""),
            data.get("first_day"),
            data.get("last_day"),
        )


class ReasonForm(forms.Form):
    """Why a closed file must be opened now."""

    reason = forms.CharField(
        label=_("Why do you have to see this file now?"),
        help_text=_("The privacy officer reads this. Write what happened and why it cannot wait."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )

    def clean_reason(self) -> str:
        reason = " ".join(self.cleaned_data["reason"].split())
        if len(reason) < REASON_AT_LEAST:
            raise ValidationError(
                ngettext(
                    "Write at least %(number)s character.",
                    "Write at least %(number)s characters.",
                    REASON_AT_LEAST,
                )
                % {"number": REASON_AT_LEAST}
            )
        return reason
