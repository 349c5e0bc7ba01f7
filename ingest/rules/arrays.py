"""Arrays that the state of rules is kept in: a row a device, more rows as devices appear."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]
Millis = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEVER = int(np.iinfo(np.int64).min) // 2
"""A moment that never was; half of the least, so that a duration can be added to it."""

Scalar = TypeVar("Scalar", bound=np.generic)


def grown(array: NDArray[Scalar], rows: int, fill: float) -> NDArray[Scalar]:
    """Return the array with at least so many rows, the new ones filled; twice as many if short."""
    have = len(array)
    if have >= rows:
        return array
    larger = np.full((max(rows, 2 * have), *array.shape[1:]), fill, dtype=array.dtype)
    larger[:have] = array
    return larger


def in_time_order(ts_ms: Millis) -> Rows | None:
    """Return the order that sorts timestamps, first come first; None where they are sorted."""
    if len(ts_ms) < 2 or bool((ts_ms[1:] >= ts_ms[:-1]).all()):
        return None
    return np.argsort(ts_ms, kind="stable")


def rounds(rows: Rows) -> list[Rows]:
    """Split positions so that no device stands twice in a part: all firsts, all seconds.

    Args:
        rows: Shape (n,), the device of each position, in time order.

    Returns:
        Positions into `rows`; together all of them, in time order for each device.
    """
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(first)
    if len(starts) == len(rows):
        return [np.arange(len(rows))]
    turn = np.arange(len(rows)) - np.repeat(starts, np.diff([*starts, len(rows)]))
    by_turn = order[np.argsort(turn, kind="stable")]
    return np.split(by_turn, np.cumsum(np.bincount(turn))[:-1])
