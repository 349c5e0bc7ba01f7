"""The unit of work: a columnar batch of readings of one kind."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from devices.schema import Kind

NO_SEQ = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A device that was heard: who it is, and what stays the same in all its points.

    Attributes:
        index: Its place in the registry, counted over all kinds.
        site: Topic level.
        kind: Schema of its readings.
        device: Topic level.
        prefix: Measurement and tags in line protocol, with the space before the fields.
    """

    index: int
    site: str
    kind: Kind
    device: str
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """n readings of one kind, columns by field.

    Attributes:
        kind: Schema of the columns.
        sources: Every device the registry knows, so that `sources[device[i]]` sent reading i.
        device: Shape (n,), int32, index into `sources`.
        ts_ms: Shape (n,), int64, Unix milliseconds.
        seq: Shape (n,), int64, the device's sequence number or `NO_SEQ`.
        values: Shape (n, fields), float64; NaN where a field is absent, states as codes,
            booleans as 0 and 1.
    """

    kind: Kind
    sources: list[Source] = field(repr=False)
    device: NDArray[np.int32]
    ts_ms: NDArray[np.int64]
    seq: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ts_ms)
