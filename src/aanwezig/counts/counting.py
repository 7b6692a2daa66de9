"""Home-sitters of a register by every definition, on a day or over a school year, as known on any date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aanwezig.counts.history import OFFER_TABLES, History
from aanwezig.counts.outcome import Answer
from aanwezig.counts.person import on_day, placed
from aanwezig.counts.places import By, Place, place_of, regions_of
from aanwezig.counts.profiles import ProfileData, profiles_named
from aanwezig.counts.worth_looking import may_be_in
from aanwezig.engines import OpenRegister
from aanwezig.findings import pupils_of, setting_of
from aanwezig.rules.attendance import Attendance
from aanwezig.rules.facts import PupilFacts
from aanwezig.rules.finding import NotDecidable
from aanwezig.rules.provisions import Provisions
from aanwezig.values import AanwezigError, BilingualText, Fault, NotInForce, Outcome, SchoolYear

# The texts that every count rests on.
RESTS_ON = ("legal_status", "long_relative", "relative_16h")


@dataclass(frozen=True, slots=True)
class Person:
    """One person who is in at least one count, or of whom nobody can tell: what each profile says, and where.

    ``on_other_days``: what each says on a day before the reference date on which another profile counted it.
    ``last_contact_on``: as the tables ``not_enrolled`` and ``observations`` have it.
    """

    pupil_id: str
    answers: Mapping[str, Answer]
    place: Place
    last_contact_on: date | None = None
    on_other_days: Mapping[date, Mapping[str, Answer]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProfileCount:
    """The count by one profile.

    ``total`` is the number in ``pupils`` (person to category). ``apart``: who is kept beside the total, by ground of
    exemption; ``left_out``: who would count but for a fault of administration; ``why_not_enrolled``: the absolute
    absence in the total by its reason.
    """

    profile: ProfileData
    pupils: Mapping[str, str]
    by_category: Mapping[str, int]
    apart: Mapping[str, str]
    left_out: Mapping[str, str]
    not_decidable: Mapping[str, str]
    why_not_enrolled: Mapping[str, int]

    @property
    def total(self) -> int:
        return len(self.pupils)


@dataclass(frozen=True)
class CountResult:
    """What every profile asked for counts in a register.

    ``persons``: everybody whom a profile counts, keeps apart, leaves out or cannot decide, with what each profile says.
    """

    on: date
    known: date | None
    year: SchoolYear | None
    profiles: Mapping[str, ProfileCount]
    persons: Mapping[str, Person]
    faults: tuple[Fault, ...]
    pupils: int
    readings: Mapping[str, Any]

    @property
    def not_decidable(self) -> tuple[NotDecidable, ...]:
        """By profile: whom nobody can place, and the column or table that is missing."""
        return tuple(
            NotDecidable(id, pupil_id, missing)
            for id, count in self.profiles.items()
            for pupil_id, missing in sorted(count.not_decidable.items())
        )

    def by(self, profile: str, unit: By, *, enrolled: bool = False) -> dict[str, dict[str, int]]:
        """The count of a profile per unit, by category; each unit's numbers add up to the total.

        ``enrolled``: by where the child is enrolled, for units that differ from where it lives.
        """
        found: dict[str, Counter[str]] = {}
        count = self.profiles[profile]
        for pupil_id, category in count.pupils.items():
            place = self.persons[pupil_id].place
            name = place.enrolled_of(unit) if enrolled else None
            found.setdefault(name or place.of(unit), Counter())[category] += 1
        order = [category.id for category in count.profile.categories]
        return {
            name: {category: own[category] for category in order if own[category]}
            for name, own in sorted(found.items())
        }


def count(
    register: OpenRegister,
    *,
    year: SchoolYear | None = None,
    profiles: Sequence[str] | None = None,
    also: Sequence[str] = (),
    provisions: Provisions | None = None,
    readings: Mapping[str, Any] | None = None,
    progress: Callable[[int], None] | None = None,
) -> CountResult:
    """Count by every profile, or those named, on the register's reference date; ``year``: at any time in that year.

    ``also`` are profiles that a comparison needs. AanwezigError for a profile that does not exist and for a date
    before the texts that a count rests on.
    """
    chosen = profiles_named(profiles)
    named = {profile.id for profile in chosen}
    chosen += tuple(profile for profile in profiles_named(also) if also and profile.id not in named)
    return count_by(register, chosen, year=year, provisions=provisions, readings=readings, progress=progress)


def count_by(
    register: OpenRegister,
    profiles: Sequence[ProfileData],
    *,
    year: SchoolYear | None = None,
    provisions: Provisions | None = None,
    readings: Mapping[str, Any] | None = None,
    progress: Callable[[int], None] | None = None,
) -> CountResult:
    """The same for profiles that need not be ours, such as a partnership's own."""
    provisions = provisions or Provisions()
    on = register.on if year is None else min(register.on, year.last)
    if year is not None and on < year.first:
        raise AanwezigError(
            "CNT-003",
            BilingualText("Dit schooljaar is nog niet begonnen.", "This school year has not begun yet."),
            BilingualText("Kies een eerder schooljaar.", "Choose an earlier school year."),
        )
    _check_in_force(provisions, on)
    setting = setting_of(register)
    tables = tuple(table for table in OFFER_TABLES if register.has(table))
    regions = regions_of(register.arrow("regions").to_pylist()) if register.has("regions") else ()
    persons: dict[str, Person] = {}
    number = 0
    for facts in pupils_of(register):
        history = History(Attendance(facts, setting), provisions, tables)
        answers = answers_of(profiles, history, on, year)
        if answers and any(answer.answer is not Outcome.NO for answer in answers.values()):
            place = place_of(facts, setting.calendars.schools, regions, on)
            persons[facts.pupil_id] = Person(
                facts.pupil_id,
                answers,
                place,
                _last_contact(facts, on),
                on_other_days(profiles, history, answers, on),
            )
        history.attendance.memo.clear()
        number += 1
        if progress and number % 100 == 0:
            progress(number)
    return CountResult(
        on=on,
        known=register.known,
        year=year,
        profiles={profile.id: profile_count(profile, persons.values()) for profile in profiles},
        persons=persons,
        faults=tuple(register.faults),
        pupils=number,
        readings=dict(readings or {}),
    )


