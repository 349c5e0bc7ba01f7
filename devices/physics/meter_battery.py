"""The lithium cells that feed meters for ten years."""

import numpy as np

from devices.arrays import Floats
from devices.physics.processes import Drift

LIFE_S = 10 * 365.25 * 86_400.0
FRESH_V = 3.65
FALL_V = 0.1  # over the flat part of the life
KNEE = 0.95  # share of the life after which the voltage falls fast,
KNEE_V = 0.9  # by so much until nothing is left
COLD_V_PER_K = 0.002
NOISE_V = 0.008
LEAST_V = 1.0
OLDEST = 0.96  # the fleet's oldest at the start: nobody leaves dying cells in many meters


class LithiumCells:
    """The cells (Li-SOCl2, 3.6 V) of n meters of all ages.

    Args:
        count: Number of meters.
        rng: Source of randomness.
    """

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        self._used = OLDEST * rng.random(count)
        self._noise = Drift(count, rng, tau_s=1800.0)

    def step(self, dt_s: float, temperature_c: Floats) -> Floats:
        """Return the voltages after `dt_s`: flat for years, then falling; lower in the cold."""
        self._used = self._used + dt_s / LIFE_S
        worn = np.maximum(self._used - KNEE, 0.0) / (1.0 - KNEE)
        cold_k = 20.0 - temperature_c
        voltage_v = FRESH_V - FALL_V * self._used - KNEE_V * worn - COLD_V_PER_K * cold_k
        return np.maximum(voltage_v + NOISE_V * self._noise.step(dt_s), LEAST_V)
