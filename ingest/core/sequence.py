"""Finds what the network lost: gaps in the sequence numbers that devices count with.

A gap is not yet a loss: after a reconnect what was missing may still come. So the missing numbers
are remembered, and forgotten when they arrive.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.core.frame import NO_SEQ, Frame

UNKNOWN = -1
LONGEST_GAP = 10_000  # a larger jump, forward or back, is a device that started to count anew
MOST_REMEMBERED = 200_000  # missing numbers of all devices; beyond, they stay lost without names


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that a device skipped.

    Attributes:
        device: Index of the device.
        count: How many.
    """

    device: int
    count: int


class SequenceWatch:
    """Compares every device's sequence numbers with those before.

    Attributes:
        lost: Readings that are missing now, of all devices.
    """

    def __init__(self) -> None:
        self.lost = 0
        self._last = np.empty(0, dtype=np.int64)
        self._missing: dict[int, set[int]] = {}
        self._remembered = 0

    def take(self, frames: Sequence[Frame]) -> list[Gap]:
        """Take readings in the order of their arrival and return the gaps that they open."""
        gaps: list[Gap] = []
        for frame in frames:
            self._grow(len(frame.sources))
            order = np.argsort(frame.device, kind="stable")
            device, seq = frame.device[order], frame.seq[order]
            counted = seq != NO_SEQ
            gaps += self._take(device[counted], seq[counted])
        return gaps

    def _take(self, device: NDArray[np.int32], seq: NDArray[np.int64]) -> Iterable[Gap]:
        """Take the numbers of one frame, each device's together and in order."""
        if not len(device):
            return []
        first = np.ones(len(device), dtype=bool)
        first[1:] = device[1:] != device[:-1]
        before = np.empty_like(seq)
        before[1:] = seq[:-1]
        before[first] = self._last[device[first]]
        odd = (seq != before + 1) & (before != UNKNOWN)
        last = np.append(first[1:], True)
        fine = ~np.isin(device, device[odd]) & last
        self._last[device[fine]] = seq[fine]
        if not odd.any():
            return []
        return self._take_oddities(device, seq, odd)

    def _take_oddities(
        self, device: NDArray[np.int32], seq: NDArray[np.int64], odd: NDArray[np.bool_]
    ) -> list[Gap]:
        """Look at every number of those devices that did not just count on."""
        gaps = []
        concerned = np.isin(device, device[odd])
        for index, number in zip(device[concerned].tolist(), seq[concerned].tolist(), strict=True):
            if skipped := self._look_at(index, number):
                gaps.append(Gap(index, skipped))
        return gaps

    def _look_at(self, device: int, number: int) -> int:
        """Take one number and return how many were skipped before it."""
        last = int(self._last[device])
        ahead = number - last
        if last == UNKNOWN or abs(ahead) > LONGEST_GAP:
            self._forget(device)
            self._last[device] = number
            return 0
        if ahead <= 0:
            self._found(device, number)
            return 0
        self._last[device] = number
        if ahead > 1:
            self._miss(device, range(last + 1, number))
        return ahead - 1

    def _miss(self, device: int, numbers: range) -> None:
        self.lost += len(numbers)
        room = MOST_REMEMBERED - self._remembered
        kept = numbers[:room] if room > 0 else range(0)
        if kept:
            self._missing.setdefault(device, set()).update(kept)
            self._remembered += len(kept)

    def _found(self, device: int, number: int) -> None:
        """Note that a number came late; one that was there before is a repetition."""
        missing = self._missing.get(device)
        if missing and number in missing:
            missing.remove(number)
            self._remembered -= 1
            self.lost -= 1
            if not missing:
                del self._missing[device]

    def _forget(self, device: int) -> None:
        """Give up hope for what is missing of a device that counts anew; it stays lost."""
        self._remembered -= len(self._missing.pop(device, ()))

    def _grow(self, count: int) -> None:
        if count > len(self._last):
            more = np.full(2 * count - len(self._last), UNKNOWN, dtype=np.int64)
            self._last = np.concatenate([self._last, more])
