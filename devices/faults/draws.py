"""Randomness without a state: a draw is a pure function of the seed and of what it is about.

So a device or a message meets the same fate however the load is divided among processes, and it
can be told again afterwards.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats

Keys: TypeAlias = NDArray[np.uint64]

# SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
STEP = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
MANTISSA_BITS = 53


def keys_of(names: Iterable[str]) -> Keys:
    """Return a number for each name, to draw by; shape (n,)."""
    digests = b"".join(sha256(name.encode()).digest()[:8] for name in names)
    return np.frombuffer(digests, np.uint64).copy()


def drawn(seed: int, purpose: str, keys: Keys, numbers: NDArray[np.int64] | int = 0) -> Floats:
    """Draw evenly from 0 (inclusive) to 1 (exclusive).

    Args:
        seed: Of the run.
        purpose: What for; draws for different purposes have nothing to do with each other.
        keys: Who, shape (n,).
        numbers: For the how manieth time, shape (n,) or one for all.

    Returns:
        Shape (n,).
    """
    begin = keys_of([f"{seed}/{purpose}"])
    mixed = _mixed(_mixed(keys ^ begin) ^ np.asarray(numbers).astype(np.uint64))
    shift = np.uint64(64 - MANTISSA_BITS)
    return (mixed >> shift).astype(np.float64) / float(1 << MANTISSA_BITS)


def _mixed(values: Keys) -> Keys:
    mixed = values + STEP  # wraps around, as it should
    mixed = (mixed ^ (mixed >> np.uint64(30))) * FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * SECOND
    result: Keys = mixed ^ (mixed >> np.uint64(31))
    return result
