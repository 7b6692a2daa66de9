"""Which signals are not yet followed up, in lines of a list: four queries for a school, however many rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Case, F, FilteredRelation, Q, TextField, When
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from aanwezig.values import SchoolYear
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import today, visible_pupils
from aanwezig.web.facts.models import Pupil
from aanwezig.web.results.models import StoredFinding
from aanwezig.web.signals.domain import (
    FollowUp,
    GroupAlert,
    Key,
    Line,
    Signal,
    folded,
    follow_up,
    lines,
)
from aanwezig.web.signals.queries.places import seen
from aanwezig.web.signals.reasons import Reason, reason_of
from aanwezig.web.signals.words import Said, said_about

FIRST_ALERTS = 3
_FIELDS = (
    "ref",
    "key",
    "kind",
    "pupil_id",
    "rule",
    "group",
    "quantity",
    "threshold",
    "unit",
    "obligation",
    "met",
    "explanation_nl",
    "explanation_en",
    "cleared_because",
    "reached_on",
    "first_day_text",
    "last_day_text",
    "due_text",
    "found_at_text",
    "cleared_at_text",
    "reopened_at_text",
    "of_group",
    "rested_on",
)
_DAYS = ("first_day", "last_day", "due")
_MOMENTS = ("found_at", "cleared_at", "reopened_at")


@dataclass(frozen=True, slots=True)
class Found:
    """A stored finding as lists need it; ``rested_on``: its facts, only of group alerts and of what was cleared."""

    ref: str
    key: str
    kind: str
    pupil: str | None
    rule: str
    group: str
    quantity: float | None
    threshold: float | None
    unit: str
    obligation: str
    met: bool | None
    explanation_nl: str
    explanation_en: str
    cleared_because: str
    reached_on: str | None
    first_day: date | None
    last_day: date | None
    due: date | None
    found_at: datetime
    cleared_at: datetime | None
    reopened_at: datetime | None
    group_kind: str | None
    criterion: str | None
    number: int | None
    size: int | None
    rested_on: list[str] | None

    def signal(self, school: str) -> Signal:
        assert self.pupil is not None
        return Signal(
            self.ref,
            Key(school, self.pupil, self.rule, self.key),
            self.last_day,
            _day(self.found_at),
            _date(self.reached_on) if self.reached_on else None,
            _day(self.cleared_at) if self.cleared_at else None,
        )

    @property
    def new_at(self) -> datetime:
        """When it came up here: found, or back after it was cleared."""
        return max(self.found_at, self.reopened_at or self.found_at)

    @property
    def is_of_past_year(self) -> bool:
        """Of a duty: left from a school year that is past."""
        return self.last_day is not None and self.last_day < SchoolYear.of(today()).first

    @property
    def reason(self) -> Reason:
        return reason_of(self)

    @property
    def members(self) -> list[str]:
        """Of a group alert: the pupils it is about."""
        return [ref.removeprefix("pupils:") for ref in self.rested_on or [] if ref.startswith("pupils:")]


@lru_cache(maxsize=4096)
def _day(moment: datetime) -> date:
    """The day in the Netherlands; most findings of a school were found at a few moments."""
    return timezone.localtime(moment).date()


@dataclass(frozen=True, slots=True)
class Alert:
    """A class, year or school that is over a threshold, with all criteria that it passes, and who is folded under it."""

    found: tuple[Found, ...]
    folded: tuple[str, ...]
    is_new: bool

    @property
    def kind(self) -> str:
        return self.found[0].group_kind or ""

    @property
    def group(self) -> str:
        return self.found[0].group

    @property
    def ref(self) -> str:
        """The alert whose page is shown: of a folded pupil's criterion before the others."""
        return self.found[0].ref


@dataclass(frozen=True, slots=True)
class Overview:
    """What is open at a school for this person, and what was done about it.

    ``lines``: one per pupil that is not yet followed up; ``folded``: pupils that stand under a group alert instead.
    """

    school: str
    lines: tuple[Line, ...]
    alerts: tuple[Alert, ...]
    folded: frozenset[str]
    states: Mapping[str, FollowUp]
    by_ref: Mapping[str, Found]
    duties: tuple[Found, ...]
    said: Said
    new_since: datetime | None
    signals: tuple[Signal, ...] = field(default=())

    @property
    def first_alerts(self) -> tuple[Alert, ...]:
        """Those that stand above the list: the school as a whole, else the first three years or classes."""
        whole = tuple(one for one in self.alerts if one.kind == "school")
        return whole or self.alerts[:FIRST_ALERTS]

    @property
    def more_alerts(self) -> tuple[Alert, ...]:
        return self.alerts[len(self.first_alerts) :]

    @property
    def open_signals(self) -> int:
        return sum(len(line.signals) for line in self.lines)

    @property
    def new_signals(self) -> int:
        if self.new_since is None:
            return 0
        return sum(
            self.by_ref[signal.ref].new_at > self.new_since for line in self.lines for signal in line.signals
        )

    def in_state(self, *states: str) -> list[Signal]:
        """The signals in one of these states, last changed first."""
        own = [one for one in self.signals if self.states[one.ref].state in states]
        return sorted(own, key=lambda one: (self.states[one.ref].on or one.found_on, one.ref), reverse=True)


