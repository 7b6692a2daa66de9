"""Made-up values for the page that shows every component and picture."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aanwezig.pictures.bars import BANDS, BandRow, Grid, shaded
from aanwezig.pictures.change import ChangeWeek, Usual
from aanwezig.pictures.pyramid import TierShare, advice
from aanwezig.pictures.reasons import ReasonShare
from aanwezig.pictures.return_steps import ReturnWeek
from aanwezig.pictures.weeks import Week
from aanwezig.pictures.year_calendar import CalendarDay, Slice
from aanwezig.values import BilingualText, SchoolYear
from aanwezig.web.access.decide import today
from aanwezig.web.design.forms import DateField
from aanwezig.web.design.templatetags.design import language

YEAR = SchoolYear(2025)
FIRST = date(2025, 8, 18)
ON = date(2025, 11, 21)
AUTUMN = (date(2025, 10, 20), date(2025, 10, 24))


class SampleForm(forms.Form):
    """One field of each kind."""

    talk_on = DateField(label=gettext_lazy("Day of the talk"), help_text=gettext_lazy("As 23-9-2025."))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("call", gettext_lazy("Telephone")), ("visit", gettext_lazy("Home visit"))],
    )
    told = forms.ChoiceField(
        label=gettext_lazy("Were the parents told?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", gettext_lazy("Yes")),
            ("no", gettext_lazy("No")),
            ("unknown", gettext_lazy("Not known")),
        ],
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    shared = forms.BooleanField(label=gettext_lazy("Parents may read this note"), required=False)
    file = forms.FileField(label=gettext_lazy("File"), required=False)


class SampleFilters(forms.Form):
    group = forms.ChoiceField(
        label=gettext_lazy("Class"), choices=[("", "1A, 1D, 2A"), ("2A", "2A")], required=False
    )
    band = forms.ChoiceField(
        label=gettext_lazy("Band"),
        choices=[("", gettext_lazy("All")), ("chronic", gettext_lazy("Chronic"))],
        required=False,
    )
    name = forms.CharField(label=gettext_lazy("Name"), required=False)


def _weeks(rates: list[float], first: date) -> list[Week]:
    mondays = [
        day
        for n in range(len(rates) + 1)
        if not AUTUMN[0] <= (day := first + timedelta(weeks=n)) <= AUTUMN[1]
    ]
    return [Week(monday, rate, 1237) for monday, rate in zip(mondays, rates, strict=False)]


MARKS: dict[int, tuple[Slice, ...]] = {
    20: (Slice("late", 0, 0.08),),
    24: (Slice("unauthorised", 0, 1),),
    29: (Slice("sick", 0, 1),),
    41: (Slice("late", 0, 0.05),),
    48: (Slice("sick", 0, 1),),
    49: (Slice("sick", 0, 0.5),),
    52: (Slice("unauthorised", 0.75, 1),),
    59: (Slice("leave", 0.3, 0.5), Slice("unauthorised", 0.5, 1)),
    71: (Slice("by_school", 0.25, 1),),
    73: (Slice("unknown", 0, 1),),
    77: (Slice("leave", 0, 1),),
}


def _year_days() -> list[CalendarDay]:
    days, day = [], FIRST - timedelta(days=7)
    while day <= date(2026, 7, 10):
        number = (day - FIRST).days
        one = CalendarDay(day, "present")
        if number in MARKS:
            one = CalendarDay(day, "absent", MARKS[number], _("lessons of this day"))
        elif day < FIRST:
            one = CalendarDay(day, "not_enrolled")
        elif AUTUMN[0] <= day <= AUTUMN[1] or date(2025, 12, 22) <= day <= date(2026, 1, 2):
            one = CalendarDay(day, "closed")
        elif day > ON:
            one = CalendarDay(day, "coming")
        elif day >= date(2025, 11, 20):
            one = CalendarDay(day, "no_data")
        days.append(one)
        day += timedelta(days=1)
    return days


def sample() -> dict[str, Any]:
    """The context of the style page."""
    now = today()
    days = _year_days()
    grid: list[list[float | None]] = [
        [0.03, 0.02, 0.02, 0.02, 0.02, 0.03, 0.03, 0.04],
        [0.03, 0.02, 0.02, 0.02, 0.02, 0.03, 0.03, None],
        [0.03, 0.03, 0.02, 0.02, 0.02, 0.02, 0.03, 0.03],
        [0.04, 0.03, 0.03, 0.03, 0.03, 0.04, 0.09, 0.11],
        [0.06, 0.05, 0.04, 0.04, 0.04, 0.06, 0.08, 0.16],
    ]
    tiers = (TierShare(3, 42, 0.034), TierShare(2, 298, 0.241), TierShare(1, 897, 0.725))
    this = _weeks(
        [0.961, 0.958, 0.952, 0.949, 0.944, 0.95, 0.941, 0.932, 0.936, 0.928, 0.921, 0.914, 0.927], FIRST
    )
    last = _weeks(
        [0.956, 0.955, 0.952, 0.953, 0.949, 0.946, 0.948, 0.942, 0.94, 0.939, 0.935, 0.931, 0.938, 0.944],
        date(2024, 8, 19),
    )
    bound = SampleForm({"kind": "call", "note": "x"}, auto_id="bound_%s")
    return {
        "today": now,
        "due_days": [now - timedelta(days=1), now, now + timedelta(days=1), now + timedelta(days=6)],
        "bands": BANDS,
        "declining": [0.99, 0.98, 0.97, 0.96, 0.9, 0.86, 0.83, 0.8],
        "steady": [0.95, 0.93, 0.96, None, 0.95, 0.94, 0.96, 0.9],
        "unknown_weeks": [None] * 8,
        "weeks": this,
        "last_weeks": last,
        "tiers": tiers,
        "tiers_advice": advice(tiers, language()),
        "classes": [
            BandRow("1A", 27, 0.95, (0.78, 0.15, 0.06, 0.01)),
            BandRow("1D", 26, 0.94, (0.7, 0.18, 0.09, 0.03)),
            BandRow("2A", 27, 0.9, (0.52, 0.15, 0.24, 0.09)),
            BandRow("V4", 0, None, (None, None, None, None)),
            BandRow("4C", 28, 0.93, (0.71, 0.13, 0.1, 0.06)),
        ],
        "grid": Grid(tuple(str(n) for n in range(1, 9)), tuple(range(5)), shaded(grid)),
        "reasons": [
            ReasonShare("sick", 0.512),
            ReasonShare("truant", 0.173),
            ReasonShare("leave", 0.09),
            ReasonShare("medical", 0.088),
            ReasonShare("late", 0.061),
            ReasonShare("unknown", 0.004),
        ],
        "year": YEAR,
        "year_days": days,
        "change_weeks": [
            ChangeWeek(FIRST + timedelta(weeks=n), rate, signal)
            for n, (rate, signal) in enumerate(
                [
                    (0.97, None),
                    (0.98, None),
                    (0.96, None),
                    (0.97, None),
                    (0.98, None),
                    (0.93, None),
                    (0.86, "one_side"),
                    (0.8, "beyond_limit"),
                    (0.79, "beyond_limit"),
                    (None, None),
                    (0.83, "one_side"),
                    (0.88, "one_side"),
                ]
            )
        ],
        "usual": Usual(0.972, 0.91),
        "return_weeks": [
            ReturnWeek(date(2025, 11, 3) + timedelta(weeks=n), agreed, actual)
            for n, (agreed, actual) in enumerate(
                [(4, 4), (4, 5), (8, 6), (8, 8), (12, 3), (12, None), (20, None), (28, None)]
            )
        ],
        "timeline": [
            {
                "day": now - timedelta(days=1),
                "text": _("Mother called: stomach ache on Sunday evening, wants to, does not dare."),
                "by": "J. Smit",
            },
            {
                "day": now - timedelta(days=18),
                "chip": _("turning point"),
                "kind": "warn",
                "text": _("best friend moved away"),
            },
            {
                "day": now - timedelta(days=400),
                "chip": _("transition"),
                "kind": "info",
                "text": "De Brug (po), 1D",
            },
        ],
        "tabs": [
            {"label": _("To review"), "url": "#", "current": True, "count": 11},
            {"label": _("Seen"), "url": "#", "current": False, "count": None},
            {"label": _("Muted"), "url": "#", "current": False, "count": 2},
        ],
        "steps": [_("File"), _("Columns"), _("Codes"), _("Check")],
        "step_urls": ["#", "#"],
        "form": SampleForm(),
        "bound_with_errors": bound,
        "filter_form": SampleFilters(),
        "page_obj": Paginator(range(1237), 50).get_page(7),
        "text": BilingualText("Tekst van een regel", "Text of a rule"),
    }
