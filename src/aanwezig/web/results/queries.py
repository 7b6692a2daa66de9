"""What pages ask of the results: frozen values in the reader's language, few queries each, all through access."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import get_language

from aanwezig.calendar import working_days_between
from aanwezig.rules.legal_status import DUTY
from aanwezig.rules.provisions import Provisions, all_provisions
from aanwezig.values import BilingualText, SchoolYear
from aanwezig.values.text import Language
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import NotAllowed, decide, require, today, visible_pupils
from aanwezig.web.facts.models import Pupil, School
from aanwezig.web.organisations.models import Organisation
from aanwezig.web.results.models import OpenQuestion, PupilYear, SchoolPicture, StoredFinding
from aanwezig.web.results.thresholds import choices_of
from aanwezig.web.results.values import (
    PAGE,
    DutyView,
    FindingView,
    Fresh,
    Page,
    PupilFilters,
    PupilRow,
    Standing,
)


def language() -> Language:
    return "en" if (get_language() or "nl").startswith("en") else "nl"


def said(texts: BilingualText | Mapping[str, str]) -> str:
    """A text of a definition or of a stored result, in the reader's language."""
    if isinstance(texts, BilingualText):
        return texts.in_language(language())
    return texts.get(language(), "")


ORDERS: dict[str, tuple[Any, ...]] = {
    "rate": (F("rate").asc(nulls_last=True),),
    "-rate": (F("rate").desc(nulls_last=True),),
    "name": ("pupil__person__last_name", "pupil__person__first_name"),
    "group": ("group", "pupil__person__last_name", "pupil__person__first_name"),
    "tier": (F("proposed_tier").desc(nulls_last=True), F("rate").asc(nulls_last=True)),
    "late": (F("late_count").desc(nulls_last=True),),
}


def this_year() -> str:
    return str(SchoolYear.of(today()))


def freshness(actor: Actor, school: Organisation) -> Fresh:
    """How fresh the figures of a school are; two queries."""
    if not decide(actor, "freshness.view", school).allowed:
        require(actor, "school.view", school)
    return freshness_of([school.code])[0]


def freshness_of(schools: Iterable[str]) -> list[Fresh]:
    """The same of several schools for who has asked access already; two queries."""
    codes = sorted(set(schools))
    # Not the whole of the figures: those of many schools take longer to read than the page may.
    pictures = dict(
        SchoolPicture.objects.filter(school__in=codes, school_year=this_year()).values_list(
            "school_id", "figures__freshness"
        )
    )
    found = []
    for school in School.objects.filter(code__in=codes).order_by("code"):
        own = pictures.get(school.code)
        stale = school.computed_version < school.facts_version or school.computed_on != today()
        found.append(
            Fresh(
                school.code,
                own["state"] if own else "not_computed",
                _day(own["delivered_to"] if own else None),
                _day(own["last_school_day"] if own else None),
                own["school_days_behind"] if own else None,
                _day(own["last_row_on"] if own else None),
                school.computed_on,
                school.computed_at,
                stale,
            )
        )
    return found


def findings_of(actor: Actor, pupil: Pupil, *, cleared_too: bool = False) -> tuple[FindingView, ...]:
    """The duties and signals of a pupil that the actor may see, this school year and the last, latest first.

    A finding that two schools have (about a pupil at both) stands once. Who broke the glass sees all, to read.
    """
    reading = require(actor, "pupil.view", pupil)
    kinds = [
        kind
        for kind, right in (("duty", "duty.view"), ("signal", "signal.view"))
        if reading.is_emergency or decide(actor, right, pupil).allowed
    ]
    year = SchoolYear.of(today())
    years = [str(year), str(SchoolYear(year.start_year - 1))]
    rows = StoredFinding.objects.filter(pupil=pupil, kind__in=kinds, school_year__in=years)
    if not cleared_too:
        rows = rows.filter(cleared_at__isnull=True)
    seen: dict[tuple[str, str], StoredFinding] = {}
    for row in rows.order_by("-last_day", "rule", "pk"):
        known = seen.get((row.key, row.school_year))
        if known is None or (known.cleared_at is not None and row.cleared_at is None):
            seen[row.key, row.school_year] = row
    return tuple(_view(row, pupil) for row in seen.values())


