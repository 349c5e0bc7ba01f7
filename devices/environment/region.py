"""What surrounds the devices: one region, whose sites each see their part of it.

Everything here is a pure function of seed and time. Models that look at the same moment see the
same front, frequency and outage, whatever their intervals are and in whatever order they ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from devices.environment.calendar import Calendar
from devices.environment.crowd import Crowd
from devices.environment.events import Event
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
        calendar: What kind of day it is.
        crowd: The visitors, for sites that have some.
        hall: The room of the site's racks, for sites that have some.
    """

    site: Site
    weather: Weather
    grid: Grid
    calendar: Calendar
    crowd: Crowd
    hall: Hall


class Region:
    """One seeded history of weather and grid, for all sites of all fleets.

    Args:
        seed: Not negative; draws weather, outages and whatever else happens by itself.
        events: What happens besides.
    """

    def __init__(self, seed: int, events: Sequence[Event] = ()) -> None:
        self._seed = seed
        self._events = tuple(events)
        self._calendar = Calendar(events)
        self._weather = SynopticWeather(seed, self._events)
        self._environments: dict[Site, SiteEnvironment] = {}

    def at(self, site: Site) -> SiteEnvironment:
        """Return the environment at a site, the same object each time."""
        if site not in self._environments:
            self._environments[site] = self._environment(site)
        return self._environments[site]

    def _environment(self, site: Site) -> SiteEnvironment:
        weather = Weather(site, self._weather)
        grid = Grid(self._seed, site, weather, self._calendar, self._events)
        return SiteEnvironment(
            site=site,
            weather=weather,
            grid=grid,
            calendar=self._calendar,
            crowd=Crowd(self._seed, site, self._calendar, weather),
            hall=Hall(self._seed, site, weather, grid, self._calendar, self._events),
        )
