"""The electricity grid: one frequency for the region; load, voltage and outages of each site."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import numpy as np

from devices.environment.calendar import Calendar
from devices.environment.events import Event
from devices.environment.noise import Noise, uniform
from devices.environment.outages import Outage, Outages
from devices.environment.site import Site
from devices.environment.weather import Weather
from devices.physics.load_shapes import load_ratio

NOMINAL_HZ = 50.0
FREQUENCY_DEVIATION_HZ = 0.018
TRANSFORMER_V = 229.5  # above 220 V, for what the lines will lose; at the mean load
SAG_V = 2.2  # for a load that is higher by the mean of the year
SUN_V = 1.2  # that solar feed-in lifts it under full sun

HOMES, OFFICES, ALWAYS = 0.70, 0.08, 0.22  # shares of the year's load
HEATING_FROM_C, HEATING_PER_K = 15.0, 0.010
COOLING_FROM_C, COOLING_PER_K = 25.0, 0.035
WEATHER_MEAN = 0.12  # what heating and cooling add in the mean of a year on the plain


class Grid:
    """The grid as one site sees it; a pure function of seed, events and time.

    Args:
        seed: Of the region; the frequency is the same for all sites of one seed.
        site: Whose load, voltage and outages are its own.
        weather: That people heat and cool against.
        calendar: That they live by.
        events: Of which the outages of the site count.
    """

    def __init__(
        self,
        seed: int,
        site: Site,
        weather: Weather,
        calendar: Calendar,
        events: Sequence[Event] = (),
    ) -> None:
        self._weather = weather
        self._calendar = calendar
        self._outages = Outages(seed, site.name, events)
        self._place = np.array([site.elevation_m]), np.array([site.exposure])
        self._frequency = Noise(seed, "frequency", {900.0: 0.4, 150.0: 0.8, 30.0: 0.45})
        self._voltage = Noise(seed, f"voltage {site.name}", {3600.0: 0.7, 600.0: 0.6, 60.0: 0.4})
        self._offset_v = 2.0 * uniform(seed, "transformer", site.name) - 1.0
        # Groups of a site may look at the same moment, a few moments at a time.
        self._load = lru_cache(maxsize=16)(self._load_at)

    def frequency_hz(self, now: datetime) -> float:
        """Return the frequency, the same everywhere at one moment."""
        return NOMINAL_HZ + FREQUENCY_DEVIATION_HZ * self._frequency.at(now.timestamp())

    def voltage_v(self, now: datetime) -> float:
        """Return the voltage between phase and neutral at the transformer, 0 in an outage.

        It sags with the site's load, so most in the evening, and rises a little with the sun.
        """
        if not self.mains_on(now):
            return 0.0
        noise_v = 0.9 * self._voltage.at(now.timestamp())
        sun_v = SUN_V * self._weather.sky(now).solar_radiation_wm2 / 1000.0
        sag_v = SAG_V * (self._load(now) - 1.0)
        return TRANSFORMER_V + self._offset_v + noise_v + sun_v - sag_v

    def load_ratio(self, now: datetime) -> float:
        """Return what the site's homes and shops draw, divided by the mean of the year.

        It follows hour and calendar, and the weather: 1 % for each kelvin of heating below
        15 °C (little of it is electric), 3.5 % for each of cooling above 25 °C. It is what they
        would draw, also while the mains are out.
        """
        return self._load(now)

    def mains_on(self, now: datetime) -> bool:
        """Tell whether the site is supplied."""
        outage = self.last_outage(now)
        return outage is None or now.timestamp() >= outage.end_s

    def last_outage(self, now: datetime) -> Outage | None:
        """Return the outage that began last, unless it has been over for a day or more."""
        return self._outages.last(now)

    def _load_at(self, now: datetime) -> float:
        days = self._calendar.shares(now)
        people = (
            HOMES * load_ratio("household", now, days)
            + OFFICES * load_ratio("office", now, days)
            + ALWAYS
        )
        elevation_m, exposure = self._place
        air = self._weather.air(now, elevation_m=elevation_m, exposure=exposure)
        outdoor_c = float(air.temperature_c[0])
        heating = HEATING_PER_K * max(HEATING_FROM_C - outdoor_c, 0.0)
        cooling = COOLING_PER_K * max(outdoor_c - COOLING_FROM_C, 0.0)
        return (people + heating + cooling) / (1.0 + WEATHER_MEAN)
