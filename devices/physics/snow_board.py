"""The board on which the new snow of a day is measured."""

from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.localtime import hour_of_day
from devices.physics.snowpack import fresh_cm

CLEARED_HOUR = 8.0  # local time


class SnowBoard:
    """New snow at n places since the board was wiped, which somebody does every morning.

    It starts empty: what fell earlier that day nobody measured.
    """

    def __init__(self, count: int) -> None:
        self._depth_cm = np.zeros(count)

    def step(self, now: datetime, dt_s: float, snowfall_mmph: Floats, air_c: Floats) -> Floats:
        """Return the depth in cm after `dt_s` with this snowfall (as water) and air."""
        since_cleared_s = (hour_of_day(now) - CLEARED_HOUR) % 24.0 * 3600.0
        if since_cleared_s < dt_s:
            self._depth_cm = np.zeros_like(self._depth_cm)
        fallen_mm = snowfall_mmph * min(dt_s, since_cleared_s) / 3600.0
        self._depth_cm = self._depth_cm + fresh_cm(fallen_mm, air_c)
        return self._depth_cm
