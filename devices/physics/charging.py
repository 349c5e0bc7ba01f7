"""How a car's battery fills: at full power up to a knee, then ever slower.

Beyond the knee the power falls in proportion to the charge, so it decays exponentially with time,
and every quantity has a closed form: nothing depends on the length of a step.
"""

from dataclasses import dataclass

import numpy as np

from devices.arrays import Floats

POWER_WHEN_FULL = 0.1  # of the full power


@dataclass(frozen=True, slots=True)
class Charge:
    """The charging of n cars; arrays of shape (n,).

    Attributes:
        start: Charge at first, 0…1, below the knee.
        knee: Charge from which on the power falls, 0…1.
        power_w: Full power, drawn from the grid.
        energy_j: Energy from the grid that fills an empty battery, losses included.
    """

    start: Floats
    knee: Floats
    power_w: Floats
    energy_j: Floats

    def charge(self, charged_s: Floats) -> Floats:
        """Return the charge, 0…1, after so much time at the charger."""
        steady_s = self._steady_s
        rising = self.start + self.power_w * np.minimum(charged_s, steady_s) / self.energy_j
        late_s = np.maximum(charged_s - steady_s, 0.0)
        return rising - np.expm1(-self._decay_per_s * late_s) / self._slope

    def power(self, charged_s: Floats) -> Floats:
        """Return the power in W after so much time at the charger."""
        late_s = np.maximum(charged_s - self._steady_s, 0.0)
        falling: Floats = self.power_w * np.exp(-self._decay_per_s * late_s)
        return falling

    def energy_kwh(self, charged_s: Floats) -> Floats:
        """Return the energy drawn in so much time at the charger."""
        return (self.charge(charged_s) - self.start) * self.energy_j / 3.6e6

    def seconds_to(self, target: Floats) -> Floats:
        """Return the time until a charge is reached, 0…1, not below the start."""
        steady_s = (np.minimum(target, self.knee) - self.start) * self.energy_j / self.power_w
        beyond = self._slope * np.maximum(target - self.knee, 0.0)
        return steady_s - np.log1p(-beyond) / self._decay_per_s

    @property
    def _steady_s(self) -> Floats:
        return (self.knee - self.start) * self.energy_j / self.power_w

    @property
    def _slope(self) -> Floats:
        """How much of the full power is lost for each part of the charge beyond the knee."""
        return (1.0 - POWER_WHEN_FULL) / (1.0 - self.knee)

    @property
    def _decay_per_s(self) -> Floats:
        return self._slope * self.power_w / self.energy_j
