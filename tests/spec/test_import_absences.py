"""Imports of absences, told as a school would tell them (docs/specification/register.md §3, §4; product.md, figures)."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from aanwezig.register import ImportReport, import_files, report_text, undo_batch
from aanwezig.values import AanwezigError

NOW = datetime(2025, 10, 1, 12, 0, tzinfo=UTC)
MAP = {
    "columns": {"pupil_id": "leerling", "date": "datum", "minutes": "minuten", "reason": "code"},
    "reasons": {"Z": "sick", "L": "late", "S": {"reason": "truant", "authorised": "no"}},
}
HEADER = "leerling;datum;minuten;code"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A register of one primary school with three pupils and no absence yet."""
    folder = tmp_path / "register"
    folder.mkdir()
    (folder / "schools.csv").write_text(
        "school_id,name,sector,holiday_region\n25PL00,De Linde,po,noord\n", encoding="utf-8"
    )
    (folder / "pupils.csv").write_text(
        "pupil_id,birth_date\np1,2015-03-14\np2,2016-11-02\np3,2014-06-20\n", encoding="utf-8"
    )
    (folder / "enrolments.csv").write_text(
        "pupil_id,school_id,first_day\np1,25PL00,2024-08-01\np2,25PL00,2024-08-01\np3,25PL00,2023-08-01\n",
        encoding="utf-8",
    )
    return folder


def export(folder: Path, *lines: str, header: str = HEADER, name: str = "export.csv") -> Path:
    path = folder.parent / name
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def imported(register: Path, path: Path, **options: Any) -> ImportReport:
    given = {
        "school_id": "25PL00",
        "profile": "generic",
        "mapping": MAP,
        "into": register,
        "now": NOW,
        **options,
    }
    return import_files(path, **given)


def absences(register: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(register / "absences.parquet").to_pylist()
    return rows


def standing(register: Path) -> list[tuple[str, str, str, int | None]]:
    return [
        (row["pupil_id"], row["date"].isoformat(), row["reason"], row["minutes"])
        for row in absences(register)
        if row["superseded_at"] is None
    ]


def faults(report: ImportReport) -> list[dict[str, str]]:
    assert report.faults_path is not None
    with report.faults_path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_codes_become_reasons_with_their_mark(register: Path) -> None:
    report = imported(
        register, export(register, "p1;08-09-2025;330;S", "p2;08-09-2025;330;Z", "p3;09-09-2025;10;L")
    )
    assert (report.rows_read, report.new, report.refused, report.exit_code) == (3, 3, 0, 0)
    assert [(row["pupil_id"], row["reason"], row["authorised"]) for row in absences(register)] == [
        ("p1", "truant", "no"),
        ("p2", "sick", None),
        ("p3", "late", None),
    ]


def test_an_unknown_code_stops_the_import_and_nothing_is_guessed(register: Path) -> None:
    before = content(register)
    report = imported(
        register, export(register, "p1;08-09-2025;330;S", "p2;08-09-2025;330;QQ", "p2;09-09-2025;330;QQ")
    )
    assert report.unknown_codes == {"QQ": 2}
    assert report.exit_code == 2
    assert report.error is not None
    assert "QQ (2×)" in report.error.in_language("nl")
    assert content(register) == before


def test_an_empty_reason_is_a_fault_of_its_row_until_somebody_says_what_it_means(register: Path) -> None:
    path = export(register, "p1;08-09-2025;330;", "p2;08-09-2025;330;Z")
    report = imported(register, path)
    assert (report.new, report.refused, report.fault_counts) == (1, 1, {"REG-132": 1})
    said = {**MAP, "reasons": {**MAP["reasons"], "": "unknown"}}
    assert imported(register, path, mapping=said).new == 1


def test_presence_and_forgotten_homework_are_no_absence_and_are_counted(register: Path) -> None:
    path = export(
        register, "p1;08-09-2025;1;PR", "p1;08-09-2025;2;HV", "p1;08-09-2025;3;BV", "p2;08-09-2025;4;S",
        header="Stamnummer;Datum;Lesuur;Code",
    )  # fmt: skip
    report = imported(register, path, profile="magister", mapping=None)
    assert (report.present_marks, report.not_absence, report.new) == (1, 2, 1)


def test_present_and_absent_for_one_lesson_is_told_and_the_absence_stays(register: Path) -> None:
    path = export(register, "p1;08-09-2025;1;PR", "p1;08-09-2025;1;S", header="Stamnummer;Datum;Lesuur;Code")
    report = imported(register, path, profile="magister", mapping=None)
    assert (report.new, report.refused, report.fault_counts) == (1, 0, {"REG-135": 1})


def test_a_bad_row_never_stops_the_good_ones_and_is_told_with_its_place(register: Path) -> None:
    report = imported(
        register, export(register, "p1;30-02-2025;330;S", "p2;08-09-2025;-5;Z", "p3;09-09-2025;10;L")
    )
    assert (report.new, report.refused, report.exit_code) == (1, 2, 0)
    first, second = faults(report)
    assert (first["code"], first["row"], first["column"], first["value"]) == (
        "REG-014",
        "2",
        "datum",
        "30-02-2025",
    )
    assert (second["code"], second["row"], second["column"], second["value"]) == (
        "REG-017",
        "3",
        "minuten",
        "-5",
    )
    assert first["mend"]


def test_the_summary_names_no_pupil(register: Path) -> None:
    report = imported(register, export(register, "p1;30-02-2025;330;S", "zz9;08-09-2025;5;Z"))
    for language in ("nl", "en"):
        said = report_text(report, language)  # type: ignore[arg-type]
        assert "zz9" not in said
        assert "p1" not in said


def test_strict_keeps_nothing_when_one_row_is_refused(register: Path) -> None:
    before = content(register)
    report = imported(register, export(register, "p1;30-02-2025;330;S", "p3;09-09-2025;10;L"), strict=True)
    assert (report.exit_code, report.batch_id) == (1, None)
    assert content(register) == before


def test_a_dry_run_shows_the_rows_and_keeps_nothing(register: Path) -> None:
    before = content(register)
    report = imported(register, export(register, "p1;08-09-2025;330;S"), dry_run=True)
    assert (report.new, report.batch_id) == (1, None)
    assert report.preview[0]["reason"] == "truant"
    assert content(register) == before


def test_a_dry_run_makes_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"{HEADER}\np1;08-09-2025;330;S\n", encoding="utf-8")
    imported(tmp_path / "new", path, dry_run=True)
    assert not (tmp_path / "new").exists()


