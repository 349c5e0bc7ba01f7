"""Random numbers by number: the same key and count always give the same draw.

A generator gives what comes next, so a model that draws when something happens depends on how
often it looks. These do not: the third session of a charger is the same at any step length.
"""

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats

Keys = NDArray[np.uint64]
Counts = NDArray[np.int64]

# The increment and the multipliers of SplitMix64 (Steele, Lea and Flood 2014).
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)


def keys(count: int, rng: np.random.Generator) -> Keys:
    """Return a key for each of n devices."""
    return rng.integers(0, 2**64, count, dtype=np.uint64)


def uniforms(keys: Keys, counts: Counts, columns: int) -> Floats:
    """Return independent numbers in 0 ≤ number < 1, shape (columns, n).

    Args:
        keys: Of the devices, shape (n,).
        counts: Which draw of each device, shape (n,).
        columns: How many numbers each draw has.
    """
    drawn = _mixed(keys + GOLDEN * counts.astype(np.uint64))
    number = np.arange(1, columns + 1, dtype=np.uint64)[:, np.newaxis]
    bits = _mixed(drawn + GOLDEN * number) >> np.uint64(11)
    return bits.astype(np.float64) * 2.0**-53


def _mixed(bits: Keys) -> Keys:
    bits = (bits ^ (bits >> np.uint64(30))) * FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * SECOND
    return bits ^ (bits >> np.uint64(31))
