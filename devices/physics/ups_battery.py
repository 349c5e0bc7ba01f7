"""Lead-acid batteries behind an inverter: how long they last, and what their voltage shows."""

import numpy as np

from devices.arrays import Floats
from devices.physics.processes import Booleans

PEUKERT = 1.15  # twice the load empties a battery in less than half the time
LEAST_LOAD_RATIO = 0.01
LONGEST_RUNTIME_S = 86_400.0
FULL_RATIO = 1.02  # what charging tends to; it is cut off at 1
RECHARGE_TIMES = float(np.log(FULL_RATIO / (FULL_RATIO - 1.0)))  # from empty to full

CELLS = 240  # 40 blocks of 12 V
FLOAT_V = 2.25
REST_V = 1.99  # of an empty cell that recovers
KNEE_RATIO = 0.06


class UpsBattery:
    """The charge of n batteries, exact for any length of step at a steady load.

    Args:
        full_load_s: How long each lasts at its full load, seconds, shape (n,).
        recharge_s: How long charging takes from empty to full, seconds, shape (n,).

    Attributes:
        charge_ratio: 0 empty … 1 full, shape (n,); full at the beginning.
    """

    def __init__(self, full_load_s: Floats, recharge_s: Floats) -> None:
        self._full_load_s = full_load_s
        self._recharge_tau_s = recharge_s / RECHARGE_TIMES
        self.charge_ratio = np.ones_like(full_load_s)

    def runtime_s(self, load_ratio: Floats) -> Floats:
        """Return how long the charge lasts at a load, at most a day (Peukert)."""
        load_ratio = np.maximum(load_ratio, LEAST_LOAD_RATIO)
        runtime_s = self.charge_ratio * self._full_load_s * load_ratio**-PEUKERT
        return np.minimum(runtime_s, LONGEST_RUNTIME_S)

    def discharge(self, for_s: Floats, load_ratio: Floats) -> None:
        """Take the load from the batteries, for a time of each."""
        load_ratio = np.maximum(load_ratio, LEAST_LOAD_RATIO)
        taken = for_s * load_ratio**PEUKERT / self._full_load_s
        self.charge_ratio = np.maximum(self.charge_ratio - taken, 0.0)

    def charge(self, for_s: Floats) -> None:
        """Charge, fast at first and slower towards the end, for a time of each."""
        missing = (FULL_RATIO - self.charge_ratio) * np.exp(-for_s / self._recharge_tau_s)
        self.charge_ratio = np.minimum(FULL_RATIO - missing, 1.0)

    def voltage_v(self, load_ratio: Floats, discharging: Booleans) -> Floats:
        """Return the voltage of the string of 240 cells.

        Under load it drops at once, falls slowly, and has a knee near the end; on the charger it
        rises to the float voltage.
        """
        charge = self.charge_ratio
        knee = 0.24 * np.exp(-charge / KNEE_RATIO)
        under_load_v = 2.08 - 0.06 * load_ratio - 0.09 * (1.0 - charge) - knee
        charging_v = FLOAT_V - 0.11 * (1.0 - charge)
        inverter_off = discharging & (charge <= 0.0)
        cell_v = np.where(discharging, under_load_v, charging_v)
        return CELLS * np.where(inverter_off, REST_V, cell_v)
