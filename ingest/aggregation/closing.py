"""How far the windows of each kind have closed, learned from the rows of those that did."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.core.frame import Frame
from ingest.core.rows import Rows
from ingest.rollups.span import Span
from ingest.rollups.tiers import Tiers, device_measurement, site_measurement

DEVICE_BITS = 32


class Closing:
    """Tells what is over and what is still to be written by the windows themselves.

    Args:
        kinds: Names of the kinds.
        tiers: Window lengths.
    """

    def __init__(self, kinds: Iterable[str], tiers: Tiers) -> None:
        self._span_ms = tiers.span_ms
        self._windows = {
            name(kind, suffix): (kind, length_ms)
            for kind in kinds
            for suffix, length_ms in zip(tiers.suffixes, tiers.lengths_ms, strict=True)
            for name in (device_measurement, site_measurement)
        }
        self._shortest_ms = tiers.lengths_ms[0]
        self._until_ms: dict[str, int] = {}

    def note(self, rows: Sequence[Rows]) -> set[str]:
        """Take note of windows that closed, and return the kinds of which long ones did."""
        long = set()
        for each in rows:
            kind, length_ms = self._windows[each.measurement]
            self._until_ms[kind] = max(self._until_ms.get(kind, 0), self._end_ms(each))
            if length_ms > self._shortest_ms or length_ms == self._span_ms:
                long.add(kind)
        return long

    def until_ms(self, kind: str) -> int | None:
        """Return until when a kind's windows are closed, or None before the first one is."""
        return self._until_ms.get(kind)

    def is_over(self, rows: Rows, until_ms: int | None) -> bool:
        """Tell whether rows are of windows that were closed by a moment."""
        return until_ms is None or self._end_ms(rows) <= until_ms

    def late(self, frames: Sequence[Frame]) -> set[Span]:
        """Return the spans of readings whose windows are closed."""
        spans: set[Span] = set()
        for frame in frames:
            until_ms = self._until_ms.get(frame.kind.name)
            if until_ms is None or not len(frame):
                continue
            is_late = frame.ts_ms < until_ms
            if is_late.any():
                spans |= self._spans(frame, is_late)
        return spans

    def _spans(self, frame: Frame, rows: NDArray[np.bool_]) -> set[Span]:
        place = frame.ts_ms[rows] // self._span_ms
        # One number for place and device: to sort numbers is much faster than to sort pairs.
        keys = np.unique(place << DEVICE_BITS | frame.device[rows])
        return {
            Span(
                frame.kind.name,
                frame.sources[key & (1 << DEVICE_BITS) - 1].site,
                (key >> DEVICE_BITS) * self._span_ms,
            )
            for key in keys.tolist()
        }

    def _end_ms(self, rows: Rows) -> int:
        _, length_ms = self._windows[rows.measurement]
        return int(rows.ts_ms.max()) + length_ms
