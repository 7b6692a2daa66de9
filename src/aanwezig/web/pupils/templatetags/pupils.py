"""Words that the pupil's pages share."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from aanwezig.pictures.texts import Texts
from aanwezig.values.forms import Forms
from aanwezig.web.pupils.queries.stands_out import language

register = template.Library()


@register.filter
def reason(name: str) -> str:
    """What a reason of absence is called."""
    return Texts(language())(f"reason.{name}")


@register.filter
def legal_status(status: str) -> str:
    """The legal status in the words of the field."""
    return {
        "exempt": _("exempt from compulsory education"),
        "not_yet": _("not of compulsory age yet"),
        "compulsory": _("compulsory education"),
        "qualification": _("qualification duty"),
        "rmc": _("18 or older, no start qualification"),
        "none": _("no compulsory education"),
    }.get(status, "")


@register.filter
def review_state(state: str) -> str:
    """How somebody followed up a signal."""
    return {
        "seen": pgettext("signal", "seen"),
        "explained": pgettext("signal", "explained"),
        "muted": pgettext("signal", "waits"),
    }.get(state, "")


@register.filter
def allowed(authorised: bool | None) -> str:
    """Whether absence was authorised; nobody said is not no."""
    if authorised is None:
        return _("nobody said")
    return _("authorised") if authorised else _("unauthorised")


@register.filter
def missing_column(column: str) -> str:
    """A column of the register in words, for what cannot be told without it."""
    return {
        "authorised": _("whether absence was authorised"),
        "birth_date": _("the date of birth"),
        "minutes": _("how many minutes were missed"),
        "reason_given": _("whether the reasons were given"),
    }.get(column, column)


@register.filter
def file_size(size: int) -> str:
    """Kilobytes or megabytes, for people."""
    forms = Forms(language())
    if size < 1_000_000:
        return f"{forms.number(max(size // 1000, 1))} kB"
    return f"{forms.number(size / 1_000_000, 1)} MB"
