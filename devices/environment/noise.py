"""Random signals that are pure functions of seed and time.

A signal that steps would differ between models that look at it at different intervals. These do
not step: any moment can be asked for, in any order, and always gives the same value.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b

import numpy as np

BLOCK = 64  # knots drawn at a time


def key_of(seed: int, *name: str) -> int:
    """Return a 64-bit key for a named signal, unrelated to the keys of all other names."""
    text = "\0".join((str(seed), *name)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


@lru_cache(maxsize=4096)
def _block(key: int, index: int) -> tuple[float, ...]:
    counter = np.array([0, 0, 0, index % 2**64], dtype=np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key, counter=counter))
    return tuple(generator.standard_normal(BLOCK).tolist())


def _knots(key: int, position: int) -> tuple[float, ...]:
    """Return the four knots around the interval that begins at a position."""
    index, offset = divmod(position - 1, BLOCK)
    knots = _block(key, index)[offset : offset + 4]
    missing = 4 - len(knots)
    return knots + _block(key, index + 1)[:missing] if missing else knots


class Noise:
    """Smooth Gaussian noise in time, with mean 0 and standard deviation 1 at every moment.

    Args:
        seed: Of the region.
        name: Of the signal; signals of different names are independent.
        periods_s: Weight of each component by the distance of its knots in seconds: with
            `{86_400: 0.9, 3_600: 0.4}` most of the movement takes days and some takes hours.
            The weights are brought to a deviation of 1 together.
    """

    def __init__(self, seed: int, name: str, periods_s: Mapping[float, float]) -> None:
        norm = math.hypot(*periods_s.values())
        self._components = [
            (key_of(seed, name, str(period_s)), period_s, weight / norm)
            for period_s, weight in periods_s.items()
        ]

    def at(self, time_s: float) -> float:
        """Return the value at a time in Unix seconds."""
        total = 0.0
        for key, period_s, weight in self._components:
            position = math.floor(time_s / period_s)
            total += weight * _interpolated(key, position, time_s / period_s - position)
        return total


def _interpolated(key: int, position: int, x: float) -> float:
    """Weigh the four knots around with a cubic B-spline, scaled to keep the deviation at 1."""
    y = 1.0 - x
    before, left = y**3, 4.0 - 6.0 * x**2 + 3.0 * x**3
    right, after = 4.0 - 6.0 * y**2 + 3.0 * y**3, x**3
    one, two, three, four = _knots(key, position)
    value = before * one + left * two + right * three + after * four
    return value / math.sqrt(before**2 + left**2 + right**2 + after**2)


def uniform(seed: int, *name: str) -> float:
    """Return the one number in 0 ≤ x < 1 that belongs to this name."""
    return (key_of(seed, *name) >> 11) * 2.0**-53
