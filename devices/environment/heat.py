"""Heat waves: some days of still, clear and hot air over the whole region, all at once."""

from collections.abc import Iterable

from devices.environment.events import Event, EventKind, of_kind
from devices.environment.fronts import smooth_step

RISE_S = 12 * 3600.0  # at most; a short wave comes and goes in a third of its time each


class HeatWaves:
    """The heat waves among some events, a pure function of time."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._waves = of_kind(events, EventKind.HEAT_WAVE)

    def at(self, time_s: float) -> float:
        """Return how strong the heat is at a time in Unix seconds, 1 in an ordinary wave."""
        return max((_strength(wave, time_s) for wave in self._waves), default=0.0)


def _strength(wave: Event, time_s: float) -> float:
    rise_s = min(RISE_S, wave.duration_s / 3)
    since_s, left_s = time_s - wave.start.timestamp(), wave.end.timestamp() - time_s
    return wave.strength * smooth_step(min(since_s, left_s) / rise_s)
