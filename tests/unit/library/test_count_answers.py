"""``aanwezig count`` and ``register.count`` on a register folder: numbers, JSON, regions, comparison, known time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import aanwezig as aw
from aanwezig.calendar import Calendars, SchoolInfo
from aanwezig.cli import main as command_line
from aanwezig.counts import all_profiles, pairs
from aanwezig.library import Register

SCHOOL = SchoolInfo("25PL00", "po", holiday_region="noord")
ABSENCES = "absence_id,pupil_id,school_id,date,part,reason,authorised,recorded_at,superseded_at\n"


def days(first: str, last: str) -> list[date]:
    calendar = Calendars([SCHOOL]).of("25PL00")
    return list(calendar.school_days(date.fromisoformat(first), date.fromisoformat(last)))


def away(pupil: str, first: str, last: str, reason: str = "truant") -> str:
    return "".join(
        f"{pupil}-{day},{pupil},25PL00,{day},day,{reason},,{day}T12:00:00,\n" for day in days(first, last)
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """p1 long relative, p2 not enrolled, p3 exempt, p4 sick, p5 a fault of administration, p6 no birth date."""
    tables = {
        "schools": (
            "school_id,name,sector,holiday_region,municipality,partnership\n25PL00,De Linde,po,noord,0363,PO2701\n"
        ),
        "pupils": (
            "pupil_id,birth_date,municipality\np1,2015-03-14,0363\np2,2016-11-02,0394\np3,2014-06-20,0394\n"
            "p4,2015-01-01,0394\np5,2015-01-01,0363\np6,,0363\np7,2015-01-01,0363\n"
        ),
        "enrolments": (
            "pupil_id,school_id,first_day,last_day\np1,25PL00,2020-08-01,\np2,25PL00,2020-08-01,2025-09-19\n"
            "p3,25PL00,2020-08-01,2025-08-31\np4,25PL00,2020-08-01,\np5,25PL00,2020-08-01,2025-09-19\n"
            "p6,25PL00,2020-08-01,\np7,25PL00,2020-08-01,\n"
        ),
        "exemptions": "pupil_id,ground,first_day,last_day\np3,art5_a,2025-09-01,\n",
        "not_enrolled": (
            "pupil_id,since,reason,last_contact_on\n"
            "p2,2025-09-20,waiting,2025-09-25\np5,2025-09-20,administrative,\n"
        ),
        "regions": "municipality,sector_group,partnership\n0394,po,PO2702\n",
        "absences": ABSENCES
        + away("p1", "2025-09-01", "2025-10-01")
        + away("p4", "2025-09-01", "2025-10-01", "sick")
        + away("p6", "2025-09-01", "2025-10-01"),
    }
    for name, content in tables.items():
        (tmp_path / f"{name}.csv").write_text(content, "utf-8")
    return tmp_path


@pytest.fixture
def register(folder: Path) -> Register:
    return aw.open_register(folder, on=date(2025, 10, 1))


def test_the_json_is_as_promised(register: Register) -> None:
    found = json.loads(register.count().to_json())
    assert set(found["profiles"]) == set(all_profiles())
    ocw = found["profiles"]["ocw_2016"]
    assert (ocw["total"], ocw["by_category"]) == (2, {"absolute": 1, "long_relative": 1})
    assert ocw["pupils"] == {"p1": "long_relative", "p2": "absolute"}
    assert ocw["title"]["nl"] and ocw["title"]["en"]
    assert found["reference_date"] == "2025-10-01" and found["known_date"] is None
    assert {"rule": "ocw_2016", "pupil_id": "p6", "missing": "birth_date"} in found["not_decidable"]


def test_faults_of_administration_are_left_out_visibly(register: Register) -> None:
    ocw = register.count(profiles=["ocw_2016"]).as_dict()["profiles"]["ocw_2016"]
    assert ocw["left_out"] == {"p5": "absolute"}
    assert ocw["why_not_enrolled"] == {"waiting": 1}


def test_who_is_kept_beside_the_total(register: Register) -> None:
    found = register.count(profiles=["duty_count"]).as_dict()["profiles"]["duty_count"]
    assert (found["total"], found["apart"], found["pupils_apart"]) == (2, {"art5_a": 1}, {"p3": "art5_a"})


def test_a_child_counts_where_it_lives_and_apart_where_it_is_enrolled(register: Register) -> None:
    by = register.count(profiles=["ingrado_plus", "ocw_2016"], by="partnership").as_dict()["profiles"]
    assert by["ocw_2016"]["by"]["partnership"] == {
        "PO2701": {"total": 1, "by_category": {"long_relative": 1}},
        "PO2702": {"total": 1, "by_category": {"absolute": 1}},
    }
    assert by["ocw_2016"]["by"]["enrolled_partnership"] == {
        "PO2701": {"total": 1, "by_category": {"long_relative": 1}},
        "none": {"total": 1, "by_category": {"absolute": 1}},
    }
    here = register.count(profiles=["without_education"], by="municipality").as_dict()["profiles"]
    lives = here["without_education"]["by"]
    assert {name: one["total"] for name, one in lives["municipality"].items()} == {"0363": 1, "0394": 2}
    assert {name: one["total"] for name, one in lives["enrolled_municipality"].items()} == {
        "0363": 2,
        "none": 1,
    }


@pytest.mark.parametrize("unit", ["municipality", "school", "partnership", "sector", "age"])
def test_every_split_adds_up(register: Register, unit: Any) -> None:
    count = register.count(by=unit)
    for id, one in count.profiles.items():
        units = count.result.by(id, unit)
        assert sum(sum(own.values()) for own in units.values()) == one.total


def test_two_definitions_side_by_side_add_up(register: Register) -> None:
    count = register.count(compare=("ocw_2016", "vsvkompas"))
    compare = count.as_dict("nl")["compare"]
    assert (compare["a"], compare["b"], compare["both"]) == ("ocw_2016", "vsvkompas", 0)
    assert [one["pupil_id"] for one in compare["only_a"]] == ["p1", "p2"]
    assert all(one["because"] and one["because"] == one["explanation"]["nl"] for one in compare["only_a"])
    assert {one["reason"]: one["number"] for one in compare["groups_a"]} == {"too_short": 2}
    assert compare["only_b"] == []
    for a, b in pairs(tuple(count.profiles)):
        found = count.compare(a, b)
        assert len(found.both) + len(found.only_a) == count.profiles[a].total
        assert len(found.both) + len(found.only_b) == count.profiles[b].total


def test_a_comparison_adds_and_does_not_limit(register: Register) -> None:
    one = register.count(profiles=["ocw_2016"], compare=("vws", "balans_2024")).as_dict()
    assert set(one["profiles"]) == {"ocw_2016"}
    assert one["compare"]["a"] == "vws"


def test_who_was_counted_earlier_in_the_year_is_told_so(folder: Path) -> None:
    register = aw.open_register(folder, on=date(2025, 12, 12))
    found = register.count(compare=("duty_count", "ocw_2016")).reconciliation
    assert found is not None
    assert [(one.pupil_id, one.reason) for one in found.only_a] == [("p1", "earlier")]
    assert "1 October 2025" in found.only_a[0].because.en
    other = register.count(compare=("duty_count", "vsvkompas")).reconciliation
    assert other is not None
    assert {one.pupil_id: one.reason for one in other.only_a} == {"p1": "too_short", "p2": "too_short"}


def test_over_a_year_the_reason_is_that_of_the_day_it_counted(folder: Path) -> None:
    count = aw.open_register(folder).count(year="2025-2026", compare=("ocw_2016", "vsvkompas"))
    assert count.reconciliation is not None
    assert [(one.pupil_id, one.reason) for one in count.reconciliation.only_a] == [("p1", "too_short")]


def test_the_intersections_hold_everybody_once(register: Register) -> None:
    count = register.count()
    everybody = {pupil for one in count.profiles.values() for pupil in one.pupils}
    assert sum(count.intersections().values()) == len(everybody)


def test_as_known_before_a_correction(folder: Path) -> None:
    path = folder / "absences.csv"
    lines = path.read_text("utf-8").splitlines()
    old = next(line for line in lines if line.startswith("p1-2025-09-17"))
    corrected = old + "2025-10-10T09:00:00"
    new = old.replace("truant", "sick").replace("2025-09-17T12", "2025-10-10T09")
    path.write_text("\n".join([line if line != old else corrected for line in lines] + [new]) + "\n", "utf-8")
    register = aw.open_register(folder, on=date(2025, 10, 1))
    assert set(register.count(profiles=["ocw_2016"]).profiles["ocw_2016"].pupils) == {"p2"}
    then = register.count(profiles=["ocw_2016"], known=date(2025, 10, 2), uncertainty=True)
    assert set(then.profiles["ocw_2016"].pupils) == {"p1", "p2"}
    assert then.corrected is not None
    assert [(c.then, c.now, c.came, c.went) for c in then.corrected] == [(2, 1, (), ("p1",))]


def test_how_a_number_moves_under_another_reading(folder: Path) -> None:
    path = folder / "absences.csv"
    path.write_text(ABSENCES + away("p1", "2025-09-03", "2025-09-30"), "utf-8")
    count = aw.open_register(folder, on=date(2025, 9, 30)).count(profiles=["ocw_2016"], uncertainty=True)
    moved = {one.reading: (one.total, one.more, one.fewer) for one in count.moved or ()}
    assert moved["from_four_weeks"] == (2, 1, 0)
    assert moved["calendar_weeks"] == (1, 0, 0)


def test_the_table_has_a_row_for_everybody(register: Register) -> None:
    table = register.count(profiles=["ocw_2016", "duty_count"]).to_arrow()
    found = {(r["profile"], r["pupil_id"]): r["counts"] for r in table.to_pylist()}
    assert found["ocw_2016", "p5"] == "left_out" and found["ocw_2016", "p6"] == "cannot_tell"
    assert found["duty_count", "p3"] == "apart"
    assert len(register.count(profiles=["ocw_2016"]).to_pandas()) == 4


# The command.

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path) -> Run:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = command_line.run(("count", str(folder), *arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_the_command_gives_the_same_json(run: Run, register: Register) -> None:
    code, out, err = run("--on", "2025-10-01", "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["profiles"] == register.count().as_dict()["profiles"]


def test_the_text_says_it_all(run: Run) -> None:
    more = ("--by", "municipality", "--compare", "ocw_2016", "vsvkompas", "--uncertainty")
    code, out, _ = run("--on", "2025-10-01", "--known", "2025-10-03", "--language", "nl", *more)
    assert code == 0
    assert "Thuiszitters volgens OCW" in out and "Per gemeente" in out
    assert "p2: Duurt sinds 20 september 2025 (12 dagen)" in " ".join(out.split())
    assert "Alleen in Thuiszitters volgens OCW (2016): 2" in " ".join(out.split())


def test_csv_xlsx_and_html(run: Run, tmp_path: Path) -> None:
    _, out, _ = run("--on", "2025-10-01", "--format", "csv", "--profile", "ocw_2016")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["pupil_id"]: row["counts"] for row in rows} == {
        "p1": "yes",
        "p2": "yes",
        "p5": "left_out",
        "p6": "cannot_tell",
    }
    book = tmp_path / "count.xlsx"
    assert (
        run("--on", "2025-10-01", "--format", "xlsx", "--out", str(book), "--compare", "vws", "pact")[0] == 0
    )
    assert load_workbook(book).sheetnames == ["totals", "persons", "not_decidable", "faults", "compare"]
    code, page, _ = run("--on", "2025-10-01", "--format", "html", "--compare", "ocw_2016", "vsvkompas")
    assert code == 0 and "<script" not in page and "Only in" in page


def test_over_a_year(run: Run) -> None:
    code, out, _ = run("--year", "2025-2026", "--format", "json", "--profile", "duty_count")
    found = json.loads(out)
    assert (code, found["school_year"], found["reference_date"]) == (0, "2025-2026", "2026-07-31")
    assert found["profiles"]["duty_count"]["pupils"] == {"p1": "long_relative", "p2": "absolute"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "CLI-018"),
        (("--on", "2025-10-01", "--year", "2025-2026"), "CLI-018"),
        (("--year", "2025-2027"), "CLI-021"),
        (("--on", "2025-10-01", "--profile", "none"), "CNT-001"),
        (("--on", "2025-10-01", "--compare", "ocw_2016", "none"), "CNT-001"),
        (("--on", "2025-10-01", "--by", "class"), "CLI-012"),
        (("--on", "2005-10-01"), "CNT-002"),
        (("--year", "2090-2091"), "CNT-003"),
    ],
)
def test_wrong_use_is_one_line(run: Run, arguments: tuple[str, ...], code: str) -> None:
    done, out, err = run(*arguments)
    assert (done, out) == (2, "")
    assert err.count("\n") == 1 and err.rstrip().endswith(f"[{code}]")
