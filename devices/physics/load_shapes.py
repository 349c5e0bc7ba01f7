"""When people use electricity: shapes of the day, blended over seasons and kinds of day."""

import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np

from devices.arrays import Floats
from devices.environment.localtime import hour_of_day, is_weekend, winter_share

TABLE = Path(__file__).with_name("load_shapes.toml")


def load_ratio(shape: str, now: datetime) -> float:
    """Return the load divided by its mean over the year.

    Args:
        shape: A table of load_shapes.toml.
        now: Aware time; the local hour, day of week and season count.
    """
    day = "weekend" if is_weekend(now) else "workday"
    winter = winter_share(now)
    hourly = winter * _hourly(shape, f"winter_{day}") + (1 - winter) * _hourly(
        shape, f"summer_{day}"
    )
    middle = hour_of_day(now) - 0.5  # an hour's mean belongs to its middle
    before = int(np.floor(middle))
    share = middle - before
    return float((1 - share) * hourly[before % 24] + share * hourly[(before + 1) % 24])


@cache
def _hourly(shape: str, day: str) -> Floats:
    tables = _tables()
    hourly = tables[shape].get(day, tables[shape]["winter_workday"])
    if shape not in tables["china"]:
        return hourly
    adjusted = hourly * tables["china"][shape]
    return np.asarray(adjusted * hourly.mean() / adjusted.mean())


@cache
def _tables() -> dict[str, dict[str, Floats]]:
    tables = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {
        shape: {day: np.array(hourly, dtype=np.float64) for day, hourly in days.items()}
        for shape, days in tables.items()
    }