def test_the_same_file_twice_changes_nothing(register: Path) -> None:
    path = export(register, "p1;08-09-2025;330;S", "p2;08-09-2025;330;Z")
    imported(register, path)
    before = content(register)
    report = imported(register, path)
    assert (report.new, report.unchanged, report.batch_id) == (0, 2, None)
    assert report.files[0].earlier_batch is not None
    assert content(register) == before


def test_the_same_rows_in_another_order_change_nothing(register: Path) -> None:
    lines = ["p1;08-09-2025;50;S", "p1;08-09-2025;30;S", "p1;08-09-2025;30;S", "p2;08-09-2025;330;Z"]
    assert imported(register, export(register, *lines)).new == 4
    report = imported(register, export(register, *reversed(lines), name="again.csv"))
    assert (report.new, report.unchanged, report.changed) == (0, 4, 0)


def test_a_correction_is_a_new_row_and_the_old_one_stays_to_be_asked_for(register: Path) -> None:
    imported(register, export(register, "p1;08-09-2025;330;S", "p2;08-09-2025;330;Z"))
    later = datetime(2025, 10, 8, 12, 0, tzinfo=UTC)
    report = imported(register, export(register, "p1;08-09-2025;330;Z", "p2;08-09-2025;330;Z"), now=later)
    assert (report.new, report.unchanged, report.changed, report.superseded) == (0, 1, 1, 1)
    old, new = [row for row in absences(register) if row["pupil_id"] == "p1"]
    assert (old["reason"], old["superseded_at"]) == ("truant", later)
    assert (new["reason"], new["recorded_at"], new["superseded_at"]) == ("sick", later, None)
    assert old["absence_id"] == new["absence_id"]


def test_what_is_not_in_a_delivery_without_period_stays(register: Path) -> None:
    imported(register, export(register, "p1;08-09-2025;330;S", "p2;08-09-2025;330;Z"))
    report = imported(register, export(register, "p2;08-09-2025;330;Z", name="part.csv"))
    assert report.vanished == 0
    assert len(standing(register)) == 2


def of_september(mapping: dict[str, Any] = MAP) -> dict[str, Any]:
    return {**mapping, "options": {"from": "2025-09-01", "to": "2025-09-30"}}


