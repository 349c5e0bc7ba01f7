"""The windows of one kind that readings are folded into: those of the shortest tier."""

from collections.abc import Iterator
from copy import copy

import numpy as np

from ingest.rollups.arrays import Integers, Slots
from ingest.rollups.carry import Carry
from ingest.rollups.layout import Layout
from ingest.rollups.window import Window


class OpenWindows:
    """Windows of the first tier by start; once closed, they make up the others.

    Args:
        layout: Of the kind.
        length_ms: Of a window.
        closed_until_ms: Start of the first window that may be opened.

    Attributes:
        closed_until_ms: End of the last window that was closed.
    """

    def __init__(self, layout: Layout, length_ms: int, closed_until_ms: int) -> None:
        self.closed_until_ms = closed_until_ms
        self._layout = layout
        self._length_ms = length_ms
        self._devices = 0
        self._windows: dict[int, Window] = {}

    def make_room(self, devices: int) -> None:
        """Have a row for that many devices in every window."""
        self._devices = devices
        for window in self:
            window.make_room(devices)

    def __iter__(self) -> Iterator[Window]:
        return iter([self._windows[start_ms] for start_ms in sorted(self._windows)])

    def at(self, start_ms: int) -> Window:
        """Return a window, opened if need be."""
        window = self._windows.get(start_ms)
        if window is None:
            window = self._windows[start_ms] = self._new(start_ms)
        return window

    def add_held(
        self, slots: Slots, words: Integers, from_ms: Integers, until_ms: Integers
    ) -> None:
        """Add how long words held, to all windows that the intervals cross; see `Window.add_held`.

        What lies in closed windows was added when they closed.
        """
        from_ms = np.maximum(from_ms, self.closed_until_ms)
        rows = until_ms > from_ms
        if not rows.any():
            return
        slots, words, from_ms, until_ms = slots[rows], words[rows], from_ms[rows], until_ms[rows]
        length_ms = self._length_ms
        start_ms = int(from_ms.min()) // length_ms * length_ms
        for at_ms in range(start_ms, int(until_ms.max()), length_ms):
            if ((from_ms < at_ms + length_ms) & (until_ms > at_ms)).any():
                self.at(at_ms).add_held(slots, words, from_ms, until_ms)

    def close(self, until_ms: int, carry: Carry) -> list[Window]:
        """Close every window that ends by then, and return those that have anything, in order.

        Args:
            until_ms: A multiple of a window's length.
            carry: What still holds at the end of a window, and is added to it.
        """
        closed = []
        while self.closed_until_ms < until_ms:
            start_ms = self.closed_until_ms
            window = self._windows.pop(start_ms, None)
            if window is None and self._held_last_ms(carry) > start_ms:
                window = self._new(start_ms)
            if window is None:
                self.closed_until_ms = min([until_ms, *self._windows])
            else:
                self._settle(window, carry, window.end_ms)
                self.closed_until_ms = window.end_ms
                closed.append(window)
        return closed

    def leap(self, closed_until_ms: int) -> None:
        """Go on at a later moment, and forget the windows before it."""
        for start_ms in [each for each in self._windows if each < closed_until_ms]:
            del self._windows[start_ms]
        self.closed_until_ms = closed_until_ms

    def settled(self, window: Window, carry: Carry, until_ms: int) -> Window:
        """Return an open window as it is at a moment; the window itself stays as it is."""
        so_far = copy(window)
        so_far.held_ms = window.held_ms.copy()
        self._settle(so_far, carry, until_ms)
        return so_far

    def _settle(self, window: Window, carry: Carry, until_ms: int) -> None:
        """Add to a window how long the last states have held in it by a moment."""
        counters = len(self._layout.counters)
        for position in range(len(self._layout.timed)):
            since_ms = carry.field_ts_ms[: self._devices, counters + position]
            rows = np.flatnonzero(since_ms + self._layout.longest_gap_ms > window.start_ms)
            words = carry.field_value[rows, counters + position]
            since_ms = since_ms[rows]
            gap_end_ms = since_ms + self._layout.longest_gap_ms
            window.add_held(
                rows,
                self._layout.first_words[position] + words,
                np.maximum(since_ms, self.closed_until_ms),
                np.minimum(gap_end_ms, until_ms),
            )

    def _held_last_ms(self, carry: Carry) -> int:
        """Return until when at most anything holds."""
        newest_ms = carry.field_ts_ms[: self._devices, len(self._layout.counters) :]
        return int(newest_ms.max(initial=-(2**61))) + self._layout.longest_gap_ms

    def _new(self, start_ms: int) -> Window:
        return Window(self._layout, start_ms, start_ms + self._length_ms, self._devices)
