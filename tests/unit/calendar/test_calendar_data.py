"""The calendar data that ship with the package: school holidays and municipalities."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

REGIONS = ("noord", "midden", "zuid")
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "calendars"

# Written by hand from register.md §6 (and the summer of 2023), not derived from the data file.
# School year, holiday, then first day-last day for noord, midden, zuid; "=" repeats the one before it.
EXPECTED = """
2022-2023 summer    2023-07-22/2023-09-03 2023-07-08/2023-08-20 2023-07-15/2023-08-27
2023-2024 autumn    2023-10-21/2023-10-29 2023-10-14/2023-10-22 =
2023-2024 christmas 2023-12-23/2024-01-07 = =
2023-2024 spring    2024-02-17/2024-02-25 = 2024-02-10/2024-02-18
2023-2024 may       2024-04-27/2024-05-05 = =
2023-2024 summer    2024-07-20/2024-09-01 2024-07-13/2024-08-25 2024-07-06/2024-08-18
2024-2025 autumn    2024-10-26/2024-11-03 = 2024-10-19/2024-10-27
2024-2025 christmas 2024-12-21/2025-01-05 = =
2024-2025 spring    2025-02-15/2025-02-23 2025-02-22/2025-03-02 =
2024-2025 may       2025-04-26/2025-05-04 = =
2024-2025 summer    2025-07-12/2025-08-24 2025-07-19/2025-08-31 2025-07-05/2025-08-17
2025-2026 autumn    2025-10-18/2025-10-26 = 2025-10-11/2025-10-19
2025-2026 christmas 2025-12-20/2026-01-04 = =
2025-2026 spring    2026-02-21/2026-03-01 2026-02-14/2026-02-22 =
2025-2026 may       2026-04-25/2026-05-03 = =
2025-2026 summer    2026-07-04/2026-08-16 2026-07-18/2026-08-30 2026-07-11/2026-08-23
2026-2027 autumn    2026-10-10/2026-10-18 2026-10-17/2026-10-25 =
2026-2027 christmas 2026-12-19/2027-01-03 = =
2026-2027 spring    2027-02-20/2027-02-28 = 2027-02-13/2027-02-21
2026-2027 may       2027-04-24/2027-05-02 = =
2026-2027 summer    2027-07-10/2027-08-22 2027-07-17/2027-08-29 2027-07-24/2027-09-05
"""

# Where OpenHolidays (January 2026) is known to differ, and why we do not follow it.
OPENHOLIDAYS_WRONG_LAST_DAY = {("zuid", date(2027, 2, 13)): date(2027, 3, 21)}  # five weeks of spring holiday
OPENHOLIDAYS_OTHER_REGION = {"Tiel": {"zuid"}}  # midden in the regulation, art. 3
SPLIT = {
    "Altena": {"midden", "zuid"},
    "Montferland": {"midden", "zuid"},
    "Neder-Betuwe": {"midden", "zuid"},
    "De Ronde Venen": {"midden", "noord"},
}
OPENHOLIDAYS_NAMES = {
    "Dantumadeel": "Dantumadiel",
    "De Friese Meren": "De Fryske Marren",
    "Den Haag('s-Gravenhage)": "'s-Gravenhage",
    "Nuenen c.a.": "Nuenen, Gerwen en Nederwetten",
    "Tietjerksteradeel": "Tytsjerksteradiel",
}


def _load(name: str) -> dict[str, Any]:
    text = resources.files("aanwezig").joinpath("calendar", "data", name).read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def _shared(name: str) -> list[dict[str, str]]:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{path} is absent: comparison with OpenHolidays not made")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="module")
def holidays() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = _load("school_holidays.yaml")["holidays"]
    return entries


@pytest.fixture(scope="module")
def municipalities() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = _load("municipalities.yaml")["municipalities"]
    return entries


@pytest.mark.parametrize("name", ["school_holidays.yaml", "municipalities.yaml"])
def test_file_states_its_source(name: str) -> None:
    source = _load(name)["source"]
    assert source["cite"] and source["url"].startswith("https://")
    assert isinstance(source["checked_on"], date)
    assert set(source["note"]) == {"nl", "en"}


def test_table_of_the_register_is_present(holidays: list[dict[str, Any]]) -> None:
    expected = {}
    for line in EXPECTED.split("\n"):
        if not line:
            continue
        year, holiday, *cells = line.split()
        for position, cell in enumerate(cells):
            if cell == "=":
                cells[position] = cells[position - 1]
        for region, cell in zip(REGIONS, cells, strict=True):
            expected[year, holiday, region] = [date.fromisoformat(day) for day in cell.split("/")]
    found = {(h["school_year"], h["id"], region): h[region] for h in holidays for region in REGIONS}
    assert {key: found.get(key) for key in expected} == expected


def test_each_holiday_once_a_year(holidays: list[dict[str, Any]]) -> None:
    keys = [(h["school_year"], h["id"]) for h in holidays]
    assert len(keys) == len(set(keys))
    whole = {"autumn", "christmas", "spring", "may", "summer"}
    for year in {year for year, _ in keys} - {"2022-2023"}:
        assert {holiday for y, holiday in keys if y == year} == whole, year


def test_ranges_run_saturday_to_sunday(holidays: list[dict[str, Any]]) -> None:
    weeks = {"autumn": 1, "christmas": 2, "spring": 1, "may": 1, "summer": 6}
    for h in holidays:
        for region in REGIONS:
            first, last = h[region]
            assert (first.weekday(), last.weekday()) == (5, 6), (h["school_year"], h["id"], region)
            assert last - first == timedelta(days=7 * weeks[h["id"]] + 1), (h["school_year"], h["id"], region)


def test_ranges_begin_in_their_school_year(holidays: list[dict[str, Any]]) -> None:
    for h in holidays:
        begin, end = (int(year) for year in h["school_year"].split("-"))
        assert end == begin + 1
        for region in REGIONS:
            assert date(begin, 8, 1) <= h[region][0] <= date(end, 7, 31), (h["school_year"], h["id"], region)


@pytest.mark.parametrize("region", REGIONS)
def test_no_overlap_in_a_region(holidays: list[dict[str, Any]], region: str) -> None:
    ranges = sorted(h[region] for h in holidays)
    for (_, last), (first, _) in pairwise(ranges):
        assert last < first


def test_status_and_obliged_agree(holidays: list[dict[str, Any]]) -> None:
    uncertain = set()
    for h in holidays:
        assert set(h["name"]) == {"nl", "en"}
        assert h["obliged"] is (h["id"] in {"christmas", "may", "summer"})
        by_region = h["status"] if isinstance(h["status"], dict) else dict.fromkeys(REGIONS, h["status"])
        assert set(by_region) == set(REGIONS)
        for region, status in by_region.items():
            if status == "uncertain":
                uncertain.add((h["school_year"], h["id"], region))
            else:
                assert status == ("fixed" if h["obliged"] else "advised")
    assert uncertain == {("2026-2027", "summer", "zuid")}


def test_holidays_agree_with_openholidays(holidays: list[dict[str, Any]]) -> None:
    regions = {"NO": "noord", "MI": "midden", "ZU": "zuid"}
    theirs = {
        (regions[group], date.fromisoformat(row["StartDate"])): date.fromisoformat(row["EndDate"])
        for row in _shared("openholidays_nl_holidays.school.csv")
        for group in row["Groups"].split(",")
    }
    ours = {(region, h[region][0]): h[region][1] for h in holidays for region in REGIONS}
    differing = {key: theirs.get(key) for key, last in ours.items() if theirs.get(key) != last}
    assert differing == OPENHOLIDAYS_WRONG_LAST_DAY
    span = min(first for _, first in ours), max(first for _, first in ours)
    assert {key for key in theirs if span[0] <= key[1] <= span[1]} == set(ours)


def test_municipality_codes(municipalities: list[dict[str, Any]]) -> None:
    data = _load("municipalities.yaml")
    codes = [m["code"] for m in municipalities]
    ended = [m["code"] for m in data["former"]]
    assert all(isinstance(code, str) and re.fullmatch(r"[0-9]{4}", code) for code in codes + ended)
    assert len(set(codes + ended)) == len(codes) + len(ended)
    assert len(codes) + len(data["missing"]) >= 340
    assert len({m["name"] for m in municipalities}) == len(codes)
    assert {m["name"]: m["code"] for m in municipalities}.items() >= {
        ("Amsterdam", "0363"),
        ("Rotterdam", "0599"),
        ("'s-Gravenhage", "0518"),
        ("Utrecht", "0344"),
    }


def test_municipality_has_one_region_and_province(municipalities: list[dict[str, Any]]) -> None:
    for m in municipalities:
        assert set(m) - {"note"} == {"code", "name", "province", "region"}, m
        assert m["region"] in REGIONS
        if "note" in m:
            assert set(m["note"]) == {"nl", "en"}
    assert len({m["province"] for m in municipalities}) == 12
    assert {m["name"] for m in municipalities if "note" in m} >= set(SPLIT)


def test_former_municipalities_lead_to_a_present_one(municipalities: list[dict[str, Any]]) -> None:
    present = {m["code"]: m["region"] for m in municipalities}
    for m in _load("municipalities.yaml")["former"]:
        assert present[m["into"]] == m["region"], m
        assert isinstance(m["merged_on"], date)


def test_municipalities_agree_with_openholidays(municipalities: list[dict[str, Any]]) -> None:
    regions = {"NO": "noord", "MI": "midden", "ZU": "zuid"}
    rows = _shared("openholidays_nl_subdivisions.csv")

    def dutch(row: dict[str, str]) -> str:
        return row["Name"].split(",")[0].removeprefix("NL ")

    provinces = {row["ShortName"]: dutch(row) for row in rows if not row["Parent"]}
    theirs = {
        (OPENHOLIDAYS_NAMES.get(dutch(row), dutch(row)), provinces[row["Parent"]]): {
            regions[group] for group in row["Groups"].split(",")
        }
        for row in rows
        if row["Parent"]
    }
    ours = {(re.sub(r" \(.*\)$", "", m["name"]), m["province"]): m["region"] for m in municipalities}
    assert set(theirs) == set(ours)
    differing = {key[0]: groups for key, groups in theirs.items() if groups != {ours[key]}}
    assert differing == SPLIT | OPENHOLIDAYS_OTHER_REGION
    assert all(ours[key] in groups for key, groups in theirs.items() if key[0] in SPLIT)