def open_signals(
    actor: Actor, school: str, *, page: int = 1, rules: Sequence[str] = (), groups: Sequence[str] = ()
) -> Page[FindingView]:
    """The signals of a school that hold, of the pupils whom the actor may see, those that changed last first."""
    rows = _of_visible(actor, "signal.view", school).filter(kind="signal", school_year=this_year())
    if rules:
        rows = rows.filter(rule__in=rules)
    if groups:
        rows = rows.filter(group__in=groups)
    return _paged(rows.order_by("-changed_at", "rule", "pk"), page)


def group_alerts(actor: Actor, school: Organisation) -> tuple[FindingView, ...]:
    """Alerts about a class, level or the school as a whole."""
    require(actor, "school.view", school)
    rows = StoredFinding.objects.filter(
        school=school.code, school_year=this_year(), rule="group_alert", cleared_at__isnull=True
    )
    return tuple(_view(row, None) for row in rows.order_by("group", "pk"))


def open_duties(actor: Actor, school: str) -> tuple[DutyView, ...]:
    """The duties of a school that are not met, of this school year and the one before, the most urgent first."""
    year = SchoolYear.of(today())
    rows = _of_visible(actor, "duty.view", school).filter(
        kind="duty", school_year__in=[str(year), str(SchoolYear(year.start_year - 1))]
    )
    rows = rows.exclude(met=True).order_by(F("due").asc(nulls_last=True), "rule", "pk")
    terms = Provisions(choices_of(school)).on("notification_terms", today())
    free = bool(terms["good_friday_is_free"])
    return tuple(
        DutyView(
            _view(row, row.pupil),
            row.obligation,
            row.due,
            working_days_between(today(), row.due, good_friday_is_free=free) if row.due else None,
        )
        for row in rows
    )


def integrity_faults(actor: Actor, school: Organisation, *, page: int = 1) -> Page[FindingView]:
    """Contradictions between facts that were accepted, for the worklist of who keeps the data."""
    require(actor, "worklist.view", school)
    rows = StoredFinding.objects.filter(
        school=school.code, kind="fault", school_year=this_year(), cleared_at__isnull=True
    ).select_related("pupil__person")
    return _paged(rows.order_by("rule", "-last_day", "pk"), page)


def standing(actor: Actor, pupil: Pupil, school_year: str = "") -> Standing | None:
    """Where a pupil stands; None when nothing was computed. Of two schools the one where it is enrolled now.

    Every school has the pupil's whole year; signals and duties of each school are in ``findings_of``.
    """
    require(actor, "pupil.view", pupil)
    year = school_year or this_year()
    row = (
        PupilYear.objects.filter(pupil=pupil, school_year=year)
        .order_by("-is_enrolled", "-school__computed_at")
        .first()
    )
    if row is None:
        return None
    questions: list[tuple[str, str]] = []
    if year == this_year():
        asked = OpenQuestion.objects.filter(pupil=pupil, school=row.school_id).order_by("rule", "missing")
        questions = list(asked.values_list("rule", "missing"))
    return Standing(
        school=row.school_id,
        school_year=year,
        group=row.group,
        level=row.level,
        is_enrolled=row.is_enrolled,
        rate=row.rate,
        rate_agreed=row.rate_agreed,
        band=row.band,
        provisional=row.provisional,
        assumed_timetable=row.assumed_timetable,
        figures=row.figures,
        picture=row.picture,
        recent=row.recent,
        legal_status=row.legal_status,
        legal_status_missing=row.picture.get("legal_status_missing", ""),
        proposed_tier=row.proposed_tier,
        tier_provisional=row.tier_provisional,
        tier_reasons=tuple(said(one["text"]) for one in row.tier_reasons),
        not_reached=_not_reached(row),
        open_questions=tuple(questions),
    )


