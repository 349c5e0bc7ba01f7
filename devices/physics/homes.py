"""What flows into homes: what their people draw, without what the panels on their roofs feed in."""

from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.physics.electricity import Power
from devices.physics.household import Households
from devices.physics.rooftop import rooftop_w

PANELS_W = (3_000.0, 6_000.0)


class Homes:
    """The connections of n homes.

    Args:
        count: Number of homes.
        rng: Source of randomness.
        residents: Mean number of people in a home.
        night_heating_share: Share of homes that heat with electricity, mostly at night.
        pv_share: Share of homes with solar panels.
    """

    def __init__(
        self,
        count: int,
        rng: np.random.Generator,
        *,
        residents: float,
        night_heating_share: float,
        pv_share: float,
    ) -> None:
        self._households = Households(
            count, rng, residents=residents, night_heating_share=night_heating_share
        )
        self._panels_w = rng.uniform(*PANELS_W, count) * (rng.random(count) < pv_share)

    @property
    def have_panels(self) -> Floats:
        """1 where there are panels, 0 elsewhere; shape (n,)."""
        return np.sign(self._panels_w)

    def step(
        self, now: datetime, dt_s: float, outdoor_c: Floats, environment: SiteEnvironment
    ) -> Power:
        """Return what flows into each home `dt_s` after the last step.

        Args:
            now: Aware time.
            dt_s: Seconds since the last step.
            outdoor_c: Temperature outside each home, shape (n,).
            environment: Of the site: its calendar and its sun.
        """
        demand = self._households.step(now, dt_s, outdoor_c, environment.calendar.shares(now))
        sun_wm2 = environment.weather.sky(now).solar_radiation_wm2
        fed_in_w = rooftop_w(self._panels_w, sun_wm2, outdoor_c)
        return Power(demand.active_w - fed_in_w, demand.reactive_var)
