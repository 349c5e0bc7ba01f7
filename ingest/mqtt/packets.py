"""Acknowledgements to bytes, many at a time."""

from collections.abc import Sequence

import numpy as np

PUBACK = 0x40


def pubacks(packet_ids: Sequence[int]) -> bytes:
    """Return a PUBACK with reason `success` for each packet id, in order."""
    acks = np.empty((len(packet_ids), 4), dtype=np.uint8)
    acks[:, 0], acks[:, 1] = PUBACK, 2
    acks[:, 2:] = np.array(packet_ids, dtype=">u2").view(np.uint8).reshape(-1, 2)
    return acks.tobytes()
