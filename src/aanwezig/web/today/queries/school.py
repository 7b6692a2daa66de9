"""The day of a school: what is due, what is not followed up, who just returned, what changed. At most nine queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from aanwezig.values import SchoolYear
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import today, visible_pupils
from aanwezig.web.duties.queries import is_long_past
from aanwezig.web.facts.changes import current
from aanwezig.web.facts.models import Pupil, School
from aanwezig.web.organisations.models import Kind
from aanwezig.web.pupils.models import PlanMark
from aanwezig.web.pupils.queries import with_tier
from aanwezig.web.results.models import PupilWeek
from aanwezig.web.signals.domain import BANDS, Cause
from aanwezig.web.signals.queries.follow_up import (
    Child,
    Found,
    Overview,
    ShownLine,
    children,
    overview,
    shown,
)
from aanwezig.web.signals.queries.one import causes
from aanwezig.web.signals.queries.places import seen
from aanwezig.web.today.domain import (
    JUST_RETURNED,
    MONTH,
    NEAR,
    DutyCount,
    Presence,
    count_duties,
    presence,
)
from aanwezig.web.today.models import PlanCoverage

LINES = 12
DUTIES = 8
CHANGES = 8


@dataclass(frozen=True, slots=True)
class SchoolState:
    """A school and how fresh its data are; ``freshness`` as in results.shapes, None when nothing was computed yet."""

    code: str
    ref: str
    name: str
    computed_at: datetime | None
    is_stale: bool
    freshness: Mapping[str, Any] | None
    faults: int
    open_questions: int
    coverage_before: tuple[int, int] | None

    @property
    def to_look_at(self) -> int:
        return self.faults + self.open_questions

    @property
    def has_facts(self) -> bool:
        return self.freshness is not None and self.freshness.get("state") != "no_data"


def school_states(actor: Actor) -> list[SchoolState]:
    """The schools of the organisation that the person works at, by name; one query."""
    place = actor.working_at
    if place is None:
        return []
    on = today()
    year = str(SchoolYear.of(on))
    before = PlanCoverage.objects.filter(
        school=OuterRef("pk"), on__lte=on - MONTH, on__gte=on - MONTH - NEAR
    ).order_by("-on")
    rows = (
        School.objects.filter(code__in=place.schools, organisation__kind=Kind.SCHOOL)
        .annotate(picture=FilteredRelation("pictures", condition=Q(pictures__school_year=year)))
        .annotate(
            before_pupils=Subquery(before.values("pupils")[:1]),
            before_plans=Subquery(before.values("with_plan")[:1]),
        )
        .order_by("organisation__name")
        .values_list(
            "code",
            "organisation__ref",
            "organisation__name",
            "computed_at",
            "facts_version",
            "computed_version",
            "picture__figures__freshness",
            "picture__figures__faults",
            "picture__figures__open_questions",
            "before_pupils",
            "before_plans",
        )
    )
    return [
        SchoolState(
            code, ref, name, at, version != computed, fresh, faults or 0, questions or 0,
            None if pupils is None else (pupils, plans),
        )
        for code, ref, name, at, version, computed, fresh, faults, questions, pupils, plans in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class DutyLine:
    found: Found
    child: Child


@dataclass(frozen=True, slots=True)
class Returned:
    """``week``: Monday of the last week of which something is known; ``presence`` None: nothing is known yet."""

    child: Child
    on: date
    agreed: int | None
    week: date | None
    presence: Presence | None
    relapse: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something since the last visit. ``kind``: new, back, cleared, duty, said."""

    kind: str
    at: datetime
    child: Child
    found: Found | None = None
    cause: Cause | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    school: SchoolState
    overview: Overview
    lines: tuple[ShownLine, ...]
    duties: DutyCount
    # Of the duties: left from last school year.
    duties_before: int
    duty_lines: tuple[DutyLine, ...]
    returned: tuple[Returned, ...]
    changes: tuple[Change, ...]
    more_changes: int
    # Pupils in tier 2 and 3, and how many have a current plan; None where the person may not see that.
    coverage: tuple[int, int] | None
    children: Mapping[str, Child]

    @property
    def relapses(self) -> int:
        return sum(bool(one.relapse) for one in self.returned)

    @property
    def is_calm(self) -> bool:
        return not (self.lines or self.duty_lines or self.returned or self.overview.alerts)


def day_of(actor: Actor, school: SchoolState, since: datetime | None) -> Day:
    """The day of a school for this person; ``since``: the visit before, None on the first one."""
    on = today()
    everything = overview(actor, school.code, new_since=since, cleared_since=since, with_duties=True)
    due = sorted(
        (
            one
            for one in everything.duties
            if one.obligation == "must" and one.cleared_at is None and not is_long_past(one.due, on)
        ),
        # What was left of last school year comes after what can still be on time.
        key=lambda one: (one.is_of_past_year, one.due or date.max, one.ref),
    )
    back = _returns(actor, school.code, on)
    found = _changes(everything, since, actor.user_id)
    page = everything.lines[:LINES]
    needed = {line.pupil for line in page} | {one.pupil for one in due[:DUTIES] if one.pupil}
    needed |= {row.pupil_id for row in back} | {pupil for _kind, _at, pupil, *_ in found[:CHANGES]}
    known = children(school.code, needed)
    relapses = {
        one.pupil: one.ref
        for one in everything.by_ref.values()
        if one.rule == "relapse" and one.cleared_at is None
    }
    return Day(
        school,
        everything,
        tuple(shown(everything, page, known)),
        count_duties((one.due for one in due), on),
        sum(one.is_of_past_year for one in due),
        tuple(DutyLine(one, known[one.pupil]) for one in due[:DUTIES] if one.pupil in known),
        tuple(_returned(row, known, relapses) for row in back if row.pupil_id in known),
        tuple(_shown_changes(everything, found[:CHANGES], known)),
        max(0, len(found) - CHANGES),
        plan_coverage(actor, school.code),
        known,
    )


