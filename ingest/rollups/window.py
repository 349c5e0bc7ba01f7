"""What a window knows of each device so far; every part of it can be merged in any order."""

from copy import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ingest.rollups.arrays import Floats, Integers, Slots, grown, room_for
from ingest.rollups.layout import Layout


class Window:
    """Accumulators of one window of one kind, a row for each device.

    Attributes:
        start_ms: Its first millisecond, Unix time.
        end_ms: The first millisecond after it.
        heard: Shape (devices,), True where a reading came.
        sums: Shape (devices, gauges + 2 · circular), int64, in units of summing; of directions
            all the cosines, then all the sines.
        counts: Shape (devices, gauges + circular), int32.
        low: Shape (devices, gauges), NaN where nothing came.
        high: Likewise.
        gains: Shape (devices, counters), int64, in units of summing.
        last: Shape (devices, ordered), the last value, a state's code, or NaN.
        held_ms: Shape (devices · words,), int64, how long each word of the timed fields lasted.
    """

    def __init__(self, layout: Layout, start_ms: int, end_ms: int, devices: int) -> None:
        rows = room_for(devices)
        gauges, circular = len(layout.gauges), len(layout.circular)
        self.start_ms = start_ms
        self.end_ms = end_ms
        self.words = layout.first_words[-1]
        self.heard = np.zeros(rows, np.bool_)
        self.sums = np.zeros((rows, gauges + 2 * circular), np.int64)
        self.counts = np.zeros((rows, gauges + circular), np.int32)
        self.low = np.full((rows, gauges), np.nan)
        self.high = np.full((rows, gauges), np.nan)
        self.gains = np.zeros((rows, len(layout.counters)), np.int64)
        self.last = np.full((rows, len(layout.ordered)), np.nan)
        self.held_ms = np.zeros((rows, self.words), np.int64)

    @property
    def bytes_per_device(self) -> int:
        """What a device takes in it."""
        arrays = (self.heard, self.sums, self.counts, self.low, self.high, self.gains, self.last)
        return sum(array[:1].nbytes for array in (*arrays, self.held_ms))

    def make_room(self, devices: int) -> None:
        """Have a row for that many devices."""
        if len(self.heard) >= devices:
            return
        self.heard = grown(self.heard, devices, fill=False)
        self.sums = grown(self.sums, devices, 0)
        self.counts = grown(self.counts, devices, 0)
        self.low = grown(self.low, devices, np.nan)
        self.high = grown(self.high, devices, np.nan)
        self.gains = grown(self.gains, devices, 0)
        self.last = grown(self.last, devices, np.nan)
        self.held_ms = grown(self.held_ms, devices, 0)

    def add_gauges(
        self, slots: Slots, sums: Integers, counts: NDArray[np.int32], low: Floats, high: Floats
    ) -> None:
        """Add what came of each device; no device twice."""
        self.sums[slots] += sums
        self.counts[slots] += counts
        self.low[slots] = np.fmin(self.low[slots], low)
        self.high[slots] = np.fmax(self.high[slots], high)

    def add_held(self, slots: Slots, words: Slots, from_ms: Integers, until_ms: Integers) -> None:
        """Add the parts of intervals that lie in the window; a device may come many times.

        Args:
            slots: Shape (n,), devices.
            words: Shape (n,), column of the word that held.
            from_ms: Shape (n,), since when.
            until_ms: Shape (n,), until when; at or before `from_ms` for never.
        """
        lasted_ms = np.minimum(until_ms, self.end_ms) - np.maximum(from_ms, self.start_ms)
        inside = lasted_ms > 0
        if inside.any():
            cells = slots[inside] * self.words + words[inside]
            np.add.at(self.held_ms.reshape(-1), cells, lasted_ms[inside])

    def part(self, slots: Slots | slice) -> "Window":
        """Return a window of some devices alone, in that order.

        It does not change with this one, unless it is a slice of it.
        """
        part = copy(self)
        part.heard, part.gains = self.heard[slots], self.gains[slots]
        part.sums, part.counts = self.sums[slots], self.counts[slots]
        part.low, part.high = self.low[slots], self.high[slots]
        part.last, part.held_ms = self.last[slots], self.held_ms[slots]
        return part

    def merge(self, later: Self) -> None:
        """Add a window that lies in this one, after all that were merged before."""
        rows = len(later.heard)
        self.make_room(rows)
        self.heard[:rows] |= later.heard
        self.sums[:rows] += later.sums
        self.counts[:rows] += later.counts
        np.fmin(self.low[:rows], later.low, out=self.low[:rows])
        np.fmax(self.high[:rows], later.high, out=self.high[:rows])
        self.gains[:rows] += later.gains
        np.copyto(self.last[:rows], later.last, where=~np.isnan(later.last))
        self.held_ms[:rows] += later.held_ms
