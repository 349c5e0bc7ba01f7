"""Things that are used for a spell at a time: a tap, a shower, a burner."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats

REGULARITY = 4.0  # shape of the gamma distribution of lengths; 1 would be an exponential one
LONGEST_DUTY = 0.95

Counts = NDArray[np.int64]
Places = tuple[NDArray[np.intp], ...]


class Flow(NamedTuple):
    """What flows; arrays of one shape."""

    now: Floats
    mean: Floats  # since the last step, which is what a register wants


class Spells:
    """m things at each of n places: spells begin at random, at a rate, and last a while.

    A spell that is asked for while another one runs begins after it, so nothing is lost. What
    flowed within a step is known as well as what flows at its end: an hour that holds three short
    showers and ends in none still counts the water of three. So readings at long and at short
    intervals add up to the same.

    Args:
        rng: Source of randomness.
        mean_s: Mean length of a spell of each thing.
        flows: Lowest and highest flow of a spell of each thing; a spell keeps the one it draws.
        count: Number of places n.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        mean_s: Sequence[float],
        flows: Sequence[tuple[float, float]],
        count: int,
    ) -> None:
        self._rng = rng
        self._mean_s = np.array(mean_s)[:, np.newaxis]
        self._lowest, self._highest = np.array(flows).T
        levels = rng.uniform(self._lowest, self._highest, (count, len(self._mean_s)))
        self._level = np.ascontiguousarray(levels.T)
        self._left_s: Floats | None = None

    def step(self, dt_s: float, duty: Floats) -> Flow:
        """Return the flows `dt_s` after the last step, shape (m, n).

        Args:
            dt_s: Seconds since the last step.
            duty: Share of time that each runs in the long run, 0…1, shape (m, n).
        """
        duty = np.minimum(duty, LONGEST_DUTY)
        if self._left_s is None:
            self._left_s = self._met(duty)
        began = self._rng.poisson(duty * (dt_s / self._mean_s))
        ran_s = np.minimum(self._left_s, dt_s)
        amount = self._level * ran_s
        left_s = self._left_s - ran_s
        new = began.nonzero()
        if new[0].size:
            amount[new], left_s[new] = self._begin(new, began[new], self._left_s[new], dt_s)
        self._left_s = left_s
        now = np.where(left_s > 0.0, self._level, 0.0)
        return Flow(now, amount / dt_s if dt_s else now)

    def _begin(
        self, new: Places, began: Counts, left_s: Floats, dt_s: float
    ) -> tuple[Floats, Floats]:
        """Return the amounts, and what is left to run, where spells began within the step."""
        mean_s = self._mean_s[new[0], 0]
        # All but the last one come as soon as they can; the last one draws its moment.
        last_at_s = dt_s * self._rng.random(len(began)) ** (1.0 / began)
        queue_s = left_s + mean_s * self._lengths(began - 1)
        before_s = np.minimum(queue_s, last_at_s)
        queue_s = queue_s - before_s + mean_s * self._lengths(np.ones_like(began))
        after_s = np.minimum(queue_s, dt_s - last_at_s)
        amount = self._level[new] * before_s
        levels = self._rng.uniform(self._lowest[new[0]], self._highest[new[0]])
        self._level[new] = levels
        return amount + levels * after_s, queue_s - after_s

    def _met(self, duty: Floats) -> Floats:
        """Return what is left of the spells that run when somebody looks for the first time."""
        # A long spell is met more often than a short one, at any moment of it; others may wait.
        met = self._rng.standard_gamma(REGULARITY + 1.0, duty.shape) / REGULARITY
        left_s = self._mean_s * met * self._rng.random(duty.shape)
        left_s *= self._rng.geometric(1.0 - duty)
        return np.where(self._rng.random(duty.shape) < duty, left_s, 0.0)

    def _lengths(self, spells: Counts) -> Floats:
        """Draw the length of so many spells together, in mean lengths."""
        return self._rng.standard_gamma(REGULARITY * spells) / REGULARITY
