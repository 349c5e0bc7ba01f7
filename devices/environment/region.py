"""What surrounds the devices: one region, whose sites each see their part of it.

Everything here is a pure function of seed and time. Models that look at the same moment see the
same front, frequency and outage, whatever their intervals are and in whatever order they ask.
"""

from dataclasses import dataclass

from devices.environment.grid import Grid
from devices.environment.hall import Hall
from devices.environment.site import Site
from devices.environment.synoptic import SynopticWeather
from devices.environment.weather import Weather


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteEnvironment:
    """The environment at one site.

    Attributes:
        site: The place.
        weather: Outdoor air and sky.
        grid: Mains frequency, voltage and outages.
        hall: The room of the site's racks, for sites that have some.
    """

    site: Site
    weather: Weather
    grid: Grid
    hall: Hall


class Region:
    """One seeded history of weather and grid, for all sites of all fleets."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._weather = SynopticWeather(seed)
        self._environments: dict[Site, SiteEnvironment] = {}

    def at(self, site: Site) -> SiteEnvironment:
        """Return the environment at a site, the same object each time."""
        if site not in self._environments:
            weather = Weather(site, self._weather)
            grid = Grid(self._seed, site.name)
            hall = Hall(self._seed, site, weather, grid)
            self._environments[site] = SiteEnvironment(
                site=site, weather=weather, grid=grid, hall=hall
            )
        return self._environments[site]
