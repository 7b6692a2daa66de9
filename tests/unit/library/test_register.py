"""A register from Python: dates, readings, shares per tier, the one door of the package."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import aanwezig as aw
from aanwezig.library.tiers import members
from factories.folders import csv_folder

ON = date(2025, 10, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [f"p1,25PL00,2025-09-{day:02},330,,,truant,no,t{day}" for day in (8, 9, 11)]
    head = "pupil_id,school_id,date,minutes,lesson,part,reason,authorised,absence_id\n"
    schools = "school_id,name,sector,holiday_region,partnership\n25PL00,De Brug,po,noord,PO01\n03XY01,Het Plein,vo,noord,\n"
    return csv_folder(
        tmp_path_factory.mktemp("library"), absences=head + "\n".join(rows) + "\n", schools=schools
    )


def test_the_door_offers_what_it_lists_and_nothing_is_loaded_before_it_is_used() -> None:
    for name in aw.__all__:
        assert getattr(aw, name) is not None
    assert set(aw.__all__) <= set(dir(aw))
    with pytest.raises(AttributeError):
        aw.no_such_name  # noqa: B018
    loaded = subprocess.run(
        [sys.executable, "-c", "import aanwezig, sys; print('ibis' in sys.modules, 'pandas' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.split() == ["False", "False"]


def test_a_missing_folder_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(aw.AanwezigError, match="REG-001"):
        aw.open_register(tmp_path / "nowhere")


def test_a_question_may_have_its_own_date(folder: Path) -> None:
    register = aw.open_register(folder, on=ON)
    assert [f.last_day for f in register.check(rules=["relative_16h"]).findings] == [date(2025, 9, 11)]
    assert register.check(rules=["relative_16h"], on=date(2025, 9, 10)).findings == ()
    assert register.check(rules=["relative_16h"], known=date(2025, 9, 10)).findings == ()


def test_a_chosen_reading_is_kept_with_the_answer(folder: Path) -> None:
    register = aw.open_register(folder, on=ON)
    answer = register.check(rules=["relative_16h"], readings={"relative_16h.threshold_minutes": 991})
    assert answer.findings == () and answer.readings == {"relative_16h.threshold_minutes": 991}
    with pytest.raises(aw.AanwezigError, match="LIB-001"):
        register.check(readings={"relative_16h.nothing": 1})


def test_bands_follow_the_rules_own_boundaries(folder: Path) -> None:
    register = aw.open_register(folder, on=ON)
    bands = {row["unit_id"]: row["band"] for row in register.measure().rows()}
    moved = register.measure(readings={"bands.severe_from": 12})
    assert bands["p1"] == "chronic"
    assert {row["unit_id"]: row["band"] for row in moved.rows()}["p1"] == "severe"


def test_shares_per_tier_stand_in_the_period_of_the_reference_date_only(folder: Path) -> None:
    rows = list(aw.open_register(folder, on=ON).measure(by="school", per="month").rows())
    shares = {
        row["period"]: [row[f"share_tier_{tier}"] for tier in (1, 2, 3)]
        for row in rows
        if row["unit_id"] == "25PL00"
    }
    assert shares["2025-09"] == [None, None, None]
    assert sum(shares["2025-10"]) == pytest.approx(1)


def test_pupils_have_no_shares_and_shares_may_be_left_out(folder: Path) -> None:
    register = aw.open_register(folder, on=ON)
    assert all(row["share_tier_1"] is None for row in register.measure().rows())
    assert all(row["share_tier_1"] is None for row in register.measure(by="group", tiers=False).rows())


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("school", {(None, "25PL00"): {"p1", "p3"}, (None, "03XY01"): {"p2"}}),
        ("group", {("25PL00", "5a"): {"p1", "p3"}, ("03XY01", "3b"): {"p2"}}),
        ("partnership", {(None, "PO01"): {"p1", "p3"}, (None, None): {"p2"}}),
        ("region", {(None, "noord"): {"p1", "p2", "p3"}}),
        ("municipality", {(None, None): {"p1", "p2", "p3"}}),
    ],
)
def test_a_unit_has_the_pupils_enrolled_on_the_day(
    folder: Path, by: str, expected: dict[tuple[str | None, str | None], set[str]]
) -> None:
    assert members(aw.open_register(folder, on=ON).opened(), by) == expected
