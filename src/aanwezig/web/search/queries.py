"""Which pupils stand in a list or fit what is searched for, and what each line says. Only pupils in reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from aanwezig.values import SchoolYear
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import today, visible_pupils
from aanwezig.web.access.table import right as the_right
from aanwezig.web.duties.queries import open_duties
from aanwezig.web.facts.models import Person, Pupil, School
from aanwezig.web.facts.persons import plain, sound_of
from aanwezig.web.organisations.models import Kind, Role
from aanwezig.web.pupils.queries import TierNow, pupils_without_plan, tier_of, with_tier
from aanwezig.web.results.models import PupilYear, StoredFinding
from aanwezig.web.search.domain import ANY, Filters, has_sound
from aanwezig.web.signals.queries.places import SchoolHere, at_place, schools_here, seen
from aanwezig.web.signals.reasons import reason_of

# Who works for one of these sees pupils of many schools; the others work for one school at a time.
WIDE_KINDS = (Kind.MUNICIPALITY, Kind.CARE_PROVIDER, Kind.ARRANGEMENT)
# Whatever the database thinks of capitals.
NAME = (Lower("person__last_name"), Lower("person__first_name"), "pk")
ORDER_BY: dict[str, tuple[Any, ...]] = {
    "name": NAME,
    "group": ("here__group", *NAME),
    "rate": (F("here__rate").asc(nulls_last=True), *NAME),
}


@dataclass(frozen=True, slots=True)
class Where:
    """Of which pupils a list is. ``school`` None and not ``must_choose``: whoever is in reach, whatever school."""

    school: SchoolHere | None
    choice: tuple[SchoolHere, ...] = ()
    must_choose: bool = False

    @property
    def code(self) -> str:
        return self.school.code if self.school else ""


def where_for(actor: Actor, wanted: str = "") -> Where | None:
    """The school of the organisation that the person works at; ``wanted``: its ref. None: not one of theirs."""
    place = actor.working_at
    if place is not None and place.kind in WIDE_KINDS:
        return Where(None) if not wanted else None
    choice = tuple(schools_here(actor))
    if wanted:
        found = next((one for one in choice if one.ref == wanted), None)
        return Where(found, choice) if found else None
    if len(choice) == 1:
        return Where(choice[0], choice)
    return Where(None, choice, must_choose=True)


def _year() -> str:
    return str(SchoolYear.of(today()))


def _pupils(actor: Actor, right: str, school: str) -> QuerySet[Pupil]:
    """Pupils in reach with ``here``: their row of this school year, at the school or else where they are now."""
    found = visible_pupils(actor, right)
    year = _year()
    if school:
        here = Q(years__school=school, years__school_year=year)
        return found.annotate(here=FilteredRelation("years", condition=here)).filter(here__isnull=False)
    # A pupil at two schools stands once; one at no school stands too, without figures.
    found = found.annotate(here=FilteredRelation("years", condition=Q(years__school_year=year)))
    better = PupilYear.objects.filter(pupil=OuterRef("pk"), school_year=year).filter(
        Q(is_enrolled__gt=OuterRef("here__is_enrolled"))
        | Q(is_enrolled=OuterRef("here__is_enrolled"), pk__gt=OuterRef("here__pk"))
    )
    return found.filter(~Exists(better))


def listed(actor: Actor, where: Where, filters: Filters, right: str = "pupil.view") -> QuerySet[Pupil]:
    """The pupils of a list, in its order, as a query that can be paged; only roles at this organisation count."""
    actor = at_place(actor)
    rows: Any = _pupils(actor, right, where.code)
    if filters.refs:
        rows = rows.filter(ref__in=filters.refs)
    if where.school and not filters.left:
        rows = rows.filter(here__is_enrolled=True)
    if filters.group:
        rows = rows.filter(here__group=filters.group)
    if filters.level:
        rows = rows.filter(here__level=filters.level)
    if filters.band:
        rows = rows.filter(here__band=filters.band)
    if filters.tier:
        rows = with_tier(rows).filter(tier_now=filters.tier)
    # As lists and not asked per pupil: open findings are few beside what else a school keeps.
    if filters.signal:
        signals = StoredFinding.objects.filter(kind="signal", cleared_at__isnull=True, school_year=_year())
        if filters.signal != ANY:
            signals = signals.filter(rule=filters.signal)
        if where.school:
            signals = signals.filter(school=where.code)
        rows = rows.filter(pk__in=signals.filter(pupil__isnull=False).values("pupil"))
        if not _same_reach(actor, right, "signal.view"):
            rows = rows.filter(seen(actor, "signal.view", "pk"))
    if filters.duty:
        schools = [where.code] if where.school else list(School.objects.values_list("pk", flat=True))
        rows = rows.filter(pk__in=open_duties(actor, schools).order_by().values("pupil"))
    if filters.no_plan and where.school:
        rows = rows.filter(pk__in=pupils_without_plan(actor, where.code).order_by().values("pk"))
    found: QuerySet[Pupil] = rows.order_by(*ORDER_BY[filters.order])
    return found


def _same_reach(actor: Actor, one: str, other: str) -> bool:
    """Whether two rights reach the same pupils for this person, by the same roles in the same scopes."""
    scopes = [
        {(acting.id, the_right(right).roles[acting.role]) for acting in actor.with_right(right)}
        for right in (one, other)
    ]
    return scopes[0] <= scopes[1]


@dataclass(frozen=True, slots=True)
class PupilLine:
    """A pupil in a list. ``rate`` 0-1 or None: no lessons known; ``recent``: rates of the last weeks, oldest first.

    ``why``: the heaviest thing that stands out, ``because``: its fact and the others; empty: nothing does.
    """

    pupil_id: str
    ref: str
    first_name: str
    prefix: str
    last_name: str
    number: str
    group: str
    level: str
    school: str
    rate: float | None
    band: str
    provisional: bool
    recent: tuple[float | None, ...]
    is_enrolled: bool
    tier: TierNow
    why: str = ""
    because: str = ""
    signals: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.prefix, self.last_name) if part)


_FIELDS = (
    "pk",
    "ref",
    "person__first_name",
    "person__prefix",
    "person__last_name",
    "person__number",
    "here__group",
    "here__level",
    "here__school_id",
    "here__rate",
    "here__band",
    "here__provisional",
    "here__recent",
    "here__is_enrolled",
)


def lines_of(actor: Actor, rows: QuerySet[Pupil], where: Where | None = None) -> list[PupilLine]:
    """A page of pupils as lines: three queries, of the pupils, their tiers and what stands out; one more for schools."""
    found = list(rows.values_list(*_FIELDS))
    ids = [row[0] for row in found]
    tiers = tier_of(ids) if ids else {}
    reasons = _reasons(actor, ids) if ids else {}
    names = {where.code: where.school.name} if where and where.school else _schools({row[8] for row in found})
    made = []
    for pk, ref, first, prefix, last, number, group, level, school, rate, band, soft, recent, here in found:
        own = reasons.get(pk, [])
        titles = tuple(dict.fromkeys(title for title, _fact in own))
        parts = [own[0][1], *titles[1:]] if own else []
        made.append(
            PupilLine(
                pk,
                ref,
                first or "",
                prefix or "",
                last or "",
                number or "",
                group or "",
                level or "",
                names.get(school, ""),
                rate,
                band or "",
                bool(soft),
                tuple(week.get("rate") for week in recent or ()),
                bool(here),
                tiers.get(pk, TierNow()),
                titles[0] if titles else "",
                " · ".join(part for part in parts if part),
                titles,
            )
        )
    return made


def _schools(codes: set[str | None]) -> dict[str, str]:
    rows = School.objects.filter(pk__in=codes - {None}).values_list("pk", "organisation__name")
    return dict(rows) if codes - {None} else {}


def _reasons(actor: Actor, pupils: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Title and fact of what stands out, duties first, then what changed last; one query."""
    duty = Q(kind="duty", obligation="must") & ~Q(met=True) & seen(actor, "duty.view")
    signal = Q(kind="signal") & seen(actor, "signal.view")
    rows = StoredFinding.objects.filter(
        duty | signal, pupil__in=list(pupils), cleared_at__isnull=True, school_year=_year()
    ).order_by("kind", "-changed_at", "rule", "pk")
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows.defer("facts", "details"):
        reason = reason_of(row)
        found.setdefault(str(row.pupil_id), []).append((reason.title, reason.fact))
    return found


