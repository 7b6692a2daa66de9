"""Cases that the slow second reader found (tests/oracles), each the smallest that shows it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import aanwezig as aw
from aanwezig.rules.legal_status import legal_status
from aanwezig.rules.provisions import Provisions
from factories.folders import csv_folder
from factories.registers import pupil, setting

SCHOOLS = "school_id,name,sector,holiday_region\n25PL00,De Linde,po,noord\n"
PUPILS = "pupil_id,birth_date\np1,2014-03-01\n"
ENROLMENTS = "pupil_id,school_id,first_day,last_day\np1,25PL00,2025-08-01,\n"
NO_ABSENCE = "pupil_id,school_id,date,minutes,reason,authorised\n"


def folder(path: Path, **tables: str) -> Path:
    return csv_folder(
        path / "register",
        **{"schools": SCHOOLS, "pupils": PUPILS, "enrolments": ENROLMENTS, "absences": NO_ABSENCE, **tables},
    )


def test_three_thirds_of_a_minute_are_told_as_a_minute(tmp_path: Path) -> None:
    """register.md §5: what is cut is cut from the day's reasons in proportion; the share of a reason is exact."""
    timetable = "school_id,weekday,minutes\n" + "".join(f"25PL00,{day},320\n" for day in range(1, 6))
    absences = NO_ABSENCE + "".join(
        f"p1,25PL00,2025-09-{day:02},160,truant,\np1,25PL00,2025-09-{day:02},320,sick,\n" for day in (1, 2, 3)
    )
    register = aw.open_register(folder(tmp_path, timetable=timetable, absences=absences))
    answer = register.measure(on=date(2025, 9, 3), by="pupil", per="month").to_json()
    row: dict[str, Any] = next(row for row in json.loads(answer)["rows"] if row["period"] == "2025-09")
    assert (row["absent_truant"], row["absent_sick"]) == (320, 640)


def test_a_programme_without_agreement_is_told_although_absence_was_delivered_up_to_an_earlier_day(
    tmp_path: Path,
) -> None:
    """register.md §2: deliveries say up to when *absence* is complete; a programme is a fact of its own."""
    programmes = (
        "pupil_id,school_id,first_day,last_day,minutes_per_week,ground,agreed_by\n"
        "p1,25PL00,2025-10-06,,600,return_plan,\n"
    )
    deliveries = "school_id,last_day\n25PL00,2025-09-26\n"
    register = aw.open_register(folder(tmp_path, reduced_programmes=programmes, deliveries=deliveries))
    answer = register.check(on=date(2025, 10, 10), rules=["informal_exclusion"]).to_json()
    assert [(f["first_day"], f["last_day"]) for f in json.loads(answer)["findings"]] == [
        ("2025-10-06", "2025-10-10")
    ]


def test_the_31_july_before_a_record_of_1_august_is_the_day_before_it() -> None:
    """rules.md §9.3: eleven years on 31 July 2025 are twelve on 31 July 2026, not on the day of the record."""
    facts = pupil(birth_date=date(2009, 9, 1), school_years_completed=11, pupil_recorded_on=date(2025, 8, 1))
    on = setting("2026-09-01")
    said = [legal_status(facts, on, day, Provisions()) for day in (date(2026, 7, 31), date(2026, 8, 1))]
    assert said == ["compulsory", "qualification"]
