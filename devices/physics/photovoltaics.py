"""Sun on tilted panels, seen through passing clouds, and what their cells make of it."""

import math
from dataclasses import dataclass
from datetime import datetime
from statistics import NormalDist

import numpy as np

from devices.arrays import Floats
from devices.environment.site import Site
from devices.environment.solar import radiation_wm2, sine_of_elevation
from devices.environment.weather import Sky

ALBEDO = 0.2
LOWEST_SINE = 0.05  # below 3° a plane that faces the sun would seem to get a beam without end
FEWEST_GAPS, MOST_GAPS = 0.02, 0.98  # outside, the sky is one: clear or overcast
CLOUD_EDGE = 0.15  # in deviations of the cloud field: how long a cloud takes to cover a field

WARMING_K_PER_WM2 = 0.03
POWER_LOSS_PER_K = 0.004
VOLTAGE_LOSS_PER_K = 0.003
REFERENCE_C = 25.0
VOLTAGE_PER_E_FOLD = 0.03  # the working voltage falls a little in weak light
LEAST_LIGHT_WM2 = 1.0


@dataclass(frozen=True, slots=True)
class Irradiance:
    """Sun on a tilted plane, before the passing clouds: W/m² on average under this sky.

    Attributes:
        beam_wm2: Straight from the sun.
        diffuse_wm2: From the sky and the ground.
        most_beam_wm2: What the beam would be without any cloud.
    """

    beam_wm2: float
    diffuse_wm2: float
    most_beam_wm2: float


class Plane:
    """A tilted plane at a site.

    A tilted plane is parallel to level ground somewhere else on the globe: where that is, the
    sun's height is the angle between plane and beam.

    Args:
        site: Where it stands.
        tilt_deg: 0 level … 90 upright.
        azimuth_deg: Where it faces, 0 south, -90 east, 90 west.
    """

    def __init__(self, site: Site, *, tilt_deg: float, azimuth_deg: float) -> None:
        latitude, tilt = math.radians(site.latitude_deg), math.radians(tilt_deg)
        azimuth = math.radians(azimuth_deg)
        up = math.cos(tilt) * math.sin(latitude) - math.sin(tilt) * math.cos(latitude) * math.cos(
            azimuth
        )
        out = math.cos(tilt) * math.cos(latitude) + math.sin(tilt) * math.sin(latitude) * math.cos(
            azimuth
        )
        west = math.atan2(math.sin(tilt) * math.sin(azimuth), out)
        self._site = site
        self._latitude_deg = math.degrees(math.asin(up))
        self._longitude_deg = site.longitude_deg - math.degrees(west)
        self._sky_share = (1.0 + math.cos(tilt)) / 2.0

    def irradiance(self, now: datetime, sky: Sky) -> Irradiance:
        """Return what reaches the plane, from the radiation on level ground (after Erbs 1982)."""
        sine = sine_of_elevation(now, self._site.latitude_deg, self._site.longitude_deg)
        if sine <= 0:
            return Irradiance(0.0, 0.0, 0.0)
        level_wm2 = sky.solar_radiation_wm2
        clear_wm2 = radiation_wm2(sine, 0.0, self._site.elevation_m)
        facing = max(0.0, sine_of_elevation(now, self._latitude_deg, self._longitude_deg))
        gain = facing / max(sine, LOWEST_SINE)
        diffuse = _diffuse_share(level_wm2 / (1361.0 * sine))
        clear_diffuse = _diffuse_share(clear_wm2 / (1361.0 * sine))
        ground_wm2 = ALBEDO * (1.0 - self._sky_share) * level_wm2
        return Irradiance(
            beam_wm2=gain * (1.0 - diffuse) * level_wm2,
            diffuse_wm2=self._sky_share * diffuse * level_wm2 + ground_wm2,
            most_beam_wm2=gain * (1.0 - clear_diffuse) * clear_wm2,
        )


def through_clouds_wm2(sun: Irradiance, cloud_ratio: float, clouds: Floats) -> Floats:
    """Return what n planes receive while clouds pass.

    Under a broken sky the beam is there or not, and the sky's average is only their mean.

    Args:
        sun: The average.
        cloud_ratio: Share of the sky that is covered, 0…1.
        clouds: The cloud field above each plane, mean 0 and deviation 1, shape (n,).
    """
    gaps = 1.0 - cloud_ratio
    if not FEWEST_GAPS < gaps < MOST_GAPS:
        return np.full_like(clouds, sun.beam_wm2 + sun.diffuse_wm2)
    edge = NormalDist().inv_cdf(gaps)
    shade = 1.0 / (1.0 + np.exp((edge - clouds) / CLOUD_EDGE))
    lit_wm2 = max(sun.beam_wm2, min(sun.beam_wm2 / gaps, sun.most_beam_wm2))
    shaded_wm2 = max(0.0, (sun.beam_wm2 - gaps * lit_wm2) / cloud_ratio)
    return sun.diffuse_wm2 + lit_wm2 + (shaded_wm2 - lit_wm2) * shade


def cell_temperature_c(air_c: Floats, irradiance_wm2: Floats) -> Floats:
    """Return how warm the cells get in the sun."""
    return air_c + WARMING_K_PER_WM2 * irradiance_wm2


def power_ratio(irradiance_wm2: Floats, cell_c: Floats) -> Floats:
    """Return the panels' power divided by their rating at 1,000 W/m² and 25 °C."""
    return irradiance_wm2 / 1000.0 * (1.0 - POWER_LOSS_PER_K * (cell_c - REFERENCE_C))


def voltage_ratio(irradiance_wm2: Floats, cell_c: Floats) -> Floats:
    """Return the working voltage divided by that at 1,000 W/m² and 25 °C: higher in the cold."""
    light = np.log(np.maximum(irradiance_wm2, LEAST_LIGHT_WM2) / 1000.0)
    warmth: Floats = 1.0 - VOLTAGE_LOSS_PER_K * (cell_c - REFERENCE_C)
    return warmth * (1.0 + VOLTAGE_PER_E_FOLD * light)


def _diffuse_share(clearness: float) -> float:
    """Return the diffuse share of the radiation (Erbs, Klein and Duffie 1982)."""
    kt = min(clearness, 0.8)
    if kt <= 0.22:
        return 1.0 - 0.09 * kt
    return 0.9511 - 0.1604 * kt + 4.388 * kt**2 - 16.638 * kt**3 + 12.336 * kt**4
