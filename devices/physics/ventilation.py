"""What the weather does to the air over a city: how high it mixes, how fast it is replaced."""

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from devices.environment.region import SiteEnvironment

NIGHT_LID_M, DAY_LID_M = 300.0, 900.0
INVERSION_LID_SHARE = 0.5  # what a full inversion leaves of the lid's height
LID_M_PER_MPS = 70.0  # wind stirs the air
FULL_SUN_WM2 = 500.0

FLUSH_S = 50 * 3600.0  # that a wind of 1 m/s takes; weak winds turn in circles
CALMEST_MPS = 0.4
EXCHANGE_PER_S = 1.0 / (3.0 * 86_400.0)  # through the lid, and on to the ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Ventilation:
    """The air over a site at a moment.

    Attributes:
        lid_m: Height up to which it mixes.
        flush_per_s: Share that the wind replaces in a second.
        leave_per_s: Share that is replaced by wind or lost otherwise.
        wind_mps: Mean wind.
        from_deg: Where it comes from.
        humidity_pct: Relative humidity.
        temperature_c: Of the air near the ground.
        sun_ratio: Radiation divided by that of a bright day, 0…2.
        rain_mmph: Precipitation.
    """

    lid_m: float
    flush_per_s: float
    leave_per_s: float
    wind_mps: float
    from_deg: float
    humidity_pct: float
    temperature_c: float
    sun_ratio: float
    rain_mmph: float


def ventilation_at(now: datetime, environment: SiteEnvironment) -> Ventilation:
    """Return how the air over a site is mixed and replaced at an aware time."""
    site, sky = environment.site, environment.weather.sky(now)
    air = environment.weather.air(
        now, elevation_m=np.array([site.elevation_m]), exposure=np.array([site.exposure])
    )
    wind_mps = max(float(air.wind_speed_mps[0]), CALMEST_MPS)
    sun_ratio = sky.solar_radiation_wm2 / FULL_SUN_WM2
    flush_per_s = wind_mps**2 / FLUSH_S
    return Ventilation(
        lid_m=_lid_m(wind_mps, sun_ratio, sky.inversion),
        flush_per_s=flush_per_s,
        leave_per_s=flush_per_s + EXCHANGE_PER_S,
        wind_mps=wind_mps,
        from_deg=float(air.wind_direction_deg[0]),
        humidity_pct=float(air.relative_humidity_pct[0]),
        temperature_c=float(air.temperature_c[0]),
        sun_ratio=sun_ratio,
        rain_mmph=sky.precipitation_mmph,
    )


def _lid_m(wind_mps: float, sun_ratio: float, inversion: float) -> float:
    """Return how high the air mixes: sun and wind lift the lid, an inversion presses it down."""
    still_m = NIGHT_LID_M + (DAY_LID_M - NIGHT_LID_M) * min(sun_ratio, 1.0)
    pressed = 1.0 - (1.0 - INVERSION_LID_SHARE) * inversion
    return still_m * pressed + LID_M_PER_MPS * wind_mps


def settling(before: float, dt_s: float, source_per_s: float, leaving_per_s: float) -> float:
    """Return what is in a box after a time in which source and outflow do not change."""
    settled = source_per_s / leaving_per_s
    return settled + (before - settled) * math.exp(-leaving_per_s * dt_s)
