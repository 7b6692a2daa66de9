"""Made-up tables of numbers about groups, and an intruder who knows only what was released."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import linprog

from aanwezig.disclosure import Dimension, GroupTable, Measure, Policy, Population, ReleasableTable, policy
from aanwezig.values import BilingualText

TEXT = BilingualText("tekst", "text")
DAY = date(2026, 10, 1)
RELEASED_ON = date(2026, 11, 23)
ALL = Population("pupils", TEXT, DAY)


def in_force(name: str = "school_leaves") -> Policy:
    return policy(name, RELEASED_ON)


def counts(numbers: Any, population: Population = ALL, names: Sequence[str] = "abcd") -> GroupTable:
    """A table of one count over a full array of numbers, a dimension per axis, with all totals."""
    array = np.asarray(numbers)
    dimensions = [
        Dimension.flat(names[axis], TEXT, [f"{names[axis]}{at}" for at in range(size)])
        for axis, size in enumerate(array.shape)
    ]
    rows = [
        {dimension.name: f"{dimension.name}{at}" for dimension, at in zip(dimensions, place, strict=True)}
        | {"pupils": int(array[place])}
        for place in np.ndindex(array.shape)
    ]
    return GroupTable.from_rows("table", TEXT, population, dimensions, [Measure.count("pupils", TEXT)], rows)


def shown(table: ReleasableTable, measure: str = "pupils") -> dict[tuple[str, ...], Any]:
    return {address: cells[measure].value for address, cells in table.rows()}


class Intruder:
    """Works out intervals from released numbers, by his own linear programmes: nothing is shared with the code.

    ``sums``: what everybody knows to hold, as (total, parts) of amounts by any key.
    """

    def __init__(self) -> None:
        self.bounds: dict[Any, tuple[float, float | None]] = {}
        self.sums: list[tuple[Any, list[Any]]] = []

    def learns(self, key: Any, low: float, high: float | None) -> None:
        was_low, was_high = self.bounds.get(key, (0.0, None))
        tops = [top for top in (was_high, high) if top is not None]
        self.bounds[key] = (max(was_low, low), min(tops) if tops else None)

    def reads(self, table: ReleasableTable, who: Any = "all", slack: tuple[int, int] = (0, 0)) -> None:
        """Take in a released table of counts: every number that is shown and every total that must hold.

        ``slack``: how much less and how much more than a rounded number the truth may be.
        """
        for address, cells in table.rows():
            for name, cell in cells.items():
                if table_kind(table, name) != "count":
                    continue
                key = self.key(table, who, name, address)
                if cell.value is None:
                    self.learns(key, 0, None)
                else:
                    self.learns(key, max(0, cell.value - slack[0]), cell.value + slack[1])
        for measure in table.columns:
            if measure.kind != "count":
                continue
            for axis, dimension in enumerate(table.dimensions):
                others = [one.codes for at, one in enumerate(table.dimensions) if at != axis]
                for index in dimension.totals:
                    for rest in product(*others):
                        total = (*rest[:axis], dimension.codes[index], *rest[axis:])
                        parts = [
                            (*rest[:axis], dimension.codes[child], *rest[axis:])
                            for child in dimension.children[index]
                        ]
                        self.sums.append(
                            (
                                self.key(table, who, measure.name, total),
                                [self.key(table, who, measure.name, part) for part in parts],
                            )
                        )
            if measure.part_of:
                for address in table.addresses:
                    part = self.key(table, who, measure.name, address)
                    others_key = ("others", part)
                    self.learns(others_key, 0, None)
                    self.sums.append((self.key(table, who, measure.part_of, address), [part, others_key]))

    @staticmethod
    def key(table: ReleasableTable, who: Any, measure: str, address: Iterable[str]) -> Any:
        groups = frozenset(
            (dimension.name, code)
            for dimension, code in zip(table.dimensions, address, strict=True)
            if dimension.whole is None or dimension.codes[dimension.whole] != code
        )
        return (who, measure, groups)

    def knows_part(self, larger: Any, smaller: Any) -> None:
        """One population lies within another: group by group there is a difference."""
        for key in list(self.bounds):
            if key[0] == smaller and (larger, *key[1:]) in self.bounds:
                self.learns(("difference", key), 0, None)
                self.sums.append(((larger, *key[1:]), [key, ("difference", key)]))

    def interval(self, key: Any, most: float = 1e6) -> tuple[float, float]:
        """The least and the most that an amount can be."""
        names = list(self.bounds)
        place = {name: at for at, name in enumerate(names)}
        matrix = np.zeros((len(self.sums), len(names)))
        for row, (total, parts) in enumerate(self.sums):
            matrix[row, place[total]] -= 1
            for part in parts:
                matrix[row, place[part]] += 1
        found = []
        for sign in (1, -1):
            objective = np.zeros(len(names))
            objective[place[key]] = sign
            solve: Any = linprog
            answer = solve(
                objective,
                A_eq=matrix if len(self.sums) else None,
                b_eq=np.zeros(len(self.sums)) if len(self.sums) else None,
                bounds=[(low, most if high is None else high) for low, high in self.bounds.values()],
                method="highs",
            )
            assert answer.status == 0, answer.message
            found.append(sign * answer.fun)
        return found[0], found[1]


def table_kind(table: ReleasableTable, name: str) -> str:
    return next(measure.kind for measure in table.columns if measure.name == name)


def left_out(table: ReleasableTable, measure: str = "pupils") -> list[tuple[str, ...]]:
    return [address for address, value in shown(table, measure).items() if value is None]


def numbers_of(table: GroupTable, measure: str = "pupils") -> Mapping[tuple[str, ...], int]:
    return dict(zip(table.addresses(), map(int, table.values[measure].flat), strict=True))
