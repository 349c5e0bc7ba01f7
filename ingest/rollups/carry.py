"""What is remembered of each device from one reading to the next."""

import numpy as np

from ingest.rollups.arrays import LEAST_ROWS, grown
from ingest.rollups.layout import Layout

NEVER_MS = -(2**61)
"""Before all time, and far enough from both ends of int64 to be subtracted and added to."""


class Carry:
    """The last reading of each device, and the last value of each field that has an order.

    Attributes:
        ts_ms: Shape (devices,), time of the newest reading, or `NEVER_MS`.
        reading: Shape (devices, fields), that reading.
        field_ts_ms: Shape (devices, ordered), time of the newest value of each ordered field.
        field_value: Shape (devices, ordered), int64, that value: counters in units of summing,
            states and booleans as codes.
    """

    def __init__(self, layout: Layout) -> None:
        ordered = len(layout.ordered)
        self.ts_ms = np.full(LEAST_ROWS, NEVER_MS, np.int64)
        self.reading = np.full((LEAST_ROWS, len(layout.kind.fields)), np.nan)
        self.field_ts_ms = np.full((LEAST_ROWS, ordered), NEVER_MS, np.int64)
        self.field_value = np.zeros((LEAST_ROWS, ordered), np.int64)

    @property
    def bytes_per_device(self) -> int:
        """What a device takes in it."""
        arrays = self.ts_ms, self.reading, self.field_ts_ms, self.field_value
        return sum(array[:1].nbytes for array in arrays)

    def make_room(self, devices: int) -> None:
        """Have a row for that many devices."""
        if len(self.ts_ms) >= devices:
            return
        self.ts_ms = grown(self.ts_ms, devices, NEVER_MS)
        self.reading = grown(self.reading, devices, np.nan)
        self.field_ts_ms = grown(self.field_ts_ms, devices, NEVER_MS)
        self.field_value = grown(self.field_value, devices, 0)
