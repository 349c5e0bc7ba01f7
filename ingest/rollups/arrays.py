"""Arrays with a row for each device, which grow by doubling."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

LEAST_ROWS = 64

ScalarT = TypeVar("ScalarT", bound=np.generic)

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Slots = NDArray[np.intp]


def room_for(rows: int) -> int:
    """Return how many rows to allocate: the next power of two."""
    return max(LEAST_ROWS, 1 << (rows - 1).bit_length())


def grown(array: NDArray[ScalarT], rows: int, fill: float) -> NDArray[ScalarT]:
    """Return the array with room for that many rows, new ones filled; itself where it has it."""
    if len(array) >= rows:
        return array
    larger = np.full((room_for(rows), *array.shape[1:]), fill, array.dtype)
    larger[: len(array)] = array
    return larger
