"""Who lives in the homes, and what they use for a spell at a time."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np

from devices.arrays import Floats
from devices.environment.calendar import Day
from devices.physics.load_shapes import load_ratio
from devices.physics.spells import Flow, Spells

TABLES = Path(__file__).parent

DAY_S = 86_400.0


def activity(count: int, rng: np.random.Generator, residents: float) -> Floats:
    """Draw how much n homes use, compared with an average home of three.

    Args:
        count: Number of homes.
        rng: Source of randomness.
        residents: Mean number of people in a home.
    """
    people = 1.0 + rng.poisson(max(residents - 1.0, 0.0), count)
    return (0.4 + 0.2 * people) * rng.lognormal(-0.02, 0.2, count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A row of a table of uses, which says what the columns mean."""

    per_day: float
    on_s: float
    flow: tuple[float, float]
    shape: str


class Uses:
    """What residents let flow: each use comes when its shape of the day says, by the calendar.

    Args:
        what: `"water"` or `"gas"`: which table of uses.
        activity: How much each home uses, see `activity`; shape (n,).
        rng: Source of randomness.
    """

    def __init__(self, what: str, activity: Floats, rng: np.random.Generator) -> None:
        uses = _uses(what)
        self._shapes = [use.shape for use in uses]
        duty = np.array([[use.per_day * use.on_s / DAY_S] for use in uses])
        self._duty = duty * activity
        on_s, flows = [use.on_s for use in uses], [use.flow for use in uses]
        self._spells = Spells(rng, on_s, flows, len(activity))

    def step(self, now: datetime, dt_s: float, days: Mapping[Day, float]) -> Flow:
        """Return what flows in each home, shape (n,), in the unit of the table.

        Args:
            now: Aware time.
            dt_s: Seconds since the last step.
            days: What kind of day it is, see `Calendar.shares`.
        """
        ratios = np.array([[load_ratio(shape, now, days)] for shape in self._shapes])
        flow = self._spells.step(dt_s, self._duty * ratios)
        return Flow(flow.now.sum(axis=0), flow.mean.sum(axis=0))


@cache
def _uses(what: str) -> tuple[Use, ...]:
    rows = tomllib.loads(TABLES.joinpath(f"{what}_uses.toml").read_text(encoding="utf-8"))
    return tuple(
        Use(
            per_day=row["per_day"],
            on_s=row["on_s"],
            flow=(row["flow"][0], row["flow"][1]),
            shape=row["shape"],
        )
        for row in rows.values()
    )
