"""What a register answers: tables with one row per finding or per unit and period, and their JSON form."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from aanwezig.findings import CheckResult, RuleInfo
from aanwezig.rules.finding import Finding, NotDecidable, as_number
from aanwezig.values import Fault
from aanwezig.values.text import Language

if TYPE_CHECKING:
    import pandas as pd

# Rows to a batch: what is written out never stands in memory twice.
BATCH = 10_000

FINDING_FIELDS: list[pa.Field[Any]] = [
    pa.field("rule", pa.string()),
    pa.field("version", pa.string()),
    pa.field("kind", pa.string()),
    pa.field("pupil_id", pa.string()),
    pa.field("school_id", pa.string()),
    pa.field("first_day", pa.date32()),
    pa.field("last_day", pa.date32()),
    pa.field("quantity", pa.float64()),
    pa.field("threshold", pa.float64()),
    pa.field("unit", pa.string()),
    pa.field("obligation", pa.string()),
    pa.field("due", pa.date32()),
    pa.field("met", pa.bool_()),
    pa.field("facts", pa.list_(pa.string())),
    pa.field("explanation_nl", pa.string()),
    pa.field("explanation_en", pa.string()),
    pa.field("details", pa.string()),
]
FINDING_SCHEMA = pa.schema(FINDING_FIELDS)


def finding_row(finding: Finding) -> dict[str, Any]:
    """A finding as one row of plain values, with the columns of ``FINDING_SCHEMA``."""
    return {
        "rule": finding.rule,
        "version": finding.version,
        "kind": finding.kind,
        "pupil_id": finding.pupil_id,
        "school_id": finding.school_id,
        "first_day": finding.first_day,
        "last_day": finding.last_day,
        "quantity": as_number(finding.quantity),
        "threshold": as_number(finding.threshold),
        "unit": finding.unit,
        "obligation": finding.obligation,
        "due": finding.due,
        "met": finding.met,
        "facts": list(finding.facts),
        "explanation_nl": finding.explanation.nl,
        "explanation_en": finding.explanation.en,
        "details": json.dumps(dict(finding.details), ensure_ascii=False, sort_keys=True),
    }


def plain(value: Any) -> Any:
    """A cell as a JSON value: dates ISO, not-a-number as null."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


@dataclass(frozen=True)
class Check:
    """The answer of ``register.check``: findings, open questions, faults and the rules that were applied."""

    register: str
    reference_date: date
    known_date: date | None
    result: CheckResult
    # The readings and thresholds that somebody chose instead of the default.
    readings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Sorted by kind, rule, pupil, first day."""
        return tuple(self.result.findings)

    @property
    def not_decidable(self) -> tuple[NotDecidable, ...]:
        return tuple(self.result.not_decidable)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Rows that were refused or cut while reading."""
        return tuple(self.result.faults)

    @property
    def rules(self) -> tuple[RuleInfo, ...]:
        return tuple(self.result.rules)

    @property
    def has_faults(self) -> bool:
        """Whether rows were refused or accepted facts contradict each other: what ``--strict`` stops for."""
        return bool(self.faults) or any(finding.kind == "fault" for finding in self.findings)

    def to_arrow(self) -> pa.Table:
        """One row per finding."""
        rows = [finding_row(finding) for finding in self.findings]
        return pa.Table.from_pylist(rows, schema=FINDING_SCHEMA)

    def to_pandas(self) -> pd.DataFrame:
        """One row per finding."""
        return self.to_arrow().to_pandas()

    def as_dict(self, language: Language = "en") -> dict[str, Any]:
        """The JSON of ``aanwezig check``; the language is that of what is wrong with a fault."""
        return {
            "register": self.register,
            "reference_date": self.reference_date.isoformat(),
            "known_date": self.known_date.isoformat() if self.known_date else None,
            "rules": [rule.as_dict() for rule in self.rules],
            "findings": [finding.as_dict() for finding in self.findings],
            "not_decidable": [question.as_dict() for question in self.not_decidable],
            "faults": [fault.as_dict(language) for fault in self.faults],
        }

    def json_pieces(self, language: Language = "en") -> Iterator[str]:
        """The JSON text in pieces, one line per finding, question and fault."""
        heads = {
            "register": self.register,
            "reference_date": self.reference_date.isoformat(),
            "known_date": self.known_date.isoformat() if self.known_date else None,
        }
        yield "{" + ",\n ".join(f"{_json(key)}: {_json(value)}" for key, value in heads.items())
        yield from _json_list("rules", (rule.as_dict() for rule in self.rules))
        yield from _json_list("findings", (finding.as_dict() for finding in self.findings))
        yield from _json_list("not_decidable", (question.as_dict() for question in self.not_decidable))
        yield from _json_list("faults", (fault.as_dict(language) for fault in self.faults))
        yield "}\n"

    def to_json(self, language: Language = "en") -> str:
        return "".join(self.json_pieces(language))


@dataclass(frozen=True)
class Measures:
    """The answer of ``register.measure``: one row per unit and period."""

    register: str
    reference_date: date
    known_date: date | None
    by: str
    per: str
    table: pa.Table
    faults: tuple[Fault, ...] = ()

    def to_arrow(self) -> pa.Table:
        return self.table

    def to_pandas(self) -> pd.DataFrame:
        return self.table.to_pandas()

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each row as JSON values; unknown is None."""
        for batch in self.table.to_batches(max_chunksize=BATCH):
            for row in batch.to_pylist():
                yield {name: plain(value) for name, value in row.items()}

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``aanwezig measure``."""
        return {
            "reference_date": self.reference_date.isoformat(),
            "known_date": self.known_date.isoformat() if self.known_date else None,
            "rows": list(self.rows()),
        }

    def json_pieces(self) -> Iterator[str]:
        """The JSON text in pieces, one line per row."""
        known = self.known_date.isoformat() if self.known_date else None
        yield f'{{"reference_date": {_json(self.reference_date.isoformat())},\n "known_date": {_json(known)}'
        yield from _json_list("rows", self.rows())
        yield "}\n"

    def to_json(self) -> str:
        return "".join(self.json_pieces())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _json_list(name: str, items: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    """``,"name": [...]`` with an item on each line."""
    yield f',\n "{name}": ['
    separator = "\n  "
    for item in items:
        yield separator + _json(item)
        separator = ",\n  "
    yield "]"
