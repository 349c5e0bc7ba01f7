"""Who is hit by which fault of a plan; a fault is told by its place in the plan, from 1."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.faults.catalog import OfDevices, OfMessages
from devices.faults.draws import Keys, drawn
from devices.faults.plan import FaultPlan

NO_FAULT = 0

Codes = NDArray[np.uint8]
"""Places in a plan, from 1, or `NO_FAULT`."""


class Lots:
    """Draws for devices and messages.

    Args:
        plan: What there is to be hit by.
        seed: Of the run.
    """

    def __init__(self, plan: FaultPlan, seed: int) -> None:
        self._seed = seed
        self._of_devices = _Shares(plan, OfDevices)
        self._of_messages = _Shares(plan, OfMessages)

    def of_devices(self, keys: Keys) -> Codes:
        """Return the fault that each device has for good, shape (n,)."""
        return self._of_devices.codes(drawn(self._seed, "device", keys))

    def of_messages(self, keys: Keys, numbers: NDArray[np.int64]) -> Codes:
        """Return the fault of each message.

        Args:
            keys: Of their devices, shape (n,).
            numbers: Of the messages, shape (n,), each device's own count.
        """
        return self._of_messages.codes(drawn(self._seed, "message", keys, numbers))


class _Shares:
    """The faults of one sort, on a line from 0 to 1; a draw falls on one of them or beside."""

    def __init__(self, plan: FaultPlan, sort: type[OfMessages | OfDevices]) -> None:
        hit: Sequence[tuple[int, float]] = [
            (code, entry.share)
            for code, entry in enumerate(plan.entries, start=1)
            if isinstance(entry, sort)
        ]
        self._ends = np.cumsum([share for _, share in hit])
        self._codes = np.array([*(code for code, _ in hit), NO_FAULT], np.uint8)

    def codes(self, draws: Floats) -> Codes:
        """Return on what each draw falls."""
        return self._codes[np.searchsorted(self._ends, draws, side="right")]
