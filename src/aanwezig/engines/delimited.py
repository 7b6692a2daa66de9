"""Reads CSV and TSV as schools deliver them: in batches, so that no file is too large (domain/register.md §4).

Finds the separator and the encoding, keeps true line numbers where a quoted cell holds line breaks, and
turns what cannot be read (too long, other encoding, NUL, ragged, quotes) into a fault of that line.
"""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from aanwezig.engines.fault_codes import make_error

LINE_LIMIT = 1 << 20
CHUNK = 1 << 20
BATCH_ROWS = 60_000
# Bounds memory where rows are very wide.
BATCH_BYTES = 32 << 20
# A quoted cell with more line breaks than this is a quote that was never closed.
LINES_PER_ROW = 200
SEPARATORS = (",", ";", "\t")
NULS = "\0"

RAGGED, TOO_LONG, OTHER_ENCODING, HAS_NUL, BAD_QUOTES = "REG-010", "REG-011", "REG-030", "REG-031", "REG-032"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written: what every line of it has in common.

    ``header_line``: the line of the column names, 1 unless a line ``sep=;`` goes before it.
    """

    separator: str
    encoding: str
    line_end: bytes
    header: tuple[str, ...]
    header_line: int = 1
    mixed_encodings: bool = False

    @property
    def encoding_name(self) -> str:
        return "Windows-1252" if self.encoding == "cp1252" else "UTF-8"


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line that cannot be read as a row; ``cells`` as far as there are, ``fill`` for the texts."""

    line: int
    code: str
    cells: tuple[str, ...] = ()
    fill: tuple[tuple[str, object], ...] = ()


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
            found, mixed = (encoding, False) if encoding else _find_encoding(file, start, line_limit)
            line_end = b"\r" if b"\r" in start and b"\n" not in start else b"\n"
            file.seek(0)
            return _read_header(
                _bounded_lines(file, line_end, line_limit), where, found, mixed, line_end, separator, expected
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


def _find_encoding(file: BinaryIO, start: bytes, line_limit: int) -> tuple[str, bool]:
    """UTF-8 when all of it is; else what most lines with other signs than ASCII are in, and that it is mixed."""
    if start.startswith(codecs.BOM_UTF8):
        decide = False
    else:
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            decide = True
        else:
            decide = False
    if not decide:
        return "utf-8", False
    file.seek(0)
    in_utf8 = in_other = 0
    for line in _bounded_lines(file, b"\n", line_limit):
        if line is None or line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            in_other += 1
        else:
            in_utf8 += 1
    return ("utf-8" if in_utf8 >= in_other else "cp1252"), bool(in_utf8 and in_other)


def _bounded_lines(file: BinaryIO, line_end: bytes, limit: int) -> Iterator[bytes | None]:
    """Each line with its end; None for one that is longer than ``limit`` bytes, which is never held whole."""
    rest, skipping = b"", False
    while chunk := file.read(CHUNK):
        pieces = chunk.split(line_end)
        pieces[0] = rest + pieces[0]
        rest = pieces.pop()
        for piece in pieces:
            if skipping:
                skipping = False
                yield None
            else:
                yield None if len(piece) > limit else piece + b"\n"
        if skipping:
            rest = b""
        elif len(rest) > limit:
            rest, skipping = b"", True
    if skipping:
        yield None
    elif rest:
        yield rest


class _Lines:
    """The lines of a file as text for ``csv.reader``, with their numbers and a way back.

    Lines that are no text are put among ``faults`` and given as empty lines, so that numbers stay true.
    """

    def __init__(self, raw: Iterator[bytes | None], layout: Layout, limit: int) -> None:
        self.raw, self.layout, self.limit = raw, layout, limit
        self.number = 0
        self.of_row: list[str] = []
        self.again: deque[str] = deque()
        self.faults: list[LineFault] = []
        self.size = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.of_row) >= LINES_PER_ROW or self.size > self.limit:
            raise csv.Error("row too long")
        text = self.again.popleft() if self.again else self._decoded(next(self.raw))
        self.number += 1
        self.of_row.append(text)
        self.size += len(text)
        return text

    def start_row(self) -> None:
        self.of_row.clear()
        self.size = 0

    def back_to_second(self) -> int:
        """Give all lines of this row but its first again; returns the number of that first line."""
        first = self.number - len(self.of_row) + 1
        self.again.extendleft(reversed(self.of_row[1:]))
        self.number = first
        return first

    def _decoded(self, line: bytes | None) -> str:
        number = self.number + 1
        if line is None:
            self.faults.append(LineFault(number, TOO_LONG, fill=(("limit", self.limit),)))
            return "\n"
        if b"\0" in line:
            self.faults.append(LineFault(number, HAS_NUL))
            return "\n"
        try:
            text = line.decode(self.layout.encoding)
            if self.layout.mixed_encodings and self.layout.encoding == "cp1252" and not line.isascii():
                self._refuse_utf8(line)
        except UnicodeDecodeError:
            self.faults.append(
                LineFault(number, OTHER_ENCODING, fill=(("encoding", self.layout.encoding_name),))
            )
            return "\n"
        return text

    @staticmethod
    def _refuse_utf8(line: bytes) -> None:
        """Almost no Windows-1252 text is UTF-8 by chance: read as the former it would be garbled."""
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            return
        raise UnicodeDecodeError("cp1252", line, 0, 1, "is UTF-8")


