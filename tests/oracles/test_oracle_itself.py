"""The second reader against examples worked out by hand from the text of the domain."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from check_oracle import check, not_decidable
from oracle_calendar import add_working_days, is_lesson_week, public_holidays, window_end
from oracle_duties import sixteen_hour_windows, unauthorised_days
from oracle_findings import Finding, Readings
from oracle_folder import write_folder
from oracle_measures import band_of, measure
from oracle_register import Register, read_register
from oracle_status import legal_status

SCHOOL = {"school_id": "25PL00", "name": "De Linde", "sector": "po", "holiday_region": "noord"}
PUPIL = {"pupil_id": "p1", "birth_date": "2014-03-01"}
ENROLMENT = {
    "pupil_id": "p1",
    "school_id": "25PL00",
    "first_day": "2025-08-01",
    "last_day": None,
    "group": "6a",
}


def row(day: str, reason: str = "truant", **cells: Any) -> dict[str, Any]:
    base = {
        "pupil_id": "p1",
        "school_id": "25PL00",
        "date": day,
        "minutes": None,
        "lesson": None,
        "part": None,
    }
    return {**base, "reason": reason, "authorised": None, **cells}


def register(
    folder: Path,
    absences: list[dict[str, Any]],
    on: str = "2025-12-01",
    known: str | None = None,
    **tables: Any,
) -> Register:
    write_folder(
        folder,
        {"schools": [SCHOOL], "pupils": [PUPIL], "enrolments": [ENROLMENT], "absences": absences, **tables},
    )
    return read_register(folder, date.fromisoformat(on), date.fromisoformat(known) if known else None)


def found(reg: Register, rule: str, readings: Readings | None = None) -> list[Finding]:
    return [finding for finding in check(reg, readings) if finding.rule == rule]


def spans(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(str(finding.first_day), str(finding.last_day)) for finding in findings]


def weekdays(first: str, last: str) -> list[str]:
    day, found_days = date.fromisoformat(first), []
    while day <= date.fromisoformat(last):
        if day.isoweekday() <= 5:
            found_days.append(str(day))
        day += timedelta(days=1)
    return found_days


VECTORS = {
    1: ([("09-08", 330), ("09-09", 330), ("09-11", 300)], [("2025-09-08", "2025-09-11", 960)]),
    3: ([("09-08", 330), ("09-09", 330), ("09-11", 299)], []),
    4: (
        [(day[5:], 330) for day in weekdays("2025-09-08", "2025-09-19")],
        [
            ("2025-09-08", "2025-09-10", 990),
            ("2025-09-11", "2025-09-15", 990),
            ("2025-09-16", "2025-09-18", 990),
        ],
    ),
    5: ([("09-01", 480), ("09-26", 480)], [("2025-09-01", "2025-09-26", 960)]),
    6: ([("09-01", 480), ("09-29", 480)], []),
}


@pytest.mark.parametrize("number", VECTORS)
def test_the_table_of_the_sixteen_hours_holds(tmp_path: Path, number: int) -> None:
    absences, expected = VECTORS[number]
    reg = register(tmp_path, [row(f"2025-{day}", minutes=minutes) for day, minutes in absences])
    answer = [(str(f.first_day), str(f.last_day), f.quantity) for f in found(reg, "relative_16h")]
    assert answer == expected


def test_sick_hours_do_not_add_to_the_sixteen(tmp_path: Path) -> None:
    reg = register(
        tmp_path,
        [
            row("2025-09-08", minutes=300),
            row("2025-09-09", minutes=300),
            row("2025-09-10", "sick", minutes=600),
        ],
    )
    assert found(reg, "relative_16h") == []


def test_sixteen_lessons_of_fifty_minutes_are_sixteen_hours(tmp_path: Path) -> None:
    school = {**SCHOOL, "sector": "vo", "lesson_minutes": 50}
    lessons = [row(day, lesson=hour) for day in ("2025-09-08", "2025-09-09") for hour in range(1, 9)]
    pupil = {**PUPIL, "birth_date": "2010-03-01"}
    reg = register(tmp_path, lessons, schools=[school], pupils=[pupil])
    assert [f.quantity for f in found(reg, "relative_16h")] == [960]
    reg = register(tmp_path / "fewer", lessons[1:], schools=[school], pupils=[pupil])
    assert found(reg, "relative_16h") == []


def test_a_part_of_a_lesson_counts_as_an_exact_fraction(tmp_path: Path) -> None:
    school = {**SCHOOL, "sector": "vo", "lesson_minutes": 50}
    reg = register(tmp_path, [row("2025-09-08", lesson=1, minutes=20)], schools=[school])
    assert unauthorised_days(reg, "p1", "25PL00")[date(2025, 9, 8)][0] == Fraction(24)


def test_the_window_begun_on_15_october_ends_on_18_november(tmp_path: Path) -> None:
    reg = register(tmp_path, [])
    assert not is_lesson_week(reg, "25PL00", date(2025, 10, 20))
    assert window_end(reg, "25PL00", date(2025, 10, 15)) == date(2025, 11, 18)


def test_reached_on_10_september_is_due_on_17_september() -> None:
    assert add_working_days(date(2025, 9, 10), 5) == date(2025, 9, 17)


def test_liberation_day_and_ascension_day_are_no_working_days_but_a_school_holiday_is() -> None:
    assert add_working_days(date(2026, 4, 30), 5) == date(2026, 5, 8)  # 1, 4, 6, 7, 8 May; 5 May is free
    assert add_working_days(date(2025, 10, 20), 5) == date(2025, 10, 27)
    assert date(2026, 5, 14) in public_holidays(2026)
    assert {date(2025, 4, 26), date(2025, 4, 21)} <= public_holidays(2025)  # 27 April 2025 is a Sunday


@pytest.mark.parametrize(
    ("born", "day", "status"),
    [
        ("2020-09-30", "2025-09-30", "not_yet"),
        ("2020-09-30", "2025-10-01", "compulsory"),
        ("2020-10-01", "2025-10-31", "not_yet"),
        ("2020-10-01", "2025-11-02", "not_yet"),
        ("2020-10-01", "2025-11-03", "compulsory"),
        ("2009-07-31", "2025-07-31", "compulsory"),
        ("2009-07-31", "2025-08-01", "qualification"),
        ("2009-08-01", "2026-07-31", "compulsory"),
        ("2007-11-05", "2025-11-04", "qualification"),
        ("2007-11-05", "2025-11-05", "rmc"),
        ("2002-11-05", "2025-11-04", "rmc"),
        ("2002-11-05", "2025-11-05", "none"),
        ("2008-02-29", "2026-02-28", "qualification"),
        ("2008-02-29", "2026-03-01", "rmc"),
    ],
)
def test_the_status_follows_the_birthday(tmp_path: Path, born: str, day: str, status: str) -> None:
    reg = register(tmp_path, [], on="2026-06-30", pupils=[{**PUPIL, "birth_date": born}])
    assert legal_status(reg, "p1", date.fromisoformat(day)) == status


def test_an_exempt_pupil_is_exempt_and_one_without_birth_date_cannot_be_told(tmp_path: Path) -> None:
    exemption = {"pupil_id": "p1", "ground": "art5_a", "first_day": "2025-09-01", "last_day": "2025-09-30"}
    reg = register(tmp_path, [], pupils=[{**PUPIL, "birth_date": None}], exemptions=[exemption])
    assert legal_status(reg, "p1", date(2025, 9, 30)) == "exempt"
    assert legal_status(reg, "p1", date(2025, 10, 1)) == "cannot tell"


def test_long_relative_is_reached_on_day_29_and_due_from_that_day(tmp_path: Path) -> None:
    days = weekdays("2025-09-01", "2025-09-29")
    reg = register(tmp_path, [row(day, part="day") for day in days])
    (finding,) = found(reg, "long_relative")
    assert (str(finding.first_day), str(finding.last_day)) == ("2025-09-01", "2025-09-29")
    assert (finding.quantity, str(finding.due)) == (29, "2025-10-06")
    shorter = register(tmp_path / "shorter", [row(day, part="day") for day in days[:-1]])
    assert found(shorter, "long_relative") == []


def test_rmc_is_complete_on_day_28(tmp_path: Path) -> None:
    days = weekdays("2025-09-01", "2025-09-26")
    pupil = {**PUPIL, "birth_date": "2005-03-01"}
    for on, number in (("2025-09-27", 0), ("2025-09-28", 1)):
        reg = register(tmp_path / on, [row(day, part="day") for day in days], on=on, pupils=[pupil])
        assert len(found(reg, "rmc_18plus")) == number


def test_luxury_gives_one_finding_per_run_from_one_half_day(tmp_path: Path) -> None:
    rows = [
        row("2025-09-12", "luxury", part="afternoon"),
        row("2025-09-15", "luxury", part="day"),
        row("2025-09-18", "leave", part="day", authorised="no"),
        row("2025-09-22", "luxury", minutes=140),
    ]
    reg = register(tmp_path, rows)
    assert spans(found(reg, "luxury")) == [("2025-09-12", "2025-09-15"), ("2025-09-18", "2025-09-18")]


def test_a_suspension_of_exactly_one_day_is_not_for_the_inspectorate(tmp_path: Path) -> None:
    def suspension(first: str, last: str, **cells: Any) -> dict[str, Any]:
        base = {"pupil_id": "p1", "school_id": "25PL00", "first_day": first, "last_day": last}
        return {**base, "kind": "suspension", "reason_given": None, "inspectorate_told_on": None, **cells}

    rows = [
        suspension("2025-09-05", "2025-09-07"),  # Friday to Sunday: one school day
        suspension("2025-09-09", "2025-09-10", inspectorate_told_on="2025-09-10"),
        suspension("2025-11-03", "2025-11-10", reason_given="no"),
    ]
    reg = register(tmp_path, [], suspensions=rows)
    assert [(f.met, f.quantity) for f in found(reg, "suspension_inspectorate")] == [(True, 2), (False, 6)]
    assert spans(found(reg, "suspension_too_long")) == [("2025-11-03", "2025-11-10")]
    assert spans(found(reg, "suspension_reason")) == [("2025-11-03", "2025-11-10")]


def test_the_fourth_report_and_the_seventh_sick_day_trigger(tmp_path: Path) -> None:
    rows = [row(day, "sick", part="day") for day in ("2025-09-01", "2025-09-08", "2025-09-15")]
    rows += [row(day, "sick", part="day") for day in weekdays("2025-09-22", "2025-09-30")]
    reg = register(tmp_path, rows)
    assert spans(found(reg, "mazl_4th")) == [("2025-09-01", "2025-09-22")]
    assert spans(found(reg, "mazl_7th", Readings(seventh="day7"))) == [("2025-09-22", "2025-09-30")]
    fewer = register(tmp_path / "fewer", rows[:-1])
    assert found(fewer, "mazl_7th") == []


def test_a_quarter_of_ten_school_days_makes_kearney_25(tmp_path: Path) -> None:
    half_days = [row("2025-09-05", "sick", part="day"), row("2025-09-08", "sick", part="day")]
    reg = register(tmp_path, [*half_days, row("2025-09-09", "sick", part="morning")])
    assert spans(found(reg, "kearney_25")) == [("2025-08-27", "2025-09-18")]
    fewer = register(tmp_path / "fewer", [*half_days, row("2025-09-09", "sick", minutes=140)])
    assert found(fewer, "kearney_25") == []


def test_nine_times_late_is_lateness_and_late_without_minutes_is_no_time(tmp_path: Path) -> None:
    days = weekdays("2025-09-01", "2025-09-11")
    reg = register(tmp_path, [row(day, "late", lesson=1) for day in days], on="2025-09-12")
    assert len(found(reg, "lateness")) == 1
    figures = measure(reg, "pupil", "school_year")["p1", "2025-2026"]
    assert figures.absent == 0


def test_the_bands_lie_exactly_on_their_lines() -> None:
    cases = [(5, "good"), (6, "at_risk"), (10, "chronic"), (19, "chronic"), (20, "severe"), (100, "severe")]
    assert [band_of(Fraction(absent), Fraction(100)) for absent, _ in cases] == [band for _, band in cases]


def test_too_many_minutes_are_cut_in_proportion_and_an_assumed_day_is_raised(tmp_path: Path) -> None:
    rows = [row("2025-09-01", "sick", minutes=300), row("2025-09-01", minutes=100)]
    assumed = measure(register(tmp_path / "a", rows, on="2025-09-01"), "pupil", "month")["p1", "2025-09"]
    assert assumed.possible == assumed.absent == Fraction(400)
    assert assumed.assumed
    timetable = [{"school_id": "25PL00", "weekday": n, "minutes": 320} for n in range(1, 6)]
    reg = register(tmp_path / "b", rows, on="2025-09-01", timetable=timetable)
    real = measure(reg, "pupil", "month")["p1", "2025-09"]
    assert real.possible == Fraction(320)
    assert real.by_reason == {"sick": Fraction(240), "truant": Fraction(80)}


def test_possible_time_ends_where_the_school_stopped_delivering(tmp_path: Path) -> None:
    deliveries = [{"school_id": "25PL00", "last_day": "2025-09-05"}]
    reg = register(tmp_path, [], on="2025-09-30", deliveries=deliveries)
    # The summer of noord ends on Sunday 24 August: two weeks of five days.
    assert measure(reg, "school", "school_year")["25PL00", "2025-2026"].possible == 10 * 282


def test_two_marks_on_one_lesson_count_once_and_the_last_recorded_decides(tmp_path: Path) -> None:
    rows = [
        row("2025-09-01", "truant", lesson=1, recorded_at="2025-09-01T09:00"),
        row("2025-09-01", "sick", lesson=1, recorded_at="2025-09-01T15:00"),
    ]
    figures = measure(register(tmp_path, rows, on="2025-09-01"), "pupil", "month")["p1", "2025-09"]
    assert figures.by_reason == {"sick": 50}


def test_an_unmarked_unknown_that_would_reach_the_hours_is_not_decidable(tmp_path: Path) -> None:
    rows = [row("2025-09-08", minutes=480), row("2025-09-09", "unknown", minutes=480)]
    reg = register(tmp_path, rows)
    assert found(reg, "relative_16h") == []
    assert not_decidable(reg) == {("relative_16h", "p1", "authorised"): True}


def test_as_known_then_a_superseded_row_still_counts(tmp_path: Path) -> None:
    rows = [
        row(
            "2025-09-08",
            minutes=960,
            absence_id="a1",
            recorded_at="2025-09-08T10:00",
            superseded_at="2025-09-12T10:00",
        ),
        row("2025-09-08", "sick", minutes=960, absence_id="a1", recorded_at="2025-09-12T10:00"),
    ]
    for known, number in (("2025-09-07", 0), ("2025-09-11", 1), ("2025-09-12", 0)):
        reg = register(tmp_path / known, rows, known=known, on="2025-10-01")
        assert len(found(reg, "relative_16h")) == number
    assert found(register(tmp_path / "now", rows), "relative_16h") == []


def note(first: str, last: str | None, sent: str, status: str = "registered") -> dict[str, Any]:
    return {
        "pupil_id": "p1",
        "school_id": "25PL00",
        "category": "relative_16h",
        "first_day": first,
        "last_day": last,
        "sent_on": sent,
        "status": status,
    }


@pytest.mark.parametrize(
    ("notification", "met"),
    [
        (note("2025-09-08", "2025-09-15", "2025-09-16"), [True, True, False]),
        (note("2025-09-11", "2025-09-12", "2025-09-16"), [False, True, False]),
        (note("2025-09-09", None, "2025-09-18"), [True, True, True]),
        (note("2025-09-08", "2025-09-15", "2025-09-16", "withdrawn"), [False, False, False]),
        (note("2025-09-08", "2025-09-15", "2025-12-02"), [False, False, False]),
    ],
)
def test_a_notification_meets_what_ends_in_its_period(
    tmp_path: Path, notification: dict[str, Any], met: list[bool]
) -> None:
    rows = [row(day, minutes=330) for day in weekdays("2025-09-08", "2025-09-19")]
    reg = register(tmp_path, rows, notifications=[notification])
    assert [f.met for f in found(reg, "relative_16h")] == met


def test_the_windows_are_scanned_day_by_day() -> None:
    assert sixteen_hour_windows(Register(date(2025, 9, 1), None, {}), "p1", "25PL00", {}) == []