def overview(
    actor: Actor,
    school: str,
    *,
    new_since: datetime | None = None,
    cleared_since: datetime | None = None,
    with_duties: bool = False,
    rules: Collection[str] | None = None,
) -> Overview:
    """What is open at a school: two queries.

    ``cleared_since``: also what was cleared since then. ``rules``: only signals of these.
    """
    on = today()
    found = _findings(actor, school, on, cleared_since, with_duties)
    own = [one for one in found if one.kind == "signal" and one.pupil is not None]
    if rules is not None:
        own = [one for one in own if one.rule in rules]
    signals = {one.ref: one.signal(school) for one in own}
    since = min((signal.since for signal in signals.values()), default=on)
    if new_since is not None:
        since = min(since, _day(new_since))
    # By name and not by the access table once more: who is not in view has no finding here.
    pupils = {one.pupil for one in found if one.pupil is not None and one.kind in ("signal", "duty")}
    among = Q(pupil_id__in=one_of(pupils))
    if new_since is not None:
        # What colleagues wrote about others is news too.
        among |= seen(actor, "signal.view")
    said = said_about(among, since)
    states = {
        ref: follow_up(
            signal,
            said.reviews.get((school, signal.key.name), ()),
            said.about(signal.key.pupil),
            on,
        )
        for ref, signal in signals.items()
    }
    by_ref = {one.ref: one for one in found}
    groups = [one for one in found if one.pupil is None and one.kind == "signal" and _concerns(actor, one)]
    folds = folded(
        (signal for ref, signal in signals.items() if states[ref].is_open),
        [
            GroupAlert(one.ref, one.group_kind or "", one.criterion or "", frozenset(one.members))
            for one in groups
        ],
    )
    under = frozenset(pupil for pupils in folds.values() for pupil in pupils)
    made = lines(
        ((signal, states[ref]) for ref, signal in signals.items() if signal.key.pupil not in under),
        new_since,
        {one.ref: one.new_at for one in found},
    )
    alerts = _by_group(groups, folds, new_since)
    return Overview(
        school,
        tuple(made),
        alerts,
        under,
        states,
        by_ref,
        tuple(one for one in found if one.kind == "duty"),
        said,
        new_since,
        tuple(signals.values()),
    )


def one_of(values: Iterable[str]) -> RawSQL:
    """Any number of values as one parameter: as many parameters in each source would take longest of all."""
    form = "SELECT value FROM json_each(%s)"
    if connection.vendor == "postgresql":
        form = "SELECT jsonb_array_elements_text(%s::jsonb)"
    return RawSQL(form, [json.dumps(sorted(values))])


_GROUP_ORDER = {"school": 0, "level": 1, "group": 2}


def _by_group(
    groups: Iterable[Found], folds: Mapping[str, list[str]], new_since: datetime | None
) -> tuple[Alert, ...]:
    """One alert per class, year and school: the school first, then years and classes by name."""
    of_group: dict[tuple[int, str], list[Found]] = {}
    for one in groups:
        key = (_GROUP_ORDER.get(one.group_kind or "", 9), one.group)
        of_group.setdefault(key, []).append(one)
    return tuple(
        Alert(
            tuple(sorted(of_group[key], key=lambda one: (one.ref not in folds, one.criterion or ""))),
            tuple(pupil for one in of_group[key] for pupil in folds.get(one.ref, ())),
            new_since is not None and any(one.new_at > new_since for one in of_group[key]),
        )
        for key in sorted(of_group)
    )


def _concerns(actor: Actor, alert: Found) -> bool:
    """Whether a group alert is for this person: a mentor hears of the own classes, and of year and school."""
    for membership in actor.with_right("school.view"):
        if membership.role != "mentor" or alert.group_kind != "group" or alert.group in membership.groups:
            return True
    return False


def _findings(
    actor: Actor, school: str, on: date, cleared_since: datetime | None, with_duties: bool
) -> list[Found]:
    standing = Q(cleared_at__isnull=True)
    if cleared_since is not None:
        standing |= Q(cleared_at__gte=cleared_since)
    which = Q(kind="signal") & (Q(pupil__isnull=True) | seen(actor, "signal.view"))
    year = SchoolYear.of(on)
    years = [str(year)]
    if with_duties:
        # A duty that was never fulfilled does not end with the summer.
        before = str(SchoolYear(year.start_year - 1))
        years.append(before)
        which = (which & Q(school_year=str(year))) | (
            Q(kind="duty") & seen(actor, "duty.view") & ~Q(met=True)
        )
    rows = (
        StoredFinding.objects.filter(school=school, school_year__in=years, kind__in=("signal", "duty"))
        .filter(standing)
        .filter(which)
        .annotate(
            reached_on=KeyTextTransform("reached_on", "details"),
            of_group=_json_of(Q(pupil__isnull=True), "details"),
            rested_on=_json_of(Q(pupil__isnull=True) | Q(cleared_at__isnull=False), "facts"),
            **{f"{name}_text": Cast(name, TextField()) for name in (*_DAYS, *_MOMENTS)},
        )
        .order_by("pk")
    )
    return [_found(row) for row in rows.values_list(*_FIELDS)]


