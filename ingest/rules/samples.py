"""How much a field has changed over a stretch of time, from a few samples of each device."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ingest.rules.arrays import NEVER, Bools, Floats, Millis, Rows, grown

PARTS = 15  # of the stretch; one sample is kept for each
SLOTS = PARTS + 2


class Samples:
    """Keeps the first reading in every fifteenth of the stretch, for as long as it takes.

    Args:
        column: Of the field.
        over_s: The stretch, seconds.
        modulus: Where a counter rolls over; None for a gauge.
        rise: A change of at least this may matter,
        fall: or of at most this; screening only.
    """

    def __init__(
        self, column: int, over_s: float, modulus: float | None, rise: float, fall: float
    ) -> None:
        self.column = column
        self.over_s = over_s
        self._over_ms = round(over_s * 1000)
        self._step_ms = max(1, self._over_ms // PARTS)
        self._modulus = modulus
        self._rise, self._fall = rise, fall
        self._ts_ms = np.empty((0, SLOTS), dtype=np.int64)
        self._values = np.empty((0, SLOTS))
        self._due_ms = np.empty(0, dtype=np.int64)
        self._lowest = np.empty(0)
        self._highest = np.empty(0)

    def grow(self, subjects: int) -> None:
        """Make room for so many devices."""
        self._ts_ms = grown(self._ts_ms, subjects, NEVER)
        self._values = grown(self._values, subjects, np.nan)
        self._due_ms = grown(self._due_ms, subjects, NEVER)
        self._lowest = grown(self._lowest, subjects, np.inf)
        self._highest = grown(self._highest, subjects, -np.inf)

    def notable(self, rows: Rows, ts_ms: Millis, readings: Floats) -> Bools:
        """Return which readings must be looked at: a sample is due, or much has changed."""
        values = readings[:, self.column]
        notable: Bools = ts_ms >= self._due_ms[rows]
        notable |= values - self._lowest[rows] >= self._rise
        notable |= values - self._highest[rows] <= self._fall
        return notable

    def changes(self, rows: Rows, ts_ms: Millis, readings: Floats) -> Floats:
        """Keep what is due and return the change over the stretch, each device once.

        Returns:
            Shape (n,). NaN where the field is absent or the change is not known, because the
            device was not heard for so long, or because its counter was reset.
        """
        values = readings[:, self.column]
        told = ~np.isnan(values)
        due = told & (ts_ms >= self._due_ms[rows])
        if due.any():
            self._keep(rows[due], ts_ms[due], values[due])
        then = self._values_at(rows, ts_ms - self._over_ms)
        return self._forward(values - then)

    def latest_change(self, row: int) -> float:
        """Return the change up to the latest sample of a device; NaN when it is not known."""
        rows = np.array([row])
        latest_ms, value = self._ts_ms[rows, -1], self._values[rows, -1]
        change = value - self._values_at(rows, latest_ms - self._over_ms)
        return float(self._forward(change)[0])

    def _forward(self, change: Floats) -> Floats:
        """Return the changes with those of registers that rolled over mended, NaN at resets."""
        if self._modulus is None:
            return change
        rolled = change + self._modulus
        plausible = np.where(rolled < self._modulus / 2, rolled, np.nan)
        return np.where(change < 0, plausible, change)

    def _keep(self, rows: Rows, ts_ms: Millis, values: Floats) -> None:
        self._ts_ms[rows, :-1] = self._ts_ms[rows, 1:]
        self._values[rows, :-1] = self._values[rows, 1:]
        self._ts_ms[rows, -1], self._values[rows, -1] = ts_ms, values
        self._due_ms[rows] = (ts_ms // self._step_ms + 1) * self._step_ms
        self._lowest[rows] = np.fmin.reduce(self._values[rows], axis=1)
        self._highest[rows] = np.fmax.reduce(self._values[rows], axis=1)

    def _values_at(self, rows: Rows, moments_ms: Millis) -> Floats:
        """Return the values at these moments, on the line between the samples around them."""
        ts_ms, values = self._ts_ms[rows], self._values[rows]
        every = np.arange(len(rows))
        after = np.minimum((ts_ms <= moments_ms[:, None]).sum(axis=1), SLOTS - 1)
        before = np.maximum(after - 1, 0)
        start, end = ts_ms[every, before], ts_ms[every, after]
        first, last = values[every, before], values[every, after]
        share = np.clip((moments_ms - start) / np.maximum(end - start, 1), 0, 1)
        line: Floats = first + share * (last - first)
        return line if self._modulus is None else np.where(last < first, last, line)

    def state(self) -> dict[str, Millis | Floats]:
        """Return the arrays that a snapshot keeps."""
        return {"ts_ms": self._ts_ms, "values": self._values}

    def resume(self, rows: Rows, kept: Mapping[str, list[Any]]) -> None:
        """Go on from a snapshot."""
        ts_ms, values = np.array(kept["ts_ms"]), np.array(kept["values"], dtype=float)
        self._ts_ms[rows], self._values[rows] = ts_ms, values
        latest = ts_ms[:, -1]
        due = (latest // self._step_ms + 1) * self._step_ms
        self._due_ms[rows] = np.where(latest == NEVER, NEVER, due)
        self._lowest[rows] = np.fmin.reduce(values, axis=1, initial=np.inf)
        self._highest[rows] = np.fmax.reduce(values, axis=1, initial=-np.inf)
