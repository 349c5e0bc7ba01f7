"""How far one sees through haze, fog and snowfall."""

import numpy as np

from devices.arrays import Floats

REACH_M = 20_000.0  # of the sensor
KOSCHMIEDER = 3.0  # extinctions until nothing is left to see
HAZE_PER_KM = 0.1
FOG_PER_KM = 20.0  # in a cloud that lies on the slope
FOG_FROM_PCT = 96.0
SNOW_PER_KM = 3.0  # at 1 mm/h of water; flakes hide more than drops
RAIN_PER_KM = 0.4


def visibility_m(humidity_pct: Floats, snow_mmph: Floats, rain_mmph: Floats) -> Floats:
    """Return the visibility, at most the sensor's reach.

    Args:
        humidity_pct: Relative humidity, 0…100; haze swells with it, and turns to fog.
        snow_mmph: Snowfall as water.
        rain_mmph: Rain.
    """
    dry = np.maximum(1.0 - humidity_pct / 100.0, 0.02)
    fog = np.clip((humidity_pct - FOG_FROM_PCT) / (100.0 - FOG_FROM_PCT), 0.0, 1.0) ** 2
    falling = SNOW_PER_KM * snow_mmph**0.8 + RAIN_PER_KM * rain_mmph**0.7
    per_km = HAZE_PER_KM / np.sqrt(dry) + FOG_PER_KM * fog + falling
    return np.minimum(1000.0 * KOSCHMIEDER / per_km, REACH_M)
