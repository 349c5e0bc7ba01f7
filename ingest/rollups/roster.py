"""The devices of one kind that were heard, each with a row in all arrays."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ingest.core.frame import Frame
from ingest.rollups.arrays import LEAST_ROWS, Slots, grown

UNKNOWN = -1


class Roster:
    """Gives each device of a kind a row, and each site a number.

    Attributes:
        devices: Name by row.
        sites: Name by number.
    """

    def __init__(self) -> None:
        self.devices: list[str] = []
        self.sites: list[str] = []
        self._site_of = np.zeros(LEAST_ROWS, np.intp)
        self._site_numbers: dict[str, int] = {}
        self._slot_of = np.full(LEAST_ROWS, UNKNOWN, np.intp)  # by index among the sources

    def __len__(self) -> int:
        return len(self.devices)

    def slots(self, frame: Frame) -> Slots:
        """Return the row of each reading's device, meeting those that are new."""
        self._slot_of = grown(self._slot_of, len(frame.sources), UNKNOWN)
        slots = self._slot_of[frame.device]
        if slots.min() < 0:
            for index in np.unique(frame.device[slots < 0]).tolist():
                source = frame.sources[index]
                self._slot_of[index] = self.meet(source.site, source.device)
            slots = self._slot_of[frame.device]
        return slots

    def meet(self, site: str, device: str) -> int:
        """Give a new device a row and return it."""
        number = self._site_numbers.setdefault(site, len(self.sites))
        if number == len(self.sites):
            self.sites.append(site)
        self.devices.append(device)
        self._site_of = grown(self._site_of, len(self.devices), 0)
        self._site_of[len(self.devices) - 1] = number
        return len(self.devices) - 1

    def by_site(self, heard: NDArray[np.bool_], most: int) -> Iterator[Slots]:
        """Yield the devices that were heard, site by site, in parts of about `most`.

        A site is never cut.

        Args:
            heard: By device; the roster may have more of them by now.
            most: More are in a part only where one site has more.
        """
        slots = np.flatnonzero(heard)
        if not slots.size:
            return
        slots = slots[np.argsort(self._site_of[slots], kind="stable")]
        starts = np.flatnonzero(np.diff(self._site_of[slots], prepend=-1))
        cuts = starts[np.flatnonzero(np.diff(starts // most, prepend=0))]
        yield from np.split(slots, cuts)

    def sites_of(self, slots: Slots) -> Slots:
        """Return the number of each device's site."""
        return self._site_of[slots]
