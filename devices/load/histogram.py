"""Latencies as counts in log-linear buckets, after Gil Tene's HDR Histogram.

Up to 256 µs every microsecond has a bucket of its own; from there on each doubling is cut into 128
buckets, so a value that is read back is too great by less than 1 in 128. Histograms of several
processes and machines are added bucket by bucket, which percentiles cannot be.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats

SUB_BITS = 7
SUB = 1 << SUB_BITS  # buckets a doubling
LONGEST_US = (1 << 36) - 1  # 19 hours; longer ones are counted as this long
BUCKETS = (36 - SUB_BITS + 1) * SUB
US_PER_S = 1e6

Counts = NDArray[np.int64]


class HistogramData(msgspec.Struct, frozen=True, kw_only=True):
    """A histogram as it is kept in files.

    Attributes:
        buckets: Numbers of the buckets that are not empty, rising.
        counts: How many values each of them has.
        max_s: The greatest value, exact; 0 without any.
        sum_s: Sum of all values.
    """

    buckets: list[int] = []
    counts: list[int] = []
    max_s: float = 0.0
    sum_s: float = 0.0


class Histogram:
    """Counts durations.

    Attributes:
        counts: How many values each bucket has.
        max_s: The greatest value, exact; 0 without any.
        sum_s: Sum of all values.
    """

    def __init__(self) -> None:
        self.counts: Counts = np.zeros(BUCKETS, np.int64)
        self.max_s = 0.0
        self.sum_s = 0.0

    def __len__(self) -> int:
        return int(self.counts.sum())

    def record(self, durations_s: Floats) -> None:
        """Count durations, shape (n,); a negative one counts as none."""
        if not len(durations_s):
            return
        durations_s = np.maximum(durations_s, 0.0)
        self.counts += np.bincount(bucket_of(durations_s), minlength=BUCKETS)
        self.max_s = max(self.max_s, float(durations_s.max()))
        self.sum_s += float(durations_s.sum())

    def add(self, other: "Histogram") -> None:
        """Count everything that another histogram has counted."""
        self.counts += other.counts
        self.max_s = max(self.max_s, other.max_s)
        self.sum_s += other.sum_s

    def percentile_s(self, percent: float) -> float:
        """Return a duration that so many percent of all do not exceed; 0 without any.

        Never less than the exact percentile (the smallest value with at least so many percent of
        all values at or below it) by more than 1 ns, and greater by less than 1 in 128, or 1 µs.
        """
        total = len(self)
        if not total:
            return 0.0
        rank = max(1, int(np.ceil(total * percent / 100)))
        bucket = int(np.searchsorted(np.cumsum(self.counts), rank))
        return min(upper_edge_s(bucket), self.max_s)

    @property
    def mean_s(self) -> float:
        """The exact mean; 0 without any."""
        return self.sum_s / max(1, len(self))

    def data(self) -> HistogramData:
        """Return what a file keeps."""
        (buckets,) = self.counts.nonzero()
        return HistogramData(
            buckets=buckets.tolist(),
            counts=self.counts[buckets].tolist(),
            max_s=self.max_s,
            sum_s=self.sum_s,
        )

    @classmethod
    def of(cls, *kept: HistogramData) -> "Histogram":
        """Return the sum of histograms that were kept."""
        histogram = cls()
        for data in kept:
            np.add.at(histogram.counts, np.array(data.buckets, np.intp), data.counts)
            histogram.max_s = max(histogram.max_s, data.max_s)
            histogram.sum_s += data.sum_s
        return histogram


def bucket_of(durations_s: Floats) -> NDArray[np.int64]:
    """Return the bucket of each duration, none of them negative."""
    # A nanosecond less, or a whole number of microseconds that a float misses by a bit goes up.
    us = np.ceil(durations_s * US_PER_S - 1e-3)
    us = np.clip(us, 0, LONGEST_US).astype(np.int64)
    # The exponent of a float is exact up to 2**53, where log2 would round.
    doublings = np.maximum(np.frexp(us.astype(np.float64))[1] - 1 - SUB_BITS, 0)
    buckets: NDArray[np.int64] = doublings * SUB + (us >> doublings)
    return buckets


def upper_edge_s(bucket: int) -> float:
    """Return the longest duration that falls into a bucket."""
    doublings = max(0, bucket // SUB - 1)
    within = bucket - doublings * SUB
    return (((within + 1) << doublings) - 1) / US_PER_S
