"""CSV and spreadsheets: what programs and people read back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from aanwezig.cli.output import destination, spreadsheet, tables
from aanwezig.cli.texts import Texts
from factories.answers import DUTY, check_answer, duty, measure_answer

SAY = Texts("en")


def csv_of(check: object) -> list[dict[str, str]]:
    stream = io.StringIO()
    tables.write_csv(stream, tables.FINDING_COLUMNS, tables.finding_rows(check.findings))  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(stream.getvalue())))


def book_of(check: object) -> object:
    stream = io.BytesIO()
    spreadsheet.write(stream, tables.check_sheets(check, "nl"))  # type: ignore[arg-type]
    return load_workbook(io.BytesIO(stream.getvalue()))


def test_csv_has_a_line_per_finding_with_its_facts_joined() -> None:
    rows = csv_of(check_answer())
    assert len(rows) == 3
    assert rows[0]["facts"] == "absences:a1 absences:a2"
    assert (rows[0]["first_day"], rows[0]["quantity"], rows[0]["met"]) == ("2025-09-08", "960", "false")
    assert rows[1]["quantity"] == "" and rows[1]["due"] == ""


def test_a_spreadsheet_has_a_sheet_for_each_list() -> None:
    book = book_of(check_answer())
    assert book.sheetnames == ["findings", "not_decidable", "faults", "rules"]  # type: ignore[attr-defined]
    sheet = book["findings"]  # type: ignore[index]
    assert [cell.value for cell in sheet[1]] == list(tables.FINDING_COLUMNS)
    assert sheet["A2"].value == "relative_16h"
    assert sheet["F2"].value.date() == DUTY.first_day
    assert sheet["H2"].value == 960
    assert book["faults"]["G2"].value == "De datum bestaat niet."  # type: ignore[index]


@pytest.mark.parametrize("text", ["=1+1", "+31612345678", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")'])
def test_what_looks_like_a_formula_stays_a_text(text: str) -> None:
    sheet = book_of(check_answer([duty(pupil_id=text)]))["findings"]  # type: ignore[index]
    assert sheet["D2"].value == text
    assert sheet["D2"].data_type == "s"
    assert sheet["D2"].quotePrefix


def test_signs_that_a_spreadsheet_cannot_hold_are_replaced() -> None:
    sheet = book_of(check_answer([duty(pupil_id="p\x00\x07\n1")]))["findings"]  # type: ignore[index]
    assert sheet["D2"].value == "p\ufffd\ufffd\n1"


def test_a_text_longer_than_a_cell_is_cut_and_shows_it() -> None:
    facts = tuple(f"absences:{number}" for number in range(10_000))
    sheet = book_of(check_answer([duty(facts=facts)]))["findings"]  # type: ignore[index]
    assert len(sheet["N2"].value) == spreadsheet.LONGEST_TEXT
    assert sheet["N2"].value.endswith("...")


def test_more_rows_than_a_sheet_holds_go_on_in_a_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    stream = io.BytesIO()
    spreadsheet.write(stream, [tables.Sheet("numbers", ["n"], [(n,) for n in range(5)])])
    book = load_workbook(io.BytesIO(stream.getvalue()))
    values = [[cell.value for row in book[name].iter_rows() for cell in row] for name in book.sheetnames]
    assert values == [["n", 0, 1], ["n", 2, 3], ["n", 4]]


def test_an_empty_list_still_has_its_sheet_and_heads() -> None:
    sheet = book_of(check_answer([]))["findings"]  # type: ignore[index]
    assert sheet.max_row == 1 and sheet["A1"].value == "rule"


def test_the_columns_of_measures_are_those_of_their_table() -> None:
    answer = measure_answer([{"unit_id": "p1", "assumed_timetable": True, "attendance_rate": None}])
    stream = io.StringIO()
    tables.write_csv(stream, answer.table.column_names, tables.measure_rows(answer))
    assert stream.getvalue() == "unit_id,assumed_timetable,attendance_rate\np1,true,\n"


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text("old")
    with pytest.raises(RuntimeError), destination.text(path, SAY) as stream:
        stream.write("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["answer.json"]
    with destination.text(path, SAY) as stream:
        stream.write("94,1\u00a0% – é")
    assert path.read_bytes().decode("utf-8") == "94,1\u00a0% – é"
