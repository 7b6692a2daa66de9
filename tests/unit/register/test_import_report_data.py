"""What a report carries for a page: counts per table, columns, faults by kind, pupils."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aanwezig.register import ImportReport, import_files
from factories.memory_store import MemoryStore

NOW = datetime(2025, 10, 1, 12, 0, tzinfo=UTC)
HEADER = "pupil_id,date,part,reason"
SCOPE = {"options": {"from": "2025-09-01", "to": "2025-09-30"}}


def export(folder: Path, *lines: str, header: str = HEADER, name: str = "x.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def put(into: Any, path: Path, number: int = 0, **more: Any) -> ImportReport:
    return import_files(path, "25PL00", into=into, **{"now": NOW + timedelta(hours=number), **more})


def with_pupils(folder: Path, *pupils: str) -> Path:
    register = folder / "r"
    register.mkdir()
    rows = "".join(f"{pupil},2014-05-01\n" for pupil in pupils)
    (register / "pupils.csv").write_text(f"pupil_id,birth_date\n{rows}", encoding="utf-8")
    return register


def test_every_table_has_its_counts(tmp_path: Path) -> None:
    put(tmp_path / "r", export(tmp_path, "p1,2025-09-08,day,sick", "p2,2025-09-08,day,sick"), mapping=SCOPE)
    later = export(
        tmp_path, "p1,2025-09-08,day,truant", "p3,2025-09-08,day,sick", "p3,2025-02-30,day,sick", name="y.csv"
    )
    report = put(tmp_path / "r", later, 1, mapping=SCOPE, dry_run=True)
    found = {table.table: table for table in report.tables}
    absences = found["absences"]
    assert (absences.new, absences.changed, absences.vanished, absences.refused, absences.base) == (
        1,
        1,
        1,
        1,
        2,
    )
    assert found["deliveries"].unchanged == 1


def test_whether_confirmation_is_needed_is_known_in_a_dry_run(tmp_path: Path) -> None:
    many = [f"p{n},2025-09-08,day,sick" for n in range(11)]
    put(tmp_path / "r", export(tmp_path, *many), mapping=SCOPE)
    other = export(tmp_path, "p0,2025-09-09,day,sick", name="y.csv")
    report = put(tmp_path / "r", other, 1, mapping=SCOPE, dry_run=True)
    assert report.needs_confirmation
    assert [table.table for table in report.to_confirm] == ["absences"]
    stopped = put(tmp_path / "r", other, 1, mapping=SCOPE)
    assert stopped.needs_confirmation
    kept = put(tmp_path / "r", other, 1, mapping=SCOPE, confirm=True)
    assert not kept.needs_confirmation


def test_a_roster_that_changes_too_much_is_told_with_its_own_numbers(tmp_path: Path) -> None:
    def roster(sex: str) -> Path:
        pupils = "".join(
            f'<leerling key="p{n}"><geslacht>{sex}</geslacht><groep key="G"/><instroomdatum>2021-08-25</instroomdatum></leerling>'
            for n in range(11)
        )
        path = tmp_path / "x.xml"
        path.write_text(
            f"<EDEX><school><brincode>25PL</brincode></school><leerlingen>{pupils}</leerlingen></EDEX>",
            encoding="utf-8",
        )
        return path

    put(tmp_path / "r", roster("1"), profile="edexml")
    report = put(tmp_path / "r", roster("2"), 1, profile="edexml")
    assert report.error is not None
    assert "11" in report.error.in_language("en")


def test_the_columns_of_each_file_are_told_with_what_was_read_from_them(tmp_path: Path) -> None:
    report = put(tmp_path / "r", export(tmp_path, "p1,2025-09-08,day,sick"), dry_run=True)
    (file,) = report.files
    assert [(column.name, column.ours, column.examples) for column in file.columns] == [
        ("pupil_id", ("pupil_id",), ("p1",)),
        ("date", ("date",), ("2025-09-08",)),
        ("part", ("part",), ("day",)),
        ("reason", ("reason",), ("sick",)),
    ]


def test_rows_of_every_table_can_be_shown(tmp_path: Path) -> None:
    path = export(tmp_path, "p1,2025-09-08,day,sick,2014-05-01,4B", header=f"{HEADER},birth_date,group")
    report = put(tmp_path / "r", path, dry_run=True)
    assert list(report.previews) == ["pupils", "enrolments", "absences"]
    assert report.previews["absences"] == report.preview
    assert report.previews["enrolments"][0]["group"] == "4B"


def test_faults_are_grouped_by_code_with_the_first_of_each(tmp_path: Path) -> None:
    lines = [f"p{n},2025-02-30,day,sick" for n in range(8)] + [",2025-09-08,day,sick"]
    report = put(tmp_path / "r", export(tmp_path, *lines), dry_run=True)
    groups = [(group.code, group.count, len(group.examples)) for group in report.fault_groups]
    assert groups == [("REG-014", 8, 5), ("REG-012", 1, 1)]
    file, fault = report.fault_groups[0].examples[0]
    assert (file, fault.row, fault.value) == ("x.csv", 2, "2025-02-30")


def test_unknown_pupils_stand_apart_with_their_rows(tmp_path: Path) -> None:
    lines = [
        "p1,2025-09-08,day,sick",
        "p8,2025-09-08,day,sick",
        "p9,2025-09-08,day,sick",
        "p9,2025-09-09,day,sick",
    ]
    report = put(with_pupils(tmp_path, "p1"), export(tmp_path, *lines), dry_run=True)
    assert report.pupils is not None
    pupils = report.pupils
    assert (pupils.named, pupils.known_by, pupils.unknown, pupils.unknown_rows) == (3, "register", 2, 3)
    assert pupils.unknown_ids == (("p9", 2), ("p8", 1))
    assert not pupils.can_be_made


@pytest.mark.parametrize("strict", [False, True])
def test_a_first_list_without_a_roster_says_that_nobody_is_known(tmp_path: Path, strict: bool) -> None:
    path = export(tmp_path, "p1,2025-09-08,day,sick", "p2,2025-09-08,day,sick")
    into = MemoryStore(keeps_only_known_pupils=True) if strict else tmp_path / "r"
    pupils = put(into, path, dry_run=True).pupils
    assert pupils is not None
    assert (pupils.named, pupils.known_by, pupils.made, pupils.can_be_made) == (2, "nothing", 0, False)
    assert pupils.unknown == (2 if strict else 0)


@pytest.mark.parametrize("strict", [False, True])
def test_a_first_list_with_birth_dates_makes_the_pupils(tmp_path: Path, strict: bool) -> None:
    path = export(tmp_path, "p1,2025-09-08,day,sick,2014-05-01,4B", header=f"{HEADER},birth_date,group")
    into = MemoryStore(keeps_only_known_pupils=True) if strict else tmp_path / "r"
    pupils = put(into, path, dry_run=True).pupils
    assert pupils is not None
    assert (pupils.known_by, pupils.made, pupils.unknown, pupils.can_be_made) == ("delivery", 1, 0, True)
    assert pupils.told == ("birth_date", "group")


def test_all_of_it_can_be_written_as_json(tmp_path: Path) -> None:
    path = export(tmp_path, "p1,2025-09-08,day,sick", "p1,2025-02-30,day,sick")
    found = json.loads(json.dumps(put(tmp_path / "r", path, dry_run=True).as_dict("nl")))
    assert found["tables"][0]["table"] == "absences"
    assert found["fault_groups"][0]["count"] == 1
    assert found["pupils"]["named"] == 1
    assert found["files"][0]["columns"][0]["examples"] == ["p1"]


def test_every_note_has_a_code_so_that_a_page_can_choose_its_own_words(tmp_path: Path) -> None:
    report = put(tmp_path / "r", export(tmp_path, "p1,2025-09-08,day,sick"))
    assert [note.code for note in report.notes] == ["no_period", "tables_missing"]
    assert report.as_dict()["note_codes"] == ["no_period", "tables_missing"]
