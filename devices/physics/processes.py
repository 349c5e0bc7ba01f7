"""The few processes that physical models are built from, each for n devices at once.

All are exact for any length of step, so a device that reports every second and one that reports
every quarter of an hour behave alike.
"""

import math

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats

Booleans = NDArray[np.bool_]
LONGEST_DUTY = 0.999  # a process that is always on needs no process


class Drift:
    """Noise with memory (Ornstein-Uhlenbeck), mean 0 and standard deviation 1.

    Args:
        count: Number of devices.
        rng: Source of randomness.
        tau_s: Time after which a value has forgotten all but a third of itself.
    """

    def __init__(self, count: int, rng: np.random.Generator, tau_s: float) -> None:
        self._rng = rng
        self._tau_s = tau_s
        self._values = rng.standard_normal(count)

    def step(self, dt_s: float) -> Floats:
        """Return the values `dt_s` after the last ones."""
        kept = math.exp(-dt_s / self._tau_s)
        fresh = self._rng.standard_normal(len(self._values))
        self._values = kept * self._values + math.sqrt(1.0 - kept * kept) * fresh
        return self._values


class Lag:
    """A quantity that follows another one slowly (first order); the first step starts settled.

    Args:
        tau_s: Time after which two thirds of a jump are done.
    """

    def __init__(self, tau_s: float) -> None:
        self._tau_s = tau_s
        self._values: Floats | None = None

    def step(self, dt_s: float, target: Floats) -> Floats:
        """Return the values `dt_s` after the last ones, on their way to `target`, shape (n,)."""
        if self._values is None:
            self._values = target
        self._values = target + (self._values - target) * math.exp(-dt_s / self._tau_s)
        return self._values


class Switching:
    """Things that go on and off at random (two-state Markov); the first step draws their state.

    Args:
        rng: Source of randomness.
        mean_on_s: How long they stay on, on average; a number, or an array that broadcasts.
    """

    def __init__(self, rng: np.random.Generator, mean_on_s: float | Floats) -> None:
        self._rng = rng
        self._mean_on_s = mean_on_s
        self._on: Booleans | None = None

    def step(self, dt_s: float, duty: Floats) -> Booleans:
        """Return what is on `dt_s` after the last step.

        Args:
            dt_s: Seconds since the last step.
            duty: Share of time that each is on in the long run, 0…1.
        """
        duty = np.minimum(duty, LONGEST_DUTY)
        chance = duty
        if self._on is not None:
            kept = np.exp(-dt_s / (self._mean_on_s * (1.0 - duty)))
            chance = duty + (self._on - duty) * kept
        self._on = self._rng.random(duty.shape) < chance
        return self._on


class Held:
    """How long a condition has been true without a break, in seconds."""

    def __init__(self, count: int) -> None:
        self._true = np.zeros(count, dtype=bool)
        self._seconds = np.zeros(count)

    def step(self, dt_s: float, condition: Booleans) -> Floats:
        """Return the durations; 0 where the condition is false or has just become true."""
        self._seconds = np.where(condition & self._true, self._seconds + dt_s, 0.0)
        self._true = condition
        return self._seconds


def happens(rng: np.random.Generator, count: int, dt_s: float, mean_s: float) -> Booleans:
    """Draw for each device whether an event that comes every `mean_s` came within `dt_s`."""
    return rng.random(count) < -math.expm1(-dt_s / mean_s)
