"""How rows become a file that a spreadsheet opens without doing anything: plain values, no Django."""

from __future__ import annotations

import csv
import io
import math
import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

import pyzipper
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from aanwezig.web.access.refs import ALPHABET

Cell = str | int | float | bool | date | datetime | None
Language = Literal["nl", "en"]
# A link works so long, a file is kept so long; own choice, told on the page.
LINK_LASTS = timedelta(hours=24)
KEPT_FOR = timedelta(days=7)
# A spreadsheet takes a text that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
WIDEST = 60


def new_password() -> str:
    """Five groups of four signs that look like no other: about 99 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(5))


def percent(share: float | None) -> float | None:
    """A rate 0-1 as a percentage with one decimal, cut as on the pages: just under 95 never reads as 95."""
    return None if share is None else math.floor(round(share * 1000, 6)) / 10


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _said(value: Cell, language: Language) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return {"nl": ("nee", "ja"), "en": ("no", "yes")}[language][value]
    if isinstance(value, float):
        return f"{value:g}".replace(".", "," if language == "nl" else ".")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else _harmless(str(value))


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]], language: Language) -> bytes:
    """UTF-8 with a mark at the beginning and semicolons, as Dutch spreadsheets open it; decimals by language."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_said(value, language) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], about: Sequence[tuple[str, str]]
) -> bytes:
    """A workbook with the rows and, on a second sheet, what it is of. Every text is text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for at, column in enumerate(columns):
        widest = max([len(column), *(len(str(row[at] or "")) for row in rows[:500])])
        sheet.column_dimensions[get_column_letter(at + 1)].width = min(widest, WIDEST) + 2
    sheet.append([_cell(sheet, column, bold=True) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    more = book.create_sheet("Info")
    more.column_dimensions["A"].width, more.column_dimensions["B"].width = 26, 80
    for label, text in about:
        more.append([_cell(more, label, bold=True), _cell(more, text)])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _cell(sheet: Any, value: Cell, *, bold: bool = False) -> Any:
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
    # Without this a text that begins with '=' would be calculated.
    cell.data_type = "s"
    if value.startswith(FORMULA):
        cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell


def sealed_zip(files: Sequence[tuple[str, bytes]], password: str) -> bytes:
    """A zip of these files, encrypted with AES-256: 7-Zip, WinZip, Keka and the like open it with the password."""
    target = io.BytesIO()
    with pyzipper.AESZipFile(
        target, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()
