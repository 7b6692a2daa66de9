"""The report of ``check``: the answer first, then what to do, then who and why, then the school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aanwezig.cli.report.calendars import PupilYear, pupil_years
from aanwezig.cli.report.figures import Figures, gather
from aanwezig.cli.report.notified import notification_days
from aanwezig.cli.report.page import csv_link, render
from aanwezig.cli.report.rule_texts import rule_texts
from aanwezig.cli.report.worklist import (
    Duty,
    FlaggedPupil,
    Worklist,
    as_tiers,
    make_worklist,
)
from aanwezig.cli.texts import Texts
from aanwezig.library import Check, Register
from aanwezig.pictures import bars, pyramid, weeks
from aanwezig.pictures.heat_map import legend
from aanwezig.values import SchoolYear
from aanwezig.values.forms import SHORT_WEEKDAYS, Forms

# Rows of one list that the page shows; the rest is in the spreadsheet.
MOST_ROWS = 100
GROUPS_SHOWN = 12
REASONS_NAMED = 3
LONGEST_OPEN_LIST = 30
BAND_RULES = frozenset(bars.BANDS)


@dataclass(frozen=True, slots=True)
class Card:
    number: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TierGroup:
    """The flagged pupils of one tier."""

    tier: int
    number: str
    title: str
    lead: str
    pupils: tuple[dict[str, Any], ...]
    # Whether the list stands open: the highest tier always, a long list of a lower one not.
    is_open: bool


def check_page(register: Register, check: Check, say: Texts, made_on: date | None = None) -> str:
    """The page of a checked register; ``made_on`` is the day it was made, today when not given."""
    opened = register.opened()
    figures = gather(register)
    work = make_worklist(
        check.findings,
        check.not_decidable,
        check.faults,
        on=check.reference_date,
        say=say,
        places=figures.places,
        tiers=as_tiers(check.result.tiers, say),
        notified=notification_days(opened, check.findings),
    )
    years, backgrounds = pupil_years(opened, [pupil.pupil_id for pupil in work.pupils], say)
    return build_page(
        check, figures, work, years, backgrounds, say, made_on or datetime.now().astimezone().date()
    )


def build_page(
    check: Check,
    figures: Figures,
    work: Worklist,
    years: Mapping[str, PupilYear],
    backgrounds: Sequence[Any],
    say: Texts,
    made_on: date,
) -> str:
    """The page from values alone."""
    forms = Forms(say.language)
    tiers = pyramid.tier_shares([proposal.tier for proposal in check.result.tiers.values()])
    fired = {finding.rule for finding in check.findings}
    ids = [rule.id for rule in check.rules]
    chosen = dict(check.readings)
    return render(
        "check.html",
        say,
        title=say("page.title", schools=_names(figures.schools), day=forms.day(check.reference_date)),
        above=above(figures, check.reference_date, say),
        headline=headline(figures, work, say, forms),
        subline=subline(figures, say, forms),
        notes=notes(check, figures, say, forms),
        cards=cards(work, figures, tiers, say, forms),
        work=work,
        alert_groups=len({(alert.kind, alert.group) for alert in work.alerts}),
        open_duties=_with_due([d for d in work.duties if d.state in ("late", "open")], say, forms),
        may_duties=_with_due([d for d in work.duties if d.state == "may"], say, forms),
        met_duties=_with_due([d for d in work.duties if d.state == "met"], say, forms),
        duty_csv=csv_link(
            ("pupil_id", "rule", "due", "state", "sentence"),
            [
                (d.pupil_id, d.rule, d.due.isoformat() if d.due else "", d.state, d.sentence)
                for d in work.duties
            ],
        ),
        tier_groups=tier_groups(work, say, forms),
        years={pupil_id: _year(year, say, forms) for pupil_id, year in years.items()},
        backgrounds=backgrounds,
        rates=figures.rates,
        bands=figures.bands,
        one_school=len(figures.schools) < 2,
        legend=legend(say.language),
        most=MOST_ROWS,
        how_counted=how_counted(figures, say, forms),
        rules_found=rule_texts([i for i in ids if i in fired], check.reference_date, say, chosen),
        rules_silent=rule_texts([i for i in ids if i not in fired], check.reference_date, say, chosen),
        measures=measure_texts(say),
        made_on=forms.day(made_on),
        **school_values(figures, tiers, say, forms),
    )


def above(figures: Figures, on: date, say: Texts) -> str:
    """'De Linde (25PL00) · schooljaar 2025-2026'."""
    schools = [f"{name} ({own})" for name, own in zip(figures.schools, figures.school_ids, strict=True)]
    return " · ".join([*filter(None, [_names(schools)]), say("page.school_year", year=SchoolYear.of(on))])


def school_values(
    figures: Figures, tiers: tuple[pyramid.TierShare, ...], say: Texts, forms: Forms
) -> dict[str, Any]:
    """What the block about the school shows."""
    all_reasons = sum(minutes for _, minutes in figures.reasons)
    largest = figures.reasons[0][1] if figures.reasons else 0.0
    return {
        "figures": figures,
        "weeks_picture": weeks.both_sizes(figures.weeks, figures.last_year, say.language)
        if figures.weeks
        else "",
        "weeks_words": weeks.describe(figures.weeks, say.language),
        "weeks_csv": csv_link(
            ("week", "attendance_rate", "pupils"),
            [(week.monday.isoformat(), week.rate, week.pupils) for week in figures.weeks],
        ),
        "tiers": tiers,
        "tiers_picture": pyramid.pyramid(tiers, say.language) if tiers else "",
        "tiers_advice": pyramid.advice(tiers, say.language) if tiers else "",
        "groups_shown": figures.groups[:GROUPS_SHOWN],
        "band_bar": bars.band_bar,
        "band_names": bars.BANDS,
        "bands_csv": csv_link(
            ("group", "pupils", "attendance_rate", *(f"share_{band}" for band in bars.BANDS)),
            [(row.name, row.pupils, row.rate, *row.shares) for row in figures.groups],
        ),
        "weekday_names": SHORT_WEEKDAYS[say.language],
        "weekdays": [
            {
                "name": SHORT_WEEKDAYS[say.language][day],
                "bar": bars.share_bar(share, max(s for s in figures.weekdays if s is not None), "reason"),
                "share": forms.percent(share),
            }
            for day, share in enumerate(figures.weekdays)
            if share is not None
        ],
        "reasons": [
            {
                "word": reason_word(reason, say),
                "share": forms.percent(minutes / all_reasons, 1),
                "bar": bars.share_bar(minutes, largest, "reason"),
            }
            for reason, minutes in figures.reasons
        ],
    }


def headline(figures: Figures, work: Worklist, say: Texts, forms: Forms) -> str:
    """The answer: 'De Linde: 94,1 % aanwezig · 3 meldingen te doen, 1 te laat'."""
    rate = figures.totals.rate
    present = say("headline.rate", rate=forms.rate(rate)) if rate is not None else say("headline.no_rate")
    number = len(work.open_duties)
    todo = (
        say("headline.todo_one" if number == 1 else "headline.todo", number=number)
        if number
        else say("headline.nothing")
    )
    if work.late:
        todo += f", {say('headline.late', number=work.late)}"
    name = f"{figures.schools[0]}: " if len(figures.schools) == 1 else ""
    return f"{name}{present} · {todo}"


def subline(figures: Figures, say: Texts, forms: Forms) -> str:
    """Period and population."""
    return say(
        "subline",
        first=forms.day(figures.first_day),
        last=forms.day(figures.last_day),
        pupils=forms.number(figures.totals.pupils),
    )


def notes(check: Check, figures: Figures, say: Texts, forms: Forms) -> list[str]:
    """What a reader must know before believing a figure: freshness, assumptions, known date, readings."""
    said = []
    stale = [f for f in figures.freshness if f.complete_through and f.complete_through < check.reference_date]
    for one in stale[:5]:
        day = forms.day(one.complete_through) if one.complete_through else ""
        said.append(say("note.stale", school=one.school, day=day))
    if any(one.complete_through is None for one in figures.freshness):
        said.append(say("note.not_stated", day=forms.day(check.reference_date)))
    if figures.totals.assumed:
        said.append(say("note.assumed"))
    if check.known_date:
        said.append(say("note.known", day=forms.day(check.known_date)))
    if check.readings:
        names = ", ".join(f"{name} = {value}" for name, value in sorted(check.readings.items()))
        said.append(say("note.readings", names=names))
    return said


def cards(
    work: Worklist, figures: Figures, tiers: tuple[pyramid.TierShare, ...], say: Texts, forms: Forms
) -> list[Card]:
    soonest = next((duty for duty in work.open_duties if duty.state == "open" and duty.due), None)
    duty_detail = [say("headline.late", number=work.late)] if work.late else []
    if soonest and soonest.due:
        duty_detail.append(say("card.first_due", day=forms.day(soonest.due, year=False, weekday=True)))
    tier_3 = sum(pupil.tier == 3 for pupil in work.pupils)
    tier_2 = sum(pupil.tier == 2 for pupil in work.pupils)
    return [
        Card(forms.number(len(work.open_duties)), say("card.duties"), " · ".join(duty_detail)),
        Card(
            forms.number(len(work.pupils)),
            say("card.pupils"),
            say("card.tiers", three=tier_3, two=tier_2) if tiers else "",
        ),
        Card(
            forms.rate(figures.totals.rate),
            say("card.present"),
            say("card.goal_met") if (figures.totals.rate or 0) >= weeks.GOAL else say("card.goal_missed"),
        ),
        Card(
            forms.number(work.faulty_rows),
            say("card.data"),
            say("card.undecided", number=work.undecided_pupils) if work.undecided_pupils else "",
        ),
    ]


def tier_groups(work: Worklist, say: Texts, forms: Forms) -> list[TierGroup]:
    """The flagged pupils by tier, the highest first; those without a proposal at the end."""
    groups: list[TierGroup] = []
    for tier in (3, 2, 1, None):
        own = [pupil for pupil in work.pupils if pupil.tier == tier]
        if own:
            key = f"tiers.group_{tier}" if tier else "tiers.group_none"
            lead = say(f"{key}.lead") if say.has(f"{key}.lead") else ""
            shown = tuple(_pupil(pupil, say, forms) for pupil in own)
            is_open = not groups or len(own) <= LONGEST_OPEN_LIST
            groups.append(TierGroup(tier or 0, forms.number(len(own)), say(key), lead, shown, is_open))
    return groups


def _pupil(pupil: FlaggedPupil, say: Texts, forms: Forms) -> dict[str, Any]:
    # The rate that stands beside them already says the band.
    signals = [s for s in pupil.signals if s.rule not in BAND_RULES] or pupil.signals
    titles = dict.fromkeys([d.title for d in pupil.duties if d.state != "met"] + [s.title for s in signals])
    # The last of each rule; what came before it is one click away.
    latest = list({signal.rule: signal for signal in reversed(pupil.signals)}.values())[::-1]
    earlier = [signal for signal in pupil.signals if signal not in latest]
    met = [duty for duty in pupil.duties if duty.state == "met"]
    named = list(titles)[:REASONS_NAMED]
    more = len(titles) - len(named)
    words = " · ".join(named) + (f" {say('list.more', number=more)}" if more > 0 else "")
    return {
        "pupil_id": pupil.pupil_id,
        "place": pupil.place,
        "tier": pupil.tier,
        "tier_reason": pupil.tier_reason,
        "signals": latest,
        "duties": _with_due([d for d in pupil.duties if d.state != "met"], say, forms),
        "met": _with_due(met, say, forms),
        "earlier_signals": earlier,
        "earlier_number": len(met) + len(earlier),
        "reasons": words,
    }


def _with_due(duties: Sequence[Duty], say: Texts, forms: Forms) -> list[dict[str, Any]]:
    names = ("rule", "title", "pupil_id", "place", "period", "sentence", "state", "when", "soon")
    return [
        {name: getattr(duty, name) for name in names}
        | {"due_day": say("due.by", day=forms.day(duty.due)) if duty.due and duty.state != "met" else ""}
        for duty in duties
    ]


def _year(year: PupilYear, say: Texts, forms: Forms) -> dict[str, Any]:
    days = [
        {
            "day": mark.day,
            "words": ", ".join(reason_word(reason, say) for reason in mark.reasons),
            "time": say(
                "heat.of",
                absent=forms.number(float(mark.absent)),
                possible=forms.number(float(mark.possible)),
            ),
        }
        for mark in year.days
    ]
    return {"picture": year.picture, "summary": year.summary, "days": days}


def reason_word(reason: str, say: Texts) -> str:
    return say(f"reason.{reason}") if say.has(f"reason.{reason}") else reason


def how_counted(figures: Figures, say: Texts, forms: Forms) -> list[str]:
    lines = [say("how.all_reasons"), say("how.rate"), say("how.bands"), say("how.tiers"), say("how.duties")]
    fresh = [(one.school, one.complete_through) for one in figures.freshness if one.complete_through]
    return lines + [say("how.fresh", school=school, day=forms.day(day)) for school, day in fresh[:20]]


def measure_texts(say: Texts) -> list[dict[str, str]]:
    """The definitions of the measures, from their own catalogue."""
    from aanwezig.measures import catalogue

    return [{"title": say.of(one.title), "meaning": say.of(one.meaning)} for one in catalogue()]


def _names(schools: Sequence[str]) -> str:
    return ", ".join(schools[:3]) + (f" (+{len(schools) - 3})" if len(schools) > 3 else "")