def test_what_vanished_upstream_ends_only_within_the_declared_period(register: Path) -> None:
    imported(register, export(register, "p1;08-09-2025;330;S", "p2;09-09-2025;330;Z", "p3;01-10-2025;330;Z"))
    report = imported(register, export(register, "p2;09-09-2025;330;Z", name="b.csv"), mapping=of_september())
    assert (report.vanished, report.unchanged) == (1, 1)
    assert [row[0] for row in standing(register)] == ["p2", "p3"]


def test_the_stated_last_day_becomes_the_delivery(register: Path) -> None:
    imported(register, export(register, "p2;09-09-2025;330;Z"), mapping=of_september())
    found = pq.read_table(register / "deliveries.parquet").to_pylist()
    assert [(row["school_id"], row["last_day"].isoformat()) for row in found] == [("25PL00", "2025-09-30")]


def test_a_row_outside_the_declared_period_is_refused(register: Path) -> None:
    report = imported(
        register, export(register, "p2;01-10-2025;330;Z", "p2;30-09-2025;330;Z"), mapping=of_september()
    )
    assert (report.new, report.fault_counts) == (1, {"REG-121": 1})


def days(count: int, minutes: int = 330, start: int = 0) -> list[str]:
    return [
        f"p{1 + n % 3};{1 + n // 3 % 28:02d}-{9 + n // 84:02d}-2025;{minutes};Z" for n in range(start, count)
    ]


@pytest.mark.parametrize(
    ("rows", "vanish", "stops"),
    [
        (84, 10, False),  # more than 10 %, not more than 10 rows
        (84, 11, True),
        (110 - 26, 0, False),
    ],
)
def test_many_vanishing_rows_ask_for_confirmation(
    register: Path, rows: int, vanish: int, stops: bool
) -> None:
    imported(register, export(register, *days(rows)))
    before = content(register)
    path = export(register, *days(rows, start=vanish), name="b.csv")
    report = imported(register, path, mapping=of_september())
    assert report.needs_confirmation is stops
    assert report.vanished == vanish
    if stops:
        assert report.exit_code == 2
        assert content(register) == before
        assert imported(register, path, mapping=of_september(), confirm=True).batch_id is not None


@pytest.mark.parametrize(("changed", "stops"), [(11, False), (12, True)])
def test_exactly_ten_percent_does_not_stop(register: Path, changed: int, stops: bool) -> None:
    mapping = {**MAP, "options": {"from": "2025-09-01", "to": "2025-10-31"}}
    imported(register, export(register, *days(110)), mapping=mapping)
    path = export(register, *days(changed, minutes=60), *days(110, start=changed), name="b.csv")
    report = imported(register, path, mapping=mapping)
    assert (report.changed, report.base, report.needs_confirmation) == (changed, 110, stops)


def test_unknown_pupils_are_refused_and_counted_apart(register: Path) -> None:
    report = imported(
        register, export(register, "p9;08-09-2025;330;Z", "p9;09-09-2025;330;Z", "p1;08-09-2025;330;Z")
    )
    assert (report.new, report.refused, report.unknown_pupils, report.unknown_pupil_rows) == (1, 2, 1, 2)
    assert [(fault["code"], fault["pupil_id"]) for fault in faults(report)] == [("REG-027", "p9")] * 2


def test_without_a_roster_the_rows_are_kept_and_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"{HEADER}\np1;08-09-2025;330;S\n", encoding="utf-8")
    report = imported(tmp_path / "new", path)
    assert report.new == 1
    assert any("pupils" in note.en for note in report.notes)


def test_a_newcomer_with_one_list_gets_a_whole_register(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        "leerling;geboren;klas;datum;minuten;code\np1;14-03-2015;7A;08-09-2025;330;S\np2;02-11-2016;6A;09-09-2025;330;Z\n",
        encoding="utf-8",
    )
    mapping = {
        **MAP,
        "columns": {**MAP["columns"], "birth_date": "geboren", "group": "klas"},
        "options": {"sector": "po", "holiday_region": "noord", "school_name": "De Linde"},
    }
    folder = tmp_path / "new"
    report = imported(folder, path, mapping=mapping)
    assert {name: counts["new"] for name, counts in report.roster.items()} == {
        "schools": 1,
        "pupils": 2,
        "enrolments": 2,
    }
    enrolment = pq.read_table(folder / "enrolments.parquet").to_pylist()[0]
    assert (enrolment["pupil_id"], enrolment["group"], enrolment["first_day"].isoformat()) == (
        "p1",
        "7A",
        "2025-08-01",
    )
    assert any("enrolments" in note.en for note in report.notes)


