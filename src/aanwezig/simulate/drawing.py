"""Drawing by chance so that the same seed gives the same register, whatever the number of cores."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Purpose(IntEnum):
    """What a stream of chance is for: one subject that draws more never shifts another."""

    SCHOOLS = 1
    PUPILS = 2
    EVERYDAY = 3
    PROBLEMATIC = 4
    PLANTED = 5
    RECORDING = 6
    FAULTS = 7
    BESIDE = 8
    LEAN = 9


def stream(seed: int, purpose: Purpose, number: int = 0) -> np.random.Generator:
    """The stream of a purpose and a block of pupils."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, int(purpose), number))))


def ramp(lengths: Array) -> Array:
    """0, 1, … up to each length in turn: ``[2, 3]`` gives ``[0, 1, 0, 1, 2]``."""
    lengths = lengths.astype(np.int64)
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    found: Array = np.arange(total, dtype=np.int64) - np.repeat(ends - lengths, lengths)
    return found


def choose(rng: np.random.Generator, weights: Sequence[float] | Array, size: int) -> Array:
    """Positions drawn in proportion to their weights."""
    cumulative = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")
    found: Array = np.minimum(drawn, len(cumulative) - 1)
    return found


def shared_out(total: int, weights: Array, at_least: int = 0) -> Array:
    """A whole number shared out by weight, the largest remainders rounded up; it adds up exactly."""
    weights = np.asarray(weights, dtype=np.float64)
    free = total - at_least * len(weights)
    exact = weights / weights.sum() * free
    found: Array = np.floor(exact).astype(np.int64)
    rest = free - int(found.sum())
    order = np.argsort(-(exact - found), kind="stable")
    found[order[:rest]] += 1
    found += at_least
    return found
