"""Counts rounded to a base, and what a rounded count still tells."""

from __future__ import annotations

from aanwezig.disclosure.policies import Policy


def rounded(count: int, base: int | None) -> int:
    """The multiple of the base that is nearest, upwards from halfway; every cell by itself."""
    return count if base is None else (2 * count + base) // (2 * base) * base


def may_be(shown: int, policy: Policy) -> tuple[int, int]:
    """The least and the most that a count can be of which a policy shows this number."""
    base = policy.rounding_base
    if base is None:
        return shown, shown
    least, most = max(0, shown - base // 2), shown + (base - 1) // 2
    # What is too few is not shown, so a count that is shown is nobody or enough.
    if shown == 0 and policy.zeros == "shown":
        return 0, most if most >= policy.minimum else 0
    return max(least, policy.minimum), max(most, policy.minimum)