def answers_of(
    profiles: Iterable[ProfileData], history: History, on: date, year: SchoolYear | None = None
) -> dict[str, Answer]:
    """What each profile says of one person; nothing to work out for who can be in none of them."""
    first = year.first if year is not None else SchoolYear.of(on).first
    if history.is_plain and not history.setting.complete_through:
        return {}
    if not any(may_be_in(history, profile, first, on) for profile in profiles):
        return {}
    return {profile.id: placed(profile, history, on, year) for profile in profiles}


def on_other_days(
    profiles: Iterable[ProfileData], history: History, answers: Mapping[str, Answer], on: date
) -> dict[date, dict[str, Answer]]:
    """What every profile says on each day before the reference date on which one counted the person."""
    days = {answer.day for answer in answers.values() if answer.counts and answer.day != on}
    return {day: {profile.id: on_day(profile, history, day) for profile in profiles} for day in sorted(days)}


def _check_in_force(provisions: Provisions, on: date) -> None:
    for rule in RESTS_ON:
        try:
            provisions.on(rule, on)
        except NotInForce:
            first = max(provisions.versions(rule)[0][0] for rule in RESTS_ON).isoformat()
            raise AanwezigError(
                "CNT-002",
                BilingualText(
                    "Op deze peildatum gold de tekst nog niet waar de telling op rust.",
                    "On this reference date the text that the count rests on did not hold yet.",
                ),
                BilingualText(
                    f"Kies een peildatum vanaf {first}.", f"Choose a reference date from {first} on."
                ),
            ) from None


def _last_contact(facts: PupilFacts, on: date) -> date | None:
    told = [n.last_contact_on for n in facts.not_enrolled if n.last_contact_on is not None]
    told += [o.date for o in facts.observations if o.kind == "contact"]
    return max((day for day in told if day <= on), default=None)


def profile_count(profile: ProfileData, persons: Iterable[Person]) -> ProfileCount:
    """What one profile says of these persons, sorted into its lists."""
    pupils: dict[str, str] = {}
    apart: dict[str, str] = {}
    left_out: dict[str, str] = {}
    not_decidable: dict[str, str] = {}
    why: Counter[str] = Counter()
    for person in persons:
        answer = person.answers[profile.id]
        if answer.answer is Outcome.CANNOT_TELL:
            not_decidable[person.pupil_id] = answer.missing or ""
        elif answer.category is None:
            continue
        elif answer.left_out:
            left_out[person.pupil_id] = answer.category
        elif answer.apart:
            apart[person.pupil_id] = answer.ground or answer.category
        else:
            pupils[person.pupil_id] = answer.category
            if answer.ground is None and _is_absolute(profile, answer.category):
                why[answer.why_not_enrolled or "unknown"] += 1
    by_category = Counter(pupils.values())
    return ProfileCount(
        profile=profile,
        pupils=pupils,
        by_category={c.id: by_category[c.id] for c in profile.categories if not c.apart},
        apart=apart,
        left_out=left_out,
        not_decidable=not_decidable,
        why_not_enrolled=dict(sorted(why.items())),
    )


def _is_absolute(profile: ProfileData, id: str) -> bool:
    category = profile.category(id)
    return category.kind == "not_enrolled" or category.state == "not_enrolled"
