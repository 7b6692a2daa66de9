"""Lists as CSV, TSV, XLSX or Parquet: the kind is seen from the file's first bytes, not from its name."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from aanwezig.engines.delimited import LINE_LIMIT, SEPARATORS, Batch, Layout, find_layout, read_batches
from aanwezig.register.fault_codes import make_error
from aanwezig.register.formats.opening import first_bytes, open_archive
from aanwezig.register.formats.raw import BATCH_ROWS, RawFile, in_batches
from aanwezig.register.options import Options

# Reports have a title and some lines of explanation above their header.
TITLE_LINES = 20
SPREADSHEET_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")

IsHeader = Callable[[tuple[str, ...]], bool]


def open_tabular(path: Path, options: Options, expected: tuple[str, ...], is_header: IsHeader) -> RawFile:
    """An export that is a list; ``is_header`` tells whether a row holds the column names that are needed."""
    start = first_bytes(path)
    if not start:
        raise make_error("REG-008", path.name)
    if start.startswith(b"PAR1"):
        return _open_parquet(path)
    if start.startswith(b"PK"):
        return _open_spreadsheet(path, options, is_header)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise _other_form(path, "het is een oud Excel-bestand (.xls)", "it is an old Excel file (.xls)")
    if start.startswith(b"%PDF"):
        raise _other_form(path, "het is een pdf", "it is a pdf")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise _other_form(path, "het is XML of HTML", "it is XML or HTML")
    return _open_text(path, options, expected, is_header)


def _other_form(path: Path, nl: str, en: str) -> Exception:
    return make_error(
        "REG-101",
        path.name,
        expected_nl="lijst in CSV, Excel (xlsx) of Parquet",
        expected_en="list in CSV, Excel (xlsx) or Parquet",
        reason_nl=f": {nl}",
        reason_en=f": {en}",
    )


def _open_text(path: Path, options: Options, expected: tuple[str, ...], is_header: IsHeader) -> RawFile:
    layout = find_layout(path, expected=expected, separator=options.delimiter, encoding=options.encoding)
    if options.header_row is not None:
        layout = _header_at(path, layout, options.header_row, options.delimiter)
    elif not is_header(layout.header):
        layout = _search_header(path, layout, options.delimiter, is_header)
    return RawFile(
        layout.header,
        read_batches(path, layout),
        may_have_title=options.header_row is None,
        delimiter=layout.separator,
        encoding=layout.encoding,
        header_line=layout.header_line,
    )


def _first_lines(path: Path, layout: Layout, count: int) -> list[str]:
    with path.open("rb") as file:
        lines = []
        for _ in range(count):
            line = file.readline(LINE_LIMIT)
            if not line:
                break
            lines.append(line.decode(layout.encoding, errors="replace").lstrip("\ufeff").rstrip("\r\n"))
    return lines


def _names(line: str, separator: str) -> tuple[str, ...]:
    try:
        return tuple(name.strip() for name in next(csv.reader([line], delimiter=separator), []))
    except csv.Error:
        return ()


def _header_at(path: Path, layout: Layout, number: int, separator: str | None) -> Layout:
    lines = _first_lines(path, layout, number)
    if len(lines) < number:
        raise make_error("REG-008", path.name)
    separators = (separator,) if separator else SEPARATORS
    best = max(separators, key=lambda sign: len(_names(lines[-1], sign)))
    return replace(layout, separator=best, header=_names(lines[-1], best), header_line=number)


def _search_header(path: Path, layout: Layout, separator: str | None, is_header: IsHeader) -> Layout:
    for number, line in enumerate(_first_lines(path, layout, TITLE_LINES), start=1):
        for sign in (separator,) if separator else SEPARATORS:
            names = _names(line, sign)
            if is_header(names):
                return replace(layout, separator=sign, header=names, header_line=number)
    return layout


def _open_spreadsheet(path: Path, options: Options, is_header: IsHeader) -> RawFile:
    # The archive behind a spreadsheet can be a bomb as any other.
    open_archive(path, "Excel-bestand (xlsx)", "Excel file (xlsx)").close()
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = workbook.sheet_names
        if options.sheet is not None and options.sheet not in names:
            raise make_error(
                "REG-106",
                path.name,
                reason_nl="het werkblad uit 'sheet' is er niet",
                reason_en="the sheet of 'sheet' is not there",
            )
        sheet = workbook.get_sheet_by_name(options.sheet or names[0])
        rows = iter(sheet.iter_rows())
        head: list[tuple[int, list[str]]] = []
        for number, row in enumerate(rows, start=1):
            head.append((number, [_cell(value) for value in row]))
            if len(head) >= max(TITLE_LINES, options.header_row or 0):
                break
    except (OSError, ValueError, IndexError, RuntimeError) as error:
        raise make_error(
            "REG-006", path.name, reason_nl="het is beschadigd", reason_en="it is damaged"
        ) from error
    except Exception as error:  # calamine's own errors share no public base class
        if type(error).__module__.split(".")[0] not in ("python_calamine", "builtins"):
            raise
        raise make_error(
            "REG-006", path.name, reason_nl="het is beschadigd", reason_en="it is damaged"
        ) from error
    header_number = options.header_row or next(
        (number for number, row in head if is_header(tuple(cell.strip() for cell in row))),
        next((number for number, row in head if any(row)), None),
    )
    if header_number is None or header_number > len(head):
        raise make_error("REG-008", path.name)
    header = tuple(cell.strip() for cell in head[header_number - 1][1])
    width = len(header)

    def data() -> Iterator[tuple[int, list[str]]]:
        for number, row in head[header_number:]:
            if any(row):
                yield number, _fitted(row, width)
        for number, values in enumerate(rows, start=len(head) + 1):
            row = [_cell(value) for value in values]
            if any(row):
                yield number, _fitted(row, width)

    return RawFile(
        header,
        in_batches(data(), width),
        may_have_title=options.header_row is None,
        header_line=header_number,
        sheets=tuple(names),
    )


def _fitted(row: list[str], width: int) -> list[str]:
    return row[:width] + [""] * (width - len(row))


def _cell(value: Any) -> str:
    """A spreadsheet's cell as the text that a person would type; a formula gives its last result."""
    if isinstance(value, str):
        return "" if value in SPREADSHEET_ERRORS else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return "" if value is None else str(value)


def _open_parquet(path: Path) -> RawFile:
    try:
        file = pq.ParquetFile(path)
        names = tuple(file.schema_arrow.names)
    except (pa.ArrowException, OSError):
        raise make_error(
            "REG-006", path.name, reason_nl="het is beschadigd", reason_en="it is damaged"
        ) from None

    def batches() -> Iterator[Batch]:
        line = 2
        try:
            for batch in file.iter_batches(BATCH_ROWS):
                columns = [_as_text(batch.column(at)) for at in range(batch.num_columns)]
                yield Batch(list(range(line, line + batch.num_rows)), columns, [])
                line += batch.num_rows
        except (pa.ArrowException, OSError):
            raise make_error(
                "REG-006", path.name, reason_nl="het is beschadigd", reason_en="it is damaged"
            ) from None

    return RawFile(names, batches())


def _as_text(column: Any) -> tuple[str, ...]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return tuple(value or "" for value in column.to_pylist())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return ("",) * len(column)
    return tuple(_cell(_plain(value)) for value in column.to_pylist())


def _plain(value: Any) -> Any:
    # A moment with a zone keeps it: the cell's parser brings it to Europe/Amsterdam.
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.isoformat()
    return value
