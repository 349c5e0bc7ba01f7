"""When a double-conversion supply runs on its batteries, and what it loses on the way."""

from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.grid import Grid
from devices.physics.processes import Booleans
from devices.physics.ups_battery import UpsBattery


class Changeover:
    """Moves n supplies from the mains to their batteries and back.

    Args:
        battery: Their batteries.
        takeover_s: How long after the mains a generator feeds each, infinite where there is none.
    """

    def __init__(self, battery: UpsBattery, takeover_s: Floats) -> None:
        self._battery = battery
        self._takeover_s = takeover_s
        self._begun = False

    def step(self, now: datetime, dt_s: float, load_ratio: Floats, grid: Grid) -> Booleans:
        """Discharge and charge for the time since the last step; return who is on battery.

        The time without input counts even where it lies between two steps.
        """
        end_s = now.timestamp()
        outage = grid.last_outage(now)
        # The first reading may come late into an outage, or soon after one.
        begin_s = end_s - dt_s if self._begun or outage is None else float(outage.start_s)
        self._begun = True
        dead_from_s, dead_until_s = end_s, np.full_like(load_ratio, end_s)
        if outage is not None:
            dead_from_s = float(outage.start_s)
            dead_until_s = np.minimum(outage.end_s, outage.start_s + self._takeover_s)
        without_s = np.maximum(np.minimum(end_s, dead_until_s) - max(begin_s, dead_from_s), 0.0)
        on_battery = end_s < dead_until_s
        with_s = end_s - begin_s - without_s
        self._battery.charge(np.where(on_battery, with_s, 0.0))
        self._battery.discharge(without_s, load_ratio)
        self._battery.charge(np.where(on_battery, 0.0, with_s))
        return on_battery


def efficiency_pct(load_ratio: Floats) -> Floats:
    """Return output ÷ input: some loss is there at any load, so little load is wasteful."""
    lost_ratio = 0.008 + 0.01 * load_ratio + 0.022 * load_ratio**2
    return 100.0 * load_ratio / (load_ratio + lost_ratio)
