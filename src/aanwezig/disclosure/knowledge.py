"""All that an intruder can put together: the sums of one table, and those that tie it to earlier ones.

An amount has one key in all tables: population, measure and the groups that it is about. So two tables of one
population meet in their common totals. A population within another leaves a difference: those who are not in it.
Two ways to cut one base leave the pieces that lie between the cuts.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from aanwezig.disclosure.dimensions import Dimension, Population
from aanwezig.disclosure.groups import GroupTable
from aanwezig.disclosure.linear import SystemOfSums
from aanwezig.disclosure.releasable import ReleasableTable

Places = npt.NDArray[np.int64]
Groups = frozenset[tuple[str, frozenset[str]]]
AnyTable = GroupTable | ReleasableTable


@dataclass(frozen=True)
class AmountKey:
    """An amount that a table can show: whose, of what, in which groups (no group: the whole population)."""

    population: tuple[str, Any, Any]
    measure: str
    groups: Groups
    # The others: those of the count that this one is a part of who do not belong to it.
    others: bool = False


@dataclass(frozen=True)
class BetweenKey:
    """Nobody shows it: what one amount is more than another that lies within it."""

    larger: AmountKey
    smaller: AmountKey


@dataclass
class Knowledge:
    """The system of sums of several tables, and which of its amounts stand between tables."""

    system: SystemOfSums = field(default_factory=SystemOfSums)
    # By table and measure the places of its amounts, over all members of all dimensions.
    shown: list[dict[str, Places]] = field(default_factory=list)
    others: list[dict[str, Places]] = field(default_factory=list)
    between: dict[Hashable, int] = field(default_factory=dict)


def population_key(population: Population) -> tuple[str, Any, Any]:
    return (population.name, population.day, population.known)


def knowledge(tables: Sequence[AnyTable], measures: Iterable[str]) -> Knowledge:
    """What the sums of these tables tell about the measures (all counts, or one sum)."""
    known = Knowledge()
    wanted = set(measures)
    for table in tables:
        _add(known, table, wanted)
    if len(tables) > 1:
        _add_pieces(known, tables, wanted)
        _add_differences(known, tables)
    return known


def _add(known: Knowledge, table: AnyTable, wanted: set[str]) -> None:
    system, dimensions = known.system, table.dimensions
    shape = tuple(len(dimension.members) for dimension in dimensions)
    places: dict[str, Places] = {}
    others: dict[str, Places] = {}
    who = population_key(table.population)
    groups = [_group(combination) for combination in product(*map(_coordinates, dimensions))]
    for measure in table.measures:
        if measure.name in wanted and measure.kind in ("count", "sum"):
            places[measure.name] = _places(system, who, measure.name, groups, shape, others=False)
            _add_totals(system, dimensions, places[measure.name], who, measure.name)
    for measure in table.measures:
        if measure.name in places and measure.part_of:
            rest = others[measure.name] = _places(system, who, measure.name, groups, shape, others=True)
            triples = zip(places[measure.part_of].flat, places[measure.name].flat, rest.flat, strict=True)
            for whole, part, other in triples:
                system.total(int(whole), (int(part), int(other)))
    known.shown.append(places)
    known.others.append(others)


def _coordinates(dimension: Dimension) -> list[tuple[str, frozenset[str]] | None]:
    """For each member its group; None for the whole population."""
    return [
        None if index == dimension.whole else (dimension.base, covers)
        for index, covers in enumerate(dimension.covers)
    ]


def _group(combination: Iterable[tuple[str, frozenset[str]] | None]) -> Groups:
    return frozenset(coordinate for coordinate in combination if coordinate is not None)


def _places(
    system: SystemOfSums,
    who: Any,
    measure: str,
    groups: list[Groups],
    shape: tuple[int, ...],
    *,
    others: bool,
) -> Places:
    found = [system.amount(AmountKey(who, measure, group, others)) for group in groups]
    return np.array(found, dtype=np.int64).reshape(shape)


def _add_totals(
    system: SystemOfSums, dimensions: Sequence[Dimension], places: Places, who: Any, measure: str
) -> None:
    for axis, dimension in enumerate(dimensions):
        view = np.moveaxis(places, axis, 0)
        for index in dimension.totals:
            parts = view[list(dimension.children[index])].reshape(len(dimension.children[index]), -1)
            for total, column in zip(view[index].reshape(-1), parts.T, strict=True):
                system.total(int(total), map(int, column))
        if dimension.whole is None:
            # No total is shown, but who knows it from elsewhere can take parts from it.
            outer = [index for index, member in enumerate(dimension.members) if member.within is None]
            rest = [_coordinates(one) for at, one in enumerate(dimensions) if at != axis]
            parts = view[outer].reshape(len(outer), -1)
            for combination, column in zip(product(*rest), parts.T, strict=True):
                total = system.amount(AmountKey(who, measure, _group(combination)))
                system.total(total, map(int, column))


def _add_pieces(known: Knowledge, tables: Sequence[AnyTable], wanted: set[str]) -> None:
    """Where tables cut one base in two ways: the pieces between all cuts, of which every group is a sum."""
    cuts: dict[tuple[Any, str], set[frozenset[frozenset[str]]]] = {}
    for table in tables:
        for dimension in table.dimensions:
            cut = (population_key(table.population), dimension.base)
            cuts.setdefault(cut, set()).add(frozenset(dimension.covers))
    for (who, base), ways in cuts.items():
        if len(ways) < 2:
            continue
        members = sorted({group for way in ways for group in way}, key=sorted)
        pieces: dict[tuple[bool, ...], set[str]] = {}
        for value in sorted(frozenset().union(*members)):
            pieces.setdefault(tuple(value in group for group in members), set()).add(value)
        parts = [frozenset(piece) for piece in pieces.values()]
        for key in [key for key in known.system.keys if isinstance(key, AmountKey)]:
            group = next((covers for name, covers in key.groups if name == base), None)
            if key.population != who or key.measure not in wanted or group is None or group in parts:
                continue
            found = []
            for part in parts:
                if part <= group:
                    fine = AmountKey(
                        who, key.measure, key.groups - {(base, group)} | {(base, part)}, key.others
                    )
                    new = fine not in known.system.index
                    found.append(known.system.amount(fine))
                    if new:
                        known.between[fine] = found[-1]
            known.system.total(known.system.index[key], found)


def _add_differences(known: Knowledge, tables: Sequence[AnyTable]) -> None:
    """Of a population within another: those who are not in it, group by group."""
    larger: dict[tuple[Any, Any, Any], set[str]] = {}
    for table in tables:
        larger.setdefault(population_key(table.population), set()).update(table.population.within)
    for who, names in larger.items():
        above = [
            other for other in larger if other[0] in names and other[1:] == who[1:] and other[0] != who[0]
        ]
        for key in [key for key in known.system.keys if isinstance(key, AmountKey) and key.population == who]:
            for other in above:
                whole = AmountKey(other, key.measure, key.groups, key.others)
                if whole in known.system.index:
                    between = BetweenKey(whole, key)
                    known.between[between] = place = known.system.amount(between)
                    known.system.total(known.system.index[whole], (known.system.index[key], place))
