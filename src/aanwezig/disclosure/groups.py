"""Numbers about groups before anybody looked whether they may leave: measures and the table."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from aanwezig.disclosure.dimensions import Dimension, Population
from aanwezig.values import BilingualText

Number = int | float
Address = tuple[str, ...]
Kind = Literal["count", "sum", "ratio", "minimum", "maximum", "estimate"]
ADDITIVE = ("count", "sum")
# What the rules of dominance ask at most: the sum of the largest few.
KEPT_CONTRIBUTIONS = 8


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of numbers. Counts are of units (persons); sums are over the units of a count.

    ``part_of``: the count of which this count is a part, so that the others can be worked out too. ``sensitive``: a
    trait that nobody should learn of a whole group. ``shown``: whether the column itself is released; one that is
    not shown is judged as if it were.
    """

    name: str
    kind: Kind
    title: BilingualText
    part_of: str | None = None
    sensitive: bool = False
    over: str | None = None
    part: str | None = None
    whole: str | None = None
    shown: bool = True

    @classmethod
    def count(
        cls,
        name: str,
        title: BilingualText,
        *,
        part_of: str | None = None,
        sensitive: bool = False,
        shown: bool = True,
    ) -> Measure:
        return cls(name, "count", title, part_of=part_of, sensitive=sensitive, shown=shown)

    @classmethod
    def sum(cls, name: str, title: BilingualText, *, over: str, shown: bool = True) -> Measure:
        return cls(name, "sum", title, over=over, shown=shown)

    @classmethod
    def ratio(cls, name: str, title: BilingualText, *, part: str, whole: str) -> Measure:
        """A share (count by count, sum by sum) or an average (sum by count)."""
        return cls(name, "ratio", title, part=part, whole=whole)

    @classmethod
    def extreme(
        cls, name: str, title: BilingualText, kind: Literal["minimum", "maximum"], *, over: str, of: str
    ) -> Measure:
        """The least or the most that one of the units of a count adds to a sum."""
        return cls(name, kind, title, over=over, part=of)

    @classmethod
    def estimate(cls, name: str, title: BilingualText, *, over: str) -> Measure:
        """What a model makes of the units of a count."""
        return cls(name, "estimate", title, over=over)


@dataclass(frozen=True, slots=True, repr=False)
class Estimate:
    """An estimate of one cell, with the degrees of freedom that are left."""

    value: float
    degrees_of_freedom: int


