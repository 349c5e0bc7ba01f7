"""What was not heard because the service was not there yet."""

import numpy as np

from ingest.rollups.arrays import Integers, Slots
from ingest.rollups.carry import NEVER_MS, Carry
from ingest.rollups.disorder import Stretches


class Beginning:
    """When a kind was first heard after the start; what came before is unknown.

    A device's first reading after the start may have one before it, within the look-back, that
    only the store knows. Once the service has listened for as long as the look-back, by the wall
    clock and in event time, a device it never heard is new.

    Args:
        newest_ms: The newest event time among the first readings.
        now_ms: Wall clock at that moment.
        look_back_ms: See `reach.look_back_ms`.
    """

    def __init__(self, newest_ms: int, now_ms: int, look_back_ms: int) -> None:
        self._look_back_ms = look_back_ms
        self._known_from_ms = newest_ms + look_back_ms
        self._known_at_ms = now_ms + look_back_ms

    def unknown(
        self, slots: Slots, ts_ms: Integers, carry: Carry, *, newest_ms: int, now_ms: int
    ) -> Stretches:
        """Return what the first readings of devices leave unknown that were not heard before.

        That is the window they lie in; and where they are old, and so may come before readings
        that were heard before the start, also the step to those.

        Args:
            slots: Shape (n,), rows of readings' devices.
            ts_ms: Shape (n,), their times.
            carry: What was remembered of the devices before these readings.
            newest_ms: The greatest event time heard of the kind.
            now_ms: Wall clock.
        """
        is_first = carry.ts_ms[slots] == NEVER_MS
        if now_ms >= self._known_at_ms:
            is_first &= ts_ms < self._known_from_ms
        from_ms = ts_ms[is_first]
        reach_ms = np.minimum(from_ms + self._look_back_ms, newest_ms)
        return Stretches(slots[is_first], from_ms, np.maximum(from_ms, reach_ms))
