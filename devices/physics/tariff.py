"""Time-of-use tariff: which price of the day holds."""

from datetime import datetime

from devices.environment.localtime import local

STATES = ("sharp", "peak", "flat", "valley")
SHARP, PEAK, FLAT, VALLEY = range(len(STATES))

# A common pattern in northern China; provinces differ by an hour here and there, and by the year.
HOURS = (VALLEY,) * 7 + (FLAT,) + (PEAK,) * 4 + (FLAT,) * 5 + (PEAK,) * 4 + (FLAT,) * 2 + (VALLEY,)
SHARP_MONTHS = frozenset({1, 7, 8, 12})
SHARP_HOURS = frozenset({18, 19, 20})


def tariff(now: datetime) -> int:
    """Return the index into `STATES` at an aware time; the local hour and month decide."""
    there = local(now)
    if there.month in SHARP_MONTHS and there.hour in SHARP_HOURS:
        return SHARP
    return HOURS[there.hour]
