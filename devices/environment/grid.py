"""The electricity grid: one frequency for the region, voltage and outages of each site."""

import math
from dataclasses import dataclass
from datetime import datetime

from devices.environment.calendar import Calendar
from devices.environment.localtime import hour_of_day
from devices.environment.noise import Noise, uniform
from devices.physics.load_shapes import load_ratio

NOMINAL_HZ = 50.0
FREQUENCY_DEVIATION_HZ = 0.018
TRANSFORMER_V = 230.5  # a little above 220 V, for what the lines will lose
EVENING_SAG_V = 2.0

OUTAGES_PER_YEAR = 6.0  # with the mean length: 99.915 % of the year is supplied
MEAN_OUTAGE_S = 1.24 * 3600
SHORTEST_OUTAGE_S = 20.0
LONGEST_OUTAGE_S = 12 * 3600.0
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Outage:
    """A time without mains, in whole Unix seconds, the end exclusive."""

    start_s: int
    end_s: int


class Grid:
    """The grid as one site sees it; a pure function of seed and time.

    Args:
        seed: Of the region; the frequency is the same for all sites of one seed.
        site: Name of the site; voltage and outages are its own.
    """

    def __init__(self, seed: int, site: str, calendar: Calendar | None = None) -> None:
        self._seed = seed
        self._site = site
        self._calendar = calendar or Calendar()
        self._frequency = Noise(seed, "frequency", {900.0: 0.4, 150.0: 0.8, 30.0: 0.45})
        self._voltage = Noise(seed, f"voltage {site}", {3600.0: 0.7, 600.0: 0.6, 60.0: 0.4})
        self._offset_v = 2.0 * uniform(seed, "transformer", site) - 1.0

    def frequency_hz(self, now: datetime) -> float:
        """Return the frequency, the same everywhere at one moment."""
        return NOMINAL_HZ + FREQUENCY_DEVIATION_HZ * self._frequency.at(now.timestamp())

    def voltage_v(self, now: datetime) -> float:
        """Return the voltage between phase and neutral at the transformer, 0 in an outage."""
        if not self.mains_on(now):
            return 0.0
        evening = math.exp(-(((hour_of_day(now) - 19.5) / 2.5) ** 2))
        noise_v = 0.9 * self._voltage.at(now.timestamp())
        return TRANSFORMER_V + self._offset_v + noise_v - EVENING_SAG_V * evening

    def load_ratio(self, now: datetime) -> float:
        """Return what the site's homes and shops draw, divided by the mean of the year."""
        return load_ratio("household", now, self._calendar.shares(now))

    def mains_on(self, now: datetime) -> bool:
        """Tell whether the site is supplied."""
        outage = self.last_outage(now)
        return outage is None or now.timestamp() >= outage.end_s

    def last_outage(self, now: datetime) -> Outage | None:
        """Return the outage that began last, if that was today or yesterday (in UTC)."""
        day = math.floor(now.timestamp() / DAY_S)
        for candidate in (self._outage_of(day), self._outage_of(day - 1)):
            if candidate and candidate.start_s <= now.timestamp():
                return candidate
        return None

    def _outage_of(self, day: int) -> Outage | None:
        """Return the outage that begins on a day, counted from 1970; most days have none."""
        name = ("outage", self._site, str(day))
        if uniform(self._seed, "whether", *name) >= OUTAGES_PER_YEAR / 365.25:
            return None
        start_s = math.floor((day + uniform(self._seed, "when", *name)) * DAY_S)
        length_s = -MEAN_OUTAGE_S * math.log1p(-uniform(self._seed, "how long", *name))
        length_s = min(max(length_s, SHORTEST_OUTAGE_S), LONGEST_OUTAGE_S)
        return Outage(start_s, start_s + round(length_s))
