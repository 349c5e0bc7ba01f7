"""The many short stops of a lift: somebody falls at boarding, a gate is not closed."""

import numpy as np

from devices.arrays import Floats
from devices.physics.processes import Booleans

MEAN_RUN_S = 50 * 60.0
MEAN_STOP_S = 40.0
EMERGENCY_SHARE = 0.03  # of the stops are made by an emergency button


class ShortStops:
    """Stops of n lifts that come at random while they run; exact counts for any length of step."""

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        self._rng = rng
        self._left_s = np.zeros(count)
        self.stops = np.floor(rng.uniform(0.0, 3_000.0, count))
        self.emergencies = np.floor(EMERGENCY_SHARE * self.stops)

    def step(self, dt_s: float, in_service: Booleans) -> tuple[Booleans, Floats]:
        """Advance by `dt_s`.

        Args:
            dt_s: Seconds since the last step.
            in_service: Which lifts carry people; the others do not stop, they stand.

        Returns:
            Which lifts stand now, and which share of the step each stood, both shape (n,).
        """
        count = len(self._left_s)
        stood_s = np.minimum(self._left_s, dt_s)
        self._left_s = np.maximum(self._left_s - dt_s, 0.0) * in_service
        ran_s = (dt_s - stood_s) * in_service
        new = self._rng.poisson(ran_s / (MEAN_RUN_S + MEAN_STOP_S)).astype(np.float64)
        self._count(new)
        # Of so many moments at random within the time, this is how long ago the last one was.
        ago_s = ran_s * (1.0 - self._rng.random(count) ** (1.0 / np.maximum(new, 1.0)))
        lasts_s = self._rng.exponential(MEAN_STOP_S, count)
        stops = new > 0
        self._left_s = np.where(stops, np.maximum(lasts_s - ago_s, 0.0), self._left_s)
        stood_s += np.where(stops, (new - 1.0) * MEAN_STOP_S + np.minimum(lasts_s, ago_s), 0.0)
        return self._left_s > 0, np.minimum(stood_s / max(dt_s, 1.0), 1.0)

    def count_stop(self, where: Booleans) -> None:
        """Count a stop that had another reason."""
        self.stops = self.stops + where

    def _count(self, new: Floats) -> None:
        self.stops = self.stops + new
        emergencies = self._rng.binomial(new.astype(np.intp), EMERGENCY_SHARE)
        self.emergencies = self.emergencies + emergencies
