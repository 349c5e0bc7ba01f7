"""What carries a hall's racks when the mains fail: batteries, then a generator where there is one.

Uninterruptible supplies, racks, servers and the hall's meter all ask here, so they go dark and
come back together.
"""

from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.grid import Grid
from devices.physics.processes import Booleans
from devices.schema import Option

GENERATOR = Option(
    meaning="1 where a generator takes over from the batteries, else 0", default=0, hard=(0, 1)
)
"""The option of every kind that hangs on the same batteries; give all of a hall the same."""

HOLD_UP_S = 1800.0  # batteries for half an hour at the usual load
HOLD_UP_SPREAD = (0.9, 1.1)
GENERATOR_TAKEOVER_S = (45.0, 75.0)  # runs after 10 to 15 s, then warms up and is synchronised
RETURN_S = (5.0, 30.0)  # from the mains to the rack: transfer switches, one after the other


def takeover_s(count: int, rng: np.random.Generator, generator: float) -> Floats:
    """Draw how long after the mains the generator carries each device; infinite without one."""
    drawn_s = rng.uniform(*GENERATOR_TAKEOVER_S, count)
    return drawn_s if generator >= 0.5 else np.full(count, np.inf)


class RackSupply:
    """Which of n racks have power; after drawing its times a pure function of time.

    Args:
        count: Number of racks.
        rng: Draws how long each is carried, and how soon it comes back.
        generator: Value of the option `GENERATOR`.
    """

    def __init__(self, count: int, rng: np.random.Generator, generator: float) -> None:
        self._takeover_s = takeover_s(count, rng, generator)
        self._hold_up_s = HOLD_UP_S * rng.uniform(*HOLD_UP_SPREAD, count)
        self._return_s = rng.uniform(*RETURN_S, count)

    def on_for_s(self, now: datetime, grid: Grid) -> Floats:
        """Return since when each rack has power again, in seconds, shape (n,).

        It is 0 while a rack is dark, and infinite where it has not been dark lately.
        """
        outage = grid.last_outage(now)
        if outage is None:
            return np.full_like(self._hold_up_s, np.inf)
        since_s = now.timestamp() - outage.start_s
        lasts_s = float(outage.end_s - outage.start_s)
        emptied = (self._hold_up_s < np.minimum(lasts_s, self._takeover_s)) & (
            since_s >= self._hold_up_s
        )
        return np.where(emptied, np.maximum(since_s - lasts_s - self._return_s, 0.0), np.inf)

    def on_generator(self, now: datetime, grid: Grid) -> Booleans:
        """Tell where the generator carries the racks, shape (n,)."""
        outage = grid.last_outage(now)
        if outage is None or grid.mains_on(now):
            return np.zeros_like(self._takeover_s, dtype=np.bool_)
        return np.asarray(now.timestamp() - outage.start_s >= self._takeover_s)


def silenced(readings: dict[str, Floats], live: Booleans) -> dict[str, Floats]:
    """Return the readings without those of devices that have no power to send any."""
    if live.all():
        return readings
    return {name: np.where(live, values, np.nan) for name, values in readings.items()}
