"""Which cells must be left out besides, so that those left out cannot be worked out from the rest.

First a quick pass over the totals, one by one: no total may stand beside one unknown part, nor beside unknown parts that are
small together. Then the judge, who knows everything at once (``linear.pinned``), until he finds nothing any more: for
each amount that he narrows down, the cheapest of the numbers that pin it goes too. It ends, for when nothing of the table
is shown, it tells nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from aanwezig.disclosure.linear import Flags, Floats, Pinned, SystemOfSums, pinned

# A cell that mends a second total as well is worth this much of its price.
MENDS_TWO = 0.3


@dataclass
class Puzzle:
    """What must stay unknown, and what may be left out for it.

    ``low``, ``high``: what is known of each amount when nothing of the new table is shown; ``shown_low``, ``shown_high``
    what each cell of it would tell. ``own``: the cells of the new table. ``value``: the true amounts, infinite where they are
    not known to us. ``width``: how wide an amount must stay, always; ``hidden_width``: when it is left out.
    ``between``: amounts that stand in no table; an interval of theirs does harm when a small number lies in it.
    """

    system: SystemOfSums
    low: Floats
    high: Floats
    shown_low: Floats
    shown_high: Floats
    own: Flags
    value: Floats
    width: Floats
    hidden_width: Floats
    between: Flags
    minimum: int

    def __post_init__(self) -> None:
        self.matrix: csr_array = self.system.matrix()
        columns: Any = csr_array(self.matrix.T)
        self.equations_of = np.split(columns.indices, columns.indptr[1:-1])

    def bounds(self, hidden: Flags) -> tuple[Floats, Floats]:
        """What is known when these cells are left out and the rest of the table is shown."""
        shown = self.own & ~hidden
        return np.where(shown, self.shown_low, self.low), np.where(shown, self.shown_high, self.high)

    def widths(self, hidden: Flags) -> Floats:
        return np.where(self.own & hidden, np.maximum(self.width, self.hidden_width), self.width)

    def harmless(self, place: int, low: float, high: float) -> bool:
        """An amount between tables may be known when it is nobody or enough."""
        return bool(self.between[place]) and (high < 0.5 or low > self.minimum - 0.5)

    def pinned(self, hidden: Flags, *, reasons: bool = True) -> list[Pinned]:
        low, high = self.bounds(hidden)
        found = pinned(self.matrix, low, high, self.widths(hidden), self.harmless, reasons=reasons)
        return [one for one in found if not self.harmless(one.place, one.low, one.high)]

    def price(self) -> Floats:
        """What leaving out a cell costs: its size; a zero, that people often know, is the last to go."""
        dear = float(self.value[self.own].sum()) + 1
        return np.where(self.value > 0, self.value, dear)


def protect(puzzle: Puzzle, hidden: Flags, *, earlier: bool = False) -> Flags:
    """The cells to leave out: those given and what they need. ``earlier``: there are numbers that were released before.

    What was pinned already before this table is not mended by leaving out more of it.
    """
    hidden = hidden.copy()
    price = puzzle.price()
    _mend_totals(puzzle, hidden, price)
    before: set[int] | None = None
    while found := puzzle.pinned(hidden):
        if earlier and before is None:
            before = {one.place for one in puzzle.pinned(puzzle.own.copy(), reasons=False)}
        chosen: set[int] = set()
        for one in found:
            if before is not None and one.place in before:
                continue
            if one.place in chosen or not chosen.isdisjoint(one.pins):
                continue
            place = _cheapest(puzzle, hidden, one, price)
            if place is not None:
                hidden[place] = True
                chosen.add(place)
        if not chosen:
            break
        _mend_totals(puzzle, hidden, price)
    return hidden


def _cheapest(puzzle: Puzzle, hidden: Flags, one: Pinned, price: Floats) -> int | None:
    """Which cell to leave out so that an amount is pinned less; None when there is none left."""

    def shown(place: int) -> bool:
        return bool(puzzle.own[place] and not hidden[place] and puzzle.low[place] < puzzle.high[place])

    if shown(one.place):
        return one.place
    options = [place for place in one.pins if shown(place)]
    seen = {one.place}
    ring = [one.place]
    while not options and ring:
        # Nothing pins it by itself: look at its totals, then at theirs, and so on.
        near = {
            int(place)
            for at in ring
            for row in puzzle.equations_of[at]
            for place in _members(puzzle, int(row))
        }
        ring = sorted(near - seen)
        seen |= near
        options = [place for place in ring if shown(place)]
    return min(options, key=lambda place: (price[place], place), default=None)


def _members(puzzle: Puzzle, row: int) -> tuple[int, ...]:
    total, parts = puzzle.system.equations[row]
    return (total, *parts)


def _mend_totals(puzzle: Puzzle, hidden: Flags, price: Floats) -> None:
    """Look at every total by itself and leave out the cheapest cells until it tells nothing (``hidden`` is changed)."""
    low, high = puzzle.bounds(hidden)
    width = puzzle.widths(hidden)
    rows = deque(range(len(puzzle.system.equations)))
    waiting = set(rows)
    lonely = _lonely(puzzle, low, high)

    def reopen(place: int) -> None:
        low[place], high[place] = puzzle.low[place], puzzle.high[place]
        width[place] = max(puzzle.width[place], puzzle.hidden_width[place])
        for row in map(int, puzzle.equations_of[place]):
            lonely[row] = _unknown(puzzle, row, low, high) == 1
            if row not in waiting:
                waiting.add(row)
                rows.append(row)

    while rows:
        row = rows.popleft()
        waiting.discard(row)
        members = _members(puzzle, row)
        while _tells(members, low, high, width, puzzle.value):
            options = [
                place
                for place in members
                if puzzle.own[place] and not hidden[place] and puzzle.low[place] < puzzle.high[place]
            ]
            if not options:
                break
            best = min(options, key=_price_here(puzzle, price, lonely, row))
            hidden[best] = True
            reopen(best)


def _price_here(
    puzzle: Puzzle, price: Floats, lonely: list[bool], row: int
) -> Callable[[int], tuple[float, int]]:
    def key(place: int) -> tuple[float, int]:
        mends_two = any(lonely[int(other)] for other in puzzle.equations_of[place] if other != row)
        return (float(price[place]) * (MENDS_TWO if mends_two else 1.0), place)

    return key


def _lonely(puzzle: Puzzle, low: Floats, high: Floats) -> list[bool]:
    return [_unknown(puzzle, row, low, high) == 1 for row in range(len(puzzle.system.equations))]


def _unknown(puzzle: Puzzle, row: int, low: Floats, high: Floats) -> int:
    return sum(1 for place in _members(puzzle, row) if np.isinf(high[place]) and low[place] < high[place])


def _tells(members: tuple[int, ...], low: Floats, high: Floats, width: Floats, value: Floats) -> bool:
    """Whether a total by itself narrows down one of its amounts too far."""
    places = list(members)
    wanted = width[places] > 0
    if not wanted.any():
        return False
    unknown = np.isinf(high[places])
    slack = float((high[places] - low[places])[~unknown].sum())
    need = float(width[places][wanted & unknown].max(initial=0.0))
    if not need or slack >= need:
        return False
    if int(unknown.sum()) < 2:
        return True
    # The total, which comes first, may be anything: only its parts are bounded by it.
    return not unknown[0] and float(value[places][unknown].sum()) + slack < need
