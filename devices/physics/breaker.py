"""Circuit breakers of feeders: closed but for rare faults and planned work."""

import numpy as np

from devices.arrays import Floats
from devices.physics.processes import Switching

STATES = ("closed", "open", "tripped")
CLOSED, OPEN, TRIPPED = range(len(STATES))

YEAR_S = 365.25 * 86_400.0
FLASHOVERS_PER_YEAR = 6.0  # wind and lightning; gone when the breaker closes again
RECLOSED_S = 20.0
FAULTS_PER_YEAR = 0.8  # closing again does not help, somebody must go there
REPAIR_S = 2 * 3600.0
WORKS_PER_YEAR = 1.0
WORK_S = 4 * 3600.0


class Breakers:
    """The breakers of n feeders.

    Args:
        count: Number of feeders.
        rng: Source of randomness.
    """

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        per_year = np.array([FLASHOVERS_PER_YEAR, FAULTS_PER_YEAR, WORKS_PER_YEAR])
        mean_s = np.array([RECLOSED_S, REPAIR_S, WORK_S])
        self._switching = Switching(rng, mean_s[:, np.newaxis])
        self._duty = np.repeat((per_year * mean_s / YEAR_S)[:, np.newaxis], count, axis=1)

    def step(self, dt_s: float) -> Floats:
        """Return the states `dt_s` after the last step, indices into `STATES`."""
        flashover, fault, work = self._switching.step(dt_s, self._duty)
        return np.where(work, OPEN, np.where(flashover | fault, TRIPPED, CLOSED)).astype(np.float64)
