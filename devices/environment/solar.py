"""Where the sun stands, and what reaches the ground through clear and clouded air."""

import math
from datetime import UTC, datetime

CLEAR_SKY_WM2 = 1098.0  # Haurwitz 1945
CLEAR_SKY_EXTINCTION = 0.057
GAIN_PER_M = 5e-5  # thinner air above: about 5 % per kilometre


def sine_of_elevation(now: datetime, latitude_deg: float, longitude_deg: float) -> float:
    """Return the sine of the sun's height above the horizon, negative at night.

    Good to about half a degree, from Spencer's series for declination and equation of time.
    """
    utc = now.astimezone(UTC)
    hour = utc.hour + utc.minute / 60 + utc.second / 3600
    year = 2 * math.pi * (utc.timetuple().tm_yday - 1 + (hour - 12) / 24) / 365.25
    declination = (
        0.006918
        - 0.399912 * math.cos(year)
        + 0.070257 * math.sin(year)
        - 0.006758 * math.cos(2 * year)
        + 0.000907 * math.sin(2 * year)
    )
    equation_min = 229.18 * (
        0.000075
        + 0.001868 * math.cos(year)
        - 0.032077 * math.sin(year)
        - 0.014615 * math.cos(2 * year)
        - 0.040849 * math.sin(2 * year)
    )
    hour_angle = math.radians(15 * (hour - 12 + equation_min / 60) + longitude_deg)
    latitude = math.radians(latitude_deg)
    return math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(
        declination
    ) * math.cos(hour_angle)


def radiation_wm2(sine: float, cloud_ratio: float, elevation_m: float) -> float:
    """Return the global radiation on level ground, W/m².

    Args:
        sine: Sine of the sun's height, see `sine_of_elevation`.
        cloud_ratio: Share of the sky that is covered, 0…1; a full cover leaves a quarter.
        elevation_m: Height of the ground.
    """
    if sine <= 0:
        return 0.0
    clear_wm2 = CLEAR_SKY_WM2 * sine * math.exp(-CLEAR_SKY_EXTINCTION / sine)
    passing = 1.0 - 0.75 * math.pow(cloud_ratio, 3.4)  # Kasten and Czeplak 1980
    return clear_wm2 * passing * (1.0 + GAIN_PER_M * elevation_m)