def _json_of(when: Q, field: str) -> Case:
    """A JSON field as text, of the rows that need it: reading thousands that nobody looks at takes longest."""
    return Case(When(when, then=Cast(field, TextField())), output_field=TextField())


def _found(row: Sequence[Any]) -> Found:
    """Days and moments come as text: there are thousands, most of them the same, and each is made once."""
    *plain, first, last, due, found, cleared, reopened, details, rested_on = row
    of_group = json.loads(details) if details else {}
    dated = [_date(day) if day else None for day in (first, last, due)]
    moments = [_moment(moment) if moment else None for moment in (found, cleared, reopened)]
    about = [of_group.get(name) for name in ("group_kind", "criterion", "pupils", "group_size")]
    values: list[Any] = [*plain, *dated, *moments, *about, json.loads(rested_on) if rested_on else None]
    return Found(*values)


_date = lru_cache(maxsize=4096)(date.fromisoformat)


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime:
    """SQLite keeps moments as UTC without a zone; PostgreSQL says theirs."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil in a list. ``recent``: rates of the last weeks, oldest first, None where there were no lessons."""

    pupil_id: str
    ref: str
    name: str
    group: str = ""
    band: str = ""
    rate: float | None = None
    recent: tuple[float | None, ...] = ()
    tier: int | None = None


def children(school: str, pupils: Iterable[str]) -> dict[str, Child]:
    """Names, class and where these pupils stand this school year; one query."""
    wanted = sorted(set(pupils))
    if not wanted:
        return {}
    year = str(SchoolYear.of(today()))
    rows = (
        Pupil.objects.filter(pk__in=wanted)
        .select_related("person")
        .annotate(
            here=FilteredRelation("years", condition=Q(years__school=school, years__school_year=year)),
            here_group=F("here__group"),
            here_band=F("here__band"),
            here_rate=F("here__rate"),
            here_recent=F("here__recent"),
            here_tier=F("here__proposed_tier"),
        )
    )
    found = {}
    for row in rows:
        person = getattr(row, "person", None)
        found[row.pk] = Child(
            row.pk,
            row.ref,
            person.short_name if person and person.short_name else "",
            row.here_group or "",
            row.here_band or "",
            row.here_rate,
            tuple(week.get("rate") for week in row.here_recent or ()),
            row.here_tier,
        )
    return found


def in_view(actor: Actor, school: str, pupils: Iterable[str]) -> list[str]:
    """Those of these pupils whose signals the person may see, by class and name; one query."""
    here = Q(years__school=school, years__school_year=str(SchoolYear.of(today())))
    rows = (
        visible_pupils(actor, "signal.view")
        .filter(pk__in=one_of(pupils))
        .annotate(here=FilteredRelation("years", condition=here))
        .order_by("here__group", "person__first_name", "person__last_name", "pk")
    )
    return list(rows.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as the page shows it: the newest reason first, all others in the second line."""

    child: Child
    refs: tuple[str, ...]
    why: str
    because: str
    is_new: bool
    is_due: bool


def shown(overview: Overview, page: Sequence[Line], known: Mapping[str, Child]) -> list[ShownLine]:
    """Lines with the words of their reasons; no query."""
    made = []
    for line in page:
        reasons = [overview.by_ref[signal.ref].reason for signal in line.signals]
        first, *others = reasons
        # A pupil may have several patterns: each title once.
        titles = dict.fromkeys(other.title for other in others if other.title != first.title)
        parts = [first.fact, *titles]
        made.append(
            ShownLine(
                known.get(line.pupil, Child(line.pupil, "", "")),
                tuple(signal.ref for signal in line.signals),
                first.title,
                " · ".join(part for part in parts if part),
                line.is_new,
                line.is_due,
            )
        )
    return made


def counts_by_school(actor: Actor, schools: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Per school how many pupils have an open signal, and how many signals: for who first chooses a school; one query."""
    from django.db.models import Count

    rows = (
        StoredFinding.objects.filter(
            school__in=list(schools),
            kind="signal",
            school_year=str(SchoolYear.of(today())),
            cleared_at__isnull=True,
            # As a list: of many schools, asking it of each signal takes three times as long.
            pupil__in=visible_pupils(actor, "signal.view").values("pk"),
        )
        .order_by()
        .values("school")
        .annotate(pupils=Count("pupil", distinct=True), signals=Count("pk"))
    )
    return {row["school"]: {"pupils": row["pupils"], "signals": row["signals"]} for row in rows}
