"""Maximum demand: the month's highest mean of a quarter of an hour, which tariffs bill."""

from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.localtime import local

QUARTER_S = 900.0


class MaximumDemand:
    """The maximum demand registers of n meters; they start again with each local month.

    Quarters begin at the full hour. Only a quarter that is over counts, so the register of a new
    month shows 0 for its first quarter of an hour.

    Args:
        start_w: What they show at the beginning, shape (n,).
    """

    def __init__(self, start_w: Floats) -> None:
        self._most_w = start_w
        self._begun_ws = np.zeros_like(start_w)
        self._month: int | None = None

    def step(self, now: datetime, dt_s: float, active_w: Floats) -> Floats:
        """Return the registers in W after `dt_s` of this power; export does not count."""
        import_w = np.maximum(active_w, 0.0)
        since_s = now.timestamp() % QUARTER_S
        if dt_s > since_s:
            self._close(dt_s - since_s, import_w)
            dt_s = since_s
        self._begun_ws = self._begun_ws + import_w * dt_s
        month = local(now).month
        if self._month not in {None, month}:
            self._most_w = np.zeros_like(self._most_w)
        self._month = month
        return self._most_w

    def _close(self, left_s: float, import_w: Floats) -> None:
        """End the quarter that had begun, and the whole ones after it, `left_s` in all."""
        whole, first_s = divmod(left_s, QUARTER_S)
        mean_w = (self._begun_ws + import_w * first_s) / QUARTER_S
        if whole:
            mean_w = np.maximum(mean_w, import_w)
        self._most_w = np.maximum(self._most_w, mean_w)
        self._begun_ws = np.zeros_like(self._begun_ws)
