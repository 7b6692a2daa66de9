"""Files of exports: nothing is calculated, the password opens them, unknown stays empty. Plain values, no database."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest

pytest.importorskip("django", reason="the application needs the extra 'web'")

import pyzipper
from openpyxl import load_workbook

from aanwezig.web.exports.domain import as_csv, as_xlsx, new_password, percent, sealed_zip

EVIL = ("=1+1", "+31612345678", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1")


def test_no_text_of_a_csv_begins_like_a_formula() -> None:
    text = as_csv(["a"], [[one] for one in EVIL], "nl").decode("utf-8-sig")
    assert "'=1+1" in text
    for line in text.split("\r\n"):
        assert not line.lstrip('"').startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("text", EVIL[:4])
def test_a_text_stays_a_text_in_a_workbook(text: str) -> None:
    book = load_workbook(io.BytesIO(as_xlsx("x", ["a"], [[text]], [("b", text)])))
    for cell in (book.worksheets[0]["A2"], book.worksheets[1]["B1"]):
        assert (cell.data_type, cell.value) == ("s", text)


def test_numbers_and_days_stay_what_they_are() -> None:
    row = [12, -1.5, date(2026, 3, 20), datetime(2026, 3, 20, 9, 5, tzinfo=UTC), True, None]
    book = load_workbook(io.BytesIO(as_xlsx("x", list("abcdef"), [row], [])))
    values = [cell.value for cell in book.worksheets[0][2]]
    assert values[:2] == [12, -1.5]
    assert str(values[2]) == "2026-03-20 00:00:00"
    assert values[5] is None
    line = as_csv(list("abcdef"), [row], "nl").decode("utf-8-sig").split("\r\n")[1]
    assert line == "12;-1,5;2026-03-20;2026-03-20 09:05;ja;"
    assert ";-1.5;" in as_csv(list("abcdef"), [row], "en").decode("utf-8-sig")


def test_a_csv_begins_with_the_mark_that_spreadsheets_look_for() -> None:
    assert as_csv(["Naam"], [["Zoë"]], "nl").startswith(b"\xef\xbb\xbfNaam\r\nZo\xc3\xab")


def test_a_wide_list_and_strange_signs_make_a_workbook_too() -> None:
    book = load_workbook(io.BytesIO(as_xlsx("x" * 60, [str(n) for n in range(40)], [["\x00a"] * 40], [])))
    assert book.worksheets[0].cell(2, 40).value == "a"


def test_a_rate_is_cut_and_not_rounded() -> None:
    assert [percent(one) for one in (0.94999, 0.95, 0.29, 1.0, None)] == [94.9, 95.0, 29.0, 100.0, None]


def test_only_the_password_opens_the_file() -> None:
    sealed = sealed_zip([("a.csv", b"inhoud")], "goed")
    archive = pyzipper.AESZipFile(io.BytesIO(sealed))
    assert b"inhoud" not in sealed
    for wrong in (None, b"fout"):
        with pytest.raises(RuntimeError):
            archive.read("a.csv", pwd=wrong)
    assert archive.read("a.csv", pwd=b"goed") == b"inhoud"
    assert archive.infolist()[0].wz_aes_strength == 3


def test_passwords_differ_and_are_long() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(one.replace("-", "")) == 20 for one in made)