def test_a_school_that_the_register_does_not_know_is_told(register: Path) -> None:
    with pytest.raises(AanwezigError) as error:
        imported(register, export(register, "p1;08-09-2025;330;S"), school_id="99XX00")
    assert error.value.code == "REG-118"


def test_of_an_export_of_several_schools_only_ours_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "pupil_id,school_id,date,part,reason\np1,A1,2025-09-08,day,sick\np2,B2,2025-09-08,day,sick\n",
        encoding="utf-8",
    )
    report = imported(tmp_path / "r", path, school_id="A1", mapping=None)
    assert (report.new, report.other_school) == (1, 1)
    mapping = {"schools": {"A1": "25PL00", "B2": "25PL01"}}
    report = imported(tmp_path / "s", path, school_id="25PL01", mapping=mapping)
    assert (report.new, report.other_school) == (1, 1)
    assert standing(tmp_path / "s")[0][0] == "p2"


def test_an_id_that_comes_twice_with_other_content_is_refused_once(register: Path) -> None:
    path = export(
        register,
        "a1,p1,2025-09-08,day,sick,2025-09-08T10:00",
        "a1,p1,2025-09-08,day,truant,2025-09-09T10:00",
        "a2,p2,2025-09-08,day,sick,",
        "a2,p2,2025-09-08,day,sick,",
        header="absence_id,pupil_id,date,part,reason,recorded_at",
    )
    report = imported(register, path, mapping=None)
    assert (report.new, report.refused, report.doubles, report.fault_counts) == (2, 1, 1, {"REG-029": 1})
    assert standing(register)[0][2] == "truant"


def test_an_id_of_another_school_is_not_overwritten(register: Path) -> None:
    header = "absence_id,pupil_id,date,part,reason"
    (register / "schools.csv").write_text(
        "school_id,name,sector\n25PL00,De Linde,po\n25PL01,De Eik,po\n", encoding="utf-8"
    )
    imported(register, export(register, "a1,p1,2025-09-08,day,sick", header=header), mapping=None)
    path = export(register, "a1,p2,2025-09-08,day,truant", header=header, name="b.csv")
    report = imported(register, path, mapping=None, school_id="25PL01")
    assert (report.new, report.fault_counts) == (0, {"REG-130": 1})
    assert standing(register) == [("p1", "2025-09-08", "sick", None)]


def test_the_time_of_entry_at_school_is_when_a_new_fact_was_known(register: Path) -> None:
    path = export(
        register,
        "a1,p1,2025-09-08,day,sick,2025-09-08T10:00",
        header="absence_id,pupil_id,date,part,reason,recorded_at",
    )
    imported(register, path, mapping=None)
    assert absences(register)[0]["recorded_at"] == datetime(2025, 9, 8, 8, 0, tzinfo=UTC)


def test_a_list_that_was_there_as_text_is_taken_over(register: Path) -> None:
    (register / "absences.csv").write_text(
        "absence_id,pupil_id,school_id,date,minutes,part,reason\na1,p1,25PL00,2025-09-08,330,,truant\n"
        "a2,p1,25PL00,2025-09-31,330,,truant\n",
        encoding="utf-8",
    )
    report = imported(register, export(register, "p2;09-09-2025;330;Z"))
    assert not (register / "absences.csv").exists()
    assert [row[0] for row in standing(register)] == ["p1", "p2"]
    assert report.refused == 0
    assert report.fault_counts == {"REG-136": 1}


def test_a_registration_without_id_that_was_there_is_known_again(register: Path) -> None:
    (register / "absences.csv").write_text(
        "pupil_id,school_id,date,minutes,reason\np2,25PL00,2025-09-09,330,sick\n", encoding="utf-8"
    )
    report = imported(register, export(register, "p2;09-09-2025;330;Z"))
    assert (report.new, report.unchanged) == (0, 1)


def test_names_numbers_and_remarks_never_reach_the_register_or_the_report(register: Path) -> None:
    path = export(
        register,
        "p1;Jansen;123456782;08-09-2025;330;S;moeder belde",
        "p9;Pietersen;123456782;08-09-2025;330;S;moeder belde",
        header="leerling;naam;bsn;datum;minuten;code;opmerking",
    )
    report = imported(register, path)
    assert report.faults_path is not None
    kept = b"".join(content(register).values()) + report.faults_path.read_bytes()
    said = report_text(report, "nl") + json.dumps(report.as_dict())
    for secret in ("Jansen", "Pietersen", "123456782", "moeder"):
        assert secret.encode() not in kept
        assert secret not in said