# Just returned


def _returns(actor: Actor, school: str, on: date) -> list[Any]:
    """The last return of each pupil enrolled here, with the agreed time and the last week; one query."""
    if not actor.may_anywhere("pupil.view"):
        return []
    agreed = (
        current("reduced_programmes")
        .filter(pupil=OuterRef("pupil"), school=school, first_day__lte=on)
        .filter(Q(last_day__isnull=True) | Q(last_day__gte=on))
        .order_by("-first_day")
    )
    # The week of the return itself is known in part only.
    week = PupilWeek.objects.filter(
        pupil=OuterRef("pupil"), school=school, monday__gt=OuterRef("date")
    ).order_by("-monday")
    later = current("observations").filter(
        kind="return", pupil=OuterRef("pupil"), date__gt=OuterRef("date"), date__lte=on
    )
    here = (
        current("enrolments")
        .filter(pupil=OuterRef("pupil"), school=school, first_day__lte=on)
        .filter(Q(last_day__isnull=True) | Q(last_day__gte=on))
    )
    rows = (
        current("observations")
        .filter(kind="return", date__lte=on, date__gte=on - JUST_RETURNED)
        .filter(Exists(here), ~Exists(later))
        .filter(seen(actor, "pupil.view"))
        .annotate(
            agreed_minutes=Subquery(agreed.values("minutes_per_week")[:1]),
            week=Subquery(week.values("monday")[:1]),
            possible=Subquery(week.values("possible_minutes")[:1]),
            absent=Subquery(week.values("absent_minutes")[:1]),
        )
    )
    return list({row.pupil_id: row for row in rows.order_by("date", "pk")}.values())[::-1]


def _returned(row: Any, known: Mapping[str, Child], relapses: Mapping[str | None, str]) -> Returned:
    return Returned(
        known[row.pupil_id],
        row.date,
        row.agreed_minutes,
        row.week,
        presence(row.possible, row.absent, row.agreed_minutes),
        relapses.get(row.pupil_id, ""),
    )


# What changed

_Raw = tuple[str, datetime, str, Found | None, str]


def _changes(everything: Overview, since: datetime | None, user: int | None) -> list[_Raw]:
    """What happened since the last visit, the latest first; what the person did is not news."""
    if since is None:
        return []
    found: list[_Raw] = []
    for one in everything.by_ref.values():
        if one.pupil is None:
            continue
        if one.cleared_at is not None:
            if one.cleared_at > since and one.kind == "signal" and one.found_at <= since:
                found.append(("cleared", one.cleared_at, one.pupil, one, ""))
        elif one.new_at > since and one.pupil not in everything.folded:
            kind = "duty" if one.kind == "duty" else "back" if one.reopened_at else "new"
            if kind != "duty" or one.obligation == "must":
                found.append((kind, one.new_at, one.pupil, one, ""))
    for at, pupil, kind, by in everything.said.latest:
        if at > since and by is not None and by != user:
            found.append(("said", at, pupil, None, kind))
    return sorted(found, key=lambda one: (one[1], one[2], one[0]), reverse=True)


def _shown_changes(everything: Overview, found: Sequence[_Raw], known: Mapping[str, Child]) -> list[Change]:
    gone = [one for kind, _at, _pupil, one, _word in found if kind == "cleared" and one is not None]
    open_rules: dict[str, set[str]] = {}
    for one in everything.by_ref.values():
        if one.cleared_at is None and one.pupil is not None and one.rule in BANDS:
            open_rules.setdefault(one.pupil, set()).add(one.rule)
    why = causes(gone, open_rules)
    return [
        Change(kind, at, known[pupil], one, why.get(one.ref) if one else None, word)
        for kind, at, pupil, one, word in found
        if pupil in known
    ]


# Plans


def plan_coverage(actor: Actor, school: str) -> tuple[int, int] | None:
    """Pupils in tier 2 or 3 whom the person may see, and how many have a current plan; one query.

    None for who does not work at the school: of the pupils whom a youth doctor sees it would say nothing.
    """
    place = actor.working_at
    if place is None or place.kind not in (Kind.SCHOOL, Kind.BOARD) or not actor.may_anywhere("pupil.view"):
        return None
    return _coverage(visible_pupils(actor, "pupil.view"), school)


def _coverage(pupils: QuerySet[Pupil], school: str) -> tuple[int, int]:
    on = today()
    year = str(SchoolYear.of(on))
    plan = PlanMark.objects.filter(
        pupil=OuterRef("pk"), ended_on__isnull=True, first_day__lte=on, review_on__gte=on
    )
    rows = (
        with_tier(pupils.filter(years__school=school, years__school_year=year, years__is_enrolled=True), on)
        .filter(tier_now__gte=2)
        .annotate(has_plan=Exists(plan))
        .values_list("has_plan", flat=True)
    )
    have = list(rows)
    return len(have), sum(have)


def keep_coverage(school: str) -> None:
    """Keep today's plan coverage of a whole school, for 'last month'; several times a day keeps the last."""
    pupils, with_plan = _coverage(Pupil.objects.all(), school)
    PlanCoverage.objects.update_or_create(
        school_id=school, on=today(), defaults={"pupils": pupils, "with_plan": with_plan}
    )
