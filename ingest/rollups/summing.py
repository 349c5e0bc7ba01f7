"""The whole numbers in which values are summed.

Sums of floats depend on their order; readings come in any. So values are summed as int64 counts
of a small unit, exactly, and become floats again when a window is written.
"""

import math

from devices.schema import Field

FINEST = 1_000
"""A unit of summing is at best this fraction of the sensor's resolution."""

MOST_READINGS_PER_MS = 1.0
"""A device has one reading a millisecond at most; two of the same millisecond are one."""


def units_of_summing(field: Field, span_ms: int) -> float:
    """Return how many units of summing one unit of a gauge or counter has.

    A thousandth of the sensor's resolution, or coarser by powers of ten where that many readings
    of the greatest value could overflow; never coarser than the resolution itself, except where
    the value alone would not fit.
    """
    resolution = field.resolution or 1.0
    steps = max(map(abs, field.hard)) / resolution
    room = math.floor(math.log10(2.0**62 / (steps * span_ms * MOST_READINGS_PER_MS)))
    fits = math.floor(math.log10(2.0**61 / steps))
    units = 10.0 ** min(math.log10(FINEST), max(room, 0), fits) / resolution
    return float(round(units)) if units >= 1 else units
