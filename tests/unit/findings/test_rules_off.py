"""A rule that is off unless a school chooses it is on for who asks for it by name."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from aanwezig.engines import open_engine, open_register_folder
from aanwezig.findings import check
from factories.folders import csv_folder

SICK_FOUR_TIMES = "pupil_id,school_id,date,part,reason,authorised\n" + "".join(
    f"p1,25PL00,2025-09-{day:02d},day,sick,yes\n" for day in (2, 9, 16, 23)
)


def test_a_rule_that_is_off_speaks_only_when_it_is_named(tmp_path: Path) -> None:
    folder = csv_folder(tmp_path, absences=SICK_FOUR_TIMES)
    with open_register_folder(folder, open_engine("duckdb"), on=date(2025, 10, 1)) as register:
        assert "mazl_po" not in {finding.rule for finding in check(register).findings}
        assert [finding.rule for finding in check(register, ["mazl_po"]).findings] == ["mazl_po"]
