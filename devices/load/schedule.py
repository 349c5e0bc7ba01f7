"""When each message is due: a rate over time, summed up, and that sum turned around.

The rate is linear between knots, so how many messages are due is quadratic there, and both
directions are exact and cheap for whole arrays.
"""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from devices.arrays import Floats

STEPS = 5
IDLE = 0.1  # of the rate, where a profile has its low
SPIKE = (0.4, 0.6)  # of the duration
HOURS = 24
# Of a residential feeder's peak, hour by hour: low before dawn, a shoulder at breakfast, the peak
# at eight in the evening; the shape of BDEW's standard load profile H0 on a winter weekday.
DAY = (
    *(0.42, 0.33, 0.29, 0.27, 0.27, 0.31, 0.48, 0.65, 0.67, 0.66, 0.66, 0.69),
    *(0.73, 0.69, 0.64, 0.62, 0.66, 0.80, 0.94, 1.00, 0.96, 0.84, 0.71, 0.57),
)


class Profile(StrEnum):
    """How the rate changes over a run; the rate that was asked for is its highest."""

    CONSTANT = "constant"
    RAMP = "ramp"  # from a tenth of it in a straight line
    STEPS = "steps"  # a fifth of it, two fifths, …
    SPIKE = "spike"  # half of it, and all of it in the middle fifth
    DAY = "day"  # a day of a residential feeder, squeezed into the run


Knots = Sequence[tuple[float, float]]
"""Points of time and rate, both from 0 to 1; two at one time are a jump."""


def knots_of(profile: Profile) -> Knots:
    """Return the course of a profile's rate."""
    match profile:
        case Profile.CONSTANT:
            return [(0, 1), (1, 1)]
        case Profile.RAMP:
            return [(0, IDLE), (1, 1)]
        case Profile.STEPS:
            levels = [(step / STEPS, (step + 1) / STEPS) for step in range(STEPS)]
            return [knot for at, level in levels for knot in ((at, level), (at + 1 / STEPS, level))]
        case Profile.SPIKE:
            begin, end = SPIKE
            return [(0, 0.5), (begin, 0.5), (begin, 1), (end, 1), (end, 0.5), (1, 0.5)]
        case Profile.DAY:
            return [(hour / HOURS, DAY[hour % HOURS]) for hour in range(HOURS + 1)]


class Schedule:
    """Messages and the moments they are due, in seconds from the beginning.

    Args:
        profile: How the rate changes.
        rate_per_s: The highest rate.
        duration_s: How long the profile takes.
        warmup_s: How long its first rate is held before it.
        phase: What part of a message is due at the beginning, 0 … 1; publishers that share a load
            take turns by it.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        rate_per_s: float,
        duration_s: float,
        warmup_s: float = 0.0,
        phase: float = 0.0,
    ) -> None:
        knots = knots_of(profile)
        self.end_s = warmup_s + duration_s
        self._at_s = np.array([0.0, *(warmup_s + at * duration_s for at, _ in knots)])
        self._rate = rate_per_s * np.array(
            [knots[0][1], *(level for _, level in knots)], np.float64
        )
        length_s, rise = np.diff(self._at_s), np.diff(self._rate)
        self._half_slope = np.divide(
            rise, 2 * length_s, out=np.zeros_like(rise), where=length_s > 0
        )
        areas = length_s * (self._rate[:-1] + self._rate[1:]) / 2
        self._due = np.concatenate([[0.0], np.cumsum(areas)])
        self._phase = phase
        self.total = max(0, int(np.ceil(self._due[-1] - phase - 1e-6)))

    def due(self, at_s: float) -> int:
        """Return how many messages are due at a moment: those whose time is not after it."""
        if at_s < 0:
            return 0
        segment = min(int(np.searchsorted(self._at_s, at_s, "right")) - 1, len(self._at_s) - 2)
        into_s = min(at_s, self.end_s) - self._at_s[segment]
        passed = self._due[segment] + into_s * (
            self._rate[segment] + self._half_slope[segment] * into_s
        )
        return min(self.total, int(np.floor(passed - self._phase + 1e-9)) + 1)

    def times_s(self, numbers: Floats) -> Floats:
        """Return when messages are due.

        Args:
            numbers: Of messages, shape (n,), whole or not; beyond the last they are due at the
                end.
        """
        sums = np.clip(numbers + self._phase, 0.0, self._due[-1])
        # The last segment that begins at or before the sum, so that empty ones are stepped over.
        segment = np.clip(np.searchsorted(self._due, sums, "right") - 1, 0, len(self._due) - 2)
        into = sums - self._due[segment]
        rate, half_slope = self._rate[segment], self._half_slope[segment]
        root = rate + np.sqrt(np.maximum(rate * rate + 4 * half_slope * into, 0.0))
        times_s: Floats = self._at_s[segment] + np.divide(
            2 * into, root, out=np.zeros_like(into), where=root > 0
        )
        return np.minimum(times_s, self.end_s)
