"""When simulated time happens in real time. Pure: the present moment is passed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

DEFAULT_CATCHING_UP_S = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Simulated time that begins at `start_ms` and runs `speed` times as fast as the clock.

    It never overtakes the clock, since no device measures the future: having caught up with it,
    simulated time goes on at the clock's own speed.

    Attributes:
        begun_ms: Wall clock when the run began, Unix milliseconds.
        start_ms: Simulated time at that moment, not later than it.
        speed: Simulated seconds per second, more than 0.
    """

    begun_ms: int
    start_ms: int
    speed: float

    def due_s(self, ts_ms: int) -> float:
        """Return when a simulated moment comes, in seconds of real time since the run began."""
        paced_s = (ts_ms - self.start_ms) / 1_000 / self.speed
        not_before_s = (ts_ms - self.begun_ms) / 1_000
        return max(paced_s, not_before_s)

    def end_ms(self, duration_s: float) -> int:
        """Return the simulated time that is reached after `duration_s` seconds of real time."""
        paced_ms = self.start_ms + duration_s * self.speed * 1_000
        return round(min(paced_ms, self.begun_ms + duration_s * 1_000))


def default_start(now: datetime, *, speed: float, duration_s: float | None) -> datetime:
    """Return where simulated time starts so that it ends at the present and not in the future.

    Args:
        now: Aware present.
        speed: Simulated seconds per second.
        duration_s: Length of the run in real time; None for a run without end, which catches up
            with the clock after an hour.
    """
    run_s = DEFAULT_CATCHING_UP_S if duration_s is None else duration_s
    return now - timedelta(seconds=run_s * max(0.0, speed - 1))
