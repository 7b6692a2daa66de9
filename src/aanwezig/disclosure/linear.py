"""What an intruder can work out: unknown amounts, sums that hold between them, and the interval of each.

The intruder knows every sum that holds (totals are what their parts add up to), every number that was released, and
that no amount is negative. The interval of an amount is found by linear programming; whoever knows less finds a wider
one. Amounts are bounded by ``SystemOfSums.cap`` so that every programme has an end: that only makes intervals narrower.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from aanwezig.values import AanwezigError, BilingualText

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
# Of a programme's answer, relative to the largest number in it.
TOLERANCE = 1e-6
# Programmes that look at many amounts at once, before each is looked at alone.
MOST_JOINT_PROGRAMMES = 40


@dataclass
class SystemOfSums:
    """Amounts by key, and equations ``total = sum of parts`` over them."""

    keys: list[Hashable] = field(default_factory=list)
    index: dict[Hashable, int] = field(default_factory=dict)
    equations: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    _told: set[tuple[int, tuple[int, ...]]] = field(default_factory=set)

    def amount(self, key: Hashable) -> int:
        """The place of an amount, new or known."""
        place = self.index.get(key)
        if place is None:
            place = self.index[key] = len(self.keys)
            self.keys.append(key)
        return place

    def total(self, total: int, parts: Iterable[int]) -> None:
        """One amount is what others add up to."""
        equation = (total, tuple(parts))
        if equation not in self._told:
            self._told.add(equation)
            self.equations.append(equation)

    def matrix(self) -> csr_array:
        """One row per equation: 1 for each part, -1 for the total."""
        rows: list[int] = []
        columns: list[int] = []
        signs: list[float] = []
        for row, (total, parts) in enumerate(self.equations):
            rows += [row] * (len(parts) + 1)
            columns += [*parts, total]
            signs += [1.0] * len(parts) + [-1.0]
        return csr_array(coo_array((signs, (rows, columns)), shape=(len(self.equations), len(self.keys))))


@dataclass(frozen=True)
class Pinned:
    """An amount that can be worked out too closely, its interval, and how far each other amount pins it."""

    place: int
    low: float
    high: float
    pins: dict[int, float]


def components(
    matrix: csr_array, unknown: Flags
) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Unknown amounts that hang together, as (equations, amounts); an amount in no equation is left out."""
    columns = np.flatnonzero(unknown)
    if not len(columns) or not matrix.shape[0]:
        return []
    part: Any = abs(matrix[:, columns])
    rows = np.flatnonzero(np.diff(part.indptr))
    part = part[rows]
    joined: Any = coo_array(part)
    size = len(rows) + len(columns)
    graph = coo_array((joined.data, (joined.row, joined.col + len(rows))), shape=(size, size))
    number, labels = connected_components(csr_array(graph), directed=False)
    order = np.argsort(labels, kind="stable")
    found = []
    for places in np.split(order, np.cumsum(np.bincount(labels, minlength=number))[:-1]):
        equations, amounts = places[places < len(rows)], places[places >= len(rows)] - len(rows)
        if len(equations):
            found.append((rows[equations], columns[amounts]))
    return found


class _Programme:
    """The linear programmes of one component, scaled so that numbers are of a size that a solver likes."""

    def __init__(
        self, matrix: csr_array, equations: Any, amounts: Any, low: Floats, high: Floats, reach: float
    ) -> None:
        self.amounts, self.equations = amounts, equations
        rows: Any = matrix[equations]
        known = np.ones(matrix.shape[1], dtype=bool)
        known[amounts] = False
        fixed = np.where(known, low, 0.0)
        self.columns = rows[:, amounts]
        sums = -(rows @ fixed)
        finite = np.concatenate([np.abs(sums), low[amounts], high[amounts][np.isfinite(high[amounts])]])
        most = float(finite.max(initial=0.0))
        cap = 2 * float(np.abs(finite).sum()) + 10 * reach
        self.scale = max(1.0, most / 1e4)
        self.sums = sums / self.scale
        self.bounds = np.stack([low[amounts], np.minimum(high[amounts], cap)], axis=1) / self.scale
        self.tolerance = TOLERANCE * max(1.0, most)

    def solve(self, objective: Floats) -> tuple[Floats, Floats]:
        """The point at which the objective is least, and what one more of each equation's sum would add."""
        solve: Any = linprog
        answer = solve(objective, A_eq=self.columns, b_eq=self.sums, bounds=self.bounds, method="highs")
        if answer.status != 0:
            raise contradiction()
        return answer.x * self.scale, answer.eqlin.marginals


def contradiction() -> AanwezigError:
    return AanwezigError(
        "DIS-002",
        BilingualText(
            "Deze tabel spreekt tegen wat eerder over dezelfde personen is vrijgegeven.",
            "This table contradicts what was released earlier about the same persons.",
        ),
        BilingualText(
            "Zijn er gegevens gecorrigeerd? Noem dan bij de populatie de dag waarop ze bekend waren.",
            "Were facts corrected? Then name with the population the day on which they were known.",
        ),
    )


