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
from ingest.rollups.window import Window


class KindRollups:
    """Folds readings of one kind and writes its windows; live and recomputed windows are its.

    Args:
        kind: Schema.
        tiers: Window lengths.
        closed_until_ms: Start of the first window, a multiple of the shortest length.
    """

    def __init__(self, kind: Kind, tiers: Tiers, closed_until_ms: int) -> None:
        self.roster = Roster()
        self.carry = Carry(layout := Layout(kind, tiers.span_ms))
        self.windows = OpenWindows(layout, tiers, closed_until_ms)
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
        """Close the windows that end by then and yield their rows.

        Args:
            until_ms: A multiple of the shortest length.
        """
        for tier, window in self.windows.close(until_ms, self.carry):
            yield from self._rows(window, self._tiers.suffixes[tier])

    def early(self, until_ms: int) -> Iterator[Rows]:
        """Yield rows of the open windows of the first tier as they are at a moment."""
        for window in self.windows.first_tier():
            so_far = self.windows.settled(window, self.carry, until_ms)
            yield from self._rows(so_far, self._tiers.suffixes[0])

    def sites_of(self, window: Window) -> set[str]:
        """Return the sites of which a device was heard in a window."""
        numbers = self.roster.sites_of(np.flatnonzero(window.heard))
        return {self.roster.sites[number] for number in np.unique(numbers).tolist()}

    def _rows(self, window: Window, suffix: str) -> Iterator[Rows]:
        order = self.roster.order().slots
        slots = order[window.heard[order]]
        if slots.size:
            yield device_rows(self._layout, self.roster, window, slots, suffix)
            yield site_rows(self._layout, self.roster, window, slots, suffix)
