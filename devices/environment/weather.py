"""The weather of one site, drawn from that of the region by place, height and exposure."""

import math
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np

from devices.arrays import Floats
from devices.environment.localtime import hour_of_day, winter_share
from devices.environment.site import Site
from devices.environment.solar import radiation_wm2, sine_of_elevation
from devices.environment.synoptic import Synoptic, SynopticWeather
from devices.physics.psychrometrics import relative_humidity_pct, station_pressure_hpa

LAPSE_K_PER_M = 0.0065
INVERSION_LAPSE_K_PER_M = 0.002
DEW_POINT_LAPSE_K_PER_M = 0.003
COLD_POOL_K = 8.0  # how much a valley floor cools below its surroundings in the calmest night
CALM_MPS = 3.5

FRONT_SPEED_MPS = 12.0
KM_PER_DEG_NORTH = 111.0
KM_PER_DEG_EAST = 85.0  # at 40° north
ORIGIN_DEG = (41.0, 115.0)  # delays count from the north-west of the region


@dataclass(frozen=True, slots=True, kw_only=True)
class Sky:
    """What a site has in common.

    Attributes:
        cloud_ratio: Share of the sky that is covered, 0…1.
        solar_radiation_wm2: Global radiation on level ground.
        precipitation_mmph: Rain, or snow as water.
        inversion: Strength of the temperature inversion, 0 none … 1 calm clear night.
    """

    cloud_ratio: float
    solar_radiation_wm2: float
    precipitation_mmph: float
    inversion: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """The air around n places of a site; every array has shape (n,).

    Attributes:
        temperature_c: Air temperature at 2 m.
        dew_point_c: Dew point over water, never above the temperature.
        relative_humidity_pct: Over liquid water, 0…100.
        pressure_hpa: At the place, not reduced to sea level.
        wind_speed_mps: Mean of ten minutes.
        wind_direction_deg: Where the wind comes from, 0 ≤ direction < 360.
        gust_factor: Typical gust of three seconds ÷ mean wind: 1.4 on a ridge, 1.9 sheltered.
        snow_share: Share of the precipitation that falls as snow, 0…1.
    """

    temperature_c: Floats
    dew_point_c: Floats
    relative_humidity_pct: Floats
    pressure_hpa: Floats
    wind_speed_mps: Floats
    wind_direction_deg: Floats
    gust_factor: Floats
    snow_share: Floats


class Weather:
    """The weather at one site; a pure function of the region's weather and time.

    Attributes:
        front_delay_s: How much later than the region's north-west a front reaches the site.
    """

    def __init__(self, site: Site, region: SynopticWeather) -> None:
        self._site = site
        self.front_delay_s = _front_delay_s(site)
        # Many devices look at the same moment, a few moments at a time.
        self._synoptic = lru_cache(maxsize=16)(lambda now: region.at(now, self.front_delay_s))
        self._sky = lru_cache(maxsize=16)(self._sky_at)

    def sky(self, now: datetime) -> Sky:
        """Return what all places of the site share at an aware time."""
        return self._sky(now)

    def air(self, now: datetime, *, elevation_m: Floats, exposure: Floats) -> Air:
        """Return the air at places of the site.

        Args:
            now: Aware time.
            elevation_m: Metres above sea level, shape (n,).
            exposure: 0 sheltered valley … 1 ridge, shape (n,).
        """
        synoptic = self._synoptic(now)
        sky = self.sky(now)
        above_m = elevation_m - self._site.elevation_m
        mean_c = synoptic.temperature_c - LAPSE_K_PER_M * self._site.elevation_m
        lapse = LAPSE_K_PER_M + (INVERSION_LAPSE_K_PER_M - LAPSE_K_PER_M) * sky.inversion
        temperature_c = (
            mean_c
            - lapse * above_m
            + _daily_swing_k(now, sky.cloud_ratio) * (1.0 - 0.5 * exposure)
            - COLD_POOL_K * sky.inversion * (1.0 - exposure)
        )
        dew_c = np.minimum(
            mean_c - synoptic.depression_k - DEW_POINT_LAPSE_K_PER_M * above_m, temperature_c
        )
        wind_mps, from_deg = _wind(synoptic)
        return Air(
            temperature_c=temperature_c,
            dew_point_c=dew_c,
            relative_humidity_pct=relative_humidity_pct(temperature_c, dew_c),
            pressure_hpa=station_pressure_hpa(synoptic.pressure_hpa, elevation_m, temperature_c),
            wind_speed_mps=wind_mps * _noon_wind(now) * (0.4 + 1.6 * exposure),
            wind_direction_deg=np.full_like(elevation_m, from_deg),
            gust_factor=1.9 - 0.5 * exposure,
            snow_share=np.clip(1.0 - temperature_c / 2.0, 0.0, 1.0),
        )

    def _sky_at(self, now: datetime) -> Sky:
        synoptic = self._synoptic(now)
        sine = sine_of_elevation(now, self._site.latitude_deg, self._site.longitude_deg)
        wind_mps, _ = _wind(synoptic)
        clear = 1.0 - synoptic.cloud_ratio
        return Sky(
            cloud_ratio=synoptic.cloud_ratio,
            solar_radiation_wm2=radiation_wm2(sine, synoptic.cloud_ratio, self._site.elevation_m),
            precipitation_mmph=synoptic.precipitation_mmph * (1.0 + 8e-4 * self._site.elevation_m),
            inversion=clear * math.exp(-((wind_mps / CALM_MPS) ** 2)) * _night(now, sine),
        )


def _front_delay_s(site: Site) -> float:
    """Return how long a front needs from the region's north-west; nobody is ahead of it."""
    south_km = (ORIGIN_DEG[0] - site.latitude_deg) * KM_PER_DEG_NORTH
    east_km = (site.longitude_deg - ORIGIN_DEG[1]) * KM_PER_DEG_EAST
    return max(0.0, math.sqrt(0.5) * (south_km + east_km) * 1000.0 / FRONT_SPEED_MPS)


def _wind(synoptic: Synoptic) -> tuple[float, float]:
    """Return speed in m/s over open ground, and where the wind comes from, 0 ≤ degrees < 360."""
    east_mps, north_mps = synoptic.wind_east_mps, synoptic.wind_north_mps
    from_deg = math.degrees(math.atan2(-east_mps, -north_mps))
    return math.hypot(east_mps, north_mps), from_deg % 360.0


def _night(now: datetime, sine: float) -> float:
    """Return how far the ground has cooled: builds up after sunset, gone some time after dawn."""
    cooled = 0.5 + 0.9 * math.cos(2 * math.pi * (hour_of_day(now) - 4) / 24)
    return min(max(cooled, 0.0), 1.0) * (1.0 - min(max(sine / 0.35, 0.0), 1.0))


def _daily_swing_k(now: datetime, cloud_ratio: float) -> float:
    """Return the day's course of temperature: lowest about dawn, highest about 14 h."""
    hour = hour_of_day(now)
    course = math.cos(2 * math.pi * (hour - 15) / 24) + 0.25 * math.cos(
        4 * math.pi * (hour - 13) / 24
    )
    clear_day_k = 4.5 + 0.5 * winter_share(now)
    return clear_day_k * course * (1.0 - 0.65 * cloud_ratio)


def _noon_wind(now: datetime) -> float:
    """Return the wind's course over the day, 1.3 about noon and 0.8 at night."""
    return 0.8 + 0.5 * math.exp(-(((hour_of_day(now) - 13) / 3.5) ** 2))
