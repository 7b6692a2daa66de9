"""Findings, questions, faults and measures as rows of cells, for CSV and spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TextIO

from aanwezig.library import Check, Measures
from aanwezig.library.answers import FINDING_SCHEMA, finding_row, plain
from aanwezig.rules.finding import Finding
from aanwezig.values.text import Language

FINDING_COLUMNS: tuple[str, ...] = tuple(FINDING_SCHEMA.names)
QUESTION_COLUMNS = ("rule", "pupil_id", "missing")
FAULT_COLUMNS = ("code", "table", "row", "column", "value", "pupil_id", "what", "mend")
RULE_COLUMNS = ("id", "version", "source")


@dataclass(frozen=True)
class Sheet:
    """A table with a name, its columns and its rows, each row read once."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


def finding_rows(findings: Iterable[Finding]) -> Iterator[tuple[Any, ...]]:
    """A finding as cells; its facts are joined by a space."""
    for finding in findings:
        row = finding_row(finding)
        row["facts"] = " ".join(row["facts"])
        yield tuple(row[name] for name in FINDING_COLUMNS)


def check_sheets(check: Check, language: Language) -> list[Sheet]:
    """The lists of ``check``, each on a sheet of its own."""
    questions = (question.as_dict() for question in check.not_decidable)
    faults = (fault.as_dict(language) for fault in check.faults)
    rules = (rule.as_dict() for rule in check.rules)
    return [
        Sheet("findings", FINDING_COLUMNS, finding_rows(check.findings)),
        Sheet("not_decidable", QUESTION_COLUMNS, (tuple(q[c] for c in QUESTION_COLUMNS) for q in questions)),
        Sheet("faults", FAULT_COLUMNS, (tuple(f[c] for c in FAULT_COLUMNS) for f in faults)),
        Sheet("rules", RULE_COLUMNS, (tuple(r[c] for c in RULE_COLUMNS) for r in rules)),
    ]


def measure_rows(measures: Measures) -> Iterator[tuple[Any, ...]]:
    for row in measures.rows():
        yield tuple(row.values())


def measure_sheets(measures: Measures, language: Language) -> list[Sheet]:
    faults = (fault.as_dict(language) for fault in measures.faults)
    return [
        Sheet("measures", measures.table.column_names, measure_rows(measures)),
        Sheet("faults", FAULT_COLUMNS, (tuple(f[c] for c in FAULT_COLUMNS) for f in faults)),
    ]


def csv_cell(value: Any) -> str:
    """Empty for unknown, true and false in small letters as in the register's tables."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(plain(value)) if plain(value) is not None else ""


def write_csv(stream: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A line of names, then a line per row; commas, quotes where needed."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([csv_cell(value) for value in row])
