"""When a single cooling unit of a hall fails, and what that does to the air around it."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.events import Event, EventKind, of_kind
from devices.environment.noise import uniform
from devices.physics.processes import Booleans

SLOT_S = 120 * 86_400.0  # one failure in each, at a random moment of it
SHORTEST_S, LONGEST_S = 1 * 3600.0, 8 * 3600.0

WARMING_K = 9.0  # supply air right at the failed unit, once the neighbours have taken over:
WARMING_S = 420.0  # it starts with 1.3 K/min, less at the inlets behind their own lag
RECOVERY_S = 1200.0
REACH = 0.15  # of the hall's length, after which a third of the warming is left
SPREADING_S = 900.0  # that the warm air needs from one end of the hall to the other
FORGOTTEN_S = 8 * RECOVERY_S + SPREADING_S


@dataclass(frozen=True, slots=True)
class Failure:
    """A unit that does not work, in Unix seconds, the end exclusive; see `Event.place`."""

    start_s: float
    end_s: float
    place: float


class CoolingFailures:
    """The failures of one hall's cooling units, a pure function of time.

    Args:
        seed: Draws one every four months.
        site: Name of the site; each has its own.
        events: Of which the cooling failures of the site come on top.
    """

    def __init__(self, seed: int, site: str, events: Iterable[Event] = ()) -> None:
        self._seed = seed
        self._site = site
        self._made = tuple(
            Failure(event.start.timestamp(), event.end.timestamp(), event.place)
            for event in of_kind(events, EventKind.COOLING_FAILURE, site)
        )

    def failed(self, now: datetime, place_ratio: Floats) -> Booleans:
        """Tell which of the units that stand at these places, shape (n,), do not work.

        Exactly one unit of the row fails at a time and place: the nearest.
        """
        failed = np.zeros(len(place_ratio), dtype=np.bool_)
        for failure in self._around(now.timestamp()):
            if failure.start_s <= now.timestamp() < failure.end_s:
                failed[np.argmin(np.abs(place_ratio - failure.place))] = True
        return failed

    def warming_k(self, now: datetime, place_ratio: Floats) -> Floats:
        """Return how much warmer failures make the supply air at places, shape (n,)."""
        warming_k = np.zeros(len(place_ratio))
        for failure in self._around(now.timestamp()):
            warming_k = np.maximum(warming_k, _warming_k(failure, now.timestamp(), place_ratio))
        return warming_k

    def _around(self, now_s: float) -> Iterator[Failure]:
        """Yield the failures that have begun and may still be felt."""
        slot = math.floor(now_s / SLOT_S)
        drawn = (self._drawn(number) for number in (slot - 1, slot))
        for failure in (*self._made, *drawn):
            if failure.start_s <= now_s < failure.end_s + FORGOTTEN_S:
                yield failure

    def _drawn(self, number: int) -> Failure:
        def random(what: str) -> float:
            return uniform(self._seed, "cooling failure", self._site, what, str(number))

        start_s = (number + random("when")) * SLOT_S
        lasts_s = SHORTEST_S * (LONGEST_S / SHORTEST_S) ** random("how long")
        return Failure(start_s, start_s + lasts_s, random("where"))


def _warming_k(failure: Failure, now_s: float, place_ratio: Floats) -> Floats:
    """Return the warming that spreads from a failed unit, later and weaker with the distance."""
    distance = np.abs(place_ratio - failure.place)
    since_s = np.maximum(now_s - failure.start_s - SPREADING_S * distance, 0.0)
    lasted_s = np.minimum(since_s, failure.end_s - failure.start_s)
    reached_k = WARMING_K * np.exp(-distance / REACH) * -np.expm1(-lasted_s / WARMING_S)
    warming_k: Floats = reached_k * np.exp(-(since_s - lasted_s) / RECOVERY_S)
    return warming_k
