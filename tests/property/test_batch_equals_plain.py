"""The batch form of the duties gives what the plain functions give, on made-up registers of every kind."""

from __future__ import annotations

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

from oracle_folder import write_folder
from random_registers import make_register

from aanwezig.calendar import SchoolCalendar
from aanwezig.engines import OpenRegister, open_engine, open_register_folder
from aanwezig.findings import pupils_of, setting_of
from aanwezig.findings.batch import duties_at_scale
from aanwezig.findings.batch.calendar_arrays import CalendarArrays, day_number, day_of
from aanwezig.findings.batch.duties import DUTIES, SUSPENSION_DUTIES
from aanwezig.findings.batch.kernels import WINDOW, runs, threshold_windows
from aanwezig.rules.attendance import Attendance
from aanwezig.rules.catalogue import judge
from aanwezig.rules.finding import Finding, as_number
from aanwezig.rules.provisions import Provisions
from aanwezig.simulate import simulate

NOORD = SchoolCalendar("po", "noord")
FIRST = date(2025, 8, 18)
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def plain(register: OpenRegister, provisions: Provisions) -> tuple[set[tuple[object, ...]], set[object]]:
    """What the plain functions say of every pupil."""
    setting = setting_of(register)
    findings: set[tuple[object, ...]] = set()
    open_questions: set[object] = set()
    for facts in pupils_of(register):
        judgement = judge(Attendance(facts, setting), provisions, (*DUTIES, *SUSPENSION_DUTIES))
        findings |= {row(finding) for finding in judgement.findings}
        open_questions |= set(judgement.not_decidable)
    return findings, open_questions


def row(finding: Finding) -> tuple[object, ...]:
    return (
        finding.rule,
        finding.pupil_id,
        finding.school_id,
        finding.first_day,
        finding.last_day,
        as_number(finding.quantity),
        as_number(finding.threshold),
        finding.unit,
        finding.obligation,
        finding.due,
        finding.met,
    )


def batch(register: OpenRegister, provisions: Provisions) -> tuple[set[tuple[object, ...]], set[object]]:
    duties = duties_at_scale(register, provisions)
    return {tuple(found.values()) for found in duties.findings.to_pylist()}, set(duties.not_decidable)


@given(seed=st.integers(0, 1_000_000), operator=st.sampled_from([">=", ">"]))
@SLOW
def test_the_batch_form_equals_the_plain_form_on_nasty_registers(seed: int, operator: str) -> None:
    made = make_register(seed)
    provisions = Provisions({"relative_16h.operator": operator})
    with tempfile.TemporaryDirectory() as folder:
        path = write_folder(Path(folder) / "register", made.tables)
        with open_register_folder(path, open_engine("duckdb"), on=made.on, known=made.known) as register:
            assert batch(register, provisions) == plain(register, provisions)


@pytest.mark.parametrize("on", [date(2025, 11, 14), date(2026, 6, 26)])
def test_the_batch_form_equals_the_plain_form_on_a_simulated_school_year(on: date, tmp_path: Path) -> None:
    simulate(tmp_path, pupils=700, seed=11, schools=4)
    with open_register_folder(tmp_path, open_engine("duckdb"), on=on) as register:
        found, questions = batch(register, Provisions())
        assert (found, questions) == plain(register, Provisions())
        assert {name for name, *_ in found} >= {"relative_16h"}


def test_with_another_reading_everybody_is_judged_by_the_plain_form(tmp_path: Path) -> None:
    simulate(tmp_path, pupils=150, seed=5, schools=1)
    provisions = Provisions({"relative_16h.window": "iso_weeks"})
    with open_register_folder(tmp_path, open_engine("duckdb"), on=date(2026, 6, 26)) as register:
        assert batch(register, provisions) == plain(register, provisions)


@given(
    amounts=st.dictionaries(st.integers(0, 120), st.sampled_from([50, 60, 100, 282, 330, 480]), max_size=40),
    at_least=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_the_kernel_finds_the_windows_of_the_definition(amounts: dict[int, int], at_least: bool) -> None:
    """Word for word: the first day on which some begin after the last reset reaches it within its window."""
    days = {FIRST + timedelta(days=n): minutes for n, minutes in amounts.items()}
    days = {day: minutes for day, minutes in sorted(days.items()) if NOORD.is_school_day(day)}
    expected = []
    after = date.min
    for last in days:
        if last <= after:
            continue
        for begin in (day for day in days if after < day <= last):
            if NOORD.window_end(begin) < last:
                continue
            total = sum(minutes for day, minutes in days.items() if begin <= day <= last)
            if total >= 960 if at_least else total > 960:
                expected.append((begin, last, total))
                after = last
                break
    dates = list(days)
    arrays = CalendarArrays.of([NOORD], FIRST, FIRST + timedelta(days=130))
    columns = np.array([day_number(day) - arrays.first for day in dates], np.int64)
    begins, ends, sums = threshold_windows(
        np.zeros(len(dates), np.int64),
        arrays.position[0][columns],
        np.array(list(days.values()), np.float64),
        960.0,
        at_least,
        WINDOW,
    )
    found = [(dates[b], dates[e], int(total)) for b, e, total in zip(begins, ends, sums, strict=True)]
    assert found == expected


@given(missed=st.sets(st.integers(0, 150)))
@settings(max_examples=200, deadline=None)
def test_the_kernel_finds_runs_of_school_days(missed: set[int]) -> None:
    school_days = list(NOORD.school_days(FIRST, FIRST + timedelta(days=150)))
    chosen = {FIRST + timedelta(days=n) for n in missed}
    expected: list[list[date]] = []
    previous = False
    for day in school_days:
        if day in chosen:
            if previous:
                expected[-1].append(day)
            else:
                expected.append([day])
        previous = day in chosen
    rows = [day for day in school_days if day in chosen]
    arrays = CalendarArrays.of([NOORD], FIRST, FIRST + timedelta(days=150))
    columns = np.array([day_number(day) - arrays.first for day in rows], np.int64)
    firsts, lasts = runs(
        np.zeros(len(rows), np.int64), arrays.school_day[0][columns], np.ones(len(rows), np.bool_)
    )
    found = [(rows[a], rows[b]) for a, b in zip(firsts, lasts, strict=True)]
    assert found == [(run[0], run[-1]) for run in expected]


def test_a_day_and_its_number_go_both_ways() -> None:
    assert day_of(day_number(date(2026, 2, 28))) == date(2026, 2, 28)
