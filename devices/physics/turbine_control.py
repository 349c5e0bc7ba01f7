"""When a wind turbine runs, waits and stops."""

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.physics.processes import Held, Lag, Switching
from devices.physics.wind_power import CUT_IN_MPS, CUT_OUT_MPS

STATES = ("standby", "starting", "running", "storm-stop", "grid-stop", "fault")
STANDBY, STARTING, RUNNING, STORM_STOP, GRID_STOP, FAULT = range(len(STATES))
States = NDArray[np.int64]

TOO_WEAK_MPS = CUT_IN_MPS - 0.5  # a running turbine holds on a little below cut-in
MEAN_S = 120.0  # a turbine starts for a wind that lasts, not for a gust
START_S = 90.0  # to turn into the wind, release the brake and spin up
CALMED_MPS = 22.0
CALMED_S = 600.0
RECONNECT_S = (300.0, 600.0)
FAULT_S = 4 * 3600.0
FAULT_DUTY = 0.015


class TurbineControllers:
    """The controllers of n turbines; at first, those that can have long been running.

    Args:
        count: Number of turbines.
        rng: Source of randomness.
    """

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        self._reconnect_s = rng.uniform(*RECONNECT_S, count)
        self._faults = Switching(rng, FAULT_S)
        self._mean = Lag(tau_s=MEAN_S)
        self._calm = Held(count)
        self._stormy = np.zeros(count, dtype=bool)
        self._turning = np.ones(count, dtype=bool)
        self._turning_s = np.full(count, np.inf)

    def step(self, dt_s: float, wind_mps: Floats, supplied_s: float) -> States:
        """Return the states `dt_s` after the last ones.

        Args:
            dt_s: Seconds since the last step.
            wind_mps: At the hubs, shape (n,).
            supplied_s: How long the grid has been there, less than 0 in an outage.
        """
        faulty = self._faults.step(dt_s, np.full(len(wind_mps), FAULT_DUTY))
        gone = supplied_s < self._reconnect_s
        stormy = self._storm(dt_s, wind_mps)
        mean_mps = self._mean.step(dt_s, wind_mps)
        windy = (mean_mps > CUT_IN_MPS) | (self._turning & (mean_mps > TOO_WEAK_MPS))
        turning = windy & ~gone & ~faulty & ~stormy
        self._turning_s = np.where(turning & self._turning, self._turning_s + dt_s, 0.0)
        self._turning = turning
        return np.select(
            [gone, faulty, stormy, ~windy, self._turning_s < START_S],
            [GRID_STOP, FAULT, STORM_STOP, STANDBY, STARTING],
            RUNNING,
        )

    def _storm(self, dt_s: float, wind_mps: Floats) -> NDArray[np.bool_]:
        """Return who is stopped by the storm: at once, and until it has been calmer for long."""
        calm_s = self._calm.step(dt_s, wind_mps < CALMED_MPS)
        self._stormy = (wind_mps > CUT_OUT_MPS) | (self._stormy & (calm_s < CALMED_S))
        return self._stormy
