"""Fans that move the heat of a hall: how much air, how warm it comes back, what it costs in Pa."""

import numpy as np

from devices.arrays import Floats

AIR_WH_PER_M3K = 0.335  # heat that a cubic metre carries per kelvin, at sea level
SCALE_HEIGHT_M = 8400.0
DESIGN_RISE_K = 12.0  # at which a unit's fans at full speed carry its rated heat at sea level
AIMED_RISE_K = 11.5  # at which the fans are controlled
SLOWEST_RATIO = 0.3
FAN_GAIN_PER_K = 0.08  # of the speed, for supply air too warm by more than the dead band
DEAD_BAND_K = 1.0

CLEAN_FILTER_PA = 90.0  # at full speed
DUST_PA = 170.0  # which a filter gathers until it is changed
UNDERFLOOR_PA = 26.0  # with all fans at full speed


def density_ratio(elevation_m: Floats) -> Floats:
    """Return the density of air relative to sea level."""
    return np.exp(-elevation_m / SCALE_HEIGHT_M)


def airflow_m3h(rated_w: float, fan_ratio: Floats) -> Floats:
    """Return what a unit's fans move; their speed decides on the volume, whatever the density."""
    return fan_ratio * rated_w / (AIR_WH_PER_M3K * DESIGN_RISE_K)


def rise_k(heat_w: Floats, flow_m3h: Floats, density: Floats) -> Floats:
    """Return by how much air warms that takes up heat: power ÷ (density · heat · flow)."""
    return heat_w / (AIR_WH_PER_M3K * density * flow_m3h)


def fan_ratio(heat_ratio: Floats, density: Floats, too_warm_k: Floats) -> Floats:
    """Return the speed that the control asks for, between its lowest and 1.

    Args:
        heat_ratio: Heat to carry ÷ rated heat.
        density: Relative to sea level.
        too_warm_k: Supply air above its set point.
    """
    wanted = heat_ratio * DESIGN_RISE_K / AIMED_RISE_K / density
    help_out = FAN_GAIN_PER_K * np.maximum(too_warm_k - DEAD_BAND_K, 0.0)
    return np.clip(wanted + help_out, SLOWEST_RATIO, 1.0)


def filter_pa(age_ratio: Floats, speed_ratio: Floats) -> Floats:
    """Return the pressure that a filter costs, from clean (age 0) to due (age 1)."""
    return (CLEAN_FILTER_PA + DUST_PA * age_ratio) * speed_ratio**2


def underfloor_pa(speed_ratio: Floats) -> float:
    """Return the pressure that all fans of a raised floor build up together."""
    return float(UNDERFLOOR_PA * np.mean(speed_ratio) ** 2)
