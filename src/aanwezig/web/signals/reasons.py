"""A signal in a few words for a list: what it is called, and the fact that fired it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from aanwezig.values.forms import Forms
from aanwezig.web.definitions.queries import rule_title

# What these are about stands in their sentence only.
IN_A_SENTENCE = ("pattern", "change", "informal_exclusion", "group_alert")


class Told(Protocol):
    """What of a finding is needed."""

    @property
    def rule(self) -> str: ...
    @property
    def quantity(self) -> float | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def first_day(self) -> date | None: ...
    @property
    def last_day(self) -> date | None: ...
    @property
    def explanation_nl(self) -> str: ...
    @property
    def explanation_en(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Reason:
    """``title``: 'Vierde ziekmelding in twaalf schoolweken'; ``fact``: '4 keer, 22 aug – 19 sep'."""

    title: str
    fact: str

    @property
    def whole(self) -> str:
        return f"{self.title}: {self.fact}" if self.fact else self.title


def reason_of(finding: Told) -> Reason:
    """The title of the rule and the fact of the finding, in the reader's language."""
    title = rule_title(finding.rule)
    if finding.rule in IN_A_SENTENCE:
        return Reason(title, first_sentence(finding))
    parts = [amount(finding.quantity, finding.unit), _short_period(finding.first_day, finding.last_day)]
    return Reason(title, ", ".join(part for part in parts if part))


def explanation(finding: Told) -> str:
    return finding.explanation_en if get_language() == "en" else finding.explanation_nl


def first_sentence(finding: Told) -> str:
    return explanation(finding).split(". ")[0].removesuffix(".")


def _forms() -> Forms:
    return Forms("en" if get_language() == "en" else "nl")


def amount(quantity: float | None, unit: str) -> str:
    """'4 keer', '10 dagen', '12,5 %', '16 uur'; empty where nothing was counted."""
    if quantity is None:
        return ""
    forms = _forms()
    number = forms.number(quantity, 0 if quantity == int(quantity) else 1)
    match unit:
        case "percent":
            return forms.percent(quantity / 100)
        case "minutes":
            return _("%(number)s hours") % {
                "number": forms.number(quantity / 60, 0 if quantity % 60 == 0 else 1)
            }
        case "reports":
            return ngettext("%(number)s time", "%(number)s times", round(quantity)) % {"number": number}
        case "days":
            return ngettext("%(number)s day", "%(number)s days", round(quantity)) % {"number": number}
        case "lessons":
            return ngettext("%(number)s lesson", "%(number)s lessons", round(quantity)) % {"number": number}
        case _:
            return ""


def _short_period(first: date | None, last: date | None) -> str:
    forms = _forms()
    days = [forms.short_day(one) for one in (first, last) if one is not None]
    return " – ".join(dict.fromkeys(days))
