"""What hangs on a medium-voltage feeder: homes, offices, their solar panels, on three phases."""

from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.physics.electricity import Power
from devices.physics.load_shapes import load_ratio
from devices.physics.processes import Drift
from devices.physics.rooftop import rooftop_w

MEAN_LOAD = (0.12, 0.34)  # of the rating, over the year; planners leave room for a neighbour's load
MOST_LOAD = 1.6  # where the protection would act
OFFICES = (0.0, 0.35)  # share of the load that keeps office hours
TAN_PHI = (0.18, 0.4)

SHARE_SPREAD = 0.03  # how unevenly single-phase customers are spread over the phases,
SHARE_WOBBLE = 0.015  # and how much that changes from hour to hour
VOLTAGE_SPREAD = 0.0015
VOLTAGE_WOBBLE = 0.0008


class Customers:
    """The customers of n feeders, each feeder with its own mix of homes, offices and panels.

    Args:
        count: Number of feeders.
        rng: Source of randomness.
        rating_va: What a feeder can carry.
        pv_ratio: Rating of the panels divided by that, on average.
    """

    def __init__(
        self, count: int, rng: np.random.Generator, *, rating_va: float, pv_ratio: float
    ) -> None:
        self._most_w = MOST_LOAD * rating_va
        self._mean_w = rating_va * rng.uniform(*MEAN_LOAD, count)
        self._offices = rng.uniform(*OFFICES, count)
        self._panels_w = rating_va * pv_ratio * rng.uniform(0.0, 2.0, count)
        self._tan_phi = rng.uniform(*TAN_PHI, count)
        self._drift = Drift(count, rng, tau_s=3 * 3600.0)
        self._bustle = Drift(count, rng, tau_s=300.0)

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment, air_c: Floats
    ) -> Power:
        """Return what they draw, or feed in, where they are supplied.

        Args:
            now: Aware time.
            dt_s: Seconds since the last step.
            environment: Of the site: its habits, its weather, its sun.
            air_c: Air temperature at each feeder's panels, shape (n,).
        """
        homes = environment.grid.load_ratio(now)
        offices = load_ratio("office", now, environment.calendar.shares(now))
        drift, bustle = self._drift.step(dt_s), self._bustle.step(dt_s)
        shape = homes + self._offices * (offices - homes)
        noise = np.exp(0.05 * drift + 0.012 * bustle)
        load_w = np.minimum(self._mean_w * shape * noise, self._most_w)
        tan_phi = self._tan_phi * (1.0 + 0.04 * drift)  # motors come and go with the load
        sun_wm2 = environment.weather.sky(now).solar_radiation_wm2
        # Panels deliver active power only, so the power factor falls when they cover the load.
        return Power(load_w - rooftop_w(self._panels_w, sun_wm2, air_c), tan_phi * load_w)


class Phases:
    """How the three phases of n feeders differ: a busier one has the lower voltage."""

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        self._spread = rng.standard_normal((3, count))
        self._wobble = Drift(3 * count, rng, tau_s=3600.0)

    def step(self, dt_s: float) -> tuple[Floats, Floats]:
        """Return each phase's share of the power and its voltage ÷ nominal, shape (3, n)."""
        wobble = self._wobble.step(dt_s).reshape(self._spread.shape)
        shares = 1.0 + SHARE_SPREAD * self._spread + SHARE_WOBBLE * wobble
        ratios = 1.0 - VOLTAGE_SPREAD * self._spread - VOLTAGE_WOBBLE * wobble
        return shares / shares.sum(axis=0), ratios
