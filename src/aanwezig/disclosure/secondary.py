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
    not known to us. ``price``: what leaving out a cell costs.
    ``width``: how wide an amount must stay, always; ``hidden_width``: when it is left out.
    ``between``: amounts that stand in no table; an interval of theirs does harm when a small number lies in it.
    """

    system: SystemOfSums
    low: Floats
    high: Floats
    shown_low: Floats
    shown_high: Floats
    own: Flags
    value: Floats
    price: Floats
    width: Floats
    hidden_width: Floats
    between: Flags
    minimum: int

    def __post_init__(self) -> None:
        self.matrix: csr_array = self.system.matrix()
        # What was pinned before this table, whatever of it is shown: leaving it out would help nobody.
        self.known_before: Flags = np.zeros(len(self.value), dtype=bool)
        columns: Any = csr_array(self.matrix.T)
        self.equations_of = np.split(columns.indices, columns.indptr[1:-1])

    def bounds(self, hidden: Flags) -> tuple[Floats, Floats]:
        """What is known when these cells are left out and the rest of the table is shown."""
        shown = self.own & ~hidden
        return np.where(shown, self.shown_low, self.low), np.where(shown, self.shown_high, self.high)

    def note_known_before(self) -> None:
        """Find what earlier tables pin without this one; without earlier tables there is nothing."""
        for one in self.pinned(self.own.copy(), reasons=False):
            self.known_before[one.place] = True

    def may_hide(self, place: int, hidden: Flags) -> bool:
        """Whether a cell is shown and can be left out with some use."""
        return bool(
            self.own[place]
            and not hidden[place]
            and not self.known_before[place]
            and self.low[place] < self.high[place]
        )

    def widths(self, hidden: Flags) -> Floats:
        return np.where(self.own & hidden, np.maximum(self.width, self.hidden_width), self.width)

    def harmless(self, place: int, low: float, high: float) -> bool:
        """An amount between tables may be known when it is nobody or enough."""
        return bool(self.between[place]) and (high < 0.5 or low > self.minimum - 0.5)

    def pinned(self, hidden: Flags, *, reasons: bool = True) -> list[Pinned]:
        low, high = self.bounds(hidden)
        found = pinned(self.matrix, low, high, self.widths(hidden), self.harmless, reasons=reasons)
        return [one for one in found if not self.harmless(one.place, one.low, one.high)]

    def prices(self) -> Floats:
        """What leaving out a cell costs; a zero, that people often know, is the last to go."""
        dear = float(self.price[self.own].sum()) + 1
        return np.where(self.value > 0, self.price, dear)


def tells_nothing(puzzle: Puzzle, hidden: Flags) -> bool:
    """Whether nothing is pinned when these cells are left out, and none of them is known already."""
    if (hidden & puzzle.own & puzzle.known_before).any():
        return False
    return all(puzzle.known_before[one.place] for one in puzzle.pinned(hidden, reasons=False))


def protect(puzzle: Puzzle, hidden: Flags) -> Flags:
    """The cells to leave out: those given and what they need."""
    hidden = hidden.copy()
    price = puzzle.prices()
    _mend_totals(puzzle, hidden, price)
    while found := puzzle.pinned(hidden):
        chosen: set[int] = set()
        for one in found:
            if puzzle.known_before[one.place]:
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

    if puzzle.may_hide(one.place, hidden):
        return one.place
    options = [place for place in one.pins if puzzle.may_hide(place, hidden)]
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
        options = [place for place in ring if puzzle.may_hide(place, hidden)]
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
        while _tells(puzzle, members, low, high, width):
            options = [place for place in members if puzzle.may_hide(place, hidden)]
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


def _tells(puzzle: Puzzle, members: tuple[int, ...], low: Floats, high: Floats, width: Floats) -> bool:
    """Whether a total by itself narrows down one of its amounts too far."""
    places = list(members)
    unknown = np.isinf(high[places])
    wanted = (width[places] > 0) & unknown & ~puzzle.known_before[places]
    if not wanted.any():
        return False
    slack = float((high[places] - low[places])[~unknown].sum())
    need = float(width[places][wanted].max())
    if slack >= need:
        return False
    if int(unknown.sum()) < 2:
        alone = places[int(np.flatnonzero(unknown)[0])]
        if not puzzle.between[alone]:
            return True
        total, parts = places[0], [place for place in places[1:] if place != alone]
        if alone == total:
            least, most = float(low[parts].sum()), float(high[parts].sum())
        else:
            least, most = low[total] - float(high[parts].sum()), high[total] - float(low[parts].sum())
        return not puzzle.harmless(alone, least, most)
    # The total, which comes first, may be anything: only its parts are bounded by it.
    return not unknown[0] and float(puzzle.value[places][unknown].sum()) + slack < need
