"""The people in front of a lift: how many come, wait, lose patience and board."""

import numpy as np

from devices.arrays import Floats
from devices.physics.processes import Booleans

RIDES_PER_H = 2.2  # that a guest would take without a queue
PATIENCE_S = 5_400.0  # in a queue that moves; then a guest finds another lift, or the bar
IDLE_PATIENCE_S = 900.0  # in front of a lift that stands


class LiftQueue:
    """The queues of n lifts.

    Guests who are not in the queue come to it at a constant rate each, and the lift takes as many
    a second as it has places. That is a linear equation, solved exactly for each step.
    """

    def __init__(self) -> None:
        self._waiting: Floats | None = None

    def step(
        self, dt_s: float, guests: Floats, places_per_s: Floats, boards: Booleans
    ) -> tuple[Floats, Floats]:
        """Return the people waiting, and how many boarded in a second, both shape (n,).

        Args:
            dt_s: Seconds since the last step.
            guests: People who use the lift at the moment, riding ones included.
            places_per_s: How many it takes.
            boards: Which lifts let people on; nobody joins the queue of another one.
        """
        arriving = np.where(boards, RIDES_PER_H / 3600.0, 0.0)
        leaving = arriving + 1.0 / np.where(boards, PATIENCE_S, IDLE_PATIENCE_S)
        offered = arriving * guests
        places = np.where(boards, places_per_s, 0.0)
        settled = (offered - places) / leaving
        if self._waiting is None:
            self._waiting = np.clip(settled, 0.0, None)
        before = self._waiting
        after = settled + (before - settled) * np.exp(-leaving * dt_s)
        self._waiting = np.maximum(after, 0.0)
        full_s = np.minimum(_emptying_s(before, settled, leaving), dt_s)
        full_share = full_s / dt_s if dt_s else (before > 0).astype(np.float64)
        unqueued = np.minimum(offered, places)
        return self._waiting, unqueued + (places - unqueued) * full_share


def _emptying_s(before: Floats, settled: Floats, leaving: Floats) -> Floats:
    """Return after how long the last one is gone; infinite where the queue never ends."""
    ends = settled < 0
    ratio = np.divide(before, -settled, out=np.zeros_like(before), where=ends)
    return np.where(ends, np.log1p(ratio) / leaving, np.inf)
