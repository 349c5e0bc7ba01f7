"""How long readings took until they were stored, from what the service counted over time.

The service counts readings and does not time them. But what it stored by a moment, counted from
the beginning, is what was due up to some earlier moment, as messages overtake each other little:
the difference of the two moments is the latency. It is taken at up to 100,000 readings.
"""

import math
from collections.abc import Sequence

import numpy as np

from devices.load.histogram import Histogram

MOST_POINTS = 100_000


def latency_of(
    counted: Sequence[tuple[float, int]],
    due_by_s: Sequence[int],
    from_s: float,
    to_s: float = math.inf,
) -> Histogram:
    """Return how long readings took from due to counted.

    Args:
        counted: Moments, seconds from the beginning of the run, and how many readings the service
            had counted by then.
        due_by_s: Readings sent, by the second in which they were due.
        from_s: Leave out readings due earlier.
        to_s: Leave out readings due then or later.
    """
    latency = Histogram()
    total = min(sum(due_by_s), counted[-1][1] if counted else 0)
    if not total:
        return latency
    ranks = np.arange(0, total, max(1, total // MOST_POINTS)) + 0.5
    sums = np.concatenate([[0], np.cumsum(due_by_s)])
    due_s = np.interp(ranks, sums, np.arange(len(sums)))
    at_s, counts = np.array(counted, np.float64).T
    found_s = at_s[np.searchsorted(np.maximum.accumulate(counts), ranks)]
    latency.record((found_s - due_s)[(due_s >= from_s) & (due_s < to_s)])
    return latency
