"""The snow on a piste, where only the weather of the place is known, and not its guns."""

from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.physics.snowmaking import Window, flow_lpm, is_season
from devices.physics.snowpack import Snowpack

START_BELOW_C = -2.75
SHARED_LPM = 240.0  # for each gun, when the pumps give all they have
RUNNING_SHARE = 0.6  # of the guns, as long as the pumps could give more
AREA_PER_GUN_M2 = 12_000.0
TARGET_CM = 80.0  # of machine snow, enough for a season; the guns move on to other pistes
MADE_BEFORE_CM = 60.0  # at the height of winter, where it starts


class Pistes:
    """n pistes, on which snow falls, and is made whenever guns under the same sky would make it.

    Args:
        elevation_m: Metres above sea level, shape (n,).
        guns_ratio: How well they are equipped: 0 without guns, 1 guns all along.
    """

    def __init__(self, elevation_m: Floats, guns_ratio: float) -> None:
        self._elevation_m = elevation_m
        self._guns_ratio = guns_ratio
        self._window = Window(np.full(len(elevation_m), START_BELOW_C))
        self._pack: Snowpack | None = None

    def step(
        self, now: datetime, dt_s: float, snowfall_mmph: Floats, air_c: Floats, wet_bulb_c: Floats
    ) -> Snowpack:
        """Return the snow that lies there at `now`, `dt_s` after the last step.

        Args:
            now: Aware time.
            dt_s: Seconds since the last step.
            snowfall_mmph: What falls, as water.
            air_c: Temperature of the air.
            wet_bulb_c: It decides whether the guns run, and what they give.
        """
        if self._pack is None:
            made_cm = np.full_like(self._elevation_m, MADE_BEFORE_CM * self._guns_ratio)
            self._pack = Snowpack(self._elevation_m, made_cm, now)
        makes = self._window.step(dt_s, wet_bulb_c) & is_season(now)
        made_mmph = makes * self._guns_mmph(wet_bulb_c, self._pack.made_cm)
        self._pack.step(dt_s, snowfall_mmph, made_mmph, air_c)
        return self._pack

    def _guns_mmph(self, wet_bulb_c: Floats, made_cm: Floats) -> Floats:
        """Return what running guns add, as water: less, the nearer the target is."""
        lpm = np.minimum(RUNNING_SHARE * flow_lpm(wet_bulb_c), SHARED_LPM)
        missing = np.maximum(1.0 - made_cm / TARGET_CM, 0.0)
        return self._guns_ratio * missing * lpm * 60.0 / AREA_PER_GUN_M2
