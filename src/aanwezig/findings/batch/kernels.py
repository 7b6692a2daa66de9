"""Numba kernels over days sorted by pupil, school and date. Arrays in, arrays out; no register known here."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

WINDOW = 28  # four lesson weeks of seven positions


@njit(cache=True)  # type: ignore[untyped-decorator]
def threshold_windows(
    series: NDArray[np.int64],
    position: NDArray[np.int32],
    amount: NDArray[np.float64],
    threshold: float,
    at_least: bool,
    window: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """The windows in which amounts add up to a threshold, scanning days upward (docs/specification/rules.md §9.1).

    Rows are days of one series (pupil × school), sorted by series and day; ``position`` is lesson-week
    time. On the first day whose earliest possible begin reaches the threshold a window is raised, and
    counting starts anew the next day. Returns begin row, end row and amount of each window.

    Two pointers: the earliest row after the last reset that still lies in the window of the present day
    is the begin, for its sum is the largest of all windows that end here.
    """
    size = len(series)
    begins = np.empty(size, np.int64)
    ends = np.empty(size, np.int64)
    amounts = np.empty(size, np.float64)
    found = 0
    begin = 0
    total = 0.0
    for row in range(size):
        if row > 0 and series[row] != series[row - 1]:
            begin, total = row, 0.0
        total += amount[row]
        while position[row] - position[begin] >= window:
            total -= amount[begin]
            begin += 1
        # A day that adds nothing is no begin.
        while begin < row and amount[begin] <= 0.0:
            begin += 1
        reached = total >= threshold if at_least else total > threshold
        if reached and amount[row] > 0.0:
            # Sum anew: adding and taking away floats would leave a rest.
            exact = 0.0
            for inner in range(begin, row + 1):
                exact += amount[inner]
            begins[found], ends[found], amounts[found] = begin, row, exact
            found += 1
            begin, total = row + 1, 0.0
    return begins[:found], ends[:found], amounts[:found]


@njit(cache=True)  # type: ignore[untyped-decorator]
def runs(
    series: NDArray[np.int64],
    school_day: NDArray[np.int32],
    holds: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Runs of school days on which something holds; a school day without it, or without a row, breaks.

    Rows as above, ``school_day`` the running number of the day in its calendar. Returns first and last row.
    """
    size = len(series)
    firsts = np.empty(size, np.int64)
    lasts = np.empty(size, np.int64)
    found = 0
    open_run = False
    for row in range(size):
        if not holds[row]:
            open_run = False
            continue
        goes_on = open_run and series[row] == series[row - 1] and school_day[row] == school_day[row - 1] + 1
        if goes_on:
            lasts[found - 1] = row
        else:
            firsts[found], lasts[found] = row, row
            found += 1
        open_run = True
    return firsts[:found], lasts[:found]
