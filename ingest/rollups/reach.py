"""How far in time one reading has a say in what comes after it.

Both limits bound what has to be known before a window to compute it, so that a window computed
again from stored readings comes out as it did live.
"""

from devices.schema import Kind

LEAST_GAP_MS = 60_000
LEAST_LOOK_BACK_MS = 3_600_000
MISSED_REPORTS = 3


def longest_gap_ms(kind: Kind) -> int:
    """Return for how long a state is taken to last when nothing more is heard of it.

    A device that misses three reports is silent; from then on its state is unknown.
    """
    return max(LEAST_GAP_MS, round(MISSED_REPORTS * kind.interval_s * 1000))


def look_back_ms(kind: Kind) -> int:
    """Return how long before a span readings matter to it.

    A counter's step is counted when its two readings are at most this far apart; after a longer
    silence the counter starts anew. At least as long as `longest_gap_ms`.
    """
    return max(LEAST_LOOK_BACK_MS, longest_gap_ms(kind))