def pupils_list(
    actor: Actor, school: str, filters: PupilFilters | None = None, *, page: int = 1, order: str = "name"
) -> Page[PupilRow]:
    """The pupils of a school whom the actor may see, a page of them; three queries. KeyError for an unknown order."""
    chosen = filters or PupilFilters()
    rows = PupilYear.objects.filter(
        school=school,
        school_year=chosen.school_year or this_year(),
        pupil__in=visible_pupils(actor, "pupil.view"),
    )
    wanted = {
        name: value
        for name, value in (
            ("group", chosen.group),
            ("level", chosen.level),
            ("band", chosen.band),
            ("proposed_tier", chosen.tier),
        )
        if value not in ("", None)
    }
    rows = rows.filter(**wanted)
    if not chosen.left_too:
        rows = rows.filter(is_enrolled=True)
    if chosen.with_duty:
        rows = rows.filter(open_duties__gt=0)
    if chosen.with_signal:
        rows = rows.filter(open_signals__gt=0)
    for word in plain_words(chosen.text):
        rows = rows.filter(Q(pupil__person__search_text__contains=word) | Q(pupil__person__number=word))
    total = rows.count()
    # What the list does not show stays in the database.
    rows = rows.defer("picture", "figures").select_related("pupil__person").order_by(*ORDERS[order], "pk")
    number, first = _place(page, total)
    return Page(
        tuple(
            PupilRow(row.pupil, row, said(row.tier_reasons[0]["text"]) if row.tier_reasons else "")
            for row in rows[first : first + PAGE]
        ),
        number,
        total,
    )


def school_picture(
    actor: Actor, school: Organisation, school_year: str = ""
) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    """shapes.SchoolFigures of a school year and of the one before it; None where there are none. One query."""
    require(actor, "school.view", school)
    year = school_year or this_year()
    before = str(SchoolYear(SchoolYear.parse(year).start_year - 1))
    rows = SchoolPicture.objects.filter(school=school.code, school_year__in=[year, before])
    found = {row.school_year: row.figures for row in rows}
    return found.get(year), found.get(before)


def plain_words(text: str) -> list[str]:
    """Words in lower case without accents, as ``Person.search_text`` has them."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).split()


def _of_visible(actor: Actor, right: str, school: str) -> QuerySet[StoredFinding]:
    """The findings of a school that hold, about pupils to whom the actor may do this; NotAllowed without the right."""
    if not actor.may_anywhere(right):
        raise NotAllowed(decide(actor, right))
    return StoredFinding.objects.filter(
        school=school, cleared_at__isnull=True, pupil__in=visible_pupils(actor, right)
    ).select_related("pupil__person")


def _place(page: int, total: int) -> tuple[int, int]:
    number = max(1, min(page, math.ceil(total / PAGE) or 1))
    return number, (number - 1) * PAGE


def _paged(rows: QuerySet[StoredFinding], page: int) -> Page[FindingView]:
    total = rows.count()
    number, first = _place(page, total)
    return Page(tuple(_view(row, row.pupil) for row in rows[first : first + PAGE]), number, total)


def _view(row: StoredFinding, pupil: Pupil | None) -> FindingView:
    data = all_provisions().get(row.rule)
    return FindingView(
        ref=row.ref,
        key=row.key,
        rule=row.rule,
        title=said(data.title.text()) if data else row.rule,
        kind=row.kind,
        why=row.explanation_en if language() == "en" else row.explanation_nl,
        school=row.school_id,
        school_year=row.school_year,
        pupil=pupil,
        group=row.group,
        first_day=row.first_day,
        last_day=row.last_day,
        quantity=row.quantity,
        threshold=row.threshold,
        unit=row.unit,
        facts=tuple(row.facts),
        details=row.details,
        found_at=row.found_at,
        changed_at=row.changed_at,
        cleared_at=row.cleared_at,
        cleared_because=row.cleared_because,
        reopened_at=row.reopened_at,
    )


def _not_reached(row: PupilYear) -> tuple[str, ...]:
    told = tuple(said(one["text"]) for one in row.picture.get("not_reached", ()))
    if told or row.legal_status not in DUTY or row.rate is None or not row.is_enrolled:
        return told
    return (said(NOTHING_COUNTS),)


NOTHING_COUNTS = BilingualText(
    "Voor de melding van 16 uur telt nu niets mee: in dit tijdvak is niets ongeoorloofd gemist.",
    "Nothing counts for the 16-hour notification now: nothing was missed without authorisation in this window.",
)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
