"""All there is to the windows of one kind: its devices, their memory, and what is open."""

from collections.abc import Iterator

import numpy as np

from devices.schema import Kind
from ingest.core.rows import Rows
from ingest.rollups.arrays import Floats, Integers, Slots
from ingest.rollups.batch import batch_of
from ingest.rollups.carry import Carry
from ingest.rollups.device_rows import device_rows
from ingest.rollups.disorder import Stretches, sift
from ingest.rollups.fold import fold
from ingest.rollups.layout import Layout
from ingest.rollups.open_windows import OpenWindows
from ingest.rollups.roster import Roster
from ingest.rollups.site_rows import site_rows
from ingest.rollups.tiers import Tiers
from ingest.rollups.upper_windows import ClosedWindow, UpperWindows
from ingest.rollups.window import Window

DEVICES_AT_ONCE = 10_000
"""Rows are made for about so many devices at a time."""


class KindRollups:
    """Folds readings of one kind and writes its windows; live and recomputed windows are its.

    Args:
        kind: Schema.
        tiers: Window lengths.
        closed_until_ms: Start of the first window, a multiple of the shortest length.
    """

    def __init__(self, kind: Kind, tiers: Tiers, closed_until_ms: int) -> None:
        self.kind = kind
        self.roster = Roster()
        self.carry = Carry(layout := Layout(kind, tiers.span_ms))
        self.windows = OpenWindows(layout, tiers.lengths_ms[0], closed_until_ms)
        self._upper = UpperWindows(layout, tiers)
        self._layout = layout
        self._tiers = tiers

    def make_room(self) -> None:
        """Have a row for every device of the roster."""
        self.carry.make_room(len(self.roster))
        self.windows.make_room(len(self.roster))

    def fold(self, slots: Slots, ts_ms: Integers, values: Floats) -> Stretches:
        """Fold readings in, in order of arrival, and return what is wrong until recomputed.

        Args:
            slots: Shape (n,), rows in the roster.
            ts_ms: Shape (n,), int64, Unix milliseconds.
            values: Shape (n, fields), as in a `Frame`.
        """
        self.make_room()
        batch = batch_of(slots, ts_ms, values, self._tiers.lengths_ms[0])
        batch, wrong = sift(batch, self.carry, self._layout, self.windows.closed_until_ms)
        if len(batch):
            fold(batch, self._layout, self.carry, self.windows)
        return wrong

    def close(self, until_ms: int) -> Iterator[Rows]:
        """Close the windows that end by then and return their rows, which are made on demand.

        What comes of a very large fleet takes a while, so the rows may be made in another thread,
        and while readings are folded in; but to their end, before the next call.

        Args:
            until_ms: A multiple of the shortest length.
        """
        closed = self.windows.close(until_ms, self.carry)
        return self._rows_of(self._upper.close(closed, self.windows.closed_until_ms))

    def early(self, until_ms: int) -> Iterator[Iterator[Rows]]:
        """Yield rows of the open windows of the first tier as they are at a moment.

        They come in parts: what is yielded has been taken out of the windows, and its rows are
        made on demand, in another thread or whenever.
        """
        for window in self.windows:
            so_far = self.windows.settled(window, self.carry, until_ms)
            for slots in self.roster.by_site(so_far.heard, DEVICES_AT_ONCE):
                yield self._rows(so_far.part(slots), slots, self._tiers.suffixes[0])

    def sites(self) -> Iterator[tuple[int, set[str]]]:
        """Yield the start of each open window, and the sites of which a device was heard in it."""
        for window in (*self.windows, *self._upper):
            numbers = np.bincount(self.roster.sites_of(np.flatnonzero(window.heard)))
            names = {self.roster.sites[number] for number in np.flatnonzero(numbers).tolist()}
            yield window.start_ms, names

    def _rows_of(self, closed: Iterator[ClosedWindow]) -> Iterator[Rows]:
        for tier, window in closed:
            for slots in self.roster.by_site(window.heard, DEVICES_AT_ONCE):
                yield from self._rows(window.part(slots), slots, self._tiers.suffixes[tier])

    def _rows(self, part: Window, slots: Slots, suffix: str) -> Iterator[Rows]:
        for first in range(0, len(slots), DEVICES_AT_ONCE):  # one site may have them all
            some = slice(first, first + DEVICES_AT_ONCE)
            yield device_rows(self._layout, self.roster, part.part(some), slots[some], suffix)
        yield site_rows(self._layout, self.roster, part, slots, suffix)
