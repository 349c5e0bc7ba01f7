"""A nacelle that turns into the wind in steps."""

import numpy as np

from devices.arrays import Floats
from devices.physics.processes import Booleans

TOLERANCE_DEG = 8.0  # the drive rests while the wind is no further off
SETTLED_DEG = 1.0
SPEED_DEG_PER_S = 0.4


class Yaw:
    """The directions of n nacelles; they start turned into the wind.

    Args:
        offset_deg: How far off each vane is, shape (n,).
    """

    def __init__(self, offset_deg: Floats) -> None:
        self._offset_deg = offset_deg
        self._direction_deg: Floats | None = None
        self._yawing = np.zeros(len(offset_deg), dtype=bool)

    def step(self, dt_s: float, wind_from_deg: Floats, can_turn: Booleans) -> Floats:
        """Return the directions `dt_s` after the last ones, 0 ≤ degrees < 360.

        Args:
            dt_s: Seconds since the last step.
            wind_from_deg: Where the wind comes from, shape (n,).
            can_turn: Which have power, and wind that is worth it, shape (n,).
        """
        target_deg = wind_from_deg + self._offset_deg
        if self._direction_deg is None:
            self._direction_deg = target_deg % 360.0
        error_deg = (target_deg - self._direction_deg + 180.0) % 360.0 - 180.0
        off = np.abs(error_deg)
        self._yawing = can_turn & ((off > TOLERANCE_DEG) | (self._yawing & (off > SETTLED_DEG)))
        most_deg = SPEED_DEG_PER_S * dt_s
        turn_deg = np.where(self._yawing, np.clip(error_deg, -most_deg, most_deg), 0.0)
        self._direction_deg = (self._direction_deg + turn_deg) % 360.0
        return self._direction_deg
