"""What time it is for the timers of a kind: event time, carried on by the wall clock."""


class EventClock:
    """Shows the greatest event time seen, plus the time that has passed since it was seen.

    So a timer runs out although nothing is heard, and simulated time that runs faster than the
    wall clock is followed as fast as its readings come. It never goes back.
    """

    def __init__(self) -> None:
        self._shown_ms: int | None = None
        self._wall_ms: int | None = None

    def see(self, latest_ms: int, now_ms: int) -> int:
        """Take the latest event time of a frame and return what the clock shows now.

        Args:
            latest_ms: A device's clock may be ahead; later than `now_ms` counts as `now_ms`.
            now_ms: Wall clock.
        """
        shown = self.show(now_ms)
        latest_ms = min(latest_ms, now_ms)
        if shown is None or latest_ms > shown:
            shown = latest_ms
        self._shown_ms, self._wall_ms = shown, now_ms
        return shown

    def show(self, now_ms: int) -> int | None:
        """Return what the clock shows now, or None before anything was heard."""
        if self._shown_ms is None:
            return None
        if self._wall_ms is None:
            self._wall_ms = now_ms
        return self._shown_ms + max(0, now_ms - self._wall_ms)

    def resume(self, shown_ms: int) -> None:
        """Go on from a snapshot; the time in between has not passed."""
        self._shown_ms, self._wall_ms = shown_ms, None
