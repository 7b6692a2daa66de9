"""Which cells may not be shown by themselves: too few, dominated, or telling a trait of everybody."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from aanwezig.disclosure.groups import GroupTable, Measure
from aanwezig.disclosure.policies import Policy
from aanwezig.disclosure.reasons import Detail

Flags = npt.NDArray[np.bool_]
Found = dict[tuple[int, ...], Detail]


def too_few(units: npt.NDArray[Any], policy: Policy) -> Flags:
    """Numbers of units that are too small to be shown."""
    few: Flags = units < policy.minimum
    return few if policy.zeros == "hidden" else few & (units > 0)


def of_count(table: GroupTable, measure: Measure, policy: Policy) -> Found:
    """The cells of a count that may not be shown."""
    values = table.values[measure.name]
    found = _marked(too_few(values, policy), Detail.TOO_FEW)
    if policy.group_disclosure and measure.sensitive and measure.part_of:
        found |= _marked((values == 0) & (table.values[measure.part_of] > 0), Detail.GROUP)
    return _possible(table, found)


def of_others(table: GroupTable, measure: Measure, policy: Policy) -> Flags:
    """Where those who do not belong to a part of a count may not be known: too few, or nobody at all."""
    whole = table.values[measure.part_of or ""]
    others = whole - table.values[measure.name]
    few: Flags = too_few(others, policy) & (whole > 0)
    if policy.group_disclosure and measure.sensitive:
        few |= (others == 0) & (whole > 0)
    return few


def of_sum(table: GroupTable, measure: Measure, policy: Policy) -> Found:
    """The cells of a sum that may not be shown: over too few units, or made by one or a few of them.

    ValueError when the policy looks at contributors and they were not given.
    """
    found = _marked(too_few(table.values[measure.over or ""], policy), Detail.TOO_FEW)
    if policy.looks_at_contributors:
        if measure.name not in table.largest and table.values[measure.name].any():
            raise ValueError(f"{measure.name}: the policy looks at contributors, and they are not given")
        for place, largest in table.largest.get(measure.name, {}).items():
            total = float(table.values[measure.name][place])
            detail = dominated(total, largest, policy)
            if detail is not None:
                found.setdefault(place, detail)
    return _possible(table, found)


def dominated(total: float, largest: tuple[float, ...], policy: Policy) -> Detail | None:
    """Whether the largest contributors, in descending order, make too much of a sum.

    p %: the second largest knows its own part; what remains must leave the largest unknown by p %.
    n, k: the largest n together may not be more than k %.
    """
    if total <= 0:
        return None
    if policy.p_percent is not None:
        remains = total - sum(largest[:2])
        if remains * 100 < policy.p_percent * largest[0]:
            return Detail.DOMINANCE_P
    if (
        policy.largest is not None
        and policy.percent is not None
        and sum(largest[: policy.largest]) * 100 > policy.percent * total
    ):
        return Detail.DOMINANCE_N_K
    return None


def _marked(where: Flags, detail: Detail) -> Found:
    return {tuple(map(int, place)): detail for place in np.argwhere(where)}


def _possible(table: GroupTable, found: Found) -> Found:
    """Without the cells of which everybody knows that there is nobody."""
    return {
        place: detail
        for place, detail in found.items()
        if tuple(one.codes[at] for one, at in zip(table.dimensions, place, strict=True))
        not in table.impossible
    }
