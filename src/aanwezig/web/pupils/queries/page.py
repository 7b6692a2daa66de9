"""Everything that the pupil's page shows, put together: four queries whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from aanwezig.rules.legal_status import legal_status
from aanwezig.rules.provisions import Provisions
from aanwezig.values import CannotTell, NotInForce, SchoolYear
from aanwezig.web.access.actor import Actor
from aanwezig.web.access.decide import Decision
from aanwezig.web.facts.models import Pupil
from aanwezig.web.pupils.domain import TierNow
from aanwezig.web.pupils.may import rights_beside
from aanwezig.web.pupils.queries.beside import Beside, read_beside
from aanwezig.web.pupils.queries.one_pupil import PupilSource, read_pupil
from aanwezig.web.pupils.queries.stands_out import StandsOut, language, stands_out, title_of
from aanwezig.web.pupils.queries.timeline import Event, timeline
from aanwezig.web.pupils.queries.year_days import PupilYearDays, year_days
from aanwezig.web.results.models import PupilYear, StoredFinding

RIGHTS = (
    "pupil.note",
    "pupil.contacts",
    "pupil.documents",
    "pupil.facts",
    "pupil.tier",
    "pupil.overview",
    "pupil.who",
    "signal.view",
    "signal.review",
    "duty.view",
    "duty.letter",
    "export.pupils",
)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Where the pupil is on the day, or was last (``is_now`` False)."""

    school_id: str
    school: str
    group: str
    level: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What cannot be told, and the column of the register that is missing for it."""

    rule: str
    title: str
    missing: str


@dataclass(frozen=True, slots=True)
class PupilPage:
    """The page of one pupil for one reader. ``standing``: its figures of the chosen school year, None while nothing
    was worked out. ``status``: the legal status today; ``status_missing``: the column that is missing to tell."""

    pupil: Pupil
    name: str
    year: SchoolYear
    years: tuple[SchoolYear, ...]
    on: date
    may: frozenset[str]
    enrolled: tuple[Enrolled, ...]
    age: int | None
    status: str
    status_missing: str
    standing: PupilYear | None
    tier: TierNow
    days: PupilYearDays
    out: StandsOut
    beside: Beside
    events: tuple[Event, ...]
    questions: tuple[Question, ...]
    is_stale: bool
    source: PupilSource

    @property
    def is_this_year(self) -> bool:
        return self.year == SchoolYear.of(self.on)


def name_of(pupil: Pupil) -> str:
    """The full name; a word instead where the register holds none."""
    person = getattr(pupil, "person", None)
    return (person.full_name if person else "") or pupil.pk


def pupil_page(actor: Actor, pupil: Pupil, decision: Decision, year: SchoolYear, on: date) -> PupilPage:
    """Read and put together; the caller records the reading."""
    may = rights_beside(actor, decision, pupil, RIGHTS)
    source = read_pupil(pupil, year, on)
    enrolled = enrolments(source)
    now = [(one.school_id, one.group) for one in enrolled if one.is_now]
    beside = read_beside(pupil, decision, now, on, documents="pupil.documents" in may)
    standing, this_year = _standing(pupil, year, on, [one.school_id for one in enrolled])
    findings = list(StoredFinding.objects.filter(pupil=pupil, school_year=str(year)))
    kinds = [kind for kind, right in (("duty", "duty.view"), ("signal", "signal.view")) if right in may]
    reviews = {(one.rule, one.first_day): one.state for one in reversed(beside.reviews)}
    out = stands_out(findings, standing, reviews, on, kinds)
    status, missing = _status(source)
    asked = SchoolYear.of(on) == year
    return PupilPage(
        pupil=pupil,
        name=name_of(pupil),
        year=year,
        years=tuple(source.years()),
        on=on,
        may=may,
        enrolled=enrolled,
        age=_age(source.birth_date, on),
        status=status,
        status_missing=missing,
        standing=standing,
        tier=beside.tier_now(this_year.proposed_tier if this_year else None),
        days=year_days(source, language()),
        out=out,
        beside=beside,
        events=tuple(timeline(pupil.ref, source, beside, out)),
        questions=tuple(Question(rule, title_of(rule), column) for rule, column in beside.questions)
        if asked and "signal.view" in may
        else (),
        is_stale=bool(standing and standing.school.computed_version < standing.school.facts_version),
        source=source,
    )


def enrolments(source: PupilSource) -> tuple[Enrolled, ...]:
    """Where the pupil is enrolled today; else where it was last."""
    now = source.enrolments_on(source.on)
    rows = now or sorted(source.tables["enrolments"], key=lambda row: row["first_day"])[-1:]
    return tuple(
        Enrolled(
            row["school_id"],
            source.school_name(row["school_id"]),
            row["group"] or "",
            row["level"] or "",
            bool(now),
        )
        for row in rows
    )


def _standing(
    pupil: Pupil, year: SchoolYear, on: date, schools: list[str]
) -> tuple[PupilYear | None, PupilYear | None]:
    """The row of the chosen school year, at the school of now where there are more; and that of this year."""
    wanted = {str(year), str(SchoolYear.of(on))}
    rows = list(PupilYear.objects.filter(pupil=pupil, school_year__in=wanted).select_related("school"))
    rows.sort(key=lambda row: (row.school_id not in schools, not row.is_enrolled, row.pk))

    def first(of: SchoolYear) -> PupilYear | None:
        return next((row for row in rows if row.school_year == str(of)), None)

    return first(year), first(SchoolYear.of(on))


def _status(source: PupilSource) -> tuple[str, str]:
    """The legal status today, or the column that is missing."""
    try:
        found = legal_status(source.whole(), source.setting, source.on, Provisions())
    except NotInForce:
        return "", ""
    return ("", found.missing) if isinstance(found, CannotTell) else (found, "")


def _age(birth_date: date | None, on: date) -> int | None:
    if birth_date is None:
        return None
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
