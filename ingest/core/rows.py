"""What is derived from readings, ready for the store: rollups, alerts, figures of the service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Bucket(StrEnum):
    """Where rows are kept, and so for how long."""

    RAW = "raw"  # as long as readings: days
    ROLLUP = "rollup"  # years


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """n rows of one measurement; each is identified by its tags and its timestamp.

    Attributes:
        bucket: Where they are kept.
        measurement: Name of the measurement or table, of a-z, 0-9, - and _.
        tags: Name of each tag to its n values; values are topic levels, and need no escaping.
        ts_ms: Shape (n,), int64, Unix milliseconds.
        columns: Field name to its n values: float64 with NaN for absent, or texts with None for
            absent. A row has at least one value.
    """

    bucket: Bucket
    measurement: str
    tags: Mapping[str, Sequence[str]]
    ts_ms: NDArray[np.int64]
    columns: Mapping[str, NDArray[np.float64] | Sequence[str | None]]

    def __len__(self) -> int:
        return len(self.ts_ms)
