"""The devices of one kind, counted from 0 as they are heard, whatever the registry counts."""

from collections.abc import Callable

import numpy as np

from ingest.core.frame import Frame
from ingest.rules.arrays import Rows, grown

UNKNOWN = -1


class Roster:
    """Finds a device's row, and meets new ones.

    Args:
        on_new: Called with row, site and device for each device that is new, before its row is
            used.
    """

    def __init__(self, on_new: Callable[[int, str, str], None]) -> None:
        self._on_new = on_new
        self._row_of_index = np.empty(0, dtype=np.intp)
        self._row_of_name: dict[tuple[str, str], int] = {}
        self.names: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return len(self.names)

    def rows(self, frame: Frame) -> Rows:
        """Return the row of each reading's device."""
        self._row_of_index = grown(self._row_of_index, len(frame.sources), UNKNOWN)
        rows = self._row_of_index[frame.device]
        if len(rows) and rows.min() == UNKNOWN:
            for index in np.unique(frame.device[rows == UNKNOWN]).tolist():
                source = frame.sources[index]
                self._row_of_index[index] = self.meet(source.site, source.device)
            rows = self._row_of_index[frame.device]
        return rows

    def meet(self, site: str, device: str) -> int:
        """Return a device's row; a new one if it is new."""
        row = self._row_of_name.get((site, device))
        if row is None:
            row = len(self.names)
            self._on_new(row, site, device)
            self._row_of_name[site, device] = row
            self.names.append((site, device))
        return row

    def find(self, site: str, device: str) -> int | None:
        """Return a device's row, or None when it was never heard."""
        return self._row_of_name.get((site, device))