def groups_and_levels(actor: Actor, where: Where) -> tuple[list[str], list[str]]:
    """The classes and years to choose from; one query. None for who sees pupils of many schools; a mentor's own."""
    if where.school is None:
        return [], []
    rows = PupilYear.objects.filter(school=where.code, school_year=_year()).order_by()
    roles = at_place(actor).with_right("pupil.view")
    if all(one.role == Role.MENTOR for one in roles):
        rows = rows.filter(group__in={group for one in roles for group in one.groups})
    pairs = set(rows.values_list("group", "level").distinct())
    groups = sorted({group for group, _level in pairs if group})
    return groups, sorted({level for _group, level in pairs if level})


@dataclass(frozen=True, slots=True)
class Found:
    """Who fits what was searched for, by name: by letters, number or class, and who only sounds alike."""

    exact: tuple[str, ...]
    alike: tuple[str, ...]


def search(actor: Actor, asked: str) -> Found | None:
    """Pupils in reach whose names, number or class begin with each word; None when nothing was asked.

    Words count from their beginning: 'an' finds Anna and not Susan. At most three queries.
    """
    words = plain(asked).split()
    if not words:
        return None
    classes = _classes({*words, plain(asked)})
    wanted = Q()
    for word in words:
        fits = Q(search_text__contains=f" {word}")
        if sound := _sound(word):
            fits |= Q(sound__contains=f" {sound}")
        wanted &= fits | Q(pk__in=classes[word]) if word in classes else fits
    if plain(asked) in classes:
        wanted |= Q(pk__in=classes[plain(asked)])
    # First who is called so, then who of them is in reach: the other way round everybody is looked at.
    everybody = visible_pupils(actor, "pupil.view").filter(pk__in=Person.objects.filter(wanted).values("pk"))
    exact: list[str] = []
    alike: list[str] = []
    for pk, text in everybody.order_by(*NAME).values_list("pk", "person__search_text"):
        is_exact = pk in classes.get(plain(asked), ()) or all(
            f" {word}" in text or pk in classes.get(word, ()) for word in words
        )
        (exact if is_exact else alike).append(pk)
    return Found(tuple(exact), tuple(alike))


def _sound(word: str) -> str:
    return sound_of(word) if has_sound(word) else ""


def _classes(names: set[str]) -> dict[str, set[str]]:
    """The pupils of the classes that are called so, whatever capitals or signs; only names that are a class."""
    rows = PupilYear.objects.filter(school_year=_year()).order_by()
    called: dict[str, set[str]] = {}
    for group in rows.values_list("group", flat=True).distinct():
        if (name := plain(group)) in names:
            called.setdefault(name, set()).add(group)
    if not called:
        return {}
    found: dict[str, set[str]] = {name: set() for name in called}
    of_group = {group: name for name, groups in called.items() for group in groups}
    for pupil, group in rows.filter(group__in=of_group).values_list("pupil_id", "group"):
        found[of_group[group]].add(pupil)
    return found


def lines_by_id(actor: Actor, pupils: Sequence[str], where: Where | None = None) -> list[PupilLine]:
    """These pupils as lines, in the order given; those out of reach are left out."""
    where = where or Where(None)
    rows = _pupils(actor, "pupil.view", where.code).filter(pk__in=pupils)
    places = {pk: place for place, pk in enumerate(pupils)}
    return sorted(lines_of(actor, rows, where), key=lambda line: places[line.pupil_id])
