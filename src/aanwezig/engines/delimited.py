"""Reads CSV and TSV as schools deliver them: in batches, so that no file is too large (docs/specification/register.md §4).

Finds the separator and the encoding, keeps true line numbers where a quoted cell holds line breaks, and
turns what cannot be read (too long, other encoding, NUL, ragged, quotes) into a fault of that line.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from aanwezig.engines.fault_codes import make_error
from aanwezig.engines.text_lines import (
    BAD_QUOTES,
    LINE_LIMIT,
    RAGGED,
    Layout,
    LineFault,
    Lines,
    blocks_of_lines,
    collector_at_rest,
    find_encoding,
)

__all__ = [
    "LINE_LIMIT",
    "SEPARATORS",
    "Batch",
    "Layout",
    "LineFault",
    "find_layout",
    "read_batches",
    "unreadable",
]

BATCH_ROWS = 60_000
# Bounds memory where rows are very wide.
BATCH_BYTES = 32 << 20
SEPARATORS = (",", ";", "\t")
NULS = "\0"


@dataclass(slots=True)
class Batch:
    """Rows by column, with the line on which each begins, and the lines among them that are no rows."""

    lines: list[int] = field(default_factory=list)
    columns: list[tuple[str, ...]] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)


def find_layout(
    path: Path,
    *,
    expected: Collection[str] = (),
    separator: str | None = None,
    encoding: str | None = None,
    line_limit: int = LINE_LIMIT,
) -> Layout:
    """Look at the whole file's encoding and at its first line.

    ``expected`` names decide between separators; without them the one that gives most columns is taken.
    AanwezigError when the file is empty, cannot be opened, or is no text in a known encoding.
    """
    where = path.name
    try:
        with path.open("rb") as file:
            start = file.read(1 << 16)
            if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise make_error(
                    "REG-006", where, reason_nl="het is bewaard als UTF-16", reason_en="it is saved as UTF-16"
                )
            file.seek(0)
            found, mixed = (encoding, False) if encoding else find_encoding(file, start, line_limit)
            line_end = b"\r" if b"\r" in start and b"\n" not in start else b"\n"
            file.seek(0)
            return _read_header(
                chain.from_iterable(blocks_of_lines(file, line_end, line_limit)),
                where,
                found,
                mixed,
                line_end,
                separator,
                expected,
            )
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> Exception:
    """The error of a file that the operating system does not give."""
    if isinstance(error, IsADirectoryError) or path.is_dir():
        return make_error("REG-006", path.name, reason_nl="het is een map", reason_en="it is a folder")
    if isinstance(error, PermissionError):
        return make_error("REG-006", path.name, reason_nl="geen toegang", reason_en="no access")
    return make_error(
        "REG-006", path.name, reason_nl="het systeem geeft een fout", reason_en="the system gives an error"
    )


def _read_header(
    lines: Iterator[bytes | None],
    where: str,
    encoding: str,
    mixed: bool,
    line_end: bytes,
    separator: str | None,
    expected: Collection[str],
) -> Layout:
    number = 0
    for raw in lines:
        number += 1
        if raw is None:
            raise make_error(
                "REG-006", where, reason_nl="de kopregel is te lang", reason_en="the header line is too long"
            )
        try:
            text = raw.decode(encoding).lstrip("\ufeff").rstrip("\r\n")
        except UnicodeDecodeError:
            raise make_error(
                "REG-006",
                where,
                reason_nl="de kopregel is geen leesbare tekst",
                reason_en="the header line is no readable text",
            ) from None
        if NULS in text:
            raise make_error(
                "REG-006", where, reason_nl="het is geen tekstbestand", reason_en="it is no text file"
            )
        if number == 1 and len(text) == 5 and text.lower().startswith("sep="):
            separator = separator or text[4]
            continue
        if not text.strip():
            continue
        chosen = separator or _best_separator(text, expected)
        names = tuple(name.strip() for name in _split(text, chosen))
        return Layout(chosen, encoding, line_end, names, number, mixed)
    raise make_error("REG-008", where)


def _split(text: str, separator: str) -> list[str]:
    return next(csv.reader([text], delimiter=separator), [])


def _best_separator(header: str, expected: Collection[str]) -> str:
    names = {name.lower() for name in expected}

    def worth(separator: str) -> tuple[int, int]:
        cells = [cell.strip().lower() for cell in _split(header, separator)]
        return sum(cell in names for cell in cells), len(cells)

    return max(SEPARATORS, key=worth)


def read_batches(
    path: Path, layout: Layout, *, line_limit: int = LINE_LIMIT, batch_rows: int = BATCH_ROWS
) -> Iterator[Batch]:
    """The rows after the header, in batches by column; every cell as delivered, one tuple per header name."""
    try:
        with path.open("rb") as file:
            lines = Lines(blocks_of_lines(file, layout.line_end, line_limit), layout, line_limit)
            yield from _Rows(lines, layout, batch_rows).batches()
    except OSError as error:
        raise unreadable(path, error) from error


class _Rows:
    """Gathers rows and what are none into batches."""

    def __init__(self, lines: Lines, layout: Layout, batch_rows: int) -> None:
        self.lines, self.layout, self.batch_rows = lines, layout, batch_rows
        self.width = len(layout.header)
        self.rows: list[list[str]] = []
        self.numbers: list[int] = []
        self.faults: list[LineFault] = []
        self.size = 0
        csv.field_size_limit(max(csv.field_size_limit(), 2 * lines.limit + LINE_LIMIT))

    def batches(self) -> Iterator[Batch]:
        """All rows after the header."""
        for _ in range(self.layout.header_line):
            next(self.lines, None)
            self.lines.start_row()
        self.lines.faults.clear()
        reader = self._reader()
        while True:
            self.lines.start_row()
            before = self.lines.number
            block = self.lines.rows_of_block()
            if block is not None:
                self._take_block(block, before + 1)
            else:
                try:
                    self._take(next(reader), before + 1)
                except StopIteration:
                    break
                except csv.Error:
                    self.faults.append(LineFault(self.lines.back_to_second(), BAD_QUOTES))
                    reader = self._reader()
            yield from self._full_batches()
        self.faults.extend(self.lines.faults)
        if self.rows or self.faults:
            yield self._batch(len(self.rows))

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self.lines, delimiter=self.layout.separator, strict=True)

    def _take_block(self, rows: list[list[str]], first: int) -> None:
        self.size += self.lines.size
        if set(map(len, rows)) == {self.width}:
            self.rows.extend(rows)
            self.numbers.extend(range(first, first + len(rows)))
            return
        for number, row in enumerate(rows, first):
            self._add(row, number)

    def _take(self, row: list[str], first: int) -> None:
        if self.lines.faults:
            # A quoted cell that runs over an unreadable line is no row either.
            self.faults.extend(self.lines.faults)
            self.lines.faults.clear()
            if len(self.lines.of_row) > 1:
                return
        self.size += self.lines.size
        self._add(row, first)

    def _add(self, row: list[str], first: int) -> None:
        if not row:
            return
        if len(row) == self.width or _fits(row, self.width):
            self.rows.append(row)
            self.numbers.append(first)
        else:
            fill = (("count", len(row)), ("expected", self.width))
            self.faults.append(LineFault(first, RAGGED, tuple(row), fill))

    def _full_batches(self) -> Iterator[Batch]:
        while len(self.rows) >= self.batch_rows:
            yield self._batch(self.batch_rows)
        if self.size > BATCH_BYTES or len(self.faults) >= self.batch_rows:
            yield self._batch(len(self.rows))

    def _batch(self, number: int) -> Batch:
        rows, numbers, faults = self.rows[:number], self.numbers[:number], self.faults
        self.rows, self.numbers, self.faults = self.rows[number:], self.numbers[number:], []
        self.size = 0
        return Batch(numbers, _by_column(rows, self.width), faults)


def _fits(row: list[str], width: int) -> bool:
    """Cut empty cells beyond the header: spreadsheets leave separators at the end of a line."""
    if len(row) < width or any(cell.strip() for cell in row[width:]):
        return False
    del row[width:]
    return True


def _by_column(rows: list[list[str]], width: int) -> list[tuple[str, ...]]:
    with collector_at_rest():
        return list(zip(*rows, strict=True)) if rows else [() for _ in range(width)]
