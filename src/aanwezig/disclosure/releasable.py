"""The only form in which numbers about groups may be shown, reported, exported or sent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from aanwezig.disclosure.dimensions import Dimension, Population
from aanwezig.disclosure.groups import Address, Measure, Number
from aanwezig.disclosure.policies import Policy
from aanwezig.disclosure.reasons import Reason
from aanwezig.values import BilingualText
from aanwezig.values.text import Language

# A spreadsheet takes a text that begins so for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
# Only ``release`` holds it: a table that nobody judged cannot be made by hand.
_SEAL = object()


@dataclass(frozen=True, slots=True)
class Cell:
    """One released number, or None with the reason why not."""

    value: Number | None
    reason: Reason | None

    def __repr__(self) -> str:
        return f"Cell({'left out' if self.reason else 'shown'})"


@dataclass(frozen=True, slots=True, repr=False)
class ReleasableTable:
    """Numbers about groups of which no small group can be worked out, under a named policy.

    Made by ``aanwezig.disclosure.release`` alone (TypeError otherwise). It does not hold what was left out, nor the table
    that it was made from. Its text shows no numbers.
    """

    name: str
    title: BilingualText
    population: Population
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    policy: Policy
    addresses: tuple[Address, ...]
    # Also of measures that are not shown: they were judged as if they were.
    _cells: Mapping[str, tuple[Cell, ...]]
    _impossible: frozenset[Address]
    _seal: object = None

    def __post_init__(self) -> None:
        if self._seal is not _SEAL:
            raise TypeError("a ReleasableTable is made by aanwezig.disclosure.release")
        object.__setattr__(self, "_seal", None)

    def __repr__(self) -> str:
        return (
            f"ReleasableTable({self.name!r}, policy {self.policy.id!r}, "
            f"{len(self.addresses)} cells, {self.left_out} numbers left out)"
        )

    @property
    def columns(self) -> tuple[Measure, ...]:
        """The measures that are shown."""
        return tuple(measure for measure in self.measures if measure.shown)

    @property
    def left_out(self) -> int:
        """How many numbers were left out; one that does not exist was not."""
        return sum(
            cell.reason not in (None, Reason.NO_VALUE)
            for measure in self.columns
            for cell in self._cells[measure.name]
        )

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons that occur."""
        found = {cell.reason for measure in self.columns for cell in self._cells[measure.name]}
        return tuple(reason for reason in Reason if reason in found)

    def cell(self, measure: str, *address: str) -> Cell:
        """One cell of a shown measure; KeyError where there is none."""
        if measure not in {one.name for one in self.columns} or address not in self.addresses:
            raise KeyError(measure)
        return self._cells[measure][self.addresses.index(address)]

    def rows(self) -> Iterator[tuple[Address, dict[str, Cell]]]:
        """Every row: its address and its cells by measure, in the order of the members."""
        names = [measure.name for measure in self.columns]
        for place, address in enumerate(self.addresses):
            yield address, {name: self._cells[name][place] for name in names}

    def explain(self, language: Language = "nl") -> list[str]:
        """What a reader must know of these numbers, in sentences."""
        policy = self.policy
        about = BilingualText(
            f"{self.population.title.nl}, op {self.population.day:%d-%m-%Y}.",
            f"{self.population.title.en}, on {self.population.day.isoformat()}.",
        )
        rule = BilingualText(
            f"Beleid: {policy.title.nl} ({policy.version}). {policy.meaning.nl} Ondergrens: {policy.minimum}.",
            f"Policy: {policy.title.en} ({policy.version}). {policy.meaning.en} Minimum: {policy.minimum}.",
        )
        told = [about, rule]
        if policy.rounding_base:
            told.append(
                BilingualText(
                    f"Aantallen zijn afgerond op {policy.rounding_base}, elk apart: een totaal kan afwijken van de som.",
                    f"Counts are rounded to {policy.rounding_base}, each by itself: a total may differ from the sum.",
                )
            )
        told.append(
            BilingualText(f"Weggelaten getallen: {self.left_out}.", f"Numbers left out: {self.left_out}.")
        )
        told += [reason.text for reason in self.reasons]
        return [text.in_language(language) for text in told]

    def to_arrow(self) -> pa.Table:
        """One row per cell: its groups, its numbers (null where left out) and beside each the code of the reason."""
        make: Any = pa.table
        columns: dict[str, Any] = {
            dimension.name: pa.array([address[axis] for address in self.addresses], pa.string())
            for axis, dimension in enumerate(self.dimensions)
        }
        for measure in self.columns:
            cells = self._cells[measure.name]
            kind: Any = pa.int64() if measure.kind == "count" else pa.float64()
            columns[measure.name] = pa.array([cell.value for cell in cells], kind)
            columns[f"{measure.name}_left_out"] = pa.array(
                [cell.reason.value if cell.reason else None for cell in cells], pa.string()
            )
        made: pa.Table = make(columns)
        return made.replace_schema_metadata({"aanwezig": json.dumps(self._about(), ensure_ascii=False)})

    def to_csv(self) -> str:
        """As ``to_arrow``, as text; what a spreadsheet would calculate has an apostrophe before it."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\n")
        table = self.to_arrow()
        writer.writerow(table.column_names)
        for row in table.to_pylist():
            writer.writerow(["" if value is None else _harmless(value) for value in row.values()])
        return stream.getvalue()

    def to_json(self, language: Language | None = None) -> str:
        """As ``to_arrow``, with titles, policy and explanation; in both languages or in one."""
        told = self._about() | {
            "explanation": {one: self.explain(one) for one in ((language,) if language else ("nl", "en"))},
            "cells": self.to_arrow().to_pylist(),
        }
        return json.dumps(told, ensure_ascii=False, indent=2)

    def _about(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title.as_dict(),
            "population": self.population.name,
            "day": self.population.day.isoformat(),
            "known": self.population.known.isoformat() if self.population.known else None,
            "policy": {
                "id": self.policy.id,
                "version": self.policy.version,
                "title": self.policy.title.as_dict(),
                "minimum": self.policy.minimum,
                "rounding_base": self.policy.rounding_base,
            },
            "left_out": self.left_out,
            "reasons": {reason.value: reason.text.as_dict() for reason in self.reasons},
            "dimensions": {one.name: one.title.as_dict() for one in self.dimensions},
            "measures": {one.name: one.title.as_dict() for one in self.columns},
        }


def seal(**fields: Any) -> ReleasableTable:
    """For ``release`` only."""
    return ReleasableTable(**fields, _seal=_SEAL)


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value
