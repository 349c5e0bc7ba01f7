"""Cold fronts: the events that every other day's weather in the region is measured by."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from devices.environment.events import Event, EventKind, of_kind
from devices.environment.noise import uniform

SLOT_S = 5 * 86_400.0  # one front in each, at a random moment of it
ARRIVAL_S = 8 * 3600.0  # the temperature falls for so long
RECOVERY_S = 2.5 * 86_400.0  # and comes back over days
BLOW_S = 15 * 3600.0  # north-westerly wind behind the front
MEAN_CHILL = 0.31  # long-term mean, so that fronts do not shift the climate
DEEPEST_CHILL = 2.0  # what fronts of the seed and of events reach together


@dataclass(frozen=True, slots=True)
class FrontEffect:
    """What fronts do at a moment.

    Attributes:
        chill: Cold air, 0 at the mean, about 0.7 just behind a strong front, -0.3 long after one.
        blow: Wind of the passage, 0…1, for some hours around it.
    """

    chill: float
    blow: float


class Fronts:
    """All fronts that pass through the region, a pure function of time.

    Args:
        seed: Draws a front every five days.
        events: Of which the cold fronts come on top; they pass the north-west of the region at
            their start, and their chill is gone at their end.
    """

    def __init__(self, seed: int, events: Iterable[Event] = ()) -> None:
        self._seed = seed
        self._made = of_kind(events, EventKind.COLD_FRONT)

    def at(self, time_s: float) -> FrontEffect:
        """Return the joint effect of all fronts around a time in Unix seconds."""
        chill, blow = self._drawn(time_s)
        for event in self._made:
            colder, windier = _made(event, time_s)
            chill += colder * (1.0 - max(chill, 0.0) / DEEPEST_CHILL)
            blow += windier
        return FrontEffect(chill, min(blow, 1.0))

    def _drawn(self, time_s: float) -> tuple[float, float]:
        slot = math.floor(time_s / SLOT_S)
        chill, blow = -MEAN_CHILL, 0.0
        for number in range(slot - 2, slot + 1):
            passage_s, strength = _of_slot(self._seed, number)
            age_s = time_s - passage_s
            chill += strength * smooth_step(age_s / ARRIVAL_S) * math.exp(-age_s / RECOVERY_S)
            blow += strength * _gust(age_s / BLOW_S)
        return chill, blow


@lru_cache(maxsize=64)
def _of_slot(seed: int, number: int) -> tuple[float, float]:
    """Return when the front of a slot passes, and how strong it is."""
    passage_s = (number + uniform(seed, "front", "time", str(number))) * SLOT_S
    return passage_s, 0.3 + 0.7 * uniform(seed, "front", "strength", str(number))


def _made(event: Event, time_s: float) -> tuple[float, float]:
    """Return chill and wind of a front that lasts as long as its event says."""
    age_s = time_s - event.start.timestamp()
    arrival_s = min(ARRIVAL_S, event.duration_s / 4)
    half_s = event.duration_s / 2
    chill = smooth_step(age_s / arrival_s) * (1.0 - smooth_step((age_s - half_s) / half_s))
    return event.strength * chill, event.strength * _gust(age_s / min(BLOW_S, event.duration_s))


def smooth_step(x: float) -> float:
    """Return 0 before 0 and 1 after 1, with a rise between that has no edges."""
    x = min(max(x, 0.0), 1.0)
    return x * x * (3 - 2 * x)


def _gust(x: float) -> float:
    return math.sin(math.pi * x) ** 2 if 0 < x < 1 else 0.0
