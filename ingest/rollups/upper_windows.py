"""The windows of one kind that are made of shorter ones, tier by tier."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.rollups.layout import Layout
from ingest.rollups.tiers import Tiers
from ingest.rollups.window import Window


class ClosedWindow(NamedTuple):
    """A window that nothing is added to any more, and its tier's place among the tiers."""

    tier: int
    window: Window


class UpperWindows:
    """The open window of each tier but the first; only closed windows are merged into them.

    Args:
        layout: Of the kind.
        tiers: Lengths.
    """

    def __init__(self, layout: Layout, tiers: Tiers) -> None:
        self._layout = layout
        self._lengths_ms = tiers.lengths_ms
        self._open: list[Window | None] = [None] * (len(tiers.lengths_ms) - 1)

    def __iter__(self) -> Iterator[Window]:
        yield from (window for window in self._open if window)

    def close(self, windows: Sequence[Window], until_ms: int) -> Iterator[ClosedWindow]:
        """Yield windows of the first tier, and those of the others that close with them.

        To be run to its end, or the next call misses what was not merged. It touches nothing that
        readings are folded into.

        Args:
            windows: Closed ones of the first tier, in order.
            until_ms: Until when the first tier is closed.
        """
        for window in windows:
            yield from self._ended(window.start_ms)
            yield from self._closed(0, window)
        yield from self._ended(until_ms)

    def _ended(self, until_ms: int) -> Iterator[ClosedWindow]:
        for place, window in enumerate(self._open):
            if window and window.end_ms <= until_ms:
                self._open[place] = None
                yield from self._closed(place + 1, window)

    def _closed(self, tier: int, window: Window) -> Iterator[ClosedWindow]:
        yield ClosedWindow(tier, window)
        if tier < len(self._open):
            upper = self._open[tier] or self._new(tier, window)
            upper.merge(window)

    def _new(self, place: int, first: Window) -> Window:
        length_ms = self._lengths_ms[place + 1]
        start_ms = first.start_ms // length_ms * length_ms
        window = Window(self._layout, start_ms, start_ms + length_ms, len(first.heard))
        self._open[place] = window
        return window
