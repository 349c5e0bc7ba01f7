"""A data hall's room: the air its cooling supplies, its moisture, how busy its servers are."""

import math
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.calendar import Calendar
from devices.environment.grid import Grid
from devices.environment.localtime import hour_of_day
from devices.environment.noise import Noise
from devices.environment.site import Site
from devices.environment.weather import Weather
from devices.physics.processes import Booleans
from devices.physics.psychrometrics import wet_bulb_c

SETPOINT_C = 21.0
RESTART_LAG_S = 90.0  # cooling units start again this long after the mains are back
WARMING_K = 16.0  # supply air nears the return air's temperature without cooling,
WARMING_S = 900.0  # with this time constant,
RECOVERY_S = 1200.0  # and comes back with this one

MEAN_DEW_POINT_C = 10.0
OUTDOOR_SHARE = 0.08  # of the outdoor dew point, that fresh air brings in


class Hall:
    """The room that all racks of a site share; a pure function of seed and time."""

    def __init__(
        self, seed: int, site: Site, weather: Weather, grid: Grid, calendar: Calendar
    ) -> None:
        self._calendar = calendar
        self._weather = weather
        self._grid = grid
        self._place = np.array([site.elevation_m]), np.array([site.exposure])
        self._supply = Noise(seed, f"supply {site.name}", {1800.0: 0.8, 300.0: 0.6})
        self._moisture = Noise(seed, f"moisture {site.name}", {4 * 3600.0: 1.0})
        self._work = Noise(seed, f"work {site.name}", {2 * 3600.0: 0.8, 600.0: 0.5})

    def supply_temperature_c(self, now: datetime, place_ratio: Floats) -> Floats:
        """Return the temperature of the air that the cooling units blow in.

        Args:
            now: Aware time.
            place_ratio: Where in the hall, 0 at one end … 1 at the other, shape (n,).
        """
        everywhere_c = SETPOINT_C + 0.4 * self._supply.at(now.timestamp()) + self._warming_k(now)
        return np.full_like(place_ratio, everywhere_c)

    def cooling_works(self, now: datetime, place_ratio: Floats) -> Booleans:
        """Tell where the cooling unit at a place works: not without mains, nor after a failure."""
        outage = self._grid.last_outage(now)
        works = outage is None or now.timestamp() >= outage.end_s + RESTART_LAG_S
        return np.full_like(place_ratio, works, dtype=np.bool_)

    def pue_ratio(self, now: datetime) -> float:
        """Return the hall's power ÷ its servers' power; a warm, moist day costs more."""
        elevation_m, exposure = self._place
        outdoors = self._weather.air(now, elevation_m=elevation_m, exposure=exposure)
        wet_c = wet_bulb_c(
            outdoors.temperature_c, outdoors.relative_humidity_pct, outdoors.pressure_hpa
        )
        return 1.12 + 0.012 * max(0.0, float(wet_c[0]) - 5.0)

    def dew_point_c(self, now: datetime) -> float:
        """Return the dew point of the room's air, the same at every rack."""
        elevation_m, exposure = self._place
        outdoors = self._weather.air(now, elevation_m=elevation_m, exposure=exposure)
        fresh_air_c = OUTDOOR_SHARE * float(outdoors.dew_point_c[0])
        return MEAN_DEW_POINT_C + fresh_air_c + 0.5 * self._moisture.at(now.timestamp())

    def work_ratio(self, now: datetime) -> float:
        """Return how busy the servers are, about 1: office hours, and backups from 1 to 4 h."""
        hour = hour_of_day(now)
        office = (
            0.0 if self._calendar.is_free(now) else 0.12 * math.exp(-(((hour - 14.5) / 4.0) ** 2))
        )
        backup = 0.08 * math.exp(-(((hour - 2.5) / 1.2) ** 2))
        return 0.92 + office + backup + 0.03 * self._work.at(now.timestamp())

    def _warming_k(self, now: datetime) -> float:
        """Return what the last outage still adds: cooling stops with the mains, racks do not."""
        outage = self._grid.last_outage(now)
        if outage is None:
            return 0.0
        cooled_again_s = outage.end_s + RESTART_LAG_S
        without_s = min(now.timestamp(), cooled_again_s) - outage.start_s
        since_s = max(now.timestamp() - cooled_again_s, 0.0)
        reached_k = WARMING_K * -math.expm1(-without_s / WARMING_S)
        return reached_k * math.exp(-since_s / RECOVERY_S)
