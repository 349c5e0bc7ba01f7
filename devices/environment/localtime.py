"""The region's clock: UTC+8 the whole year, which people, sun and tariffs follow."""

import math
from datetime import datetime, timedelta, timezone

CHINA_STANDARD_TIME = timezone(timedelta(hours=8), "CST")
COLDEST_DAY = 17  # mean temperature of the region is lowest in the middle of January


def local(now: datetime) -> datetime:
    """Return an aware time on the region's clock.

    Raises:
        ValueError: The time is naive, so nobody knows which moment it means.
    """
    if now.tzinfo is None:
        raise ValueError(f"want an aware time, got {now.isoformat()} without a zone")
    return now.astimezone(CHINA_STANDARD_TIME)


def hour_of_day(now: datetime) -> float:
    """Return the local hour with its fraction, 0 ≤ hour < 24."""
    there = local(now)
    return there.hour + there.minute / 60 + (there.second + there.microsecond * 1e-6) / 3600


def day_of_year(now: datetime) -> float:
    """Return the local day with its fraction, 1.0 on 1 January at midnight."""
    return local(now).timetuple().tm_yday + hour_of_day(now) / 24


def is_between(now: datetime, first: tuple[int, int], last: tuple[int, int]) -> bool:
    """Tell whether the local day lies in a season that spans the new year, both ends included.

    Args:
        now: Aware time.
        first: Month and day, late in the year.
        last: Month and day, early in the next.
    """
    there = local(now)
    today = there.month, there.day
    return today >= first or today <= last


def winter_share(now: datetime) -> float:
    """Return how far into winter the day is: 1 in mid-January, 0 in mid-July, smooth between."""
    return 0.5 + 0.5 * math.cos(2 * math.pi * (day_of_year(now) - COLDEST_DAY) / 365.25)
