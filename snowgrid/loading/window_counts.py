"""How many readings each window of each device must count, in the rollups of a store."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from devices.schema import FieldType, Kind
from snowgrid.loading.expected import Place, Sent, may_be_there, was_acknowledged

TS_BITS = 42  # of a key: Unix milliseconds until the year 2109, and two million devices

Keys = NDArray[np.int64]
Counts = NDArray[np.int64]


class Windows(NamedTuple):
    """Windows of the devices of a kind at a site, and how many readings they hold.

    Attributes:
        kind: Of the devices.
        names: Device names that `device` counts in.
        device: Shape (n,), indices into `names`.
        start_ms: Shape (n,), when each window begins, Unix milliseconds.
        least: Shape (n,), readings that must be in it.
        most: Shape (n,), readings that may be.
    """

    kind: Kind
    names: list[str]
    device: Keys
    start_ms: Keys
    least: Counts
    most: Counts


class WindowCounts:
    """Counts what was sent by window.

    Args:
        length_ms: Of the windows, which are aligned to the epoch.
    """

    def __init__(self, length_ms: int) -> None:
        self._length_ms = length_ms
        self._kinds: dict[Place, tuple[Kind, list[str]]] = {}
        self._parts: dict[Place, list[NDArray[np.int64]]] = {}

    def add(self, place: Place, sent: Sent) -> None:
        """Take readings of a place."""
        column = sent.kind.column[counted_field(sent.kind)]
        counted = may_be_there(sent.outcome) & ~np.isnan(sent.values[:, column])
        sent = sent.rows(counted)
        window = sent.ts_ms // self._length_ms
        keys = (sent.device << TS_BITS) | window
        # Two readings of one time are one point in the store, and which of them is not said.
        _, first = np.unique((sent.device << TS_BITS) | sent.ts_ms, return_index=True)
        least = np.zeros(len(keys), np.int64)
        least[first] = was_acknowledged(sent.outcome[first])
        self._kinds[place] = sent.kind, sent.names
        part = _summed(keys, least, np.ones(len(keys), np.int64))
        self._parts.setdefault(place, []).append(part)

    def places(self) -> dict[Place, Windows]:
        """Return the windows of each place, by device and time."""
        return {place: self._windows(place, parts) for place, parts in self._parts.items()}

    def _windows(self, place: Place, parts: list[NDArray[np.int64]]) -> Windows:
        keys, least, most = _summed(*np.concatenate(parts, axis=1))
        kind, names = self._kinds[place]
        start_ms = (keys & ((1 << TS_BITS) - 1)) * self._length_ms
        return Windows(kind, names, keys >> TS_BITS, start_ms, least, most)


def counted_field(kind: Kind) -> str:
    """Return the field by which readings in a window are counted: the first that is a gauge."""
    return next(field.name for field in kind.fields if field.type is FieldType.GAUGE)


def _summed(keys: Keys, least: Counts, most: Counts) -> NDArray[np.int64]:
    """Return each key once, with its sums; shape (3, n)."""
    names, place = np.unique(keys, return_inverse=True)
    sums = [
        np.bincount(place, weights=counts, minlength=len(names)).astype(np.int64)
        for counts in (least, most)
    ]
    return np.stack([names, *sums])
