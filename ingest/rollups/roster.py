"""The devices of one kind that were heard, each with a row in all arrays."""

from dataclasses import dataclass

import numpy as np

from ingest.core.frame import Frame
from ingest.rollups.arrays import LEAST_ROWS, Slots, grown

UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Order:
    """The devices sorted by site and name.

    Attributes:
        slots: Shape (devices,), their rows in that order.
        sites: Shape (devices,), their sites' numbers in that order.
    """

    slots: Slots
    sites: Slots


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
        self._order = Order(np.zeros(0, np.intp), np.zeros(0, np.intp))

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

    def order(self) -> Order:
        """Return the devices in the order in which rows are written."""
        if len(self._order.slots) < len(self.devices):
            sites, devices = self.sites, self.devices
            site_of = self._site_of[: len(devices)]
            names = zip(map(sites.__getitem__, site_of.tolist()), devices, strict=True)
            ordered = [slot for _, slot in sorted(zip(names, range(len(devices)), strict=True))]
            slots = np.array(ordered, np.intp)
            self._order = Order(slots, site_of[slots])
        return self._order

    def sites_of(self, slots: Slots) -> Slots:
        """Return the number of each device's site."""
        return self._site_of[slots]
