"""A register is judged by texts that hold on the reference date; where none does, that is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aanwezig.engines import open_engine, open_register_folder
from aanwezig.findings import check
from aanwezig.values import AanwezigError


def register(folder: Path, on: date) -> object:
    (folder / "schools.csv").write_text("school_id,name,sector\n25PL00,Test,po\n", "utf-8")
    (folder / "pupils.csv").write_text("pupil_id,birth_date\np1,2008-03-01\n", "utf-8")
    (folder / "enrolments.csv").write_text("pupil_id,school_id,first_day\np1,25PL00,2012-08-01\n", "utf-8")
    (folder / "absences.csv").write_text("pupil_id,school_id,date,minutes,reason\n", "utf-8")
    return open_register_folder(folder, open_engine("duckdb"), on=on)


def test_before_the_first_text_a_rule_says_from_when_it_can_judge(tmp_path: Path) -> None:
    with pytest.raises(AanwezigError) as told:
        check(register(tmp_path, date(2016, 12, 31)), ["relative_16h"])  # type: ignore[arg-type]
    assert told.value.code == "CHK-002"
    assert "31 december 2016" in told.value.what.nl
    assert "1 January 2017" in told.value.mend.en


def test_from_the_first_text_on_it_judges(tmp_path: Path) -> None:
    result = check(register(tmp_path, date(2017, 1, 1)), ["relative_16h"])  # type: ignore[arg-type]
    assert [(rule.id, rule.version) for rule in result.rules] == [("relative_16h", "2017-01-01")]
