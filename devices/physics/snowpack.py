"""Snow on the ground: it falls or is made, settles and melts."""

from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.localtime import winter_share

SETTLED_KG_PER_M3 = 350.0
SETTLING_S = 5 * 86_400.0
MADE_KG_PER_M3 = 450.0  # machine snow hardly settles
MELT_MM_PER_K_DAY = 3.5
SNOW_LINE_M = 800.0  # below, no snow lies for long
PEAK_MM_PER_KM = 90.0  # water stored at the height of winter, per km above the snow line


class Snowpack:
    """The snow at n places, as water and as depth: what fell, on top of what was made.

    It starts as deep as the season and the height suggest, since nobody saw the winter before.

    Args:
        elevation_m: Metres above sea level, shape (n,).
        made_cm: Machine snow that lies there at the height of winter, shape (n,).
        now: Aware time of the start.
    """

    def __init__(self, elevation_m: Floats, made_cm: Floats, now: datetime) -> None:
        season = min(max(1.8 * winter_share(now) - 0.9, 0.0), 1.0)
        above_km = np.maximum(elevation_m - SNOW_LINE_M, 0.0) / 1000.0
        self._fallen_mm = season * PEAK_MM_PER_KM * above_km
        self._fallen_cm = self._settled_cm()
        self._made_mm = season * made_cm * MADE_KG_PER_M3 / 100.0

    @property
    def depth_cm(self) -> Floats:
        """How high it lies."""
        return self._fallen_cm + self.made_cm

    @property
    def made_cm(self) -> Floats:
        """How much of the depth is machine snow."""
        return 100.0 * self._made_mm / MADE_KG_PER_M3

    @property
    def water_mm(self) -> Floats:
        """The water it would melt to."""
        return self._fallen_mm + self._made_mm

    def step(self, dt_s: float, snowfall_mmph: Floats, made_mmph: Floats, air_c: Floats) -> None:
        """Advance by `dt_s`.

        Args:
            dt_s: Seconds since the last step.
            snowfall_mmph: What falls, as water.
            made_mmph: What guns add, as water.
            air_c: Temperature of the air; it decides how loose the new snow is, and what melts.
        """
        fallen_mm = snowfall_mmph * dt_s / 3600.0
        self._fallen_mm = self._fallen_mm + fallen_mm
        self._fallen_cm = self._fallen_cm + fresh_cm(fallen_mm, air_c)
        self._made_mm = self._made_mm + made_mmph * dt_s / 3600.0
        self._melt(MELT_MM_PER_K_DAY * np.maximum(air_c, 0.0) * dt_s / 86_400.0)
        self._settle(dt_s)

    def _melt(self, thawing_mm: Floats) -> None:
        """Take the snow on top first, without making what stays any denser."""
        melted_mm = np.minimum(thawing_mm, self._fallen_mm)
        left = np.divide(
            self._fallen_mm - melted_mm,
            self._fallen_mm,
            out=np.zeros_like(thawing_mm),
            where=self._fallen_mm > 0,
        )
        self._fallen_mm = self._fallen_mm - melted_mm
        self._fallen_cm = self._fallen_cm * left
        self._made_mm = np.maximum(self._made_mm - (thawing_mm - melted_mm), 0.0)

    def _settle(self, dt_s: float) -> None:
        """Grow denser under its own weight; the water stays the same."""
        settled_cm = np.minimum(self._settled_cm(), self._fallen_cm)
        kept = np.exp(-dt_s / SETTLING_S)
        self._fallen_cm = settled_cm + (self._fallen_cm - settled_cm) * kept

    def _settled_cm(self) -> Floats:
        return 100.0 * self._fallen_mm / SETTLED_KG_PER_M3


def fresh_cm(fallen_mm: Floats, air_c: Floats) -> Floats:
    """Return how high so much water lies as fresh snow (Hedstrom and Pomeroy 1998)."""
    kg_per_m3 = 67.92 + 51.25 * np.exp(np.minimum(air_c, 2.0) / 2.59)
    return 100.0 * fallen_mm / kg_per_m3
