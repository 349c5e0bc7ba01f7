"""When gusts slow a ropeway, stop it, and let it go on."""

import numpy as np

from devices.arrays import Floats
from devices.physics.processes import Booleans, Held

CALMER_MPS = 2.0  # below a limit, before the limit is forgotten
SLOW_FOR_S = 300.0
REOPENING_S = (15 * 60.0, 30 * 60.0)  # the one operator waits longer than the other


class Alarm:
    """Set by a gust above a limit; cleared when gusts have stayed below for long enough.

    Args:
        limit_mps: Where it is set, shape (n,); it clears `CALMER_MPS` below.
        calm_s: For how long it must have been calm, shape (n,).
    """

    def __init__(self, limit_mps: Floats, calm_s: Floats) -> None:
        self._limit_mps = limit_mps
        self._calm_s = calm_s
        self._calm = Held(len(limit_mps))
        self._set = np.zeros(len(limit_mps), dtype=np.bool_)

    def step(self, dt_s: float, gust_mps: Floats) -> Booleans:
        """Return where the alarm is set `dt_s` after the last step."""
        calm_s = self._calm.step(dt_s, gust_mps < self._limit_mps - CALMER_MPS)
        self._set = (gust_mps > self._limit_mps) | (self._set & (calm_s < self._calm_s))
        return self._set


class WindGuard:
    """The two alarms of n lifts.

    Args:
        count: Number of lifts.
        rng: Draws how long each operator waits after a wind hold.
        slow_gust_mps: Gust above which a lift goes slower.
        hold_gust_mps: Gust above which it is emptied and waits.
    """

    def __init__(
        self, count: int, rng: np.random.Generator, *, slow_gust_mps: float, hold_gust_mps: float
    ) -> None:
        self._slow = Alarm(np.full(count, slow_gust_mps), np.full(count, SLOW_FOR_S))
        self._hold = Alarm(np.full(count, hold_gust_mps), rng.uniform(*REOPENING_S, count))

    def step(self, dt_s: float, gust_mps: Floats) -> tuple[Booleans, Booleans]:
        """Return which lifts must go slower, and which must hold."""
        return self._slow.step(dt_s, gust_mps), self._hold.step(dt_s, gust_mps)
