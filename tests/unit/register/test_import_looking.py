"""A look at a file before the import: columns, examples, a guess to confirm, codes; and nothing kept."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aanwezig.register import look
from aanwezig.register.meanings import Meaning
from aanwezig.values import AanwezigError

UNKNOWN_LIST = "Leerling;Naam;Datum;Lesuur;Code\n1001;Jansen;08-09-2025;1;Z\n1002;Pieters;09-09-2025;2;Q\n1002;Pieters;10-09-2025;2;Z\n"
MAP = {
    "columns": {"pupil_id": "Leerling", "date": "Datum", "lesson": "Lesuur", "reason": "Code"},
    "reasons": {"Z": "sick"},
}


def written(folder: Path, text: str, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_a_list_with_other_names_is_shown_with_a_guess(tmp_path: Path) -> None:
    found = look(written(tmp_path, UNKNOWN_LIST))
    assert (found.form, found.delimiter, found.encoding, found.header_line) == ("csv", ";", "utf-8", 1)
    assert [column.name for column in found.columns] == ["Leerling", "Naam", "Datum", "Lesuur", "Code"]
    assert found.columns[0].examples == ("1001", "1002")
    assert found.guess == {"pupil_id": "Leerling", "date": "Datum", "reason": "Code", "lesson": "Lesuur"}
    assert found.rows == 3


def test_a_guess_makes_no_file_ready(tmp_path: Path) -> None:
    path = written(tmp_path, UNKNOWN_LIST)
    assert not look(path).is_ready
    ready = look(path, mapping={**MAP, "reasons": {"Z": "sick", "Q": "truant"}})
    assert ready.is_ready
    assert ready.guess == {}


def test_what_is_read_from_a_column_stands_beside_it(tmp_path: Path) -> None:
    found = look(written(tmp_path, UNKNOWN_LIST), mapping=MAP)
    assert {column.name: column.ours for column in found.columns} == {
        "Leerling": ("pupil_id",),
        "Naam": (),
        "Datum": ("date",),
        "Lesuur": ("lesson",),
        "Code": ("reason",),
    }


def test_codes_come_with_counts_and_what_they_mean(tmp_path: Path) -> None:
    found = look(written(tmp_path, UNKNOWN_LIST), mapping=MAP)
    assert [(code.code, code.rows, code.meaning) for code in found.codes] == [
        ("Z", 2, Meaning("sick")),
        ("Q", 1, None),
    ]
    assert found.unknown_codes == {"Q": 1}


def test_words_beside_a_code_decide_where_it_is_unknown(tmp_path: Path) -> None:
    text = "Stamnummer;Datum;Code;Omschrijving\n1;08-09-2025;X9;Ziek\n1;09-09-2025;Z;Ziek\n1;10-09-2025;X9;Feest\n"
    found = look(
        written(tmp_path, text), "magister", {"reasons": {"Ziek": {"reason": "sick", "authorised": "yes"}}}
    )
    told = {(code.code, code.text): (code.rows, code.meaning and code.meaning.reason) for code in found.codes}
    assert told == {("X9", "Ziek"): (1, "sick"), ("Z", None): (1, "sick"), ("X9", None): (1, None)}


def test_a_column_of_other_texts_is_not_listed_as_codes(tmp_path: Path) -> None:
    lines = "".join(f"p{n},2025-09-08,text {n} {'x' * 50}\n" for n in range(200))
    lines += "".join(f"p{n},2025-09-08,word{n}\n" for n in range(200))
    found = look(written(tmp_path, f"pupil_id,date,reason\n{lines}"))
    assert len(found.codes) == 80
    assert found.more_codes > 100
    assert not any(len(code.code) > 40 for code in found.codes)


def test_national_numbers_are_not_shown_and_not_guessed(tmp_path: Path) -> None:
    found = look(written(tmp_path, "BSN;Datum;Reden\n123456782;08-09-2025;sick\n"))
    assert found.columns[0].examples == ()
    assert "123456782" not in json.dumps(found.as_dict())
    assert found.lacking == ("pupil_id",)


def test_at_most_five_examples_and_none_is_long(tmp_path: Path) -> None:
    lines = "".join(f"p{n % 9},2025-09-08,{'a' * 200}\n" for n in range(50))
    found = look(written(tmp_path, f"pupil_id,date,reason\n{lines}"))
    assert [len(column.examples) for column in found.columns] == [5, 1, 1]
    assert len(found.columns[2].examples[0]) == 41


def test_a_title_above_the_header_and_windows_letters_are_seen(tmp_path: Path) -> None:
    text = "Overzicht verzuim\n\nLeerling\tDatum\tReden\n1\t08-09-2025\tziekte thuis én dokter\n"
    found = look(written(tmp_path, text, encoding="cp1252"))
    assert (found.delimiter, found.encoding, found.header_line) == ("\t", "cp1252", 3)


def test_spreadsheets_and_parquet_are_looked_at_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Leerling", "Datum", "Code"], [1001, "2025-09-08", "Z"]):
        sheet.append(row)
    book.save(tmp_path / "x.xlsx")
    pq.write_table(
        pa.table({"Leerling": ["1001"], "Datum": ["2025-09-08"], "Code": ["Z"]}), tmp_path / "x.parquet"
    )
    for form in ("xlsx", "parquet"):
        found = look(tmp_path / f"x.{form}")
        assert found.form == form
        assert found.columns[0].examples == ("1001",)
        assert [code.code for code in found.codes] == ["Z"]
    assert look(tmp_path / "x.xlsx").sheets == ("Sheet",)


def test_a_column_that_the_map_names_and_the_file_lacks_is_told_and_no_error(tmp_path: Path) -> None:
    found = look(
        written(tmp_path, UNKNOWN_LIST),
        mapping={"columns": {**MAP["columns"], "subject": "Vak", "pupil_id": "Nummer"}},
    )
    assert found.not_there == ("pupil_id", "subject")
    assert not found.is_ready


def test_forms_that_need_no_map_have_no_columns_to_map(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '{"items": [{"leerling": {"leerlingnummer": 1}, "absentieReden": {"afkorting": "Z"}}]}',
        "x.json",
    )
    found = look(path, "somtoday")
    assert (found.form, found.columns, found.rows) == ("json", (), 1)
    assert [code.code for code in found.codes] == ["Z"]
    roster = look(written(tmp_path, "<EDEX/>", "x.xml"), "edexml")
    assert (roster.kind, roster.form, roster.columns) == ("roster", "xml", ())


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(AanwezigError):
        look(tmp_path / "nowhere.csv")
    with pytest.raises(AanwezigError):
        look(written(tmp_path, ""))
    with pytest.raises(AanwezigError):
        look(written(tmp_path, UNKNOWN_LIST), "no-such-profile")


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    path = written(tmp_path, UNKNOWN_LIST)
    look(path)
    assert list(tmp_path.iterdir()) == [path]
