"""A data hall's room: the air its cooling supplies, its moisture, how busy its servers are."""

import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.calendar import Calendar, Day
from devices.environment.cooling_failures import CoolingFailures
from devices.environment.events import Event
from devices.environment.grid import Grid
from devices.environment.localtime import hour_of_day
from devices.environment.noise import Noise, uniform
from devices.environment.site import Site
from devices.environment.weather import Weather
from devices.physics.processes import Booleans
from devices.physics.psychrometrics import wet_bulb_c

SETPOINT_C = 21.0
RESTART_LAG_S = (30.0, 180.0)  # cooling units start again so late after the mains are back
WARMING_K = 16.0  # supply air nears the return air's temperature without cooling,
WARMING_S = 900.0  # with this time constant,
RECOVERY_S = 1200.0  # and comes back with this one

BEST_PUE = 1.03  # fans and pumps never rest

MEAN_DEW_POINT_C = 10.0
OUTDOOR_SHARE = 0.08  # of the outdoor dew point, that fresh air brings in


class Hall:
    """The room that all racks of a site share; a pure function of seed, events and time.

    Args:
        seed: Of the region.
        site: Where the hall stands.
        weather: That it is cooled with.
        grid: That it is fed by.
        calendar: That its users live by.
        events: Of which the cooling failures of the site count.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - a hall depends on all that is around it
        self,
        seed: int,
        site: Site,
        weather: Weather,
        grid: Grid,
        calendar: Calendar,
        events: Sequence[Event] = (),
    ) -> None:
        self._failures = CoolingFailures(seed, site.name, events)
        soonest_s, latest_s = RESTART_LAG_S
        self._restart_lag_s = soonest_s + (latest_s - soonest_s) * uniform(
            seed, "restart lag", site.name
        )
        self._calendar = calendar
        self._weather = weather
        self._grid = grid
        self._place = np.array([site.elevation_m]), np.array([site.exposure])
        self._supply = Noise(seed, f"supply {site.name}", {1800.0: 0.8, 300.0: 0.6})
        self._moisture = Noise(seed, f"moisture {site.name}", {4 * 3600.0: 1.0})
        self._plant = Noise(seed, f"plant {site.name}", {3 * 3600.0: 0.8, 900.0: 0.5})
        self._work = Noise(seed, f"work {site.name}", {2 * 3600.0: 0.8, 600.0: 0.5})

    def supply_temperature_c(self, now: datetime, place_ratio: Floats) -> Floats:
        """Return the temperature of the air that the cooling units blow in.

        It rises everywhere while the mains are out and until cooling restarts. Where a single
        unit has failed it rises by up to 9 K, at first by 1.3 K/min (an inlet behind its own lag
        sees 0.5…1 K/min); along the hall the rise comes later and is less.

        Args:
            now: Aware time.
            place_ratio: Where in the hall, 0 at one end … 1 at the other, shape (n,).
        """
        normal_c = SETPOINT_C + 0.4 * self._supply.at(now.timestamp())
        everywhere_k = self._warming_k(now)
        # A failed unit warms air that is warm already by less; return air is the limit of both.
        here_k = self._failures.warming_k(now, place_ratio) * (1.0 - everywhere_k / WARMING_K)
        return normal_c + everywhere_k + here_k

    def cooling_works(self, now: datetime, place_ratio: Floats) -> Booleans:
        """Tell which cooling units work: none without mains, and not the one that has failed.

        Args:
            now: Aware time.
            place_ratio: Where the units stand, as `Population.place_ratio` has it, shape (n,). Ask
                for all units of the row at once: of those in question, the nearest to a failure
                is the one that fails.
        """
        outage = self._grid.last_outage(now)
        if outage and now.timestamp() < outage.end_s + self._restart_lag_s:
            return np.zeros(len(place_ratio), dtype=np.bool_)
        return ~self._failures.failed(now, place_ratio)

    def pue_ratio(self, now: datetime) -> float:
        """Return the hall's power ÷ its servers' power; a warm, moist day costs more."""
        elevation_m, exposure = self._place
        outdoors = self._weather.air(now, elevation_m=elevation_m, exposure=exposure)
        wet_c = wet_bulb_c(
            outdoors.temperature_c, outdoors.relative_humidity_pct, outdoors.pressure_hpa
        )
        ratio = 1.12 + 0.012 * max(0.0, float(wet_c[0]) - 5.0)
        return max(BEST_PUE, ratio + 0.005 * self._plant.at(now.timestamp()))

    def dew_point_c(self, now: datetime) -> float:
        """Return the dew point of the room's air, the same at every rack."""
        elevation_m, exposure = self._place
        outdoors = self._weather.air(now, elevation_m=elevation_m, exposure=exposure)
        fresh_air_c = OUTDOOR_SHARE * float(outdoors.dew_point_c[0])
        return MEAN_DEW_POINT_C + fresh_air_c + 0.5 * self._moisture.at(now.timestamp())

    def work_ratio(self, now: datetime) -> float:
        """Return how busy the servers are, about 1: office hours, and backups from 1 to 4 h."""
        hour = hour_of_day(now)
        working = self._calendar.shares(now)[Day.WORKDAY]
        office = 0.12 * working * math.exp(-(((hour - 14.5) / 4.0) ** 2))
        backup = 0.08 * math.exp(-(((hour - 2.5) / 1.2) ** 2))
        return 0.92 + office + backup + 0.03 * self._work.at(now.timestamp())

    def _warming_k(self, now: datetime) -> float:
        """Return what the last outage still adds: cooling stops with the mains, racks do not."""
        outage = self._grid.last_outage(now)
        if outage is None:
            return 0.0
        cooled_again_s = outage.end_s + self._restart_lag_s
        without_s = min(now.timestamp(), cooled_again_s) - outage.start_s
        since_s = max(now.timestamp() - cooled_again_s, 0.0)
        reached_k = WARMING_K * -math.expm1(-without_s / WARMING_S)
        return reached_k * math.exp(-since_s / RECOVERY_S)
