"""The low-voltage lines between a transformer and the homes it feeds."""

import numpy as np

from devices.arrays import Floats
from devices.physics.electricity import Power
from devices.physics.processes import Drift

FEEDER_SAG_V = 2.0  # at the feeder's end, for each 500 W that its homes draw on average
SERVICE_LINE_OHM = (0.1, 0.3)
WORKING_V = 225.0  # near enough to know the current before the voltage is known
FLICKER_V = 0.4


class HomeLines:
    """The lines of n homes on one feeder, some near the transformer and some at the end.

    Args:
        count: Number of homes.
        rng: Source of randomness.
    """

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        self._feeder_sag_v = FEEDER_SAG_V * rng.random(count)
        self._line_ohm = rng.uniform(*SERVICE_LINE_OHM, count)
        self._flicker = Drift(count, rng, tau_s=120.0)

    def step(self, dt_s: float, transformer_v: float, power: Power) -> Floats:
        """Return the voltages at the homes: all loads pull down the feeder, each its own line."""
        apparent_va = np.hypot(power.active_w, power.reactive_var)
        flows_a = np.sign(power.active_w) * apparent_va / WORKING_V
        sag_v = self._feeder_sag_v * (power.active_w.mean() / 500.0) + self._line_ohm * flows_a
        voltages_v: Floats = transformer_v - sag_v + FLICKER_V * self._flicker.step(dt_s)
        return voltages_v
