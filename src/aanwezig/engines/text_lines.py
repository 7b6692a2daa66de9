"""Lines of text out of a file's bytes: bounded, decoded, numbered; what is no text is told and left out."""

from __future__ import annotations

import codecs
import csv
import gc
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

LINE_LIMIT = 1 << 20
CHUNK = 1 << 20
# A quoted cell with more line breaks than this is a quote that was never closed.
LINES_PER_ROW = 200

RAGGED, TOO_LONG, OTHER_ENCODING, HAS_NUL, BAD_QUOTES = "REG-010", "REG-011", "REG-030", "REG-031", "REG-032"
Block = list[bytes | None]


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


def find_encoding(file: BinaryIO, start: bytes, line_limit: int) -> tuple[str, bool]:
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
    for line in chain.from_iterable(blocks_of_lines(file, b"\n", line_limit)):
        if line is None or line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            in_other += 1
        else:
            in_utf8 += 1
    return ("utf-8" if in_utf8 >= in_other else "cp1252"), bool(in_utf8 and in_other)


def blocks_of_lines(file: BinaryIO, line_end: bytes, limit: int) -> Iterator[Block]:
    """Lines with their ends, as many at a time as were read; None for one that is longer than ``limit`` bytes.

    Such a line is never held whole.
    """
    rest, skipping = b"", False
    while chunk := file.read(CHUNK):
        pieces = chunk.split(line_end)
        pieces[0] = rest + pieces[0]
        rest = pieces.pop()
        block: Block = [None if len(piece) > limit else piece + b"\n" for piece in pieces]
        if skipping:
            if block:
                block[0], skipping = None, False
            else:
                rest = b""
        if not skipping and len(rest) > limit:
            rest, skipping = b"", True
        if block:
            yield block
    if skipping:
        yield [None]
    elif rest:
        yield [rest]


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """While many rows are made at once: looking for cycles among them, where there are none, took half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Lines:
    """The lines of a file as text for ``csv.reader``, with their numbers and a way back.

    Lines that are no text are put among ``faults`` and given as empty lines, so that numbers stay true.
    """

    def __init__(self, blocks: Iterator[Block], layout: Layout, limit: int) -> None:
        self.blocks, self.layout, self.limit = blocks, layout, limit
        self.block: Block = []
        self.place = 0
        self.tried = False
        self.number = 0
        self.of_row: list[str] = []
        self.again: deque[str] = deque()
        self.faults: list[LineFault] = []
        self.size = 0

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        if len(self.of_row) >= LINES_PER_ROW or self.size > self.limit:
            raise csv.Error("row too long")
        text = self.again.popleft() if self.again else self._decoded(self._next_raw())
        self.number += 1
        self.of_row.append(text)
        self.size += len(text)
        return text

    def _next_raw(self) -> bytes | None:
        if self.place == len(self.block):
            self._next_block()
        self.place += 1
        return self.block[self.place - 1]

    def _next_block(self) -> None:
        self.block, self.place, self.tried = next(self.blocks), 0, False

    def rows_of_block(self) -> list[list[str]] | None:
        """The rest of a block as rows, when each of its lines is one row; None when it needs a closer look.

        The short way of nearly every file; a block is tried once.
        """
        if self.again or self.layout.mixed_encodings:
            return None
        if self.place == len(self.block):
            try:
                self._next_block()
            except StopIteration:
                return None
        if self.tried:
            return None
        self.tried = True
        some = self.block[self.place :]
        if None in some:
            return None
        whole = b"".join(line for line in some if line is not None)
        if b"\0" in whole:
            return None
        try:
            lines = whole.decode(self.layout.encoding).split("\n")
            if not lines[-1]:
                lines.pop()
            with collector_at_rest():
                rows = list(csv.reader(lines, delimiter=self.layout.separator, strict=True))
        except (UnicodeDecodeError, csv.Error):
            return None
        if len(rows) != len(some) or len(lines) != len(some):
            return None
        self.place = len(self.block)
        self.number += len(some)
        self.size = len(whole)
        return rows

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
