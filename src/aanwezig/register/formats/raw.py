"""What every reader gives: a header and batches of rows of text, with the line of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from aanwezig.engines.delimited import Batch

BATCH_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class RawFile:
    """An opened export. ``may_have_title``: the header could be on another line than the one taken.

    ``form``: of a system's own form (json, xml), whose columns are no choice of the school. The rest tells of
    lists: separator and encoding of text, the sheets of a spreadsheet, the line of the header.
    """

    names: tuple[str, ...]
    batches: Iterator[Batch]
    may_have_title: bool = False
    form: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    header_line: int | None = None
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row of a roster as text under the contract's column names; ``table`` is pupils, enrolments or persons.

    ``code``: a fault that refuses the row, or one that only tells what was assumed (``assumed``).
    """

    table: str
    line: int
    cells: dict[str, str]
    code: str | None = None
    assumed: str | None = None
    fill: dict[str, object] = field(default_factory=dict)


def in_batches(
    rows: Iterable[tuple[int, Sequence[str | None]]], width: int, size: int = BATCH_ROWS
) -> Iterator[Batch]:
    """Rows with their lines, gathered into batches by column."""
    lines: list[int] = []
    kept: list[Sequence[str | None]] = []
    for line, row in rows:
        lines.append(line)
        kept.append(row)
        if len(kept) >= size:
            yield _batch(lines, kept, width)
            lines, kept = [], []
    if kept:
        yield _batch(lines, kept, width)


def _batch(lines: list[int], rows: list[Sequence[str | None]], width: int) -> Batch:
    columns = [tuple(cell or "" for cell in column) for column in zip(*rows, strict=True)]
    return Batch(lines, columns or [() for _ in range(width)], [])
