"""What a service must know to be lost: numbers that devices skipped between two that came."""

import numpy as np

from devices.load.block import Ints

NOTHING = -1


class Lost:
    """The sequence numbers of n devices that the service has heard of for the first time.

    A number is missed if it lies between the first that came and the highest. What is lost before
    the first, or after the last, nobody can know of.

    Args:
        devices: How many.
    """

    def __init__(self, devices: int) -> None:
        self._first = np.full(devices, NOTHING, np.int64)
        self._first_at = np.full(devices, np.iinfo(np.int64).max, np.int64)
        self._highest = np.full(devices, NOTHING, np.int64)
        self._came = np.zeros(devices, np.int64)

    def take(self, device: Ints, seq: Ints, at: Ints) -> None:
        """Take readings, those of each device together and their numbers rising.

        Args:
            device: Shape (n,); each device comes once in a call, with one message.
            seq: Its numbers, shape (n,), higher than in earlier calls.
            at: When they were sent, shape (n,), in any unit; later calls may have earlier ones.
        """
        if not len(device):
            return
        names, begins, counts = np.unique(device, return_index=True, return_counts=True)
        earlier = at[begins] < self._first_at[names]
        # Whatever came before in the order of numbers was sent later, and is not missed.
        sooner = names[earlier]
        self._first[sooner], self._came[sooner] = seq[begins[earlier]], 0
        self._first_at[sooner] = at[begins[earlier]]
        self._came[names] += counts
        self._highest[names] = np.maximum(self._highest[names], seq[begins + counts - 1])

    @property
    def count(self) -> int:
        """Readings lost of all devices."""
        heard = self._highest != NOTHING
        return int((self._highest - self._first + 1 - self._came)[heard].sum())
