"""The control chart and the patterns, on made-up pupils whose answer is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from aanwezig.rules.facts import Absence, PupilFacts, Setting
from aanwezig.rules.facts import TestWeek as WeekOfTests
from aanwezig.rules.finding import Finding
from aanwezig.rules.provisions import Provisions
from aanwezig.rules.signals.change import change, limits_of
from aanwezig.rules.signals.pattern import pattern
from factories.beside import on_days
from factories.registers import (
    OTHER_PO,
    PO,
    VO,
    absence,
    attendance,
    enrolment,
    period,
    pupil,
    school,
    setting,
    week_timetable,
    weekdays,
)

ON = setting("2026-03-27", timetable=week_timetable(300))


def weeks_of(on: Setting, first: str, number: int) -> list[list[date]]:
    """The school days of the first so many lesson weeks from a day on."""
    weeks: dict[tuple[int, int], list[date]] = {}
    for day in on.calendars.of(PO).school_days(date.fromisoformat(first), on.on):
        weeks.setdefault(day.isocalendar()[:2], []).append(day)
    return list(weeks.values())[:number]


def missing(on: Setting, per_week: Sequence[int], first: str = "2025-08-25") -> list[Absence]:
    """So many whole days missed in each lesson week, the first days of it."""
    weeks = weeks_of(on, first, len(per_week))
    return [row for number, days in zip(per_week, weeks, strict=True) for row in on_days(days[:number])]


def changes(facts: PupilFacts, on: Setting = ON, **choices: Any) -> list[Finding]:
    chosen = {f"change.{name}": value for name, value in choices.items()}
    return list(change(attendance(facts, on), Provisions(chosen)).findings)


def test_limits_by_hand() -> None:
    # Mean 5; moving ranges 10, 10, 10; sigma 10 / 1.128; limit 5 + 26.6.
    limits = limits_of([Fraction(0), Fraction(10), Fraction(0), Fraction(10)], 3, 0)
    assert limits.centre == 5
    assert limits.upper == 5 + 30 / Fraction(1128, 1000)


def test_a_week_far_above_the_usual_is_a_change() -> None:
    (finding,) = changes(pupil(missing(ON, [0, 1, 0, 0, 1, 0, 0, 0, 0, 5])))
    assert (finding.first_day, finding.last_day) == (date(2025, 11, 3), date(2025, 11, 7))
    assert finding.quantity == 100
    assert finding.details["by"] == "beyond_limit"


def test_a_week_as_usual_is_no_change() -> None:
    assert not changes(pupil(missing(ON, [0, 1, 0, 0, 1, 0, 0, 0, 0, 1])))


def test_one_day_of_five_more_than_never_is_not_enough_and_more_is() -> None:
    assert not changes(pupil(missing(ON, [0] * 9 + [1])))
    assert changes(pupil(missing(ON, [0] * 9 + [1])), minimum_rise_percent="no_minimum")
    assert changes(pupil(missing(ON, [0] * 9 + [2])))


@pytest.mark.parametrize(("week", "findings"), [(6, 0), (7, 1)])
def test_it_needs_six_weeks_to_compare(week: int, findings: int) -> None:
    assert len(changes(pupil(missing(ON, [0] * (week - 1) + [5])))) == findings


@pytest.mark.parametrize(("number", "findings"), [(7, 0), (8, 1), (9, 1)])
def test_eight_weeks_on_one_side(number: int, findings: int) -> None:
    # Baseline half of the weeks a day: mean 10 percent; a day a week is 20 percent, within the limit.
    raised = changes(pupil(missing(ON, [0, 1, 0, 1, 0, 1, 0, 1, *[1] * (number - 1), 0, 0])))
    assert len(raised) == findings
    assert all(finding.details["by"] == "one_side" for finding in raised)


def test_weeks_that_follow_each_other_are_one_finding() -> None:
    assert len(changes(pupil(missing(ON, [0] * 8 + [5, 5, 5])))) == 1
    assert len(changes(pupil(missing(ON, [0] * 8 + [5, 0, 5])))) == 2


def test_weeks_wholly_at_home_are_no_baseline() -> None:
    (finding,) = changes(pupil(missing(ON, [5, 5, 5, 0, 0, 0, 0, 0, 0, 0, 5])))
    assert finding.first_day == weeks_of(ON, "2025-08-25", 11)[10][0]


def test_a_week_that_is_not_past_is_not_judged() -> None:
    rows = missing(ON, [0] * 8 + [5])
    ninth = weeks_of(ON, "2025-08-25", 9)[8]
    before_the_end = setting(ninth[3], timetable=week_timetable(300))
    assert not changes(pupil(rows), before_the_end)
    assert changes(pupil(rows), setting(ninth[4], timetable=week_timetable(300)))


def test_a_school_change_begins_a_new_baseline() -> None:
    both = week_timetable(300) + week_timetable(300, OTHER_PO)
    on = setting("2026-03-27", timetable=both)
    new_start = weeks_of(on, "2025-11-03", 1)[0][0]
    moved = (enrolment(last="2025-10-31"), enrolment(new_start, school_id=OTHER_PO))
    third_week = weeks_of(on, "2025-11-17", 1)[0]
    rows = [absence(day, "sick", part="day", school_id=OTHER_PO) for day in third_week]
    assert not changes(pupil(rows, enrolments=moved), on)
    assert changes(pupil(on_days(third_week)), on)


# Patterns


def patterns(facts: PupilFacts, on: Setting = ON) -> dict[str, Finding]:
    found = pattern(attendance(facts, on), Provisions()).findings
    return {f"{f.details['pattern']}:{f.details['value']}": f for f in found}


def test_mondays_stand_out_with_their_counts() -> None:
    mondays = [day for day in weekdays("2025-09-01", "2025-12-15") if day.weekday() == 0][:10]
    finding = patterns(pupil(on_days(mondays)))["weekday:1"]
    assert finding.details["missed_here"] == finding.details["missed_in_all"] == finding.quantity
    assert finding.details["chance"] <= finding.details["chance_corrected"] <= 0.05
    assert "op maandag" in finding.explanation.nl
    assert "on Mondays" in finding.explanation.en


def test_absence_spread_over_the_week_has_no_pattern() -> None:
    days = [week[n % len(week)] for n, week in enumerate(weeks_of(ON, "2025-09-01", 15))]
    assert not patterns(pupil(on_days(days)))


def test_four_days_are_too_few() -> None:
    mondays = [day for day in weekdays("2025-09-01", "2025-10-06") if day.weekday() == 0][:4]
    assert not patterns(pupil(on_days(mondays)))


def test_a_pattern_of_last_year_is_not_told() -> None:
    mondays = [day for day in weekdays("2024-09-02", "2025-02-10") if day.weekday() == 0]
    assert not patterns(pupil(on_days(mondays)))


def vo_setting(test_weeks: tuple[WeekOfTests, ...] = ()) -> Setting:
    base = setting("2026-03-27", [school(VO, "vo", lesson_minutes=50)], timetable=week_timetable(300, VO))
    return replace(base, test_weeks=test_weeks)


def vo_pupil(rows: Sequence[Absence]) -> PupilFacts:
    return pupil(list(rows), enrolments=(enrolment(school_id=VO),))


def lesson_rows(on: Setting, hour: int, number: int, subject: str | None = None) -> list[Absence]:
    days = list(on.calendars.of(VO).school_days(date(2025, 9, 1), on.on))[: number * 3 : 3]
    return [replace(absence(day, "truant", 50, lesson=hour, school_id=VO), subject=subject) for day in days]


def test_a_lesson_hour_the_first_lesson_and_a_subject_stand_out() -> None:
    on = vo_setting()
    assert "lesson_hour:4" in patterns(vo_pupil(lesson_rows(on, 4, 8)), on)
    first = patterns(vo_pupil(lesson_rows(on, 1, 8)), on)
    assert first["first_lesson:1"].unit == "lessons"
    weekly = [
        replace(absence(day, "truant", 50, lesson=3, school_id=VO), subject="gym")
        for day in list(on.calendars.of(VO).school_days(date(2025, 9, 1), on.on))
        if day.weekday() == 2
    ][:8]
    assert "subject:gym" in patterns(vo_pupil(weekly), on)


def test_being_late_is_no_pattern_of_the_first_lesson() -> None:
    on = vo_setting()
    rows = [replace(row, reason="late", minutes=10) for row in lesson_rows(on, 1, 12)]
    assert not patterns(vo_pupil(rows), on)


def test_days_missed_whole_say_nothing_of_an_hour() -> None:
    on = vo_setting()
    days = list(on.calendars.of(VO).school_days(date(2025, 9, 1), on.on))[:24:3]
    rows = [absence(day, "sick", 50, lesson=n, school_id=VO) for day in days for n in range(1, 7)]
    assert not any(name.startswith(("lesson_hour", "first_lesson")) for name in patterns(vo_pupil(rows), on))


def test_after_test_weeks() -> None:
    weeks = tuple(
        WeekOfTests(VO, period(first, last))
        for first, last in (("2025-11-10", "2025-11-14"), ("2026-01-19", "2026-01-23"))
    )
    on = vo_setting(weeks)
    after = [*weekdays("2025-11-17", "2025-11-20"), *weekdays("2026-01-26", "2026-01-29")]
    rows = [absence(day, "sick", part="day", school_id=VO) for day in after]
    assert "after_test_week:after_test_week" in patterns(vo_pupil(rows), on)
    assert "after_test_week:after_test_week" not in patterns(vo_pupil(rows), vo_setting())


def test_around_holidays() -> None:
    edges = ["2025-10-17", "2025-10-27", "2025-12-19", "2026-01-05", "2026-02-20", "2026-03-02"]
    assert "around_holiday:around_holiday" in patterns(pupil(on_days(edges)))
