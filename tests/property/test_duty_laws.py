"""Laws of the duties that hold for every register, against a brute-force reading of the definition."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aanwezig.rules.duties import relative_16h
from aanwezig.rules.facts import Absence, Setting
from aanwezig.rules.finding import Finding
from aanwezig.rules.legal_status import Statuses
from aanwezig.rules.provisions import Provisions
from factories.registers import (
    PO,
    absence,
    attendance,
    closure,
    enrolment,
    notification,
    pupil,
    school,
    setting,
    sick,
    truant,
)

FIRST, LAST = date(2025, 9, 1), date(2026, 2, 27)
NORMAL = settings(deadline=None, max_examples=70)

# How often, and how much: many long days make many windows, few make windows that run out.
minutes = st.one_of(st.integers(1, 60), st.integers(200, 500), st.just(480), st.just(960))
days = st.integers(0, (LAST - FIRST).days).map(lambda number: FIRST + timedelta(days=number))
amounts = st.dictionaries(days, minutes, max_size=25)
regions = st.sampled_from(["noord", "midden", "zuid"])
closed_weeks = st.sets(st.integers(0, 24), max_size=3).map(
    lambda weeks: [
        closure(FIRST + timedelta(days=7 * n), FIRST + timedelta(days=7 * n + 4), "holiday")
        for n in sorted(weeks)
    ]
)
closed_days = st.sets(days, max_size=6).map(lambda found: [closure(day) for day in sorted(found)])


def where(region: str, closures: list[Any]) -> Setting:
    return setting("2026-03-31", schools=[school(region=region)], closures=closures)


def judged(rows: list[Absence], place: Setting, readings: dict[str, Any] | None = None) -> list[Finding]:
    facts = pupil(rows, enrolments=(enrolment("2025-08-01"),))
    return list(relative_16h(attendance(facts, place), Provisions(readings)).findings)


def brute_force(amount: dict[date, int], place: Setting) -> list[tuple[date, date, int]]:
    """The definition word by word: each day, each possible begin, each day of the window."""
    calendar = place.calendars.of(PO)

    def has_school(monday: date) -> bool:
        return any(calendar.minutes(monday + timedelta(days=n)) > 0 for n in range(7))

    def last_day(begin: date) -> date:
        monday, weeks = begin - timedelta(days=begin.weekday()), 0
        while weeks < 4:
            monday += timedelta(days=7)
            weeks += has_school(monday)
        return monday + timedelta(days=begin.weekday()) - timedelta(days=1)

    counted = {day: number for day, number in amount.items() if calendar.minutes(day) > 0}
    found: list[tuple[date, date, int]] = []
    reset = date.min
    for end in sorted(counted):
        for begin in sorted(counted):
            if not reset < begin <= end <= last_day(begin):
                continue
            total = sum(number for day, number in counted.items() if begin <= day <= end)
            if total >= 960:
                found.append((begin, end, total))
                reset = end
                break
    return found


@NORMAL
@given(amounts, regions, closed_weeks, closed_days)
def test_the_scan_gives_what_the_definition_says(
    amount: dict[date, int], region: str, weeks: list[Any], single: list[Any]
) -> None:
    place = where(region, weeks + single)
    rows = [truant(day, number) for day, number in amount.items()]
    findings = judged(rows, place)
    assert [(f.first_day, f.last_day, f.quantity) for f in findings] == brute_force(amount, place)


@NORMAL
@given(amounts, amounts, regions)
def test_more_unauthorised_time_never_makes_fewer_duties(
    some: dict[date, int], more: dict[date, int], region: str
) -> None:
    place = where(region, [])
    rows = [truant(day, number) for day, number in some.items()]
    added = [truant(day, number) for day, number in more.items()]
    assert len(judged(rows + added, place)) >= len(judged(rows, place))


@NORMAL
@given(amounts, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_makes_no_difference(amount: dict[date, int], random: Random) -> None:
    place = where("noord", [])
    rows = [truant(day, number) for day, number in amount.items()]
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert judged(shuffled, place) == judged(rows, place)


@NORMAL
@given(amounts, days)
def test_what_was_said_on_a_day_is_said_later_too(amount: dict[date, int], on: date) -> None:
    rows = [truant(day, number) for day, number in amount.items()]
    later = judged(rows, setting("2026-03-31"))
    earlier = judged(rows, setting(on))
    assert earlier == [
        finding for finding in later if finding.last_day is not None and finding.last_day <= on
    ]


@NORMAL
@given(amounts)
def test_duties_do_not_overlap_and_none_could_have_been_reached_a_day_earlier(
    amount: dict[date, int],
) -> None:
    place = setting("2026-03-31")
    calendar = place.calendars.of(PO)
    findings = judged([truant(day, number) for day, number in amount.items()], place)
    for earlier, later in pairwise(findings):
        assert earlier.last_day < later.first_day
    for finding in findings:
        assert finding.first_day is not None
        assert finding.last_day is not None
        assert finding.last_day <= calendar.window_end(finding.first_day)
        assert finding.quantity is not None
        assert finding.quantity >= 960
        assert finding.quantity - amount[finding.last_day] < 960


@NORMAL
@given(amounts, amounts)
def test_sickness_never_changes_the_sixteen_hours(some: dict[date, int], ill: dict[date, int]) -> None:
    place = setting("2026-03-31")
    rows = [truant(day, number) for day, number in some.items()]
    with_sick = rows + [sick(day, number) for day, number in ill.items()]
    assert [(f.first_day, f.last_day, f.quantity) for f in judged(with_sick, place)] == [
        (f.first_day, f.last_day, f.quantity) for f in judged(rows, place)
    ]


@NORMAL
@given(amounts)
def test_by_more_than_there_are_never_more_duties_than_by_at_least(amount: dict[date, int]) -> None:
    place = setting("2026-03-31")
    rows = [truant(day, number) for day, number in amount.items()]
    assert len(judged(rows, place, {"relative_16h.operator": ">"})) <= len(judged(rows, place))


@NORMAL
@given(amounts, st.lists(st.tuples(days, st.integers(0, 40)), max_size=3))
def test_notifications_change_only_what_is_met(amount: dict[date, int], sent: list[tuple[date, int]]) -> None:
    place = setting("2026-03-31")
    rows = [truant(day, number) for day, number in amount.items()]
    notes = tuple(
        notification("relative_16h", first, first + timedelta(days=length), first + timedelta(days=length))
        for first, length in sent
    )
    facts = pupil(rows, enrolments=(enrolment("2025-08-01"),), notifications=notes)
    told = relative_16h(attendance(facts, place), Provisions()).findings
    assert [(f.first_day, f.last_day, f.quantity, f.due) for f in told] == [
        (f.first_day, f.last_day, f.quantity, f.due) for f in judged(rows, place)
    ]


@NORMAL
@given(amounts, amounts)
def test_the_missing_mark_is_asked_for_exactly_where_counting_it_makes_more_duties(
    sure: dict[date, int], open_rows: dict[date, int]
) -> None:
    place = setting("2026-03-31")
    certain = [truant(day, number) for day, number in sure.items()]
    unmarked = [absence(day, "unknown", number) for day, number in open_rows.items()]
    refused = [absence(day, "unknown", number, authorised=False) for day, number in open_rows.items()]
    facts = pupil(certain, unmarked, enrolments=(enrolment("2025-08-01"),))
    said = relative_16h(attendance(facts, place), Provisions())
    assert len(said.findings) == len(judged(certain, place))
    more = len(judged(certain + refused, place)) > len(said.findings)
    assert [entry.missing for entry in said.not_decidable] == (["authorised"] if more else [])


ORDER = ("not_yet", "compulsory", "qualification", "rmc", "none")


@NORMAL
@given(
    st.dates(date(2000, 1, 1), date(2021, 12, 31)),
    st.lists(st.dates(date(2017, 1, 1), date(2026, 12, 31)), min_size=2, max_size=12),
    st.one_of(st.none(), st.integers(0, 14)),
)
def test_a_status_never_goes_back(born: date, asked: list[date], completed: int | None) -> None:
    facts = pupil(birth_date=born, school_years_completed=completed, pupil_recorded_on=date(2025, 9, 10))
    statuses = Statuses(facts, setting("2026-12-31"), Provisions())
    ranks = [ORDER.index(str(statuses.on(day))) for day in sorted(asked)]
    assert ranks == sorted(ranks)