def read_batches(
    path: Path, layout: Layout, *, line_limit: int = LINE_LIMIT, batch_rows: int = BATCH_ROWS
) -> Iterator[Batch]:
    """The rows after the header, in batches by column; every cell as delivered, one tuple per header name."""
    try:
        with path.open("rb") as file:
            lines = _Lines(_bounded_lines(file, layout.line_end, line_limit), layout, line_limit)
            yield from _batches(lines, layout, batch_rows)
    except OSError as error:
        raise unreadable(path, error) from error


def _batches(lines: _Lines, layout: Layout, batch_rows: int) -> Iterator[Batch]:
    width = len(layout.header)
    reader = csv.reader(lines, delimiter=layout.separator, strict=True)
    csv.field_size_limit(max(csv.field_size_limit(), 2 * lines.limit + LINE_LIMIT))
    for _ in range(layout.header_line):
        next(lines, None)
        lines.start_row()
    lines.faults.clear()
    rows: list[list[str]] = []
    numbers: list[int] = []
    faults: list[LineFault] = []
    size = 0
    while True:
        lines.start_row()
        first = lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error:
            first = lines.back_to_second()
            faults.append(LineFault(first, BAD_QUOTES))
            reader = csv.reader(lines, delimiter=layout.separator, strict=True)
            continue
        if lines.faults:
            # A quoted cell that runs over an unreadable line is no row either.
            faults.extend(lines.faults)
            whole = len(lines.of_row) == 1
            lines.faults.clear()
            if not whole:
                continue
        if row:
            if len(row) != width and not _fits(row, width):
                fill = (("count", len(row)), ("expected", width))
                faults.append(LineFault(first, RAGGED, tuple(row), fill))
            else:
                rows.append(row)
                numbers.append(first)
                size += lines.size
        if len(rows) >= batch_rows or size > BATCH_BYTES or len(faults) >= batch_rows:
            yield Batch(numbers, _by_column(rows, width), faults)
            rows, numbers, faults, size = [], [], [], 0
    faults.extend(lines.faults)
    if rows or faults:
        yield Batch(numbers, _by_column(rows, width), faults)


def _fits(row: list[str], width: int) -> bool:
    """Cut empty cells beyond the header: spreadsheets leave separators at the end of a line."""
    if len(row) < width or any(cell.strip() for cell in row[width:]):
        return False
    del row[width:]
    return True


def _by_column(rows: list[list[str]], width: int) -> list[tuple[str, ...]]:
    return list(zip(*rows, strict=True)) if rows else [() for _ in range(width)]
