"""Moist air: humidity, dew point, wet bulb and the pressure at a height.

Relative humidity is over liquid water also below freezing, as WMO-No. 8 asks of weather stations.
All functions take and return arrays; temperatures are in °C, pressures in hPa.
"""

import numpy as np

from devices.arrays import Floats

MAGNUS_HPA = 6.112  # saturation vapour pressure at 0 °C, over water and over ice alike
WATER = (17.62, 243.12)  # Magnus coefficients over water (WMO-No. 8, annex 4.B)
ICE = (22.46, 272.62)
PSYCHROMETER_WATER_PER_K = 6.53e-4
PSYCHROMETER_ICE_PER_K = 5.75e-4
PSYCHROMETER_WATER_SLOPE_PER_K = 9.44e-4  # grows with the wet bulb's temperature; not over ice
NEWTON_STEPS = 6  # leaves less than a nanokelvin over -60…50 °C; four leave 0.01 K

GRAVITY_MPS2 = 9.80665
GAS_CONSTANT_DRY_AIR = 287.05  # J/(kg·K)
ZERO_C_IN_K = 273.15


def saturation_hpa(temperature_c: Floats) -> Floats:
    """Return the saturation vapour pressure over liquid water."""
    slope, shift = WATER
    return MAGNUS_HPA * np.exp(slope * temperature_c / (shift + temperature_c))


def relative_humidity_pct(temperature_c: Floats, dew_point_c: Floats) -> Floats:
    """Return the relative humidity, 0…100 for a dew point not above the temperature."""
    return 100.0 * (saturation_hpa(dew_point_c) / saturation_hpa(temperature_c))


def dew_point_c(temperature_c: Floats, humidity_pct: Floats) -> Floats:
    """Return the dew point; the humidity must be above 0."""
    slope, shift = WATER
    gamma = np.log(humidity_pct / 100.0) + slope * temperature_c / (shift + temperature_c)
    return np.minimum(shift * gamma / (slope - gamma), temperature_c)


def wet_bulb_c(temperature_c: Floats, humidity_pct: Floats, pressure_hpa: Floats) -> Floats:
    """Return the wet bulb temperature, with a frozen bulb where it lies below 0 °C.

    Solves the psychrometer equation at the given pressure. Stull's closed formula, common
    elsewhere, holds for sea level only and is off by up to 1.7 K in cold dry mountain air, just
    where snowmaking is decided.

    Args:
        temperature_c: Air temperature, -60…50.
        humidity_pct: Relative humidity over liquid water, 0…100.
        pressure_hpa: Pressure at the station, not reduced to sea level.
    """
    vapour_hpa = humidity_pct / 100.0 * saturation_hpa(temperature_c)
    # At 0 °C the two forms of the equation do not meet; where both have a root, the bulb is frozen.
    thawed = MAGNUS_HPA - PSYCHROMETER_ICE_PER_K * pressure_hpa * temperature_c <= vapour_hpa
    slope = np.where(thawed, WATER[0], ICE[0])
    shift = np.where(thawed, WATER[1], ICE[1])
    factor = np.where(thawed, PSYCHROMETER_WATER_PER_K, PSYCHROMETER_ICE_PER_K) * pressure_hpa
    growth = np.where(thawed, PSYCHROMETER_WATER_SLOPE_PER_K, 0.0)

    wet_c = np.array(temperature_c, dtype=np.float64)
    for _ in range(NEWTON_STEPS):  # the equation is convex: from above it converges without fail
        depression_k = temperature_c - wet_c
        saturated = MAGNUS_HPA * np.exp(slope * wet_c / (shift + wet_c))
        excess = saturated - factor * (1.0 + growth * wet_c) * depression_k - vapour_hpa
        steepness = saturated * slope * shift / (shift + wet_c) ** 2 + factor * (
            1.0 + growth * (2.0 * wet_c - temperature_c)
        )
        wet_c -= excess / steepness
    return np.minimum(wet_c, temperature_c)


def station_pressure_hpa(
    sea_level_hpa: float, elevation_m: Floats, temperature_c: Floats
) -> Floats:
    """Return the pressure at a height, from the sea-level pressure and the air temperature there.

    The column below is taken to be as warm as the standard lapse of 6.5 K/km makes it.
    """
    column_k = temperature_c + ZERO_C_IN_K + 0.0065 * elevation_m / 2.0
    return sea_level_hpa * np.exp(-GRAVITY_MPS2 * elevation_m / (GAS_CONSTANT_DRY_AIR * column_k))
