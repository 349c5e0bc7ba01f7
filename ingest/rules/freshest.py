"""The latest value of one field of each device, whatever other readings left it out."""

import numpy as np

from ingest.rules.arrays import NEVER, Floats, Millis, Rows, grown


class Freshest:
    """Remembers values and their timestamps.

    Args:
        column: Of the field.

    Attributes:
        value: Shape (devices,).
        ts_ms: Shape (devices,), or `NEVER`.
    """

    def __init__(self, column: int) -> None:
        self._column = column
        self.value = np.empty(0)
        self.ts_ms = np.empty(0, dtype=np.int64)

    def grow(self, devices: int) -> None:
        """Make room for so many devices."""
        self.value = grown(self.value, devices, np.nan)
        self.ts_ms = grown(self.ts_ms, devices, NEVER)

    def take(self, rows: Rows, ts_ms: Millis, readings: Floats) -> None:
        """Take readings in time order, none older than its device's last."""
        values = readings[:, self._column]
        absent = np.isnan(values)
        if absent.any():
            told = ~absent
            rows, ts_ms, values = rows[told], ts_ms[told], values[told]
        self.value[rows] = values
        self.ts_ms[rows] = ts_ms
