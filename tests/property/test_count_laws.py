"""Laws of counting home-sitters that hold for every register (docs/specification/rules.md §6; issue 4, Must hold)."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

from oracle_folder import write_folder
from random_registers import make_register

import aanwezig as aw
from aanwezig.counts import UNITS, CountResult, Person, all_profiles, pairs, reconcile
from aanwezig.counts.counting import answers_of, on_other_days, profile_count
from aanwezig.counts.history import History
from aanwezig.counts.outcome import Answer
from aanwezig.counts.person import on_day, placed
from aanwezig.counts.places import place_of
from aanwezig.counts.worth_looking import days_to_look, may_be_in
from aanwezig.rules.attendance import Attendance
from aanwezig.rules.facts import (
    Absence,
    Application,
    NotEnrolled,
    PupilFacts,
    ReducedProgramme,
    Setting,
    Spell,
)
from aanwezig.rules.provisions import Provisions
from aanwezig.values import Outcome, SchoolYear
from factories.registers import OTHER_PO, PO, absence, enrolment, exemption, period, pupil, setting

FIRST, LAST = date(2025, 8, 1), date(2026, 3, 31)
PROFILES = tuple(all_profiles().values())
REASONS = ("truant", "truant", "truant", "sick", "sick", "leave", "luxury", "sent_home", "unknown", "medical")
NORMAL = settings(deadline=None, max_examples=60)
seeds = st.integers(0, 10**6)


def random_day(rng: Random) -> date:
    return FIRST + timedelta(days=rng.randrange((LAST - FIRST).days))


def rows_of(rng: Random, where: Setting) -> list[Absence]:
    """A few runs of whole days of a reason, with now and then a day at school or a part of a day."""
    rows: dict[date, Absence] = {}
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        begin, length = random_day(rng), rng.choice([3, 15, 30, 60, 100, 140])
        reason = rng.choice(REASONS)
        authorised = rng.choice([None, None, False, True])
        for day in where.calendars.of(PO).school_days(begin, min(LAST, begin + timedelta(days=length))):
            if rng.random() < 0.004:
                reason = rng.choice(REASONS)
            elif rng.random() < 0.004:
                continue
            minutes = rng.choice([None] * 30 + [100, 200])
            rows[day] = absence(day, reason, minutes, part=None if minutes else "day", authorised=authorised)
    return list(rows.values())


def person(rng: Random, name: str, where: Setting) -> PupilFacts:
    """Anybody: enrolled all along, left, came back, never enrolled, exempt, too young, 18, without a birth date."""
    enrolments = (enrolment(),)
    if rng.random() < 0.4:
        left = random_day(rng)
        enrolments = (enrolment(last=left),)
        if rng.random() < 0.5:
            enrolments = (
                *enrolments,
                enrolment(left + timedelta(days=rng.choice([1, 5, 40, 100])), school_id=OTHER_PO),
            )
    elif rng.random() < 0.2:
        enrolments = ()
    more: dict[str, object] = {}
    if rng.random() < 0.25:
        begin = random_day(rng)
        end = rng.choice([None, begin + timedelta(days=rng.choice([10, 60, 120]))])
        more["exemptions"] = (exemption(rng.choice(["art5_a", "art5_b", "art15"]), begin, end),)
    if rng.random() < 0.3:
        reason = rng.choice(["administrative", "newcomer", "waiting"])
        more["not_enrolled"] = (NotEnrolled("not_enrolled:1", random_day(rng), reason),)
    if rng.random() < 0.1:
        more["care"] = (Spell("care:1", "youth_help", period(random_day(rng))),)
    if rng.random() < 0.1:
        state = rng.choice(["offered", "enrolled", "waiting"])
        more["applications"] = (Application("applications:1", PO, FIRST, state, random_day(rng)),)
    if rng.random() < 0.1:
        begin = random_day(rng)
        more["reduced_programmes"] = (ReducedProgramme("r:1", PO, period(begin), 500, "other"),)
    born = rng.choice(
        [date(2014, 3, 1)] * 4
        + [date(2008, 11, 3), date(2006, 5, 1), date(2020, 9, 20), date(2021, 5, 1), None]
    )
    return pupil(
        rows_of(rng, where),
        pupil_id=name,
        birth_date=born,
        enrolments=enrolments,
        municipality=rng.choice(["0363", None]),
        **more,
    )


def anybody(seed: int, on: date = LAST) -> History:
    rng = Random(seed)
    delivered = {PO: rng.choice([on, on - timedelta(days=rng.randrange(40))])} if rng.random() < 0.2 else {}
    where = setting(on, complete_through=delivered)
    facts = person(rng, f"p{seed}", where)
    tables = rng.choice([("care",), ()])
    return History(Attendance(facts, where), Provisions(), tables)


def counted(people: Iterable[History], on: date, year: SchoolYear | None = None) -> CountResult:
    persons = {}
    for history in people:
        answers = answers_of(PROFILES, history, on, year)
        if any(answer.answer is not Outcome.NO for answer in answers.values()):
            place = place_of(history.facts, history.setting.calendars.schools, (), on)
            persons[history.facts.pupil_id] = Person(
                history.facts.pupil_id, answers, place, None, on_other_days(PROFILES, history, answers, on)
            )
    profiles = {profile.id: profile_count(profile, persons.values()) for profile in PROFILES}
    return CountResult(on, None, year, profiles, persons, (), len(persons), {})


def adds_up(result: CountResult) -> None:
    for a, b in pairs(tuple(result.profiles)):
        found = reconcile(result, a, b)
        assert len(found.both) + len(found.only_a) == result.profiles[a].total
        assert len(found.both) + len(found.only_b) == result.profiles[b].total
        for one in (*found.only_a, *found.only_b):
            assert one.because.nl.endswith(".") and one.because.en.endswith(".")
            assert "{" not in one.because.nl + one.because.en
            assert one.reason != "nothing", (a, b, one)
        assert sum(found.groups("only_a").values()) == len(found.only_a)


@NORMAL
@given(st.lists(seeds, min_size=1, max_size=12, unique=True), st.integers(20, 240))
def test_every_two_counts_add_up_and_everybody_has_a_reason(found: list[int], days: int) -> None:
    on = FIRST + timedelta(days=days)
    adds_up(counted([anybody(seed, on) for seed in found], on))


@settings(deadline=None, max_examples=10)
@given(st.lists(seeds, min_size=1, max_size=4, unique=True))
def test_every_two_counts_over_a_year_add_up(found: list[int]) -> None:
    adds_up(counted([anybody(seed) for seed in found], LAST, SchoolYear(2025)))


@NORMAL
@given(seeds, st.integers(20, 240))
def test_looking_away_from_who_can_be_in_no_count_changes_nothing(seed: int, days: int) -> None:
    history = anybody(seed)
    day = FIRST + timedelta(days=days)
    for profile in PROFILES:
        answer = on_day(profile, history, day)
        if answer.answer is not Outcome.NO:
            assert may_be_in(history, profile, day, day), profile.id
            assert day in set(days_to_look(history, profile, FIRST, LAST)), profile.id
            assert not history.is_plain or history.setting.complete_through


@settings(deadline=None, max_examples=15)
@given(seeds)
def test_at_any_time_in_the_year_is_on_some_day_of_it(seed: int) -> None:
    history = anybody(seed)
    profile = all_profiles()["duty_count"]
    every = [
        on_day(profile, history, FIRST + timedelta(days=number)) for number in range((LAST - FIRST).days + 1)
    ]
    order = [category.id for category in profile.categories]
    held = {answer.category for answer in every if answer.category is not None and not answer.left_out}
    found = placed(profile, history, LAST)
    if held:
        assert found.category == min((one for one in held if one), key=order.index)
    else:
        assert not found.counts


@NORMAL
@given(seeds, st.integers(20, 240))
def test_one_category_at_most_and_the_first_that_holds(seed: int, days: int) -> None:
    history = anybody(seed)
    day = FIRST + timedelta(days=days)
    found: dict[str, Answer] = {profile.id: on_day(profile, history, day) for profile in PROFILES}
    if found["vsvkompas"].counts:
        assert found["ocw_2016"].counts and found["duty_count"].counts | found["duty_count"].apart
        assert found["balans_2020"].category in ("absolute_over_3_months", "long_relative_over_3_months")
    if found["ocw_2016"].category == "long_relative":
        assert (
            found["balans_2020"].counts and found["inspectorate"].counts and found["without_education"].counts
        )
    if found["balans_2024"].counts:
        assert found["without_education"].counts
    if found["partial_education"].counts:
        assert not found["without_education"].counts
    if found["early_leavers"].counts:
        assert sum(answer.counts for answer in found.values()) == 1


@NORMAL
@given(seeds, st.integers(20, 240))
def test_what_comes_later_changes_no_count_of_a_day(seed: int, days: int) -> None:
    """A person judged on a day with later facts in hand is judged as without them, while it was enrolled from before."""
    day = FIRST + timedelta(days=days)
    rng = Random(seed)
    facts = person(rng, "p", setting(LAST))
    if not facts.enrolments or facts.birth_date is None:
        return
    late = History(Attendance(facts, setting(LAST)), Provisions(), ("care",))
    early_facts = pupil(
        [row for row in facts.absences if row.date <= day],
        pupil_id="p",
        birth_date=facts.birth_date,
        enrolments=tuple(e for e in facts.enrolments if e.period.first <= day),
        municipality=facts.municipality,
        exemptions=tuple(e for e in facts.exemptions if e.period.first <= day),
        not_enrolled=tuple(n for n in facts.not_enrolled if n.since <= day),
        care=facts.care,
        applications=facts.applications,
        reduced_programmes=facts.reduced_programmes,
    )
    early = History(Attendance(early_facts, setting(day)), Provisions(), ("care",))
    for profile in PROFILES:
        if profile.moment == "reference_date":
            then, now = on_day(profile, early, day), on_day(profile, late, day)
            assert (then.answer, then.category, then.first) == (now.answer, now.category, now.first), (
                profile.id
            )


# Registers in a folder.


def folder_of(name: str, tables: dict[str, list[dict[str, object]]]) -> Path:
    return write_folder(Path(name), tables)


@settings(deadline=None, max_examples=12)
@given(seeds)
def test_made_up_registers_add_up(seed: int) -> None:
    made = make_register(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = folder_of(name, made.tables)
        count = aw.open_register(folder, on=made.on, known=made.known).count()
        adds_up(count.result)
        everybody = {pupil for one in count.profiles.values() for pupil in one.pupils}
        assert sum(count.intersections().values()) == len(everybody)
        for unit in UNITS:
            for id, one in count.profiles.items():
                assert sum(sum(own.values()) for own in count.result.by(id, unit).values()) == one.total


@settings(deadline=None, max_examples=10)
@given(seeds)
def test_a_correction_entered_later_never_changes_a_count_as_known_before(seed: int) -> None:
    """Rows that are superseded, withdrawn and added after the known date leave the count as it was."""
    rng = Random(seed)
    on = date(2025, 12, 12)
    where = setting(on)
    people = [person(rng, f"p{number}", where) for number in range(4)]
    tables: dict[str, list[dict[str, object]]] = {
        "schools": [
            {"school_id": id, "name": id, "sector": "po", "holiday_region": "noord"} for id in (PO, OTHER_PO)
        ],
        "pupils": [
            {"pupil_id": p.pupil_id, "birth_date": p.birth_date, "municipality": p.municipality}
            for p in people
        ],
        "enrolments": [
            {
                "pupil_id": p.pupil_id,
                "school_id": e.school_id,
                "first_day": e.period.first,
                "last_day": e.period.last,
            }
            for p in people
            for e in p.enrolments
        ],
        "absences": [
            {
                "absence_id": f"{p.pupil_id}-{row.date}",
                "pupil_id": p.pupil_id,
                "school_id": row.school_id,
                "date": row.date,
                "part": "day",
                "reason": row.reason,
                "recorded_at": f"{row.date}T12:00:00",
                "superseded_at": None,
            }
            for p in people
            for row in p.absences
        ],
    }
    if not tables["absences"] or not tables["enrolments"]:
        return
    known = date(2025, 12, 20)
    with tempfile.TemporaryDirectory() as name:
        before = aw.open_register(folder_of(name, tables), on=on, known=known).count().as_dict()
    absences = tables["absences"]
    for row in rng.sample(absences, min(len(absences), 12)):
        row["superseded_at"] = "2025-12-21T09:00:00"
        if rng.random() < 0.5:
            absences.append(
                {**row, "reason": "elsewhere", "recorded_at": "2025-12-21T09:00:00", "superseded_at": None}
            )
    with tempfile.TemporaryDirectory() as name:
        after = aw.open_register(folder_of(name, tables), on=on, known=known).count().as_dict()
    assert before["profiles"] == after["profiles"]
    assert before["not_decidable"] == after["not_decidable"]
