"""When each device was last heard, and so which readings are news."""

import numpy as np

from devices.schema import Kind
from ingest.rules.arrays import NEVER, Floats, Millis, Rows, grown


class Hearing:
    """Remembers each device's latest reading.

    Attributes:
        last_ms: Shape (devices,), its timestamp, or `NEVER`.
        last: Shape (devices, fields), its values.
    """

    def __init__(self, kind: Kind) -> None:
        self.last_ms = np.empty(0, dtype=np.int64)
        self.last = np.empty((0, len(kind.fields)))

    def grow(self, devices: int) -> None:
        """Make room for so many devices."""
        self.last_ms = grown(self.last_ms, devices, NEVER)
        self.last = grown(self.last, devices, np.nan)

    def hear(self, rows: Rows, ts_ms: Millis, readings: Floats) -> None:
        """Take readings in time order, none older than its device's last."""
        again = ts_ms == self.last_ms[rows]
        if again.any():  # fields that come in several messages belong together
            kept = self.last[rows[again]]
            readings = readings.copy()
            readings[again] = np.where(np.isnan(kept), readings[again], kept)
        self.last_ms[rows] = ts_ms
        self.last[rows] = readings

    def news(self, rows: Rows, ts_ms: Millis, readings: Floats) -> Floats:
        """Return readings of different devices without the values that were heard already.

        A second reading with the timestamp of the last one tells only what that one left open,
        so a duplicate tells nothing.
        """
        again = ts_ms == self.last_ms[rows]
        if not again.any():
            return readings
        known = again[:, None] & ~np.isnan(self.last[rows])
        return np.where(known, np.nan, readings)
