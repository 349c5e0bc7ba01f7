"""The energy inside a battery: what comes out is what went in, less the losses on both ways."""

import math
from dataclasses import dataclass

import numpy as np

from devices.arrays import Floats

LOWEST_PCT, HIGHEST_PCT = 10.0, 95.0
ROUND_TRIP = 0.88  # from the grid and back to it, converters included
ONE_WAY = math.sqrt(ROUND_TRIP)
TAPER_PCT = 5.0  # below the highest charge: from here on it charges ever slower
SLOWEST_SHARE = 0.1  # of the wanted power, until it is full


@dataclass(frozen=True, slots=True)
class Flow:
    """What n batteries exchanged with the grid in a step, shape (n,).

    Attributes:
        power_w: Mean power at the grid's side, positive while discharging.
        import_kwh: Energy taken from the grid.
        export_kwh: Energy given to it.
    """

    power_w: Floats
    import_kwh: Floats
    export_kwh: Floats


class Storage:
    """The charge of n batteries.

    Args:
        energy_kwh: In each at first, shape (n,).
    """

    def __init__(self, energy_kwh: Floats) -> None:
        self.energy_kwh = energy_kwh

    def step(self, dt_s: float, wanted_w: Floats, capacity_kwh: Floats) -> Flow:
        """Exchange what is wanted as far as the charge allows, over the whole step.

        Args:
            dt_s: Seconds since the last step.
            wanted_w: Power at the grid's side, positive to discharge, shape (n,).
            capacity_kwh: What each holds between 0 and 100 %, shape (n,).
        """
        hours = dt_s / 3600.0
        room_kwh = np.maximum(HIGHEST_PCT / 100.0 * capacity_kwh - self.energy_kwh, 0.0)
        stock_kwh = np.maximum(self.energy_kwh - LOWEST_PCT / 100.0 * capacity_kwh, 0.0)
        near = np.clip(room_kwh / (TAPER_PCT / 100.0 * capacity_kwh), SLOWEST_SHARE, 1.0)
        give_kw = np.maximum(wanted_w, 0.0) / 1000.0
        take_kw = np.maximum(-wanted_w, 0.0) / 1000.0 * near
        # A limit reached within the step lowers the step's mean power; a full one stops it.
        give_kw = np.minimum(give_kw, _rate(stock_kwh * ONE_WAY, hours))
        take_kw = np.minimum(take_kw, _rate(room_kwh / ONE_WAY, hours))
        self.energy_kwh = self.energy_kwh + (take_kw * ONE_WAY - give_kw / ONE_WAY) * hours
        return Flow((give_kw - take_kw) * 1000.0, take_kw * hours, give_kw * hours)


def _rate(energy_kwh: Floats, hours: float) -> Floats:
    """Return the mean power that moves an energy within a time; without time, any that is > 0."""
    if hours == 0.0:
        return np.where(energy_kwh > 0.0, np.inf, 0.0)
    return energy_kwh / hours
