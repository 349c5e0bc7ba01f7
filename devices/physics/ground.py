"""The ground that pipes lie in: it follows the seasons, weaker and later the deeper it is."""

import math
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.localtime import COLDEST_DAY, day_of_year

# The air's course over the year at sea level, as the region's weather has it.
MEAN_C = 12.0
AMPLITUDE_K = 14.8
LAPSE_K_PER_M = 0.0065

DIFFUSIVITY_M2_PER_DAY = 0.05
YEAR_DAYS = 365.25
WATER_MAINS_M = 1.5  # below the depth that frost reaches on the plain
NEVER_BELOW_C = 2.0  # where the ground would freeze, the mains lie deeper


def water_mains_c(now: datetime, elevation_m: Floats) -> Floats:
    """Return the temperature of the water that arrives from the mains, shape (n,).

    A wave of heat in half-space (Kusuda and Achenbach 1965): at 1.5 m half of the air's swing is
    left, five weeks late.

    Args:
        now: Aware time.
        elevation_m: Metres above sea level, shape (n,).
    """
    damping_m = math.sqrt(DIFFUSIVITY_M2_PER_DAY * YEAR_DAYS / math.pi)
    depth = WATER_MAINS_M / damping_m
    phase = 2.0 * math.pi * (day_of_year(now) - COLDEST_DAY) / YEAR_DAYS - depth
    swing_k = AMPLITUDE_K * math.exp(-depth) * math.cos(phase)
    return np.maximum(MEAN_C - LAPSE_K_PER_M * elevation_m - swing_k, NEVER_BELOW_C)
