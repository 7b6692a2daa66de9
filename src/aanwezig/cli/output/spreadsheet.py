"""Spreadsheets in which a cell is never a formula: what a school typed must not run on somebody's computer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from aanwezig.cli.output.tables import Sheet

# The format's own limits.
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
CONTROL_SIGNS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEAD = Font(bold=True)
HEAD_FILL = PatternFill("solid", fgColor="E5EDF5")
WIDE = ("explanation_nl", "explanation_en", "what", "mend", "source", "facts", "details")


def write(stream: BinaryIO, sheets: Sequence[Sheet]) -> None:
    """A workbook with these sheets; one with more rows than fit goes on in a next sheet."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write_sheet(book, sheet)
    book.save(stream)


def _write_sheet(book: Any, sheet: Sheet) -> None:
    page: Any = None
    part = written = 0
    for row in _with_one_at_least(sheet.rows):
        if page is None or written == MOST_ROWS:
            part += 1
            page, written = _start_page(book, sheet, part), 1
        if row is not None:
            page.append([_cell(page, value) for value in row])
            written += 1


def _with_one_at_least(rows: Any) -> Any:
    """The rows; None when there are none, so that an empty list still has its sheet."""
    empty = True
    for row in rows:
        empty = False
        yield row
    if empty:
        yield None


def _start_page(book: Any, sheet: Sheet, part: int) -> Any:
    page = book.create_sheet(sheet.name if part == 1 else f"{sheet.name} {part}")
    page.freeze_panes = "A2"
    for index, name in enumerate(sheet.columns, start=1):
        width = 60 if name in WIDE else max(12, len(name) + 2)
        page.column_dimensions[get_column_letter(index)].width = width
    heads = []
    for name in sheet.columns:
        cell = WriteOnlyCell(page, value=name)
        cell.font, cell.fill = HEAD, HEAD_FILL
        heads.append(cell)
    page.append(heads)
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}1"
    return page


def _cell(page: Any, value: Any) -> Any:
    """A cell: dates as dates, numbers as numbers, every text as text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, date):
        cell = WriteOnlyCell(page, value=datetime(value.year, value.month, value.day))  # noqa: DTZ001 - a day
        cell.number_format = "yyyy-mm-dd"
        return cell
    text = CONTROL_SIGNS.sub("\ufffd", str(value))
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 3] + "..."
    cell = WriteOnlyCell(page, value=text)
    if text.startswith(STARTS_FORMULA):
        # Stored as text and marked with the sign that spreadsheets use for it, so that editing keeps it so.
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell
