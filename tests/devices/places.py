"""Places and times that tests of the environment and of the kinds stand in."""

from datetime import datetime, timedelta

import numpy as np

from devices.environment.localtime import CHINA_STANDARD_TIME
from devices.environment.site import Site
from devices.model import Population

LANGFANG = Site(
    name="langfang",
    title="Langfang",
    elevation_m=15.0,
    latitude_deg=39.5,
    longitude_deg=116.7,
    exposure=0.3,
)
CHONGLI = Site(
    name="chongli",
    title="Chongli",
    elevation_m=1600.0,
    latitude_deg=40.95,
    longitude_deg=115.4,
    exposure=0.3,
)


def moment(text: str) -> datetime:
    """A local time, `"2026-01-15 19:00"`."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA_STANDARD_TIME)


def moments(start: str, *, every_s: float, count: int) -> list[datetime]:
    """Local times from `start` on, evenly spaced."""
    return [moment(start) + timedelta(seconds=every_s * number) for number in range(count)]


def population(
    count: int, *, site: Site = LANGFANG, top_m: float = 0.0, **options: float
) -> Population:
    """Devices spread evenly from the site's floor, sheltered, to `top_m` above it, exposed."""
    height = np.linspace(0.0, 1.0, count)
    return Population(
        names=tuple(f"device-{number:05}" for number in range(count)),
        elevation_m=site.elevation_m + top_m * height,
        exposure=0.1 + 0.8 * height if top_m else np.full(count, site.exposure),
        options=options,
    )
