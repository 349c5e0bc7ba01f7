"""When people use electricity: shapes of the day, blended over seasons and kinds of day."""

import math
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np

from devices.environment.calendar import Day
from devices.environment.localtime import hour_of_day, winter_share

TABLE = Path(__file__).with_name("load_shapes.toml")

Hourly: TypeAlias = tuple[float, ...]


class Habit(NamedTuple):
    """How a kind of day uses the shapes."""

    like: str  # the kind of day in the table
    ratio: float = 1.0  # how much more is used than on such a day


FREE = Habit("weekend")
HABITS = {Day.WORKDAY: Habit("workday"), Day.WEEKEND: FREE, Day.HOLIDAY: FREE}
# The family meets at home, and offices and shops keep their lights on for nobody.
SPRING_FESTIVAL = {
    "household": Habit("weekend", 1.3),
    "meals": Habit("weekend", 1.3),
    "hot_water": Habit("weekend", 1.3),
    "office": Habit("workday", 0.4),
}


def load_ratio(shape: str, now: datetime, days: Mapping[Day, float]) -> float:
    """Return the load divided by its mean over the year.

    Args:
        shape: A table of load_shapes.toml.
        now: Aware time; the local hour and the season count.
        days: How much of each kind of day there is in the moment, see `Calendar.shares`.
    """
    winter = winter_share(now)
    hour = hour_of_day(now)
    return sum(
        share * _habit(shape, day).ratio * _at(shape, _habit(shape, day).like, hour, winter)
        for day, share in days.items()
        if share
    )


def _habit(shape: str, day: Day) -> Habit:
    return SPRING_FESTIVAL.get(shape, FREE) if day is Day.SPRING_FESTIVAL else HABITS[day]


def _at(shape: str, day: str, hour: float, winter: float) -> float:
    """Return a shape at an hour between the hours' means, which belong to their middles."""
    middle = hour - 0.5
    before = math.floor(middle)
    share = middle - before
    cold, warm = _hourly(shape, "winter", day), _hourly(shape, "summer", day)
    here, there = before % 24, (before + 1) % 24
    return winter * ((1 - share) * cold[here] + share * cold[there]) + (1 - winter) * (
        (1 - share) * warm[here] + share * warm[there]
    )


@cache
def _hourly(shape: str, season: str, day: str) -> Hourly:
    known = _tables()[shape]
    names = (f"{season}_{day}", f"winter_{day}", "winter_workday")
    hourly = next(known[name] for name in names if name in known)
    habits = _tables().get(f"{shape}_in_china")
    if not habits:
        return hourly
    adjusted = np.multiply(hourly, habits[day])
    return tuple((adjusted * np.mean(hourly) / adjusted.mean()).tolist())


@cache
def _tables() -> dict[str, dict[str, Hourly]]:
    tables = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {
        shape: {day: tuple(hourly) for day, hourly in days.items()}
        for shape, days in tables.items()
    }
