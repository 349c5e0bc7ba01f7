"""For how long a field has had the same value."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ingest.rules.arrays import NEVER, Floats, Millis, Rows, grown


class Stillness:
    """Remembers of each device the field's value and since when it has it.

    Args:
        column: Of the field.
    """

    def __init__(self, column: int) -> None:
        self.column = column
        self._value = np.empty(0)
        self._since_ms = np.empty(0, dtype=np.int64)

    def grow(self, subjects: int) -> None:
        """Make room for so many devices."""
        self._value = grown(self._value, subjects, np.nan)
        self._since_ms = grown(self._since_ms, subjects, NEVER)

    def ages_s(self, rows: Rows, ts_ms: Millis, readings: Floats) -> Floats:
        """Take readings in time order; return the value's age at each, seconds, NaN if absent."""
        values = readings[:, self.column]
        ages = np.full(len(rows), np.nan)
        told = np.flatnonzero(~np.isnan(values))
        if not len(told):
            return ages
        told = told[np.argsort(rows[told], kind="stable")]  # device by device, in time order
        device, ts, value = rows[told], ts_ms[told], values[told]
        first = np.ones(len(told), dtype=bool)
        first[1:] = device[1:] != device[:-1]
        before = np.where(first, self._value[device], np.roll(value, 1))
        start = np.where(first, self._since_ms[device], NEVER)
        start = np.where(value == before, start, ts)
        latest = np.maximum.accumulate(np.where(start != NEVER, np.arange(len(told)), 0))
        since = start[latest]
        self._value[device], self._since_ms[device] = value, since
        ages[told] = (ts - since) / 1000
        return ages

    def latest_age_s(self, row: int, ts_ms: int) -> float:
        """Return for how long a device's value had not changed at a moment, seconds."""
        return (ts_ms - int(self._since_ms[row])) / 1000

    def state(self) -> dict[str, Millis | Floats]:
        """Return the arrays that a snapshot keeps."""
        return {"value": self._value, "since_ms": self._since_ms}

    def resume(self, rows: Rows, kept: Mapping[str, list[Any]]) -> None:
        """Go on from a snapshot."""
        self._value[rows] = np.array(kept["value"], dtype=float)
        self._since_ms[rows] = kept["since_ms"]
