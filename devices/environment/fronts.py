"""Cold fronts: the events that every other day's weather in the region is measured by."""

import math
from dataclasses import dataclass

from devices.environment.noise import uniform

SLOT_S = 5 * 86_400.0  # one front in each, at a random moment of it
ARRIVAL_S = 8 * 3600.0  # the temperature falls for so long
RECOVERY_S = 2.5 * 86_400.0  # and comes back over days
BLOW_S = 15 * 3600.0  # north-westerly wind behind the front
MEAN_CHILL = 0.31  # long-term mean, so that fronts do not shift the climate


@dataclass(frozen=True, slots=True)
class FrontEffect:
    """What fronts do at a moment.

    Attributes:
        chill: Cold air, 0 at the mean, about 0.7 just behind a strong front, -0.3 long after one.
        blow: Wind of the passage, 0…1, for some hours around it.
    """

    chill: float
    blow: float


def fronts_at(seed: int, time_s: float) -> FrontEffect:
    """Return the joint effect of all fronts around a time in Unix seconds."""
    slot = math.floor(time_s / SLOT_S)
    chill, blow = -MEAN_CHILL, 0.0
    for number in range(slot - 2, slot + 1):
        passage_s = (number + uniform(seed, "front", "time", str(number))) * SLOT_S
        strength = 0.3 + 0.7 * uniform(seed, "front", "strength", str(number))
        age_s = time_s - passage_s
        if age_s > 0:
            chill += strength * _smooth_step(age_s / ARRIVAL_S) * math.exp(-age_s / RECOVERY_S)
            if age_s < BLOW_S:
                blow += strength * math.sin(math.pi * age_s / BLOW_S) ** 2
    return FrontEffect(chill, min(blow, 1.0))


def _smooth_step(x: float) -> float:
    return 1.0 if x >= 1 else x * x * (3 - 2 * x)
