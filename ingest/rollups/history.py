"""Stored readings to compute windows from once more."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """n readings of one kind at one site, in any order.

    Where device and time are the same, the later row wins, field by field, as in the stores.

    Attributes:
        devices: Names of the devices.
        device: Shape (n,), index into `devices`.
        ts_ms: Shape (n,), int64, Unix milliseconds.
        values: Shape (n, fields), float64, as in a `Frame`: NaN where a field is absent, states
            as codes, booleans as 0 and 1.
    """

    devices: Sequence[str]
    device: NDArray[np.int32]
    ts_ms: NDArray[np.int64]
    values: NDArray[np.float64]