def test_a_formula_in_a_cell_is_harmless_in_the_fault_report(register: Path) -> None:
    report = imported(register, export(register, "p1;=HYPERLINK(1);330;S"))
    assert faults(report)[0]["value"].startswith("'=")


def test_somtoday_reports_over_lessons_and_days_become_rows(register: Path) -> None:
    reason = {"absentieSoort": "Absent", "afkorting": "ZK", "omschrijving": "Ziek", "geoorloofd": True}
    day = {"leerling": {"leerlingnummer": "p1"}, "absentieReden": reason}
    items = [
        {**day, "links": [{"rel": "self", "id": 1}], "beginDatumTijd": "2025-09-08T08:30:00.000+02:00",
         "eindDatumTijd": "2025-09-08T10:10:00.000+02:00", "beginLesuur": 1, "eindLesuur": 2},
        {**day, "links": [{"rel": "self", "id": 2}], "beginDatumTijd": "2025-09-11T00:00:00.000+02:00",
         "eindDatumTijd": "2025-09-15T23:59:00.000+02:00", "beginLesuur": None, "eindLesuur": None},
    ]  # fmt: skip
    path = register.parent / "x.json"
    path.write_text(json.dumps({"items": items}), encoding="utf-8")
    report = imported(register, path, profile="somtoday", mapping=None)
    assert (report.rows_read, report.new) == (2, 5)
    assert [
        (row["date"].isoformat(), row["lesson"], row["part"], row["absence_id"]) for row in absences(register)
    ] == [
        ("2025-09-08", "1", None, "1:2025-09-08:1"),
        ("2025-09-08", "2", None, "1:2025-09-08:2"),
        ("2025-09-11", None, "day", "2:2025-09-11"),
        ("2025-09-12", None, "day", "2:2025-09-12"),
        ("2025-09-15", None, "day", "2:2025-09-15"),
    ]
    assert {row["authorised"] for row in absences(register)} == {"yes"}


def test_a_webuntis_list_is_read_as_it_comes(register: Path) -> None:
    header = "Langname\tVorname\tID\tKlasse\tBeginndatum\tBeginnzeit\tEnddatum\tEndzeit\tUnterbrechungen\tAbwesenheitsgrund\tText/Grund\tEntschuldigungsnummer\tStatus\tEntschuldigungstext\tgemeldet von Schüler*in"
    path = export(
        register,
        "X\tY\tp1\t1A\t08.09.2025\t08:00\t09.09.2025\t16:30\t\tkrank\t\t1\tentsch.\t\tfalse",
        "X\tY\tp2\t1A\t08.09.2025\t10:00\t08.09.2025\t10:45\t\tVerspätung\tBus\t2\tnicht entsch.\t\tfalse",
        header=header,
    )
    report = imported(register, path, profile="webuntis", mapping=None)
    assert report.new == 3
    assert [
        (row["reason"], row["authorised"], row["part"], row["minutes"]) for row in absences(register)
    ] == [
        ("sick", "yes", "day", None),
        ("sick", "yes", "day", None),
        ("late", "no", None, 45),
    ]


def test_a_spreadsheet_of_magister_is_read_with_its_title(register: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Absentieoverzicht"],
        [],
        ["Stamnummer", "Roepnaam", "Datum", "Lesuur", "Vak", "Code", "Geoorloofd"],
    ):
        sheet.append(row)
    sheet.append(["p1", "Jan", "08-09-2025", 3, "wi", "A", "J"])
    sheet.append(["p1", "Jan", "08-09-2025", 4, "en", "L", None])
    path = register.parent / "x.xlsx"
    book.save(path)
    report = imported(register, path, profile="magister", mapping=None)
    assert report.new == 2
    assert [
        (row["lesson"], row["reason"], row["authorised"], row["subject"]) for row in absences(register)
    ] == [
        ("3", "unknown", "yes", "wi"),
        ("4", "late", "no", "en"),
    ]
    assert any("één school" in note.nl for note in report.notes)


