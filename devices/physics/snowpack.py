"""Snow on the ground: it falls, settles and melts."""

from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.localtime import winter_share

SETTLED_KG_PER_M3 = 350.0
SETTLING_S = 5 * 86_400.0
MELT_MM_PER_K_DAY = 3.5
SNOW_LINE_M = 800.0  # below, no snow lies for long
PEAK_MM_PER_KM = 90.0  # water stored at the height of winter, per km above the snow line


class Snowpack:
    """The natural snow at n places, as water and as depth.

    It starts as deep as the season and the height suggest, since nobody saw the winter before.

    Args:
        elevation_m: Metres above sea level, shape (n,).
        now: Aware time of the start.
    """

    def __init__(self, elevation_m: Floats, now: datetime) -> None:
        season = min(max(1.8 * winter_share(now) - 0.9, 0.0), 1.0)
        above_km = np.maximum(elevation_m - SNOW_LINE_M, 0.0) / 1000.0
        self._water_mm = season * PEAK_MM_PER_KM * above_km
        self._depth_cm = self._settled_cm()

    def step(self, dt_s: float, snowfall_mmph: Floats, air_c: Floats) -> Floats:
        """Return the depth in cm after `dt_s` with this snowfall (as water) and air."""
        days = dt_s / 86_400.0
        fallen_mm = snowfall_mmph * dt_s / 3600.0
        self._water_mm = self._water_mm + fallen_mm
        self._depth_cm = self._depth_cm + 100.0 * fallen_mm / _fresh_kg_per_m3(air_c)

        melted_mm = np.minimum(MELT_MM_PER_K_DAY * np.maximum(air_c, 0.0) * days, self._water_mm)
        left = np.divide(
            self._water_mm - melted_mm,
            self._water_mm,
            out=np.zeros_like(air_c),
            where=self._water_mm > 0,
        )
        self._water_mm = self._water_mm - melted_mm
        self._depth_cm = self._depth_cm * left

        settled_cm = np.minimum(self._settled_cm(), self._depth_cm)
        kept = np.exp(-dt_s / SETTLING_S)
        self._depth_cm = settled_cm + (self._depth_cm - settled_cm) * kept
        return self._depth_cm

    def _settled_cm(self) -> Floats:
        return 100.0 * self._water_mm / SETTLED_KG_PER_M3


def _fresh_kg_per_m3(air_c: Floats) -> Floats:
    """Return the density of falling snow (Hedstrom and Pomeroy 1998)."""
    return 67.92 + 51.25 * np.exp(np.minimum(air_c, 2.0) / 2.59)
