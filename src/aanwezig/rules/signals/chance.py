"""How unlikely a count is by chance: an exact test, and the false-discovery rate over several of them.

Both in whole numbers and plain floats: a criterion for thousands of pupils does not wait for a statistics
package, and the tests compare these with scipy's.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb


def chance_of_at_least(hits: int, marked: int, drawn: int, total: int) -> float:
    """The chance of ``hits`` or more marked among ``drawn`` of ``total``, ``marked`` of which are marked.

    The upper tail of the hypergeometric distribution (Fisher's exact test, one-sided): how likely is it that
    so many of the days missed are Mondays, when missed days fall anywhere?
    """
    highest = min(marked, drawn)
    if hits <= max(0, drawn + marked - total):
        return 1.0
    ways = sum(comb(marked, n) * comb(total - marked, drawn - n) for n in range(hits, highest + 1))
    return ways / comb(total, drawn)


def adjusted(chances: Sequence[float]) -> list[float]:
    """The chances adjusted by Benjamini and Hochberg (1995), in the order given.

    Keeping those at most q keeps the share of false findings at q.
    """
    order = sorted(range(len(chances)), key=lambda index: chances[index], reverse=True)
    found = [1.0] * len(chances)
    lowest = 1.0
    for place, index in enumerate(order):
        rank = len(chances) - place
        lowest = min(lowest, chances[index] * len(chances) / rank)
        found[index] = lowest
    return found
