"""A place where devices stand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the environment needs to know of a place.

    Attributes:
        name: Topic level of the site.
        title: What a person calls it.
        elevation_m: Metres above sea level of its floor: village, base station, hall.
        latitude_deg: Degrees north.
        longitude_deg: Degrees east.
        exposure: How open to the wind it lies, 0 sheltered valley … 1 ridge.
    """

    name: str
    title: str
    elevation_m: float
    latitude_deg: float
    longitude_deg: float
    exposure: float
