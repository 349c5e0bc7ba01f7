"""The windows of one kind that are not closed yet, tier by tier."""

from collections.abc import Iterator
from copy import copy
from typing import NamedTuple

import numpy as np

from ingest.rollups.arrays import Integers, Slots
from ingest.rollups.carry import Carry
from ingest.rollups.layout import Layout
from ingest.rollups.tiers import Tiers
from ingest.rollups.window import Window


class ClosedWindow(NamedTuple):
    """A window that nothing is added to any more, and its tier's place among the tiers."""

    tier: int
    window: Window


class OpenWindows:
    """Windows by start. Only those of the first tier are folded into; they make up the others.

    Args:
        layout: Of the kind.
        tiers: Lengths.
        closed_until_ms: Start of the first window that may be opened.

    Attributes:
        closed_until_ms: End of the last window of the first tier that was closed.
    """

    def __init__(self, layout: Layout, tiers: Tiers, closed_until_ms: int) -> None:
        self.closed_until_ms = closed_until_ms
        self._layout = layout
        self._lengths_ms = tiers.lengths_ms
        self._devices = 0
        self._first: dict[int, Window] = {}
        self._upper: list[Window | None] = [None] * (len(tiers.lengths_ms) - 1)

    def make_room(self, devices: int) -> None:
        """Have a row for that many devices in every window."""
        self._devices = devices
        for window in self:
            window.make_room(devices)

    def __iter__(self) -> Iterator[Window]:
        yield from self._first.values()
        yield from (window for window in self._upper if window)

    def first_tier(self) -> list[Window]:
        """Return the open windows of the first tier by start."""
        return [self._first[start_ms] for start_ms in sorted(self._first)]

    def at(self, start_ms: int) -> Window:
        """Return a window of the first tier, opened if need be."""
        window = self._first.get(start_ms)
        if window is None:
            window = self._first[start_ms] = self._new(0, start_ms)
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
        length_ms = self._lengths_ms[0]
        start_ms = int(from_ms.min()) // length_ms * length_ms
        for at_ms in range(start_ms, int(until_ms.max()), length_ms):
            if ((from_ms < at_ms + length_ms) & (until_ms > at_ms)).any():
                self.at(at_ms).add_held(slots, words, from_ms, until_ms)

    def close(self, until_ms: int, carry: Carry) -> Iterator[ClosedWindow]:
        """Close, in order, every window that ends by then.

        Args:
            until_ms: A multiple of the first tier's length.
            carry: What still holds at the end of a window, and is added to it.
        """
        while self.closed_until_ms < until_ms:
            start_ms = self.closed_until_ms
            window = self._first.pop(start_ms, None)
            if window is None and self._held_last_ms(carry) > start_ms:
                window = self._new(0, start_ms)
            if window is None:
                self.closed_until_ms = min([until_ms, *self._first])
            else:
                self._settle(window, carry, window.end_ms)
                self.closed_until_ms = window.end_ms
                yield from self._closed(0, window)
            yield from self._close_upper()

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

    def _closed(self, tier: int, window: Window) -> Iterator[ClosedWindow]:
        yield ClosedWindow(tier, window)
        if tier < len(self._upper):
            upper = self._upper[tier]
            if upper is None:
                length_ms = self._lengths_ms[tier + 1]
                upper = self._new(tier + 1, window.start_ms // length_ms * length_ms)
                self._upper[tier] = upper
            upper.merge(window)

    def _close_upper(self) -> Iterator[ClosedWindow]:
        for place, upper in enumerate(self._upper):
            if upper and upper.end_ms <= self.closed_until_ms:
                self._upper[place] = None
                yield from self._closed(place + 1, upper)

    def _new(self, tier: int, start_ms: int) -> Window:
        end_ms = start_ms + self._lengths_ms[tier]
        return Window(self._layout, start_ms, end_ms, self._devices)
