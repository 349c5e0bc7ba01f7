"""Readings of one kind, sorted by device and time, each device and moment once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ingest.core.repeats import merged_runs, starts_of_runs
from ingest.rollups.arrays import Floats, Integers, Slots


@dataclass(frozen=True)
class Batch:
    """n readings in order.

    Attributes:
        slots: Shape (n,), rows of their devices, ascending.
        ts_ms: Shape (n,), int64, Unix milliseconds, ascending for each device.
        values: Shape (n, fields) as in a `Frame`.
        window_ms: Length of the shortest windows.
    """

    slots: Slots
    ts_ms: Integers
    values: Floats
    window_ms: int

    def __len__(self) -> int:
        return len(self.ts_ms)

    @cached_property
    def is_first(self) -> NDArray[np.bool_]:
        """Which readings are the first of their device in the batch."""
        return starts_of_runs(self.slots)

    @cached_property
    def is_last(self) -> NDArray[np.bool_]:
        """Which readings are the last of their device in the batch."""
        return np.append(self.is_first[1:], np.True_)

    @cached_property
    def starts_ms(self) -> Integers:
        """Start of each reading's window."""
        first_ms = int(self.ts_ms.min()) // self.window_ms * self.window_ms
        if int(self.ts_ms.max()) < first_ms + self.window_ms:
            return np.broadcast_to(np.int64(first_ms), self.ts_ms.shape)
        return self.ts_ms - self.ts_ms % self.window_ms

    @cached_property
    def segments(self) -> Slots:
        """Where readings of another device or of another window begin."""
        return np.flatnonzero(starts_of_runs(self.slots, self.starts_ms))

    def only(self, rows: NDArray[np.bool_]) -> "Batch":
        """Return the batch with some of its readings; itself when with all."""
        if rows.all():
            return self
        return Batch(self.slots[rows], self.ts_ms[rows], self.values[rows], self.window_ms)

    def blocks(self, readings: int) -> Iterator["Batch"]:
        """Yield the batch in parts of at most so many readings."""
        for start in range(0, len(self), readings):
            part = slice(start, start + readings)
            yield Batch(self.slots[part], self.ts_ms[part], self.values[part], self.window_ms)


def batch_of(slots: Slots, ts_ms: Integers, values: Floats, window_ms: int) -> Batch:
    """Sort readings; of one device and moment the later in arrival wins, field by field."""
    order = np.lexsort((ts_ms, slots))
    batch = Batch(slots[order], ts_ms[order], values.take(order, axis=0), window_ms)
    is_first = starts_of_runs(batch.slots, batch.ts_ms)
    if is_first.all():
        return batch
    merged = merged_runs(batch.values, is_first)
    return Batch(batch.slots[is_first], batch.ts_ms[is_first], merged, window_ms)