def tightened(matrix: csr_array, low: Floats, high: Floats, rounds: int = 6) -> tuple[Floats, Floats]:
    """Bounds that follow from one equation at a time; never narrower than the truth, often wider."""
    low, high = low.copy(), high.copy()
    entries: Any = coo_array(matrix)
    row, column, sign = entries.row, entries.col, entries.data
    size = matrix.shape[0]
    for _ in range(rounds):
        least = np.where(sign > 0, low[column], -high[column])
        most = np.where(sign > 0, high[column], -low[column])
        # Infinite ones are counted apart: an equation with two of them bounds nothing.
        open_below, open_above = np.isinf(least), np.isinf(most)
        sum_least = np.bincount(row, np.where(open_below, 0, least), size)
        sum_most = np.bincount(row, np.where(open_above, 0, most), size)
        below = np.bincount(row, open_below, size)[row] - open_below
        above = np.bincount(row, open_above, size)[row] - open_above
        top = np.where(below > 0, np.inf, -(sum_least[row] - np.where(open_below, 0, least)))
        bottom = np.where(above > 0, -np.inf, -(sum_most[row] - np.where(open_above, 0, most)))
        new_low, new_high = low.copy(), high.copy()
        np.maximum.at(new_low, column, np.where(sign > 0, bottom, -top))
        np.minimum.at(new_high, column, np.where(sign > 0, top, -bottom))
        if np.array_equal(new_low, low) and np.array_equal(new_high, high):
            break
        low, high = new_low, new_high
    return low, high


def pinned(
    matrix: csr_array, low: Floats, high: Floats, width: Floats, harmless: Any = None, *, reasons: bool = True
) -> list[Pinned]:
    """The amounts that an intruder narrows down to less than their ``width`` (0: may be known).

    ``low`` and ``high`` are what was released; equal where a number was. ``harmless(place, low, high)`` says of
    an interval that is too narrow whether that does no harm. Without ``reasons`` the pins are left out.
    AanwezigError when no amounts fit what was released.
    """
    found: list[Pinned] = []
    wanted = width > 0
    known = high - low <= 0
    found += [
        Pinned(int(one), float(low[one]), float(high[one]), {}) for one in np.flatnonzero(wanted & known)
    ]
    reach = float(width.max(initial=0.0))
    # What one equation at a time pins already needs no programme, unless somebody asks what pins it.
    near_low, near_high = tightened(matrix, low, high)
    close = wanted & ~known & (near_high - near_low < width * (1 - TOLERANCE))
    done = np.zeros(len(width), dtype=bool)
    for place in map(int, np.flatnonzero(close)):
        interval = (float(near_low[place]), float(near_high[place]))
        if harmless is not None and harmless(place, *interval):
            done[place] = True
        elif not reasons:
            done[place] = True
            found.append(Pinned(place, *interval, {}))
    wanted = wanted & ~done
    transposed: Any = csr_array(matrix.T)
    for equations, amounts in components(matrix, ~known):
        targets = amounts[wanted[amounts]]
        if not len(targets):
            continue
        programme = _Programme(matrix, equations, amounts, low, high, reach)
        position = {int(place): spot for spot, place in enumerate(amounts)}
        left = np.array([position[int(place)] for place in targets])
        needs = width[amounts]
        least = np.full(len(amounts), np.inf)
        most = np.full(len(amounts), -np.inf)
        random = np.random.default_rng(0)
        for attempt in range(MOST_JOINT_PROGRAMMES if len(left) > 2 else 0):
            objective = np.zeros(len(amounts))
            objective[left] = random.choice([-1.0, 1.0], len(left)) * random.uniform(0.5, 1.5, len(left))
            for sign in (1.0, -1.0):
                point, _ = programme.solve(sign * objective)
                np.minimum(least, point, out=least)
                np.maximum(most, point, out=most)
            before = len(left)
            left = left[(most - least)[left] < needs[left] - programme.tolerance]
            if len(left) <= 2 or (attempt > 3 and before - len(left) < max(1, before // 20)):
                break
        for spot in map(int, left):
            if most[spot] - least[spot] >= needs[spot] - programme.tolerance:
                continue
            objective = np.zeros(len(amounts))
            objective[spot] = 1.0
            bottom, pins_below = programme.solve(objective)
            top, pins_above = programme.solve(-objective)
            for point in (bottom, top):
                np.minimum(least, point, out=least)
                np.maximum(most, point, out=most)
            if top[spot] - bottom[spot] >= needs[spot] - programme.tolerance:
                continue
            place = int(amounts[spot])
            interval = (max(0.0, float(bottom[spot])), float(top[spot]))
            if harmless is not None and harmless(place, *interval):
                continue
            pins: dict[int, float] = {}
            if reasons:
                pull = abs(transposed[:, equations] @ pins_below) + abs(transposed[:, equations] @ pins_above)
                pins = {int(one): float(pull[one]) for one in np.flatnonzero(pull > 1e-9) if one != place}
            found.append(Pinned(place, *interval, pins))
    return sorted(found, key=lambda one: one.place)