def test_two_encodings_in_one_file_cost_only_the_odd_line(register: Path) -> None:
    path = register.parent / "x.csv"
    header, good = "leerling;datum;minuten;code;naam", "p1;08-09-2025;330;S;Zoë\np2;08-09-2025;330;Z;Renée"
    path.write_bytes(f"{header}\n{good}\n".encode() + "p3;08-09-2025;330;Z;Noé\n".encode("cp1252"))
    report = imported(register, path)
    assert (report.new, report.refused, report.fault_counts) == (2, 1, {"REG-030": 1})


def test_a_line_without_end_costs_only_itself(register: Path) -> None:
    path = register.parent / "x.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{HEADER}\np1;08-09-2025;330;S\n")
        for _ in range(8):
            file.write("x" * (1 << 20))
        file.write("\np2;08-09-2025;330;Z\n")
    report = imported(register, path)
    assert (report.new, report.refused, report.fault_counts) == (2, 1, {"REG-011": 1})


def test_a_file_of_figures_without_pupils_says_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("DBN,ATTN_DATE_YMD,ATTN_PCT\nTOTAL,20140801,0.00\n", encoding="utf-8")
    with pytest.raises(AanwezigError) as error:
        imported(tmp_path / "r", path, mapping=None)
    assert error.value.code == "REG-108"
    assert not (tmp_path / "r").exists()


def test_a_row_that_cannot_be_read_has_not_vanished(register: Path) -> None:
    imported(register, export(register, "p1;08-09-2025;330;S", "p1;09-09-2025;330;S", "p2;09-09-2025;330;Z"))
    path = export(register, "p1;08-09-2025;???;S", "p3;10-09-2025;330;Z", name="b.csv")
    report = imported(register, path, mapping=of_september())
    assert (report.refused, report.vanished, report.new) == (1, 1, 1)
    assert [row[0] for row in standing(register)] == ["p1", "p1", "p3"]


def test_nothing_vanishes_when_a_line_names_nobody(register: Path) -> None:
    imported(register, export(register, "p1;08-09-2025;330;S", "p2;09-09-2025;330;Z"))
    path = export(register, "p1;08-09-2025;330;S", "p2;09-09-2025", name="b.csv")
    report = imported(register, path, mapping=of_september())
    assert (report.refused, report.vanished) == (1, 0)
    assert len(standing(register)) == 2


def test_a_column_of_names_taken_for_codes_is_not_repeated(register: Path) -> None:
    path = export(register, *[f"p1;08-09-2025;330;Naam{number}" for number in range(100)])
    report = imported(register, path)
    assert report.exit_code == 2
    for language in ("nl", "en"):
        assert report.error is not None
        assert "Naam" not in report.error.in_language(language)
        assert "Naam" not in report_text(report, language)  # type: ignore[arg-type]


def test_the_map_of_a_school_is_kept_for_its_next_delivery(register: Path) -> None:
    imported(register, export(register, "p1;08-09-2025;330;S"), mapping=of_september())
    report = imported(register, export(register, "p2;01-10-2025;330;Z", name="b.csv"), mapping=None)
    assert (report.new, report.refused) == (1, 0)
    assert any("earlier delivery" in note.en for note in report.notes)


def test_a_kept_map_takes_nothing_away_from_the_profile(register: Path) -> None:
    imported(register, export(register, "p1;08-09-2025;330;S"))
    path = export(register, "p2,2025-09-09,day,sick", header="pupil_id,date,part,reason", name="b.csv")
    assert imported(register, path, mapping=None).new == 1


def test_a_new_map_replaces_the_kept_one_and_undo_brings_it_back(register: Path) -> None:
    imported(register, export(register, "p1;08-09-2025;330;S"))
    before = content(register)
    changed = {**MAP, "reasons": {**MAP["reasons"], "S": "unknown"}}
    report = imported(register, export(register, "p1;08-09-2025;330;S"), mapping=changed)
    assert report.changed == 1
    assert report.batch_id is not None
    undo_batch(register, report.batch_id)
    after = content(register)
    assert {name: after[name] for name in before} == before


def test_the_map_of_one_school_is_not_that_of_another(register: Path) -> None:
    (register / "schools.csv").write_text(
        "school_id,name,sector\n25PL00,De Linde,po\n25PL01,De Eik,po\n", encoding="utf-8"
    )
    imported(register, export(register, "p1;08-09-2025;330;S"))
    with pytest.raises(AanwezigError):
        imported(register, export(register, "p1;09-09-2025;330;S"), mapping=None, school_id="25PL01")