@dataclass(frozen=True, repr=False)
class GroupTable:
    """Numbers about groups, not fit to leave: ``release`` makes a ``ReleasableTable`` of it.

    Made from its finest cells; the totals follow. ``values`` holds for each count and sum an array over all members of
    all dimensions. Its text shows no numbers, so that it may stand in a log or a traceback.
    """

    name: str
    title: BilingualText
    population: Population
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    values: Mapping[str, npt.NDArray[Any]]
    largest: Mapping[str, Mapping[tuple[int, ...], tuple[Number, ...]]] = field(default_factory=dict)
    extremes: Mapping[str, Mapping[tuple[int, ...], Number]] = field(default_factory=dict)
    estimates: Mapping[str, Mapping[Address, Estimate]] = field(default_factory=dict)
    impossible: frozenset[Address] = frozenset()

    def __repr__(self) -> str:
        return f"GroupTable({self.name!r}, {self.size} cells, not to be released)"

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(dimension.members) for dimension in self.dimensions)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=int))

    def addresses(self) -> Iterator[Address]:
        """The addresses of all cells, totals too, in the order of the members."""
        return product(*(dimension.codes for dimension in self.dimensions))

    def measure(self, name: str) -> Measure:
        return next(measure for measure in self.measures if measure.name == name)

    @classmethod
    def from_rows(
        cls,
        name: str,
        title: BilingualText,
        population: Population,
        dimensions: Sequence[Dimension],
        measures: Sequence[Measure],
        rows: Iterable[Mapping[str, Any]],
        *,
        contributions: Mapping[str, Mapping[Address, Sequence[Number]]] | None = None,
        estimates: Mapping[str, Mapping[Address, Estimate]] | None = None,
        impossible: Iterable[Address] = (),
    ) -> GroupTable:
        """A table from its finest cells: one row each, by names of dimensions and measures; no row is nobody.

        ``contributions``: of a sum, by cell, what each unit adds; the rules of dominance need them.
        ``impossible``: cells in which everybody knows that there is nobody.
        ValueError for a group that is not a finest member, two rows of one cell, a negative number, a count that is
        larger than what it is a part of, or a measure that names another that is not there.
        """
        check_measures(measures)
        shape = tuple(len(dimension.members) for dimension in dimensions)
        values: dict[str, npt.NDArray[Any]] = {
            measure.name: np.zeros(shape, dtype=np.int64 if measure.kind == "count" else np.float64)
            for measure in measures
            if measure.kind in ADDITIVE
        }
        extremes: dict[str, dict[tuple[int, ...], Number]] = {
            measure.name: {} for measure in measures if measure.kind in ("minimum", "maximum")
        }
        seen: set[tuple[int, ...]] = set()
        for row in rows:
            place = _leaf(dimensions, tuple(str(row[dimension.name]) for dimension in dimensions))
            if place in seen:
                raise ValueError(f"{name}: two rows of one cell")
            seen.add(place)
            for column in values:
                value = row.get(column, 0)
                if value is None or value < 0 or value != value:
                    raise ValueError(f"{name}: {column} has a number that is negative or not known")
                values[column][place] = value
            for column in extremes:
                if row.get(column) is not None:
                    extremes[column][place] = row[column]
        largest = {
            measure: {
                _leaf(dimensions, address): tuple(heapq.nlargest(KEPT_CONTRIBUTIONS, found))
                for address, found in by_cell.items()
            }
            for measure, by_cell in (contributions or {}).items()
        }
        for axis, dimension in enumerate(dimensions):
            for index in dimension.totals:
                for array in values.values():
                    view = np.moveaxis(array, axis, 0)
                    view[index] = view[list(dimension.children[index])].sum(axis=0)
        for measure in measures:
            if measure.part_of and (values[measure.name] > values[measure.part_of]).any():
                raise ValueError(f"{name}: {measure.name} is larger than {measure.part_of}")
            if measure.kind in ("minimum", "maximum"):
                choose = min if measure.kind == "minimum" else max
                extremes[measure.name] = _spread(
                    dimensions, extremes[measure.name], lambda a, b, choose=choose: choose(a, b)
                )
        for array in values.values():
            array.flags.writeable = False
        return cls(
            name,
            title,
            population,
            tuple(dimensions),
            tuple(measures),
            values,
            {
                measure: _spread(
                    dimensions, found, lambda a, b: tuple(heapq.nlargest(KEPT_CONTRIBUTIONS, (*a, *b)))
                )
                for measure, found in largest.items()
            },
            extremes,
            dict(estimates or {}),
            frozenset(impossible),
        )

    @classmethod
    def from_units(
        cls,
        name: str,
        title: BilingualText,
        population: Population,
        dimensions: Sequence[Dimension],
        measures: Sequence[Measure],
        units: Iterable[Mapping[str, Any]],
        *,
        unit: str,
        impossible: Iterable[Address] = (),
    ) -> GroupTable:
        """A table from one row per unit: its groups, 1 or 0 for each count, its amount for each sum.

        A count without a column counts every unit. ValueError when a unit is there twice: it would be one
        person in two groups, and totals would no longer be what their parts add up to.
        """
        seen: set[Any] = set()
        cells: dict[Address, dict[str, Any]] = {}
        contributions: dict[str, dict[Address, list[Number]]] = {
            measure.name: {} for measure in measures if measure.kind == "sum"
        }
        for one in units:
            if one[unit] in seen:
                raise ValueError(f"{name}: a unit is there twice; let each count in one group")
            seen.add(one[unit])
            address = tuple(str(one[dimension.name]) for dimension in dimensions)
            cell = cells.setdefault(address, {})
            for measure in measures:
                if measure.kind == "count":
                    cell[measure.name] = cell.get(measure.name, 0) + int(one.get(measure.name, 1))
                elif measure.kind == "sum":
                    cell[measure.name] = cell.get(measure.name, 0) + one[measure.name]
                    contributions[measure.name].setdefault(address, []).append(one[measure.name])
                elif measure.kind in ("minimum", "maximum"):
                    choose = min if measure.kind == "minimum" else max
                    amount = one[measure.part or ""]
                    cell[measure.name] = choose(cell.get(measure.name, amount), amount)
        names = [dimension.name for dimension in dimensions]
        rows = [dict(zip(names, address, strict=True)) | cell for address, cell in cells.items()]
        return cls.from_rows(
            name,
            title,
            population,
            dimensions,
            measures,
            rows,
            contributions=contributions,
            impossible=impossible,
        )


def check_measures(measures: Sequence[Measure]) -> None:
    """ValueError when measures name each other wrongly."""
    kinds = {measure.name: measure.kind for measure in measures}
    if len(kinds) != len(measures):
        raise ValueError("two measures have one name")
    for measure in measures:
        named: list[tuple[str | None, tuple[str, ...]]] = []
        named += [(measure.part_of, ("count",)), (measure.over, ("count",))]
        named += [(measure.part, ADDITIVE), (measure.whole, ADDITIVE)]
        if any(name is not None and kinds.get(name) not in allowed for name, allowed in named):
            raise ValueError(f"{measure.name} names a measure that is not there")
        needs = {"sum": measure.over, "ratio": measure.part and measure.whole, "estimate": measure.over}
        needs |= {"minimum": measure.over, "maximum": measure.over}
        if measure.kind in needs and not needs[measure.kind]:
            raise ValueError(f"{measure.name} must name the count that it is over")


def _leaf(dimensions: Sequence[Dimension], address: Address) -> tuple[int, ...]:
    place = []
    for dimension, code in zip(dimensions, address, strict=True):
        index = dimension.place.get(code)
        if index is None or dimension.children[index]:
            raise ValueError(f"{dimension.name}: a row names a group that is not one of its finest")
        place.append(index)
    return tuple(place)


def _spread(
    dimensions: Sequence[Dimension], cells: Mapping[tuple[int, ...], Any], both: Any
) -> dict[tuple[int, ...], Any]:
    """The cells with those of all totals, made by taking two together again and again."""
    found = dict(cells)
    for axis, dimension in enumerate(dimensions):
        above = [dimension.place.get(member.within or "") for member in dimension.members]
        for place, value in list(found.items()):
            index = above[place[axis]]
            while index is not None:
                total = (*place[:axis], index, *place[axis + 1 :])
                found[total] = both(found[total], value) if total in found else value
                index = above[index]
    return found
